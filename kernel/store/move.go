package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sameboat/kernel/fault"
)

// Staged is a database that is being filled out of sight. It takes its final
// place at once, with Settle, or never, with Drop.
type Staged struct {
	*DB
	home   *DB         // PostgreSQL: where the tables go in the end
	schema string      // PostgreSQL: where they are until then
	target string      // PostgreSQL: the schema in use at home
	path   string      // SQLite: the file in the end
	lock   *FolderLock // of the data folder
}

// StagedSuffix ends the names of what is not yet in place.
const StagedSuffix = ".restoring"

// Stage makes an empty database out of sight for the place that c names, and
// holds the data folder. The place must have no database yet, else it gives a
// Conflict fault with KeyNotEmpty; what an earlier attempt left is removed.
func Stage(ctx context.Context, c Config) (*Staged, error) {
	lock, err := Lock(c.Dir)
	if err != nil {
		return nil, err
	}
	s := &Staged{lock: lock}
	if path, lite := c.litePath(); lite {
		err = s.stageFile(ctx, path)
	} else {
		err = s.stageSchema(ctx, c)
	}
	if err != nil {
		return nil, errors.Join(Trouble(err), s.Drop(ctx))
	}
	return s, nil
}

func (s *Staged) stageFile(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return notEmpty(path)
	} else if !errors.Is(err, os.ErrNotExist) {
		return folderTrouble(filepath.Dir(path), err)
	}
	s.path = path
	if err := s.removeFile(); err != nil {
		return err
	}
	db, err := Open(ctx, Config{URL: "sqlite:" + path + StagedSuffix})
	s.DB = db
	return err
}

func (s *Staged) removeFile() error {
	var errs []error
	for _, more := range []string{"", "-wal", "-shm", ".lock"} {
		if err := os.Remove(s.path + StagedSuffix + more); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (s *Staged) stageSchema(ctx context.Context, c Config) (err error) {
	if s.home, err = Open(ctx, Config{URL: c.URL, Readers: 1}); err != nil {
		return err
	}
	err = s.home.Write(ctx, func(tx *Tx) error {
		if err := tx.QueryRow(ctx, "select coalesce(current_schema()::text, '')").Scan(&s.target); err != nil {
			return err
		}
		tables, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		if len(tables) > 0 || s.target == "" {
			return notEmpty(s.target)
		}
		s.schema = s.target + "_restoring"
		return s.script(ctx, tx, "drop schema if exists "+quoted(s.schema)+" cascade", "create schema "+quoted(s.schema))
	})
	if err != nil {
		return err
	}
	s.DB, err = Open(ctx, Config{URL: c.URL, schema: s.schema})
	return err
}

func (s *Staged) script(ctx context.Context, tx *Tx, statements ...string) error {
	for _, q := range statements {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// Settle puts the database in its place; from then on it is there for good.
func (s *Staged) Settle(ctx context.Context) error {
	if err := s.DB.Close(); err != nil {
		return err
	}
	s.DB = nil
	if s.home == nil {
		if err := os.Rename(s.path+StagedSuffix, s.path); err != nil {
			return folderTrouble(filepath.Dir(s.path), err)
		}
		if err := s.removeFile(); err != nil {
			return err
		}
		return syncFolder(filepath.Dir(s.path))
	}
	return s.home.Write(ctx, func(tx *Tx) error {
		var moves []string
		err := tx.queryAll(ctx, "select tablename::text from pg_tables where schemaname = $1", []any{s.schema}, func(r *Rows) error {
			var name string
			err := r.Scan(&name)
			moves = append(moves, "alter table "+quoted(s.schema)+"."+quoted(name)+" set schema "+quoted(s.target))
			return err
		})
		if err != nil {
			return err
		}
		return s.script(ctx, tx, append(moves, "drop schema "+quoted(s.schema))...)
	})
}

// Drop removes what is not settled, and gives the data folder back. It must be
// called in any case; after Settle it removes nothing of the database.
func (s *Staged) Drop(ctx context.Context) error {
	var errs []error
	if s.DB != nil {
		errs = append(errs, s.DB.Close())
		s.DB = nil
	}
	if s.path != "" {
		errs = append(errs, s.removeFile())
	}
	if s.home != nil {
		if s.schema != "" {
			errs = append(errs, s.home.Write(context.WithoutCancel(ctx), func(tx *Tx) error {
				return s.script(ctx, tx, "drop schema if exists "+quoted(s.schema)+" cascade")
			}))
		}
		errs = append(errs, s.home.Close())
	}
	return errors.Join(append(errs, s.lock.Unlock())...)
}

func notEmpty(place string) error {
	return &fault.Fault{Kind: fault.Conflict, Key: KeyNotEmpty, Args: fault.Args{"place": place}, Err: fmt.Errorf("%s is in use", place)}
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
