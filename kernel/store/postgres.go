package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// maxTries bounds how often a write is run again after a serialisation failure.
const maxTries = 12

func (db *DB) openPostgres(ctx context.Context, c Config) error {
	config, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return badAddress(c.URL, errors.New("not a PostgreSQL address")) // pgx's own error may hold the password
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = c.Patience
	}
	config.RuntimeParams["application_name"] = "sameboat"
	config.RuntimeParams["timezone"] = "UTC"
	if c.schema != "" {
		config.RuntimeParams["search_path"] = quoted(c.schema)
	}
	config.StatementCacheCapacity = maxStatements
	db.dialect = PostgreSQL
	db.pool = stdlib.OpenDB(*config)
	db.pool.SetMaxOpenConns(c.Readers + 4)
	db.pool.SetMaxIdleConns(c.Readers)
	db.pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.pool.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

func (db *DB) readPostgres(ctx context.Context, fn func(*Tx) error) error {
	return db.transactPostgres(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

func (db *DB) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		err := db.transactPostgres(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, fn)
		if err == nil || try == maxTries || !isRace(err) {
			return err
		}
		pause := time.Duration(rand.IntN(2<<min(try, 8))) * time.Millisecond
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// orderPostgres takes the lock before any statement that looks at rows; at the
// level "read committed" every later statement then sees all that the earlier
// holders of the lock committed.
func (db *DB) orderPostgres(ctx context.Context, lock int64, fn func(*Tx) error) error {
	return db.transactPostgres(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", lock); err != nil {
			return err
		}
		return fn(tx)
	})
}

func (db *DB) transactPostgres(ctx context.Context, o *sql.TxOptions, fn func(*Tx) error) error {
	t, err := db.pool.BeginTx(ctx, o)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback() // after a commit it does nothing; otherwise the connection's loss undoes the same
	tx := &Tx{db: db, run: t}
	if err := fn(tx); err != nil {
		return err
	}
	if tx.broken != nil {
		return fmt.Errorf("%w: %w", ErrBroken, tx.broken)
	}
	if err := t.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// isRace reports a serialisation failure or a deadlock, after which the same
// transaction may well succeed.
func isRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// scrubPostgres rewrites the tables, because a plain vacuum leaves the deleted
// bytes in the free part of their pages; and it does so when no transaction can
// still see them, because a rewrite keeps what somebody may look at.
func (db *DB) scrubPostgres(ctx context.Context, patience time.Duration, tables []string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := outlive(ctx, conn); err != nil {
		return err
	}
	for _, t := range tables {
		if _, err = conn.ExecContext(ctx, "vacuum full "+pgx.Identifier{t}.Sanitize()); err != nil {
			return fmt.Errorf("vacuum %s: %w", t, err)
		}
	}
	return nil
}

// outlive waits until every transaction that is open now has ended: one that
// reads shows by its snapshot, one that has written, by its own number, and
// either keeps what was deleted after it began from being forgotten. Those of
// the server itself, which are in no database, do so too.
func outlive(ctx context.Context, conn *sql.Conn) error {
	var now string
	if err := conn.QueryRowContext(ctx, "select pg_current_xact_id()::xid::text").Scan(&now); err != nil {
		return err
	}
	for {
		var older int64
		err := conn.QueryRowContext(ctx, `select count(*) from pg_stat_activity where (datname = current_database() or datname is null)
			and pid <> pg_backend_pid() and greatest(age(backend_xmin), age(backend_xid)) >= age(cast(cast($1 as text) as xid))`, now).Scan(&older)
		if err != nil || older == 0 {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%d older transactions still look at what was deleted: %w", older, ctx.Err())
		}
	}
}
