package retrieval_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/corpusbench"
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

// word is a surface word of a question with what it may mean elsewhere.
type word struct {
	lang, text string
	stop       bool
	others     []translation
}

type translation struct {
	lang, text string
	weight     float32
}

// expandedQuestions are the real English and French questions, every content
// word with its best partner in each other language. The partners come from
// counting together in parallel segments, which is crude, but queries have
// the size and skew that a learned lexicon gives them.
func expandedQuestions(b *testing.B, a *analysis.Analyzer) [][]word {
	b.Helper()
	questions, err := corpusbench.Questions(dataRoot(b))
	if err != nil {
		b.Fatal(err)
	}
	segments, err := corpusbench.Parallel(dataRoot(b))
	if err != nil {
		b.Fatal(err)
	}
	p := newPartners(a, segments)
	var out [][]word
	for _, q := range questions {
		if q.Lang != "en" && q.Lang != "fr" {
			continue
		}
		var words []word
		for _, t := range a.Analyze(q.Lang, q.Text) {
			w := word{q.Lang, t.Surface, t.Stop, nil}
			if !t.Stop {
				w.others = p.of(q.Lang, strings.ToLower(t.Surface))
			}
			words = append(words, w)
		}
		out = append(out, words[:min(len(words), retrieval.MaxGroups)])
	}
	return out
}

// partners finds words of other languages that stand in the same segments.
type partners struct {
	in     map[string]map[string][]int // language, word → segments
	words  map[string][][]string       // language → words of each segment
	cached map[string][]translation
}

func newPartners(a *analysis.Analyzer, segments []map[string]string) *partners {
	p := &partners{map[string]map[string][]int{}, map[string][][]string{}, map[string][]translation{}}
	for _, lang := range libraryLangs {
		p.in[lang] = map[string][]int{}
		for i, s := range segments {
			var words []string
			for _, t := range a.Analyze(lang, s[lang]) {
				if w := strings.ToLower(t.Surface); !t.Stop && !slices.Contains(words, w) {
					words = append(words, w)
					p.in[lang][w] = append(p.in[lang][w], i)
				}
			}
			p.words[lang] = append(p.words[lang], words)
		}
	}
	return p
}

func (p *partners) of(lang, w string) []translation {
	if out, ok := p.cached[lang+w]; ok {
		return out
	}
	var out []translation
	for _, other := range libraryLangs {
		if other == lang {
			continue
		}
		together := map[string]int{}
		for _, s := range p.in[lang][w] {
			for _, o := range p.words[other][s] {
				together[o]++
			}
		}
		best := translation{lang: other}
		for o, n := range together {
			dice := float32(2*n) / float32(len(p.in[lang][w])+len(p.in[other][o]))
			if dice > best.weight || dice == best.weight && o < best.text {
				best.text, best.weight = o, dice
			}
		}
		if best.weight > .1 {
			out = append(out, best)
		}
	}
	p.cached[lang+w] = out
	return out
}

func asQuery(a *analysis.Analyzer, words []word) (q retrieval.Query, terms int) {
	q.Limit, q.FacetDims = 10, corpusbench.Dims()
	for _, w := range words {
		g := retrieval.Group{Terms: []retrieval.Weighted{{Term: a.Term(w.lang, w.text), Weight: 1}}}
		if w.stop {
			g.Weight = retrieval.StopWeight
		}
		for _, o := range w.others {
			g.Terms = append(g.Terms, retrieval.Weighted{Term: a.Term(o.lang, o.text), Weight: o.weight})
		}
		terms += len(g.Terms)
		q.Groups = append(q.Groups, g)
	}
	return q, terms
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

// times are the quantiles of what queries took, by the clock and in processor
// time of their thread.
type times struct{ p50, p99, cpu50, cpu99 time.Duration }

func (t times) String() string {
	return fmt.Sprintf("p50 %v p99 %v (processor %v, %v)", t.p50, t.p99, t.cpu50, t.cpu99)
}

// quantiles runs every query once to warm up and once to measure.
func quantiles(b *testing.B, n int, run func(i int) (total int, err error)) times {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took, busy := make([]time.Duration, n), make([]time.Duration, n)
	for range 2 {
		for i := range n {
			start, cpu := time.Now(), threadTime()
			_, err := run(i)
			took[i], busy[i] = time.Since(start), threadTime()-cpu
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	slices.Sort(took)
	slices.Sort(busy)
	return times{took[n/2], took[n*99/100], busy[n/2], busy[n*99/100]}
}

// resident returns the resident memory of the process in MB after returning
// what is free.
func resident() int {
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return -1
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		return -1
	}
	return kb / 1024
}

// BenchmarkLibrary measures our index on the made library: indexing, snapshot,
// memory, and queries of about forty weighted terms with six facets.
func BenchmarkLibrary(b *testing.B) {
	for b.Loop() {
		benchLibrary(b)
	}
}

func benchLibrary(b *testing.B) {
	a, path := analysis.New(), filepath.Join(b.TempDir(), "index")
	writeLibrary(b, a, path)
	before := resident()
	start := time.Now()
	x, _, err := retrieval.Open(path, retrieval.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("opened in %v; resident %d MB, %d MB before", time.Since(start).Round(time.Millisecond), resident(), before)
	questions := expandedQuestions(b, a)
	queries, terms := make([]retrieval.Query, len(questions)), 0
	for i, q := range questions {
		var n int
		queries[i], n = asQuery(a, q)
		terms += n
	}
	search := func(change func(*retrieval.Query)) func(int) (int, error) {
		return func(i int) (int, error) {
			q := queries[i]
			change(&q)
			r, err := x.Search(context.Background(), q)
			return r.Total, err
		}
	}
	total := 0
	for i := range queries {
		n, err := search(func(*retrieval.Query) {})(i)
		if err != nil {
			b.Fatal(err)
		}
		total += n
	}
	all := quantiles(b, len(queries), search(func(*retrieval.Query) {}))
	b.ReportMetric(float64(all.p50.Microseconds()), "p50-µs")
	b.ReportMetric(float64(all.p99.Microseconds()), "p99-µs")
	b.Logf("%d queries of %d weighted terms, six facets, mean total %d: %v", len(queries), terms/len(queries), total/len(queries), all)
	b.Logf("with two filters: %v", quantiles(b, len(queries), search(func(q *retrieval.Query) {
		q.Filters = map[string][]string{"language": {"en", "fr"}, "kind": {"kind-0", "kind-1"}}
	})))
	b.Logf("browsing: %v", quantiles(b, 200, search(func(q *retrieval.Query) { q.Groups = nil })))
	b.Logf("browsing, one filter: %v", quantiles(b, 200, search(func(q *retrieval.Query) {
		q.Groups, q.Filters = nil, map[string][]string{"language": {"fr"}}
	})))
}

func writeLibrary(b *testing.B, a *analysis.Analyzer, path string) {
	all := library(b)
	x := retrieval.New(retrieval.Options{})
	start := time.Now()
	fill(b, x, a, all)
	took := time.Since(start)
	b.ReportMetric(float64(len(all))/took.Seconds(), "resources/s")
	b.Logf("%+v", x.Stats())
	b.Logf("indexed %d resources in %v, analysis included: %.0f/s", len(all), took.Round(time.Millisecond), float64(len(all))/took.Seconds())
	start = time.Now()
	if err := x.SaveFile(path, nil); err != nil {
		b.Fatal(err)
	}
	f, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("saved %d MB in %v", f.Size()>>20, time.Since(start).Round(time.Millisecond))
}
