package keep

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"sameboat/kernel/store"
)

// head is the first line of every part of a table: what the values of its rows
// are. Each further line is one row, an array.
type head struct {
	Table   string         `json:"table"`
	Columns []store.Column `json:"columns"`
}

// encoder writes rows of one table into parts.
type encoder struct {
	table store.Table
	buf   bytes.Buffer
	rows  int
	line  []any
	out   func(content []byte, rows int) error
}

func (e *encoder) add(row []any) error {
	if e.buf.Len() == 0 {
		if err := json.NewEncoder(&e.buf).Encode(head{e.table.Name, e.table.Columns}); err != nil {
			return err
		}
	}
	e.line = append(e.line[:0], row...)
	for i, v := range e.line {
		if b, ok := v.([]byte); ok {
			e.line[i] = base64.StdEncoding.EncodeToString(b)
		}
	}
	enc := json.NewEncoder(&e.buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e.line); err != nil {
		return fmt.Errorf("a row of %s: %w", e.table.Name, err)
	}
	e.rows++
	if e.buf.Len() >= partSize {
		return e.flush()
	}
	return nil
}

func (e *encoder) flush() error {
	if e.rows == 0 {
		return nil
	}
	err := e.out(e.buf.Bytes(), e.rows)
	e.buf.Reset()
	e.rows = 0
	return err
}

// decode reads a part again.
func decode(content []byte) (t store.Table, rows [][]any, err error) {
	dec := json.NewDecoder(bytes.NewReader(content))
	dec.UseNumber()
	var h head
	if err := dec.Decode(&h); err != nil {
		return t, nil, err
	}
	t = store.Table{Name: h.Table, Columns: h.Columns}
	for {
		var row []any
		if err := dec.Decode(&row); err == io.EOF {
			return t, rows, nil
		} else if err != nil {
			return t, nil, err
		}
		if len(row) != len(t.Columns) {
			return t, nil, fmt.Errorf("a row of %d values for %d columns", len(row), len(t.Columns))
		}
		for i, c := range t.Columns {
			if row[i], err = value(row[i], c.Type); err != nil {
				return t, nil, fmt.Errorf("%s: %w", c.Name, err)
			}
		}
		rows = append(rows, row)
	}
}

func value(v any, kind string) (any, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case bool:
		if kind == "boolean" {
			return x, nil
		}
	case json.Number:
		if kind == "integer" {
			return x.Int64()
		}
		if kind == "real" {
			return x.Float64()
		}
	case string:
		if kind == "bytes" {
			return base64.StdEncoding.DecodeString(x)
		}
		if kind == "text" {
			return x, nil
		}
	}
	return nil, fmt.Errorf("a %T where a value of the type %s belongs", v, kind)
}

// fits reports whether the database has such a table.
func fits(t store.Table, known []store.Table) bool {
	i := slices.IndexFunc(known, func(k store.Table) bool { return k.Name == t.Name })
	if i < 0 {
		return false
	}
	seen := map[string]bool{}
	for _, c := range t.Columns {
		if seen[c.Name] || !slices.Contains(known[i].Columns, c) {
			return false
		}
		seen[c.Name] = true
	}
	return true
}
