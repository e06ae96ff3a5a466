package keep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Place is where a backup becomes a node again.
type Place struct {
	Store     store.Config // Dir is required; it and the database must be empty
	Registers Registers
	Names     Names
	// Open opens the restored journal, which makes the views, and gives what
	// erases the words of a fact with all that came from them.
	Open     func(context.Context, *store.DB, *blobs.Store) (Eraser, error)
	Erasures []Erasure // to be done before anybody can look
	Progress Progress  // its further steps are "journal" (counted in facts) and "erasures"
}

// Eraser erases the words of a fact.
type Eraser func(ctx context.Context, seq facts.Seq, reason string) error

// Result tells what a restore has done.
type Result struct {
	*Manifest
	Erased  int // bodies erased again
	Unknown int // erasures of facts that came after the backup
}

// BlobsDir is the folder of the blobs in the data folder.
const BlobsDir = "blobs"

// Restore makes a node of a backup in an empty place, whole or not at all. A
// place that holds anything gives a Conflict fault with store.KeyNotEmpty.
func Restore(ctx context.Context, in io.Reader, keys []age.Identity, at Place) (res Result, err error) {
	if at.Progress == nil {
		at.Progress = func(string, int64, int64) {}
	}
	_, before := os.Stat(at.Store.Dir)
	if err := checkEmpty(at.Store.Dir); err != nil {
		return res, err
	}
	staged, err := store.Stage(ctx, at.Store)
	if err != nil {
		if os.IsNotExist(before) { // at most the lock is in it; what is more keeps the folder
			os.Remove(filepath.Join(at.Store.Dir, store.LockName))
			os.Remove(at.Store.Dir)
		}
		return res, fmt.Errorf("restore: %w", err)
	}
	l := &loader{Place: at, db: staged, dir: filepath.Join(at.Store.Dir, BlobsDir)}
	settled := false
	defer func() {
		err = errors.Join(err, staged.Drop(ctx), os.RemoveAll(l.dir+store.StagedSuffix))
		if !settled {
			err = errors.Join(err, l.undo(os.IsNotExist(before)))
		}
	}()
	if err := os.RemoveAll(l.dir + store.StagedSuffix); err != nil {
		return res, store.Trouble(err)
	}
	if l.blobs, err = blobs.Open(l.dir + store.StagedSuffix); err != nil {
		return res, err
	}
	l.ctx = ctx
	if res.Manifest, err = read(ctx, in, keys, at.Registers, at.Progress, l); err != nil {
		return res, fmt.Errorf("restore: %w", err)
	}
	if err := l.finish(ctx, &res); err != nil {
		return res, fmt.Errorf("restore: %w", err)
	}
	l.moved = true
	if err := os.Rename(l.dir+store.StagedSuffix, l.dir); err != nil {
		return res, store.Trouble(err)
	}
	if err := staged.Settle(ctx); err != nil {
		return res, fmt.Errorf("restore: put the database in place: %w", store.Trouble(err))
	}
	settled = true
	return res, nil
}

// checkEmpty refuses a folder that holds more than a lock and what an earlier
// restore left unfinished.
func checkEmpty(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return store.Trouble(err)
	}
	for _, d := range list {
		if d.Name() != store.LockName && d.Name() != "lost+found" && !strings.Contains(d.Name(), store.StagedSuffix) {
			return fault.New(fault.Conflict, store.KeyNotEmpty, fault.Args{"place": dir})
		}
	}
	return nil
}

// loader fills the staged database and the staged folder of blobs.
type loader struct {
	Place
	ctx    context.Context // of this one restore
	db     *store.Staged
	blobs  *blobs.Store
	dir    string // of the blobs, in the end
	tables []store.Table
	moved  bool
}

// undo removes what a failed restore left in the folder.
func (l *loader) undo(made bool) error {
	var errs []error
	if l.moved {
		errs = append(errs, os.RemoveAll(l.dir))
	}
	if made {
		errs = append(errs, os.RemoveAll(l.Store.Dir))
	}
	return errors.Join(errs...)
}

// head makes the tables as they were when the backup was made.
func (l *loader) head(m *Manifest) error {
	for name, version := range m.Registers {
		if err := l.db.MigrateTo(l.ctx, name, l.Registers[name], version); err != nil {
			return err
		}
	}
	return l.db.Read(l.ctx, func(tx *store.Tx) error {
		list, err := tx.Tables(l.ctx)
		l.tables = slices.DeleteFunc(list, func(t store.Table) bool { return fleeting[t.Name] || strings.HasSuffix(t.Name, "_migrations") })
		return err
	})
}

func (l *loader) rows(t store.Table, rows [][]any) error {
	if !fits(t, l.tables) {
		return badPart(tablesDir + t.Name)
	}
	err := l.db.Write(l.ctx, func(tx *store.Tx) error { return tx.Insert(l.ctx, t, rows) })
	if errors.Is(err, store.ErrExists) {
		return badPart(tablesDir + t.Name)
	}
	if err != nil {
		return fault.Of(err) // the place's trouble, not the file's
	}
	return nil
}

func (l *loader) blob(h facts.Hash, size int64, r io.Reader) error {
	got, _, err := l.blobs.Put(l.ctx, r, size)
	if err == nil && got != h {
		return badPart(blobsDir + string(h))
	}
	return err
}

// finish brings the tables up to date, holds the journal to its hashes and the
// blobs to what the facts name, makes the views and does the erasures.
func (l *loader) finish(ctx context.Context, res *Result) error {
	for name, files := range l.Registers {
		if err := l.db.Migrate(ctx, name, files); err != nil {
			return err
		}
	}
	last, err := journal.Verify(ctx, l.db.DB, func(done, total int64) { l.Progress("journal", done, total) })
	if err != nil {
		return err
	}
	if last != res.Last {
		return badPart(tablesDir + "journal_facts")
	}
	erase, err := l.Open(ctx, l.db.DB, l.blobs)
	if err != nil {
		return err
	}
	for i, e := range l.Erasures {
		seq, found, err := e.find(ctx, l.db.DB)
		if err != nil {
			return err
		}
		if !found {
			res.Unknown++
			continue
		}
		if err := erase(ctx, seq, e.Reason); err != nil {
			return err
		}
		res.Erased++
		l.Progress("erasures", int64(i+1), int64(len(l.Erasures)))
	}
	return nil
}
