package retrieval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"

	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/corpusbench"
)

// BenchmarkLibraryBleve does with bleve what BenchmarkLibrary does with ours:
// the same resources, questions, partners and facets.
func BenchmarkLibraryBleve(b *testing.B) {
	for b.Loop() {
		benchBleve(b)
	}
}

func benchBleve(b *testing.B) {
	all := library(b)
	x, err := bleve.NewMemOnly(bleveMapping())
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for from := 0; from < len(all); from += 1000 {
		batch := x.NewBatch()
		for _, r := range all[from:min(from+1000, len(all))] {
			if err := batch.Index(r.ID, bleveDocument(&r)); err != nil {
				b.Fatal(err)
			}
		}
		if err := x.Batch(batch); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(start)
	n := len(all)
	all = nil
	b.Logf("bleve: indexed %d resources in %v, %.0f/s; resident %d MB", n, took.Round(time.Millisecond), float64(n)/took.Seconds(), resident())
	questions := expandedQuestions(b, analysis.New())
	questions = questions[:min(len(questions), 300)] // a minute is enough
	for _, form := range []struct {
		name             string
		expanded, facets bool
	}{{"words only", false, false}, {"expanded", true, false}, {"expanded, six facets", true, true}} {
		t := quantiles(b, len(questions), func(i int) (int, error) {
			r, err := x.Search(bleveSearch(questions[i], form.expanded, form.facets))
			if err != nil {
				return 0, err
			}
			return int(r.Total), nil
		})
		b.Logf("bleve, %s: %v", form.name, t)
		if form.facets {
			b.ReportMetric(float64(t.p50.Microseconds()), "p50-µs")
			b.ReportMetric(float64(t.p99.Microseconds()), "p99-µs")
		}
	}
	if err := x.Close(); err != nil {
		b.Fatal(err)
	}
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

func bleveSearch(words []word, expanded, facets bool) *bleve.SearchRequest {
	var any []query.Query
	add := func(text string, weight float64) {
		q := bleve.NewMatchQuery(strings.ToLower(text))
		q.SetField("text")
		q.SetBoost(weight)
		any = append(any, q)
	}
	for _, w := range words {
		add(w.text, 1)
		if expanded {
			for _, o := range w.others {
				add(o.text, float64(o.weight))
			}
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
