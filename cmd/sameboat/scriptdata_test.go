package main

import (
	"context"

	"github.com/rogpeppe/go-internal/testscript"

	"sameboat/kernel/store"
)

// newer makes a data folder look as if a newer version had written it: newer
// FOLDER registers, or newer FOLDER views.
func newer(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Dir: ts.MkAbs(args[0])})
	ts.Check(err)
	statement := map[string]string{
		"registers": "insert into identity_migrations (version_id, is_applied) values (9999, true)",
		"views":     "update journal_views set version = 9999",
	}[args[1]]
	ts.Check(db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	}))
	ts.Check(db.Close())
}
