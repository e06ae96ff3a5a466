package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"sameboat/kernel/store"
	"sameboat/kernel/store/pgtest"
)

// Each runs fn as a subtest on each database, with a fresh and empty DB that is
// closed afterwards.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	EachPlace(t, func(t *testing.T, c store.Config) { fn(t, Open(t, c)) })
}

// EachPlace is Each for tests that open the database themselves: several times,
// one after the other, or on PostgreSQL also at once.
func EachPlace(t *testing.T, fn func(t *testing.T, c store.Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, store.Config{Dir: t.TempDir()}) })
	t.Run("postgresql", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Open opens a database for a test and closes it at the test's end.
func Open(t testing.TB, c store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatalf("open the database: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// Postgres gives a place of the test's own on PostgreSQL: a schema that is
// dropped at the test's end. It skips the test where there is no server.
func Postgres(t testing.TB) store.Config {
	t.Helper()
	at, err := server()
	if errors.Is(err, pgtest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skipf("SKIPPED on PostgreSQL: %v, and %s names none", err, pgtest.Variable)
	}
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	return Schema(t, at.address)
}

// Schema makes a schema of the test's own on the server at an address.
func Schema(t testing.TB, address string) store.Config {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	admin(t, address, "create schema "+name)
	t.Cleanup(func() { admin(t, address, "drop schema "+name+" cascade") })
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: not an address", pgtest.Variable)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return store.Config{URL: u.String()}
}

func admin(t testing.TB, address, statement string) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{URL: address, Readers: 1})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer db.Close()
	err = db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
	if err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// server is the one server of this test binary. It is held here because it goes
// when its last reference goes, at the latest with the binary.
var server = sync.OnceValues(func() (place, error) {
	if address := os.Getenv(pgtest.Variable); address != "" {
		return place{address: address}, nil
	}
	s, err := pgtest.Start(context.Background())
	if err != nil {
		return place{}, err
	}
	return place{address: s.URL(), own: s}, nil
})

type place struct {
	address string
	own     *pgtest.Server // nil: somebody else's
}
