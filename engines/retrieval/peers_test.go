package retrieval_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/corpusbench"
	"sameboat/engines/retrieval/lexicon"
)

// peerSize bounds the resources in the comparison: both
// engines hold the same, which the output tells.
const (
	peerSize      = 10_000
	peerQuestions = 60
)

// BenchmarkLibraryBleve asks bleve and ours the same questions about the same
// resources in one run, and prints the ratio.
func BenchmarkLibraryBleve(b *testing.B) {
	for b.Loop() {
		benchBleve(b)
	}
}

func benchBleve(b *testing.B) {
	all := library(b)
	all = all[:min(len(all), peerSize)]
	a := analysis.New()
	ours, start := retrieval.New(retrieval.Options{}), time.Now()
	fill(b, ours, a, all)
	oursTook := time.Since(start)
	x := filledBleve(b, all)
	questions, terms := expandedQuestions(b, a, learned(b, a), 1)
	questions = questions[:min(len(questions), peerQuestions)]
	mine := quantiles(b, len(questions), func(i int) (int, error) {
		r, err := ours.Search(context.Background(), questions[i].query)
		return r.Total, err
	})
	var t strings.Builder
	fmt.Fprintf(&t, "\n%d resources, %d questions of %d terms, by the clock\n%-28s p50 %v p99 %v, indexed in %v\n", len(all), len(questions), terms,
		"ours, six facets", mine.p50, mine.p99, oursTook.Round(time.Millisecond))
	for _, form := range []struct {
		name             string
		expanded, facets bool
	}{{"bleve, words only", false, false}, {"bleve, expanded, six facets", true, true}} {
		took := quantiles(b, len(questions), func(i int) (int, error) {
			r, err := x.Search(bleveSearch(questions[i].words, form.expanded, form.facets))
			if err != nil {
				return 0, err
			}
			return int(r.Total), nil
		})
		fmt.Fprintf(&t, "%-28s p50 %v p99 %v: %.1f and %.1f times ours\n", form.name, took.p50, took.p99,
			float64(took.p50)/float64(mine.p50), float64(took.p99)/float64(mine.p99))
	}
	b.Log(t.String())
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
}

func filledBleve(b *testing.B, all []corpusbench.Resource) bleve.Index {
	b.Helper()
	// In a folder, for bleve's store in memory alone is its old, slow one.
	x, err := bleve.New(filepath.Join(b.TempDir(), "bleve"), bleveMapping())
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for chunk := range slices.Chunk(all, 1000) {
		batch := x.NewBatch()
		for i := range chunk {
			if err := batch.Index(chunk[i].ID, bleveDocument(&chunk[i])); err != nil {
				b.Fatal(err)
			}
		}
		if err := x.Batch(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("bleve indexed %d resources in %v", len(all), time.Since(start).Round(time.Millisecond))
	return x
}

func bleveMapping() mapping.IndexMapping {
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeTermVectors = en.AnalyzerName, false, false
	facet := bleve.NewTextFieldMapping()
	facet.Analyzer, facet.Store, facet.IncludeTermVectors, facet.IncludeInAll = keyword.Name, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("text", text)
	for _, dim := range corpusbench.Dims() {
		doc.AddFieldMappingsAt(dim, facet)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	return m
}

func bleveDocument(r *corpusbench.Resource) map[string]any {
	doc := map[string]any{"text": r.Title + "\n" + r.Body}
	for _, f := range r.Facets {
		values, _ := doc[f.Dim].([]string)
		doc[f.Dim] = append(values, f.Value)
	}
	return doc
}

func bleveSearch(words lexicon.Query, expanded, facets bool) *bleve.SearchRequest {
	var any []query.Query
	add := func(text string, weight float64) {
		q := bleve.NewMatchQuery(strings.ToLower(text))
		q.SetField("text")
		q.SetBoost(weight)
		any = append(any, q)
	}
	for _, w := range words.Words {
		if !expanded {
			add(w.Surface, 1)
			continue
		}
		for _, r := range w.Translations {
			add(r.Surface, float64(r.Weight))
		}
	}
	r := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(any...), 10, 0, false)
	if facets {
		for _, dim := range corpusbench.Dims() {
			r.AddFacet(dim, bleve.NewFacetRequest(dim, 100))
		}
	}
	return r
}
