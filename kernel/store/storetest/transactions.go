package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

func spoiled(t *testing.T, db *store.DB) {
	ctx := context.Background()
	err := db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "x"); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "x"); err == nil {
			t.Error("the same key went in twice")
		}
		if _, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "y"); !errors.Is(err, store.ErrBroken) {
			t.Errorf("after a failure: %v, want ErrBroken", err)
		}
		return nil // swallowed, but not kept
	})
	if !errors.Is(err, store.ErrBroken) {
		t.Errorf("the commit: %v, want ErrBroken", err)
	}
	if n := ask[int64](t, db, "select count(*) from contract_kept"); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func savepoints(t *testing.T, db *store.DB) {
	ctx := context.Background()
	must(t, db.Write(ctx, func(tx *store.Tx) error {
		for _, k := range []string{"a", "b", "a", "c", "panic"} {
			err := tx.Try(ctx, func() error {
				_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", k)
				if k == "b" {
					return errors.New("not b")
				}
				return err
			})
			if (err == nil) != (k == "a" || k == "c" || k == "panic") && !errors.Is(err, store.ErrExists) {
				t.Errorf("try %s: %v", k, err)
			}
		}
		got, err := list(ctx, tx, "select k from contract_kept where k < $1 order by k", "n")
		if !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("kept %v", got)
		}
		return err
	}))
}

func allOrNothing(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithCancel(context.Background())
	insert := func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "gone")
		return err
	}
	sorry := errors.New("sorry")
	if err := db.Write(ctx, func(tx *store.Tx) error { return errors.Join(insert(tx), sorry) }); !errors.Is(err, sorry) {
		t.Errorf("got %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		must(t, db.Write(ctx, func(tx *store.Tx) error { must(t, insert(tx)); panic("oh") }))
	}()
	err := db.Write(ctx, func(tx *store.Tx) error {
		must(t, insert(tx))
		cancel()
		_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "late")
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
	if n := ask[int64](t, db, "select count(*) from contract_kept"); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func snapshots(t *testing.T, db *store.DB) {
	ctx := context.Background()
	write(t, db, "insert into contract_kept (k, n) values ($1, $2)", "s", 1)
	must(t, db.Read(ctx, func(tx *store.Tx) error {
		for range 2 {
			var n int64
			if err := tx.QueryRow(ctx, "select n from contract_kept where k = $1", "s").Scan(&n); err != nil || n != 1 {
				return fmt.Errorf("snapshot moved to %d: %w", n, err)
			}
			write(t, db, "update contract_kept set n = n + $1", 1)
		}
		return nil
	}))
	if n := ask[int64](t, db, "select n from contract_kept where k = $1", "s"); n != 3 {
		t.Errorf("afterwards %d", n)
	}
}

// serial has writers read, think and write back: no increment may be lost.
func serial(t *testing.T, db *store.DB) {
	counted(t, db, db.Write)
}

func inOrder(t *testing.T, db *store.DB) {
	counted(t, db, func(ctx context.Context, fn func(*store.Tx) error) error { return db.WriteInOrder(ctx, 99, fn) })
}

func counted(t *testing.T, db *store.DB, writing func(context.Context, func(*store.Tx) error) error) {
	ctx := context.Background()
	write(t, db, "insert into contract_kept (k, n) values ($1, $2)", "c", 0)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				err := writing(ctx, func(tx *store.Tx) error {
					var n int64
					if err := tx.QueryRow(ctx, "select n from contract_kept where k = $1", "c").Scan(&n); err != nil {
						return err
					}
					_, err := tx.Exec(ctx, "update contract_kept set n = $1 where k = $2", n+1, "c")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := ask[int64](t, db, "select n from contract_kept where k = $1", "c"); n != 20 {
		t.Errorf("20 increments gave %d", n)
	}
}

func readOnly(t *testing.T, db *store.DB) {
	ctx := context.Background()
	err := db.Read(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "insert into contract_kept (k) values ($1)", "r")
		return err
	})
	if fault.Of(err).Key != store.KeyReadOnly {
		t.Errorf("writing while reading: %v", err)
	}
}

func migrations(t *testing.T, db *store.DB) {
	ctx := context.Background()
	one := &fstest.MapFile{Data: []byte("-- +goose Up\ncreate table grown_a (k text primary key);\n")}
	two := &fstest.MapFile{Data: []byte("-- +goose Up\nalter table grown_a add column n bigint not null default 7;\ninsert into grown_a (k) values ('x');\n")}
	bad := &fstest.MapFile{Data: []byte("-- +goose Up\ncreate table grown_b (k text);\nnonsense;\n")}
	must(t, db.Migrate(ctx, "grown", fstest.MapFS{"00001_a.sql": one}))
	must(t, db.Migrate(ctx, "grown", fstest.MapFS{"00001_a.sql": one, "00002_b.sql": two}))
	must(t, db.Migrate(ctx, "grown", fstest.MapFS{"00001_a.sql": one, "00002_b.sql": two}))
	if n := ask[int64](t, db, "select n from grown_a where k = $1", "x"); n != 7 {
		t.Errorf("migrated row holds %d", n)
	}
	err := db.Migrate(ctx, "grown", fstest.MapFS{"00001_a.sql": one})
	if fault.Of(err).Key != store.KeyNewer {
		t.Errorf("an older program: %v, want %s", err, store.KeyNewer)
	}
	if err := db.Migrate(ctx, "grown", fstest.MapFS{"00001_a.sql": one, "00002_b.sql": two, "00003_c.sql": bad}); err == nil {
		t.Error("nonsense was migrated")
	}
	write(t, db, "create table grown_b (k text)") // the failed migration left nothing
}

func scrub(t *testing.T, db *store.DB) {
	write(t, db, "insert into contract_kept (k) values ($1)", "gone")
	write(t, db, "delete from contract_kept where k = $1", "gone")
	must(t, db.Scrub(context.Background(), "contract_kept"))
	write(t, db, "insert into contract_kept (k) values ($1)", "still works")
}
