package search_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/corpusbench"
	"sameboat/kernel/store"
)

// BenchmarkFTS5 is a peer of engines/retrieval: SQLite's full-text index over
// the same made resources and the same real questions, each as the OR of its
// words, with its ten best and the counts of six dimensions. It has no words
// of other languages to look for: its questions are a fifth as long.
func BenchmarkFTS5(b *testing.B) {
	data, err := filepath.Abs("../../../shared/data")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(data); err != nil {
		b.Skip("the real data is not here")
	}
	n := 100_000
	if s := os.Getenv("SAMEBOAT_BENCH_DOCUMENTS"); s != "" {
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		benchmarkFTS5(b, data, n)
	}
}

func benchmarkFTS5(b *testing.B, data string, n int) {
	ctx := context.Background()
	all, err := corpusbench.Library(data, n, 1)
	if err != nil {
		b.Fatal(err)
	}
	questions, err := corpusbench.Questions(data)
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(ctx, store.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	began := time.Now()
	fill(b, db, all)
	fmt.Printf("FTS5: %d resources indexed in %.1f s (%.0f/s)\n", n, time.Since(began).Seconds(), float64(n)/time.Since(began).Seconds())
	a := analysis.New()
	var took []time.Duration
	for _, q := range questions[:min(len(questions), 300)] {
		var words []string
		for _, t := range a.Analyze(q.Lang, q.Text) {
			if !t.Stop {
				words = append(words, `"`+strings.ReplaceAll(t.Surface, `"`, "")+`"`)
			}
		}
		if len(words) == 0 {
			continue
		}
		began := time.Now()
		ask(b, db, strings.Join(words, " OR "))
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	fmt.Printf("FTS5: %d questions, own words only, ten best and six counts: p50 %.2f ms, p99 %.2f ms\n", len(took),
		float64(took[len(took)/2].Microseconds())/1000, float64(took[len(took)*99/100].Microseconds())/1000)
}

func fill(b *testing.B, db *store.DB, all []corpusbench.Resource) {
	ctx := context.Background()
	err := db.Write(ctx, func(tx *store.Tx) error {
		for _, stmt := range []string{`create virtual table made using fts5(title, body)`, `create table facets (doc integer, dim text, value text)`} {
			if _, err := tx.Exec(ctx, stmt); err != nil {
				return err
			}
		}
		for i, r := range all {
			if _, err := tx.Exec(ctx, `insert into made (rowid, title, body) values ($1, $2, $3)`, i+1, r.Title, r.Body); err != nil {
				return err
			}
			for _, f := range r.Facets {
				if _, err := tx.Exec(ctx, `insert into facets (doc, dim, value) values ($1, $2, $3)`, i+1, f.Dim, f.Value); err != nil {
					return err
				}
			}
		}
		_, err := tx.Exec(ctx, `create index facets_doc on facets (doc, dim, value)`)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

func ask(b *testing.B, db *store.DB, match string) {
	ctx := context.Background()
	err := db.Read(ctx, func(tx *store.Tx) error {
		for _, query := range []string{
			`select rowid, cast(bm25(made, 2.0, 1.0) as text) from made where made match $1 order by bm25(made, 2.0, 1.0) limit 10`,
			`select count(*), dim || value from facets where doc in (select rowid from made where made match $1) group by dim, value`,
		} {
			rows, err := tx.Query(ctx, query, match)
			if err != nil {
				return err
			}
			for rows.Next() {
				var id int64
				var text string
				if err := rows.Scan(&id, &text); err != nil {
					return err
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
