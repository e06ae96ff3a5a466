package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sameboat/kernel/fault"
)

// FileName is the SQLite database in the data folder.
const FileName = "sameboat.db"

// Config says which database a node uses.
type Config struct {
	Dir      string        // the data folder, held by a lock while the DB is open; "" only with a postgres URL
	URL      string        // "" = DIR/sameboat.db, "sqlite:PATH", or "postgres://…"
	Readers  int           // at most so many reads at once; 0 = twice the CPUs, at least 4
	Patience time.Duration // how long to wait for an answer when opening; 0 = 5 s

	schema string // PostgreSQL: the only one on the search path
}

// litePath gives the file of an SQLite database, and whether it is one.
func (c Config) litePath() (string, bool) {
	scheme, rest, _ := strings.Cut(c.URL, ":")
	switch scheme {
	case "":
		return filepath.Join(c.Dir, FileName), true
	case "sqlite":
		return rest, true
	}
	return "", false
}

// DB is an open database.
type DB struct {
	dialect Dialect
	path    string // of the SQLite file
	locks   []*FolderLock
	pool    *sql.DB // PostgreSQL: all; SQLite: the readers
	lite    *lite   // SQLite only
}

// Open opens the database of a node, making it when there is none. Its faults
// are those of the Key constants.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Readers <= 0 {
		c.Readers = max(4, 2*runtime.NumCPU())
	}
	if c.Patience <= 0 {
		c.Patience = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, c.Patience)
	defer cancel()
	db := &DB{}
	if c.Dir != "" {
		lock, err := Lock(c.Dir)
		if err != nil {
			return nil, err
		}
		db.locks = append(db.locks, lock)
	}
	if err := db.open(ctx, c); err != nil {
		return nil, errors.Join(Trouble(err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, c Config) error {
	scheme, rest, _ := strings.Cut(c.URL, ":")
	switch scheme {
	case "":
		if c.Dir == "" {
			return badAddress(c.URL, errors.New("neither a data folder nor an address"))
		}
		return db.openSQLite(ctx, filepath.Join(c.Dir, FileName), c.Readers)
	case "sqlite":
		path, err := db.lockBeside(c.Dir, rest)
		if err != nil {
			return err
		}
		return db.openSQLite(ctx, path, c.Readers)
	case "postgres", "postgresql":
		return db.openPostgres(ctx, c)
	}
	return badAddress(c.URL, errors.New("want sqlite:PATH or postgres://…"))
}

// lockBeside holds an SQLite file that lies outside the data folder.
func (db *DB) lockBeside(dir, path string) (string, error) {
	if path == "" {
		return "", badAddress("sqlite:", errors.New("no path"))
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if abs, err := filepath.Abs(dir); err == nil && dir != "" && abs == filepath.Dir(path) {
		return path, nil
	}
	lock, err := lockFile(path+".lock", path)
	if err == nil {
		db.locks = append(db.locks, lock)
	}
	return path, err
}

// badAddress never repeats a password.
func badAddress(address string, err error) error {
	if u, perr := url.Parse(address); perr == nil {
		address = u.Redacted()
	} else {
		address = ""
	}
	return &fault.Fault{Kind: fault.Invalid, Key: KeyAddress, Args: fault.Args{"address": address},
		Err: fmt.Errorf("database address %q: %w", address, err)}
}

// Close lets go of the database and of the data folder.
func (db *DB) Close() error {
	var errs []error
	if db.lite != nil {
		errs = append(errs, db.lite.close())
	}
	if db.pool != nil {
		errs = append(errs, db.pool.Close())
	}
	for _, l := range db.locks {
		errs = append(errs, l.Unlock())
	}
	db.locks = nil
	return errors.Join(errs...)
}

// Dialect says which database this is.
func (db *DB) Dialect() Dialect { return db.dialect }

// Path is the file of an SQLite database, and "" for PostgreSQL.
func (db *DB) Path() string { return db.path }

// Read runs fn on one consistent snapshot. Writing in it fails. fn must not call
// Read again: readers are few, and might all wait for each other.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	if db.lite != nil {
		return Trouble(db.lite.read(ctx, db, fn))
	}
	return Trouble(db.readPostgres(ctx, fn))
}

// Write runs fn in one transaction that is kept whole when fn returns nil and
// leaves no trace otherwise. Writes happen as if one after the other: one writer
// on SQLite; the isolation level "serializable" on PostgreSQL, where fn may
// therefore run several times and must have no effect but through its Tx. fn must
// not call Write or append to the journal: it would wait for itself.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if db.lite != nil {
		return Trouble(db.lite.write(ctx, db, fn))
	}
	return Trouble(db.writePostgres(ctx, fn))
}

// WriteInOrder is Write where all transactions with the same lock number happen
// in the order of their commits, over all replicas, each seeing all that the one
// before it wrote. The journal appends this way; rooms use Write.
func (db *DB) WriteInOrder(ctx context.Context, lock int64, fn func(*Tx) error) error {
	if db.lite != nil {
		return Trouble(db.lite.write(ctx, db, fn))
	}
	return Trouble(db.orderPostgres(ctx, lock, fn))
}
