package store

import (
	"context"
	"fmt"
)

// Health asks the database about itself and gives what is wrong with it, in the
// database's own words, at most 20 lines: on SQLite what "quick_check" finds, on
// PostgreSQL settings under which an acknowledged write can be lost.
func (db *DB) Health(ctx context.Context) (about string, wrong []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		if db.dialect == SQLite {
			about, wrong, err = liteHealth(ctx, tx)
		} else {
			about, wrong, err = postgresHealth(ctx, tx)
		}
		return err
	})
	return about, wrong, err
}

func liteHealth(ctx context.Context, tx *Tx) (about string, wrong []string, err error) {
	if err := tx.QueryRow(ctx, "select 'SQLite ' || sqlite_version()").Scan(&about); err != nil {
		return "", nil, err
	}
	err = tx.queryAll(ctx, "pragma quick_check(20)", nil, func(r *Rows) error {
		var line string
		err := r.Scan(&line)
		if line != "ok" {
			wrong = append(wrong, line)
		}
		return err
	})
	return about, wrong, err
}

func postgresHealth(ctx context.Context, tx *Tx) (about string, wrong []string, err error) {
	var number int64
	if err := tx.QueryRow(ctx, "select 'PostgreSQL ' || current_setting('server_version'), current_setting('server_version_num')::bigint").Scan(&about, &number); err != nil {
		return "", nil, err
	}
	if number < 130000 {
		wrong = append(wrong, about+" < 13")
	}
	for _, want := range [][2]string{{"fsync", "on"}, {"full_page_writes", "on"}, {"server_encoding", "UTF8"}} {
		var is string
		if err := tx.QueryRow(ctx, "select current_setting($1)", want[0]).Scan(&is); err != nil {
			return about, wrong, err
		}
		if is != want[1] {
			wrong = append(wrong, fmt.Sprintf("%s = %s", want[0], is))
		}
	}
	var commit string
	if err := tx.QueryRow(ctx, "select current_setting('synchronous_commit')").Scan(&commit); err != nil {
		return about, wrong, err
	}
	if commit == "off" {
		wrong = append(wrong, "synchronous_commit = off")
	}
	return about, wrong, nil
}
