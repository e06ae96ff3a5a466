package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Table is a table as the database itself describes it.
type Table struct {
	Name    string
	Columns []Column
}

// Column is one column of a table. Its type is one of "text", "integer",
// "boolean", "bytes" and "real", the same on both databases.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Tables lists the tables of the database (on PostgreSQL: of the schema in use)
// so that each comes after those its foreign keys name.
func (tx *Tx) Tables(ctx context.Context) ([]Table, error) {
	columns, keys := liteColumns, liteKeys
	if tx.db.dialect == PostgreSQL {
		columns, keys = postgresColumns, postgresKeys
	}
	var list []Table
	err := tx.queryAll(ctx, columns, nil, func(r *Rows) error {
		var table, name, kind string
		if err := r.Scan(&table, &name, &kind); err != nil {
			return err
		}
		if len(list) == 0 || list[len(list)-1].Name != table {
			list = append(list, Table{Name: table})
		}
		last := &list[len(list)-1]
		last.Columns = append(last.Columns, Column{Name: name, Type: plainType(kind)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	needs := map[string][]string{}
	err = tx.queryAll(ctx, keys, nil, func(r *Rows) error {
		var table, other string
		err := r.Scan(&table, &other)
		needs[table] = append(needs[table], other)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the foreign keys: %w", err)
	}
	return inOrderOfNeed(list, needs), nil
}

const (
	liteColumns = `select m.name, c.name, c.type from sqlite_master m, pragma_table_info(m.name) c
		where m.type = 'table' and m.name not like 'sqlite\_%' escape '\' order by m.name, c.cid`
	liteKeys = `select m.name, k."table" from sqlite_master m, pragma_foreign_key_list(m.name) k where m.type = 'table' order by 1, 2`

	postgresColumns = `select c.relname::text, a.attname::text, format_type(a.atttypid, null) from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`
	postgresKeys = `select c.relname::text, o.relname::text from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class o on o.oid = k.confrelid
		where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace order by 1, 2`
)

func plainType(declared string) string {
	declared = strings.ToLower(declared)
	switch {
	case strings.Contains(declared, "int"):
		return "integer"
	case strings.Contains(declared, "bool"):
		return "boolean"
	case declared == "bytea", declared == "blob":
		return "bytes"
	case strings.Contains(declared, "double"), declared == "real":
		return "real"
	}
	return "text"
}

// inOrderOfNeed keeps the order of names but for what a foreign key asks.
func inOrderOfNeed(list []Table, needs map[string][]string) []Table {
	var out []Table
	placed := map[string]bool{}
	var place func(Table)
	place = func(t Table) {
		if placed[t.Name] {
			return
		}
		placed[t.Name] = true // before its needs: a table may name itself
		for _, n := range needs[t.Name] {
			if i := slices.IndexFunc(list, func(o Table) bool { return o.Name == n }); i >= 0 {
				place(list[i])
			}
		}
		out = append(out, t)
	}
	for _, t := range list {
		place(t)
	}
	return out
}

// EachRow reads all rows of a table in the order of its first column and calls
// fn for each. A value is nil, string, int64, bool, []byte or float64, as its
// column's type says. fn must not keep the slice.
func (tx *Tx) EachRow(ctx context.Context, t Table, fn func(row []any) error) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	values, places := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		places[i] = &values[i]
	}
	query := "select " + strings.Join(names, ", ") + " from " + quoted(t.Name) + " order by 1"
	return tx.queryAll(ctx, query, nil, func(r *Rows) error {
		if err := r.Scan(places...); err != nil {
			return err
		}
		for i, c := range t.Columns {
			v, err := plainValue(values[i], c.Type)
			if err != nil {
				return fmt.Errorf("%s.%s: %w", t.Name, c.Name, err)
			}
			values[i] = v
		}
		return fn(values)
	})
}

func plainValue(v any, kind string) (any, error) {
	switch v := v.(type) {
	case nil, float64, bool, string:
		return v, nil
	case int64:
		if kind == "boolean" {
			return v != 0, nil
		}
		if kind == "real" {
			return float64(v), nil
		}
		return v, nil
	case []byte:
		if kind == "bytes" {
			return append([]byte{}, v...), nil // SQLite's driver gives nil for no bytes
		}
		return string(v), nil
	}
	return nil, fmt.Errorf("a value of the unexpected type %T", v)
}

// Insert adds rows to a table, each with a value for every column of t.
func (tx *Tx) Insert(ctx context.Context, t Table, rows [][]any) error {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	return tx.ExecRows(ctx, "insert into "+quoted(t.Name)+" ("+strings.Join(names, ", ")+") values", "", rows)
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
