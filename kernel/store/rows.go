package store

import (
	"context"
	"strconv"
	"strings"
)

// ExecRows runs one statement for many rows of values, in few round trips:
//
//	tx.ExecRows(ctx, "insert into t (a, b) values", "on conflict (a) do update set b = excluded.b", rows)
//
// All rows have the same number of values. The rows of one call must not meet
// each other in a conflict.
func (tx *Tx) ExecRows(ctx context.Context, head, tail string, rows [][]any) error {
	for len(rows) > 0 {
		n := tx.portion(len(rows))
		args := make([]any, 0, n*len(rows[0]))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		if _, err := tx.Exec(ctx, head+" "+places(n, len(rows[0]))+" "+tail, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// QueryList runs a query that ends with a list of values, as "where k in", in
// few round trips, and calls scan for every row.
func (tx *Tx) QueryList(ctx context.Context, head string, values []any, scan func(*Rows) error) error {
	for len(values) > 0 {
		n := tx.portion(len(values))
		if err := tx.queryAll(ctx, head+" "+places(1, n), values[:n], scan); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

func (tx *Tx) queryAll(ctx context.Context, query string, args []any, scan func(*Rows) error) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return tx.fail(query, err)
		}
	}
	if err := rows.Err(); err != nil {
		return tx.fail(query, err)
	}
	return nil
}

// portion says how many of n go into one statement. There are few sizes, so that
// the texts stay prepared; PostgreSQL gains from saving round trips, SQLite only
// loses with long statements.
func (tx *Tx) portion(n int) int {
	switch {
	case n >= 50 && tx.db.dialect == PostgreSQL:
		return 50
	case n >= 8:
		return 8
	}
	return 1
}

// places writes ($1, $2), ($3, $4) for two rows of two.
func places(rows, columns int) string {
	var b strings.Builder
	b.Grow(rows * columns * 6)
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteString("($")
		case i%columns == 0:
			b.WriteString("), ($")
		default:
			b.WriteString(", $")
		}
		b.WriteString(strconv.Itoa(i + 1))
	}
	b.WriteString(")")
	return b.String()
}
