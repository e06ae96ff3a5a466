package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

type runner interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Tx is a transaction. It belongs to one goroutine.
type Tx struct {
	db     *DB
	run    runner
	stmts  *statements // nil where the driver itself keeps prepared statements
	broken error       // the first failure: after it nothing can be kept
	depth  int         // of savepoints
}

// Rows are the rows of a Query: call Next, Scan, and at the end Err and Close.
type Rows struct {
	*sql.Rows
	done func()
}

// Next moves to the next row and reports whether there is one.
func (r *Rows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.release()
	return false
}

// Close ends the reading early; it may be called twice.
func (r *Rows) Close() error {
	err := r.Rows.Close()
	r.release()
	return err
}

func (r *Rows) release() {
	if r.done != nil {
		r.done()
		r.done = nil
	}
}

// Row is the answer to QueryRow, asked when Scan is called.
type Row struct {
	tx    *Tx
	ctx   context.Context
	query string
	args  []any
}

// Dialect says which database the transaction runs on.
func (tx *Tx) Dialect() Dialect { return tx.db.dialect }

// Exec runs a statement and gives the number of rows it touched.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := tx.ready(args); err != nil {
		return 0, err
	}
	var res sql.Result
	var err error
	if len(args) == 0 { // schema and scripts of several statements
		res, err = tx.run.ExecContext(ctx, query)
	} else if s := tx.stmts.take(ctx, query); s != nil {
		res, err = s.stmt.ExecContext(ctx, args...)
		s.busy = false
	} else {
		res, err = tx.run.ExecContext(ctx, query, args...)
	}
	if err != nil {
		return 0, tx.fail(query, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, tx.fail(query, err)
	}
	return n, nil
}

// Query runs a query for any number of rows, which the caller must Close before
// the transaction's next statement.
func (tx *Tx) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	if err := tx.ready(args); err != nil {
		return nil, err
	}
	if s := tx.stmts.take(ctx, query); s != nil {
		rows, err := s.stmt.QueryContext(ctx, args...)
		if err != nil {
			s.busy = false
			return nil, tx.fail(query, err)
		}
		return &Rows{Rows: rows, done: func() { s.busy = false }}, nil
	}
	rows, err := tx.run.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, tx.fail(query, err)
	}
	return &Rows{Rows: rows}, nil
}

// QueryRow asks for one row.
func (tx *Tx) QueryRow(ctx context.Context, query string, args ...any) *Row {
	return &Row{tx: tx, ctx: ctx, query: query, args: args}
}

// Scan runs the query and reads its first row. No row is ErrNoRows, which leaves
// the transaction whole.
func (r *Row) Scan(dest ...any) error {
	rows, err := r.tx.Query(r.ctx, r.query, r.args...)
	if err != nil {
		return err
	}
	found := rows.Next()
	if found {
		err = rows.Scan(dest...)
	}
	if err = errors.Join(err, rows.Close(), rows.Err()); err != nil {
		return r.tx.fail(r.query, err)
	}
	if !found {
		return ErrNoRows
	}
	return nil
}

// Try runs fn so that its failure undoes only what fn did: a savepoint. The
// error of fn is returned, and the transaction goes on.
func (tx *Tx) Try(ctx context.Context, fn func() error) error {
	name := fmt.Sprintf("try%d", tx.depth)
	if _, err := tx.Exec(ctx, "savepoint "+name); err != nil {
		return err
	}
	tx.depth++
	err := fn()
	tx.depth--
	if err == nil && tx.broken == nil {
		_, err = tx.Exec(ctx, "release savepoint "+name)
		return err
	}
	if err == nil {
		err = tx.broken
	}
	tx.broken = nil
	if _, undo := tx.Exec(ctx, "rollback to savepoint "+name); undo != nil {
		return errors.Join(err, undo)
	}
	if _, undo := tx.Exec(ctx, "release savepoint "+name); undo != nil {
		return errors.Join(err, undo)
	}
	return err
}

// Now is the database's clock, the one clock that replicas share.
func (tx *Tx) Now(ctx context.Context) (time.Time, error) {
	if tx.db.dialect == SQLite {
		return time.Now().UTC(), nil
	}
	var micros int64
	err := tx.QueryRow(ctx, "select (extract(epoch from clock_timestamp()) * 1000000)::bigint").Scan(&micros)
	return Time(micros), err
}

func (tx *Tx) ready(args []any) error {
	if tx.broken != nil {
		return fmt.Errorf("%w: %w", ErrBroken, tx.broken)
	}
	if err := checkArgs(args); err != nil {
		tx.broken = err
		return err
	}
	return nil
}

func (tx *Tx) fail(query string, err error) error {
	if len(query) > 200 {
		query = query[:200] + "…"
	}
	err = Trouble(fmt.Errorf("%s: %w", query, mark(err)))
	tx.broken = err
	return err
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
