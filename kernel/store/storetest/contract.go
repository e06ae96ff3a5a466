package storetest

import (
	"context"
	"testing"
	"testing/fstest"

	"sameboat/kernel/store"
)

// Contract checks that the database at a place does what package store
// promises, the differences it does not remove included.
func Contract(t *testing.T, c store.Config) {
	db := Open(t, c)
	must(t, db.Migrate(context.Background(), "contract", fstest.MapFS{
		"00001_first.sql": {Data: []byte("-- +goose Up\ncreate table contract_kept (k text primary key, n bigint, flag boolean, blob bytea, doc jsonb, x double precision);\n")}}))
	for _, part := range []struct {
		name string
		run  func(t *testing.T, db *store.DB)
	}{
		{"types", types}, {"common SQL", commonSQL}, {"structures in text", structures}, {"order and likeness", order},
		{"a failed statement spoils the transaction", spoiled}, {"savepoints", savepoints}, {"text that one database refuses", badText},
		{"all or nothing", allOrNothing}, {"snapshots", snapshots}, {"writes are serial", serial}, {"writes in order", inOrder},
		{"reading cannot write", readOnly}, {"rows inside rows", nested}, {"migrations", migrations}, {"tables", tables}, {"scrub", scrub},
	} {
		t.Run(part.name, func(t *testing.T) {
			must(t, db.Write(context.Background(), func(tx *store.Tx) error {
				_, err := tx.Exec(context.Background(), "delete from contract_kept where 1 = $1", 1)
				return err
			}))
			part.run(t, db)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, db *store.DB, query string, args ...any) {
	t.Helper()
	ctx := context.Background()
	must(t, db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, query, args...); return err }))
}

func ask[T any](t *testing.T, db *store.DB, query string, args ...any) (got T) {
	t.Helper()
	ctx := context.Background()
	must(t, db.Read(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, query, args...).Scan(&got) }))
	return got
}

func list(ctx context.Context, tx *store.Tx, query string, args ...any) (out []string, err error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
