package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"sameboat/kernel/store"
)

// errFound ends a walk.
var errFound = errors.New("found")

// changeBit changes one bit of the first file that is not empty in a folder:
// changebit FOLDER.
func changeBit(ts *testscript.TestScript, _ bool, args []string) {
	err := filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil || len(b) == 0 {
			return err
		}
		b[len(b)/2] ^= 1
		return errors.Join(os.WriteFile(path, b, 0o600), errFound)
	})
	if !errors.Is(err, errFound) {
		ts.Fatalf("no file to change: %v", err)
	}
}

// tamper changes the body of the first fact behind the journal's back: tamper
// FOLDER.
func tamper(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Dir: ts.MkAbs(args[0])})
	ts.Check(err)
	err = db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update journal_bodies set body = $1 where seq = 1", []byte("something else"))
		return err
	})
	ts.Check(errors.Join(err, db.Close()))
}
