package journaltest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Check fails the test unless the journal keeps its invariant: numbers and
// public numbers without gaps, versions of every thing without gaps, the last
// number and the versions as the tables say. It gives all facts.
func Check(t testing.TB, j *journal.Journal) []journal.Fact {
	t.Helper()
	ctx := context.Background()
	var all []journal.Fact
	var public int64
	versions := map[facts.ID]int64{}
	for {
		list, err := j.After(ctx, facts.Seq(len(all)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		for _, f := range list {
			all = append(all, f)
			versions[f.Thing]++
			if f.Seq != facts.Seq(len(all)) || f.Version != versions[f.Thing] || f.Node != j.Node() {
				t.Fatalf("fact %d of %s has version %d of %s; want fact %d with version %d of %s", f.Seq, f.Node, f.Version, f.Thing, len(all), versions[f.Thing], j.Node())
			}
			if f.Audience == facts.Public {
				public++
			}
			if want := map[bool]int64{true: public}[f.Audience == facts.Public]; f.Public != want {
				t.Fatalf("fact %d has public number %d, want %d", f.Seq, f.Public, want)
			}
		}
	}
	if last, err := j.Last(ctx); err != nil || last != facts.Seq(len(all)) {
		t.Fatalf("Last: %d %v, want %d", last, err, len(all))
	}
	for thing, want := range versions {
		if got, err := j.Version(ctx, thing); err != nil || got != want {
			t.Fatalf("version of %s: %d %v, want %d", thing, got, err, want)
		}
	}
	return all
}

// SameWhenRebuilt rebuilds all views and fails the test when a table of a
// projection then differs from what it was.
func SameWhenRebuilt(t testing.TB, db *store.DB, j *journal.Journal, views ...journal.Projection) {
	t.Helper()
	ctx := context.Background()
	live := map[string][]string{}
	for _, p := range views {
		for _, table := range p.Tables {
			live[table] = Dump(t, db, table)
		}
	}
	if err := j.Rebuild(ctx, nil, nil); err != nil {
		t.Fatalf("rebuild: %v", err)
	}
	for _, table := range slices.Sorted(maps.Keys(live)) {
		rebuilt := Dump(t, db, table)
		if slices.Equal(live[table], rebuilt) {
			continue
		}
		for _, row := range live[table] {
			if !slices.Contains(rebuilt, row) {
				t.Errorf("%s: only in the live view: %s", table, row)
			}
		}
		for _, row := range rebuilt {
			if !slices.Contains(live[table], row) {
				t.Errorf("%s: only in the rebuilt view: %s", table, row)
			}
		}
	}
}

// Dump gives all rows of a table as text, sorted.
func Dump(t testing.TB, db *store.DB, table string) []string {
	t.Helper()
	ctx := context.Background()
	var out []string
	err := db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "select * from "+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			values, places := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				places[i] = &values[i]
			}
			if err := rows.Scan(places...); err != nil {
				return err
			}
			line := ""
			for i, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				line += fmt.Sprintf("%s=%#v ", names[i], v)
			}
			out = append(out, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("dump %s: %v", table, err)
	}
	slices.Sort(out)
	return out
}
