package storetest

import (
	"context"
	"fmt"
	"testing"

	"sameboat/kernel/store"
)

// tables: both databases describe a table in the same words, in the order of
// need, and its rows go out and in as the same values.
func tables(t *testing.T, db *store.DB) {
	ctx := context.Background()
	must(t, db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `create table contract_b (k text primary key, up text references contract_b (k));
			create table contract_a (k text primary key, b text not null references contract_b (k))`)
		return err
	}))
	rows := [][]any{{"k1", int64(-5), true, []byte{0, 255}, `{"a": 1}`, 0.5}, {"k2", nil, nil, nil, nil, nil}, {"k3", int64(1), false, []byte{}, `[]`, 2.0}}
	var got [][]any
	err := db.Write(ctx, func(tx *store.Tx) error {
		list, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		at := map[string]int{}
		for i, table := range list {
			at[table.Name] = i + 1
		}
		if at["contract_a"] == 0 || at["contract_b"] == 0 || at["contract_a"] < at["contract_b"] {
			t.Errorf("the tables come as %v; contract_a needs contract_b", at)
		}
		kept := list[at["contract_kept"]-1]
		const want = "[{k text} {n integer} {flag boolean} {blob bytes} {doc text} {x real}]"
		if fmt.Sprint(kept.Columns) != want {
			t.Errorf("columns %v, want %s", kept.Columns, want)
		}
		if err := tx.Insert(ctx, kept, rows); err != nil {
			return err
		}
		return tx.EachRow(ctx, kept, func(row []any) error {
			got = append(got, append([]any(nil), row...))
			return nil
		})
	})
	must(t, err)
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", rows) {
		t.Errorf("got\n%#v, want\n%#v", got, rows)
	}
	if _, wrong, err := db.Health(ctx); err != nil || db.Dialect() == store.SQLite && len(wrong) > 0 {
		t.Errorf("health: %v %v", wrong, err)
	}
}
