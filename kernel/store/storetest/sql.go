package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

func types(t *testing.T, db *store.DB) {
	ctx := context.Background()
	id, at := facts.NewID(time.Now()), time.Date(2020, 3, 12, 8, 30, 0, 123456789, time.FixedZone("", 8*3600))
	blob := []byte{0, 255, 1}
	write(t, db, "insert into contract_kept (k, n, flag, blob, x) values ($1, $2, $3, $4, $5)", id, store.Micros(at), true, blob, 0.1)
	write(t, db, "insert into contract_kept (k) values ($1)", "empty")
	var gotID facts.ID
	var micros int64
	var flag bool
	var gotBlob []byte
	var x float64
	must(t, db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select k, n, flag, blob, x from contract_kept where flag and flag = true and k = $1", id).Scan(&gotID, &micros, &flag, &gotBlob, &x)
	}))
	if gotID != id || !flag || string(gotBlob) != string(blob) || x != 0.1 {
		t.Errorf("read back %v %v %v %v", gotID, flag, gotBlob, x)
	}
	if got, want := store.Time(micros), at.UTC().Truncate(time.Microsecond); !got.Equal(want) || got.Location() != time.UTC {
		t.Errorf("time read back as %v, want %v", got, want)
	}
	var none []byte
	var noNumber *int64
	must(t, db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select blob, n from contract_kept where k = $1", "empty").Scan(&none, &noNumber)
	}))
	if none != nil || noNumber != nil {
		t.Errorf("NULL read back as %v and %v", none, noNumber)
	}
	err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update contract_kept set n = $1", at)
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "Micros") {
		t.Errorf("a time.Time argument: %v", err)
	}
	if big := ask[int64](t, db, "select cast($1 as bigint)", int64(1)<<62); big != 1<<62 {
		t.Errorf("large number read back as %d", big)
	}
}

func commonSQL(t *testing.T, db *store.DB) {
	ctx := context.Background()
	must(t, db.Write(ctx, func(tx *store.Tx) error {
		for want := int64(1); want <= 2; want++ {
			var n int64
			err := tx.QueryRow(ctx, `insert into contract_kept (k, n) values ($1, $2)
				on conflict (k) do update set n = contract_kept.n + excluded.n returning n`, "a", 1).Scan(&n)
			if err != nil || n != want {
				return fmt.Errorf("upsert gave %d, want %d: %w", n, want, err)
			}
		}
		n, err := tx.Exec(ctx, "insert into contract_kept (k, n) values ($1, $2) on conflict do nothing", "a", 9)
		if err != nil || n != 0 {
			return fmt.Errorf("a conflict touched %d rows: %w", n, err)
		}
		if n, err = tx.Exec(ctx, "update contract_kept set n = $1 where k = $2 or k = $2", 7, "a"); err != nil || n != 1 {
			return fmt.Errorf("an update touched %d rows: %w", n, err)
		}
		return nil
	}))
	err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "a")
		return err
	})
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("a key that is there: %v, want ErrExists", err)
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		var s string
		return tx.QueryRow(ctx, "select k from contract_kept where k = $1", "nobody").Scan(&s)
	})
	if !errors.Is(err, store.ErrNoRows) {
		t.Errorf("no row: %v, want ErrNoRows", err)
	}
}

func structures(t *testing.T, db *store.DB) {
	write(t, db, "insert into contract_kept (k, doc) values ($1, $2)", "j", json.RawMessage(`{"n": 5, "s": "five", "b": true, "z": null}`))
	for query, want := range map[string]string{
		"select cast(doc ->> 'n' as text) from contract_kept where k = $1": "5",
		"select doc ->> 's' from contract_kept where k = $1":               "five",
	} {
		got := ask[*string](t, db, query, "j")
		if got == nil && want != "" || got != nil && *got != want {
			t.Errorf("%s: got %v, want %q", query, got, want)
		}
	}
	if n := ask[int64](t, db, "select cast(doc ->> 'n' as bigint) + 1 from contract_kept where k = $1", "j"); n != 6 {
		t.Errorf("number out of ->>: %d", n)
	}
	// Pinned: without a cast the type out of ->> differs, and so does a boolean.
	raw, truth := ask[any](t, db, "select doc ->> 'n' from contract_kept where k = $1", "j"), ask[string](t, db, "select doc ->> 'b' from contract_kept where k = $1", "j")
	_, number := raw.(int64)
	if lite := db.Dialect() == store.SQLite; number != lite || (truth == "1") != lite {
		t.Errorf("out of ->> came %T and %q", raw, truth)
	}
}

func order(t *testing.T, db *store.DB) {
	ctx := context.Background()
	for i, k := range []string{"b", "B", "a", "é", "1"} {
		write(t, db, "insert into contract_kept (k, n) values ($1, $2)", k, i)
	}
	write(t, db, "insert into contract_kept (k) values ($1)", "null")
	for query, want := range map[string][2]string{ // SQLite, PostgreSQL
		"select k from contract_kept order by n nulls last, k limit $1":                       {"b B a é 1 null"},
		"select k from contract_kept order by n desc nulls first limit $1":                    {"null 1 é a B b"},
		"select k from contract_kept order by n limit $1":                                     {"null b B a é 1", "b B a é 1 null"}, // pinned
		"select k from contract_kept where k like 'b%' order by n limit $1":                   {"b"},
		"select k from contract_kept where lower(k) like 'b%' order by n limit $1":            {"b B"},
		"select k from contract_kept where n is not distinct from null limit $1":              {"null"},
		"select k from contract_kept where k in ('1', 'a', 'b') order by k limit $1":          {"1 a b"},
		"select count(*) filter (where n > 1) || '' from contract_kept limit $1":              {"3"},
		"select string_agg(k, '' order by n) from contract_kept where n is not null limit $1": {"bBaé1"},
	} {
		must(t, db.Read(ctx, func(tx *store.Tx) error {
			got, err := list(ctx, tx, query, 10)
			expect := want[0]
			if db.Dialect() == store.PostgreSQL && want[1] != "" {
				expect = want[1]
			}
			if strings.Join(got, " ") != expect {
				t.Errorf("%s: got %v, want %v", query, got, expect)
			}
			return err
		}))
	}
}

func badText(t *testing.T, db *store.DB) {
	ctx := context.Background()
	for _, bad := range []string{"a\x00b", "\xff"} {
		err := db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", bad)
			return err
		})
		if fault.Of(err).Key != store.KeyText || !fault.Is(err, fault.Invalid) {
			t.Errorf("text %q: %v", bad, err)
		}
	}
}

// nested reads the same query inside itself after closing, and many times, so
// that kept statements are really reset.
func nested(t *testing.T, db *store.DB) {
	ctx := context.Background()
	for i := range 3 {
		write(t, db, "insert into contract_kept (k, n) values ($1, $2)", fmt.Sprint(i), i)
	}
	must(t, db.Read(ctx, func(tx *store.Tx) error {
		for i := range 3 {
			got, err := list(ctx, tx, "select k from contract_kept where n >= $1 order by n", i)
			if err != nil || len(got) != 3-i {
				return fmt.Errorf("from %d: %v %w", i, got, err)
			}
			var first string
			if err := tx.QueryRow(ctx, "select k from contract_kept where n >= $1 order by n", i).Scan(&first); err != nil || first != fmt.Sprint(i) {
				return fmt.Errorf("first from %d: %v %w", i, first, err)
			}
		}
		return nil
	}))
}
