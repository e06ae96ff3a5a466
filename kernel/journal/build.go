package journal

import (
	"context"
	"fmt"
	"strings"

	"sameboat/kernel/store"
)

// build makes the tables of the views anew, replays all facts into them and puts
// them in the place of the old ones, in the caller's transaction. SQLite's
// readers see the old tables until the commit. On PostgreSQL the new tables grow
// in a schema of their own, found first on the search path, and take the place
// of the old ones at the very end, so that readers wait only for that.
func (j *Journal) build(ctx context.Context, tx *store.Tx, views []Projection, progress func(done, total int64)) error {
	beside := tx.Dialect() == store.PostgreSQL
	home, err := "", error(nil)
	if beside {
		home, err = enterSchema(ctx, tx)
	} else {
		err = dropViews(ctx, tx, views)
	}
	if err != nil {
		return err
	}
	for _, p := range views {
		if _, err := tx.Exec(ctx, p.Schema); err != nil {
			return fmt.Errorf("view %s: %w", p.Name, err)
		}
	}
	if err := j.replay(ctx, tx, views, progress); err != nil {
		return err
	}
	if beside {
		if err := leaveSchema(ctx, tx, home, views); err != nil {
			return err
		}
	}
	for _, p := range views {
		_, err := tx.Exec(ctx, `insert into journal_views (name, version, hash, tables) values ($1, $2, $3, $4)
			on conflict (name) do update set version = excluded.version, hash = excluded.hash, tables = excluded.tables`,
			p.Name, p.Version, p.Hash(), strings.Join(p.Tables, " "))
		if err != nil {
			return err
		}
	}
	return nil
}

func dropViews(ctx context.Context, tx *store.Tx, views []Projection) error {
	for _, p := range views {
		if err := dropTables(ctx, tx, p.Tables); err != nil {
			return err
		}
	}
	return nil
}

// enterSchema makes the schema journal_beside and gives the name of the one in
// use.
func enterSchema(ctx context.Context, tx *store.Tx) (home string, err error) {
	var path string
	if err := tx.QueryRow(ctx, "select current_schema(), current_setting('search_path')").Scan(&home, &path); err != nil {
		return "", err
	}
	for _, s := range []string{"drop schema if exists journal_beside cascade", "create schema journal_beside",
		"set local search_path = journal_beside, " + path} {
		if _, err := tx.Exec(ctx, s); err != nil {
			return "", err
		}
	}
	return home, nil
}

// leaveSchema moves the new tables home.
func leaveSchema(ctx context.Context, tx *store.Tx, home string, views []Projection) error {
	quoted := `"` + strings.ReplaceAll(home, `"`, `""`) + `"`
	for _, p := range views {
		for _, t := range p.Tables {
			for _, s := range []string{"drop table if exists " + quoted + "." + t + " cascade",
				"alter table journal_beside." + t + " set schema " + quoted} {
				if _, err := tx.Exec(ctx, s); err != nil {
					return fmt.Errorf("view %s: %w", p.Name, err)
				}
			}
		}
	}
	for _, s := range []string{"drop schema journal_beside", "set local search_path = " + quoted} {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
