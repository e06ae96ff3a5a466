package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"sameboat/kernel/fault"
)

// migrateLock keeps two replicas from migrating at once (the number is ours,
// with no meaning).
const migrateLock = 7268352001

// Migrate brings the registers of one package up to date: the *.sql files at the
// root of migrations, in goose's form, of which the table NAME_migrations keeps
// count. A database that a newer version migrated is refused with KeyNewer.
func (db *DB) Migrate(ctx context.Context, name string, migrations fs.FS) error {
	return db.MigrateTo(ctx, name, migrations, 0)
}

// MigrateTo is Migrate up to a version and no further; 0 means the last. A
// version that is not known is refused with KeyNewer.
func (db *DB) MigrateTo(ctx context.Context, name string, migrations fs.FS, version int64) error {
	dialect, pool := goose.DialectPostgres, db.pool
	if db.lite != nil {
		dialect, pool = goose.DialectSQLite3, db.lite.pool
	}
	count, err := database.NewStore(dialect, name+"_migrations")
	if err != nil {
		return fmt.Errorf("migrate %s: %w", name, err)
	}
	p, err := goose.NewProvider("", pool, migrations, goose.WithStore(count), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate %s: %w", name, err)
	}
	free, err := db.lockMigrations(ctx)
	if err != nil {
		return Trouble(fmt.Errorf("migrate %s: %w", name, err))
	}
	defer free()
	if err := up(ctx, name, p, version); err != nil {
		return Trouble(fmt.Errorf("migrate %s: %w", name, err))
	}
	return nil
}

func up(ctx context.Context, name string, p *goose.Provider, to int64) error {
	now, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if len(sources) == 0 {
		return errors.New("no migrations")
	}
	if last := sources[len(sources)-1].Version; max(now, to) > last {
		now = max(now, to)
		return &fault.Fault{Kind: fault.Away, Key: KeyNewer, Args: fault.Args{"part": name, "found": now, "known": last},
			Err: fmt.Errorf("registers are at version %d, this program knows %d", now, last)}
	}
	if to > 0 {
		_, err = p.UpTo(ctx, to)
		return err
	}
	_, err = p.Up(ctx)
	return err
}

func (db *DB) lockMigrations(ctx context.Context) (free func(), err error) {
	if db.lite != nil {
		select {
		case db.lite.turn <- struct{}{}:
			return func() { <-db.lite.turn }, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	conn, err := db.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "select pg_advisory_lock($1)", int64(migrateLock)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() { unlock(context.WithoutCancel(ctx), conn) }, nil
}

func unlock(ctx context.Context, conn *sql.Conn) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn.ExecContext(ctx, "select pg_advisory_unlock($1)", int64(migrateLock)) // a lost connection has no lock
	conn.Close()
}
