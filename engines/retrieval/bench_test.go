package retrieval_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/corpusbench"
	"sameboat/engines/retrieval/lexicon"
)

// libraryLangs are the languages questions are expanded into.
var libraryLangs = []string{"en", "fr", "es", "zh", "ar", "ru", "pt"}

// librarySize is 100,000 unless SAMEBOAT_BENCH_DOCUMENTS says otherwise.
func librarySize(b *testing.B) int {
	if s := os.Getenv("SAMEBOAT_BENCH_DOCUMENTS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return 100_000
}

func library(b *testing.B) []corpusbench.Resource {
	b.Helper()
	dataFile(b, "README.md") // skips when absent
	all, err := corpusbench.Library(dataRoot(b), librarySize(b), 1)
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// asked is a real question as the index and its peers are asked.
type asked struct {
	query retrieval.Query
	words lexicon.Query
}

// expandedQuestions are the real English and French questions, expanded by a
// lexicon learned from parallel text into all languages of the library, with
// up to so many translations of a word in each.
func expandedQuestions(b *testing.B, a *analysis.Analyzer, lex *lexicon.Lexicon, perLanguage int) (out []asked, terms int) {
	b.Helper()
	questions, err := corpusbench.Questions(dataRoot(b))
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range questions {
		if q.Lang != "en" && q.Lang != "fr" {
			continue
		}
		e := lex.Expand(a, q.Lang, q.Text, libraryLangs, lexicon.ExpandOptions{PerLanguage: perLanguage})
		for _, g := range e.Groups {
			terms += len(g.Terms)
		}
		out = append(out, asked{retrieval.Query{Groups: e.Groups, Limit: 10, FacetDims: corpusbench.Dims()}, e})
	}
	return out, terms / len(out)
}

// learned is the lexicon from English and French into every language.
func learned(b *testing.B, a *analysis.Analyzer) *lexicon.Lexicon {
	b.Helper()
	segments, err := corpusbench.Parallel(dataRoot(b))
	if err != nil {
		b.Fatal(err)
	}
	var pairs []lexicon.Pair
	for _, from := range []string{"en", "fr"} {
		for _, to := range libraryLangs {
			if from == to || from == "fr" && to == "en" {
				continue
			}
			for _, s := range segments {
				pairs = append(pairs, lexicon.Pair{LangA: from, TextA: s[from], LangB: to, TextB: s[to]})
			}
		}
	}
	lex, err := lexicon.Train(context.Background(), pairs, nil, lexicon.Options{Analyzer: a})
	if err != nil {
		b.Fatal(err)
	}
	return lex
}

func asDocument(a *analysis.Analyzer, r *corpusbench.Resource) retrieval.Document {
	terms := func(text string) []string {
		tokens := a.Analyze(r.Lang, text)
		out := make([]string, len(tokens))
		for i, t := range tokens {
			out[i] = t.Term
		}
		return out
	}
	d := retrieval.Document{ID: r.ID, Passages: []retrieval.Passage{{
		Lang: r.Lang, Anchor: "p1", Fields: [][]string{terms(r.Title), nil, terms(r.Body)},
	}}}
	for _, f := range r.Facets {
		d.Facets = append(d.Facets, retrieval.Facet(f))
	}
	return d
}

// fill analyses on all cores and puts a hundred documents at a time.
func fill(b *testing.B, x *retrieval.Index, a *analysis.Analyzer, all []corpusbench.Resource) {
	b.Helper()
	chunks := make(chan []corpusbench.Resource)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		wg.Go(func() {
			for chunk := range chunks {
				docs := make([]retrieval.Document, len(chunk))
				for i := range chunk {
					docs[i] = asDocument(a, &chunk[i])
				}
				if err := x.Put(docs...); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for c := range slices.Chunk(all, 100) {
		chunks <- c
	}
	close(chunks)
	wg.Wait()
}

// BenchmarkLibrary measures our index on the made library: indexing, snapshot,
// memory, and real questions with six facets. Its table is in processor time.
func BenchmarkLibrary(b *testing.B) {
	for b.Loop() {
		benchLibrary(b)
	}
}

func benchLibrary(b *testing.B) {
	a, path := analysis.New(), filepath.Join(b.TempDir(), "index")
	n, rate := writeLibrary(b, a, path)
	before, start := resident(), time.Now()
	x, _, err := retrieval.Open(path, retrieval.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var t strings.Builder
	fmt.Fprintf(&t, "\n%d resources: indexed %.0f/s with analysis; opened in %v; resident %d MB (%d before)\n",
		n, rate, time.Since(start).Round(time.Millisecond), resident(), before)
	fmt.Fprintf(&t, "%-28s %6s %9s %12s %12s %12s %12s\n", "six facets", "terms", "total", "cpu p50", "cpu p99", "clock p50", "clock p99")
	lex := learned(b, a)
	few, fewTerms := expandedQuestions(b, a, lex, 1)
	many, manyTerms := expandedQuestions(b, a, lex, 0)
	same := func(q *retrieval.Query) {}
	for _, form := range []struct {
		name   string
		asked  []asked
		terms  int
		change func(*retrieval.Query)
	}{
		{"one translation a language", few, fewTerms, same},
		{"with two filters", few, fewTerms, func(q *retrieval.Query) {
			q.Filters = map[string][]string{"language": {"en", "fr"}, "kind": {"kind-0", "kind-1"}}
		}},
		{"all translations", many, manyTerms, same},
		{"browsing", few[:200], 0, func(q *retrieval.Query) { q.Groups = nil }},
		{"browsing, one filter", few[:200], 0, func(q *retrieval.Query) {
			q.Groups, q.Filters = nil, map[string][]string{"language": {"fr"}}
		}},
	} {
		total := 0
		took := quantiles(b, len(form.asked), func(i int) (int, error) {
			q := form.asked[i].query
			form.change(&q)
			r, err := x.Search(context.Background(), q)
			total += r.Total
			return r.Total, err
		})
		fmt.Fprintf(&t, "%-28s %6d %9d %12v %12v %12v %12v\n", form.name, form.terms, total/2/len(form.asked), took.cpu50, took.cpu99, took.p50, took.p99)
	}
	b.Log(t.String())
}

func writeLibrary(b *testing.B, a *analysis.Analyzer, path string) (n int, rate float64) {
	b.Helper()
	all := library(b)
	x := retrieval.New(retrieval.Options{})
	start := time.Now()
	fill(b, x, a, all)
	took := time.Since(start)
	if err := x.SaveFile(path, nil); err != nil {
		b.Fatal(err)
	}
	return len(all), float64(len(all)) / took.Seconds()
}
