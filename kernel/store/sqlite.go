package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// lite is an SQLite database: one writer's connection and a pool of readers,
// each with its prepared statements.
type lite struct {
	pool    *sql.DB // the writer's connection, and one more for migrations
	turn    chan struct{}
	writer  *statements
	readers chan *statements // waiting for work; nil means: not yet opened
	source  *sql.DB          // where readers' connections come from
}

func (db *DB) openSQLite(ctx context.Context, path string, readers int) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := probe(path); err != nil {
		return folderTrouble(filepath.Dir(path), err)
	}
	db.dialect, db.path = SQLite, path
	l := &lite{turn: make(chan struct{}, 1), readers: make(chan *statements, readers)}
	for range readers {
		l.readers <- nil
	}
	db.lite = l
	if l.pool, err = sql.Open("sqlite", address(path, "_txlock=immediate")); err != nil {
		return err
	}
	l.pool.SetMaxOpenConns(2)
	if l.source, err = sql.Open("sqlite", address(path, "_pragma=query_only(1)")); err != nil {
		return err
	}
	if l.writer, err = connect(ctx, l.pool); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	return nil
}

// probe makes the file before SQLite does, so that the operating system's own
// error tells why it cannot be written.
func probe(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func address(path, more string) string {
	u := url.URL{Scheme: "file", Path: path}
	return u.String() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)" +
		"&_pragma=secure_delete(1)&_pragma=case_sensitive_like(1)&_pragma=temp_store(memory)&_pragma=cache_size(-4000)&" + more
}

func connect(ctx context.Context, pool *sql.DB) (*statements, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &statements{conn: conn, kept: map[string]*statement{}}, nil
}

func (l *lite) close() error {
	var errs []error
	if l.source != nil {
		for range cap(l.readers) {
			if s := <-l.readers; s != nil {
				s.drop()
				errs = append(errs, s.conn.Close())
			}
		}
		errs = append(errs, l.source.Close())
	}
	if l.writer != nil {
		l.turn <- struct{}{}
		l.writer.drop()
		errs = append(errs, l.writer.conn.Close())
	}
	if l.pool != nil {
		errs = append(errs, l.pool.Close())
	}
	return errors.Join(errs...)
}

func (l *lite) write(ctx context.Context, db *DB, fn func(*Tx) error) error {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait to write: %w", ctx.Err())
	}
	defer func() { <-l.turn }()
	return l.transact(ctx, db, l.writer, "begin immediate", fn)
}

func (l *lite) read(ctx context.Context, db *DB, fn func(*Tx) error) error {
	var s *statements
	select {
	case s = <-l.readers:
	case <-ctx.Done():
		return fmt.Errorf("wait to read: %w", ctx.Err())
	}
	defer func() { l.readers <- s }()
	if s == nil {
		fresh, err := connect(ctx, l.source)
		if err != nil {
			return err
		}
		s = fresh
	}
	return l.transact(ctx, db, s, "begin", fn)
}

// transact runs fn between begin and commit. The end depends on no deadline,
// the caller's or one of ours: fn may take minutes, as a rebuild does, and a
// connection is never left inside a transaction.
func (l *lite) transact(ctx context.Context, db *DB, s *statements, begin string, fn func(*Tx) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	end := context.WithoutCancel(ctx)
	if _, err := s.conn.ExecContext(end, begin); err != nil {
		return fmt.Errorf("%s: %w", begin, err)
	}
	kept := false
	defer func() { // also when fn panics
		if !kept {
			if _, undo := s.conn.ExecContext(end, "rollback"); undo != nil && err == nil {
				err = undo // SQLite itself rolls back after a full disk: then there is nothing to undo
			}
		}
	}()
	tx := &Tx{db: db, run: s.conn, stmts: s}
	if err := fn(tx); err != nil {
		return err
	}
	if tx.broken != nil {
		return fmt.Errorf("%w: %w", ErrBroken, tx.broken)
	}
	if _, err := s.conn.ExecContext(end, "commit"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	kept = true
	return nil
}

// scrub empties the write-ahead log, so that deleted bytes are in no file. It
// waits for readers that still look at an older state, at most for patience.
func (l *lite) scrub(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		busy, err := l.checkpoint(ctx)
		if err != nil || !busy {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("empty the write-ahead log: readers hold it: %w", ctx.Err())
		}
	}
}

func (l *lite) checkpoint(ctx context.Context) (busy bool, err error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-l.turn }()
	var blocked, pages, done int64
	err = l.writer.conn.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&blocked, &pages, &done)
	return blocked != 0, err
}
