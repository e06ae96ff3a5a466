package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sameboat/engines/prose"
	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/langid"
	"sameboat/facts"
	"sameboat/kernel/fault"
)

// Bounds of one search.
const (
	MaxQuery   = 2000 // characters of a question
	maxBytes   = 8000 // bytes of a question, whatever its script
	MaxHits    = 100  // hits of one page
	maxFilters = 50   // values in all filters together
	snippet    = 60   // words of a passage shown in a list
)

// Query asks a question, or browses when Text is empty.
type Query struct {
	Text    string
	QLang   facts.Lang   // of the question; "" detects it
	Reader  []facts.Lang // the reader's languages, the first one first
	Face    facts.Lang   // of the page that is read, when nothing better is known; or ""
	Filters []Tag
	Limit   int
	After   string // the Next of an earlier result
}

// Result is one page of hits.
type Result struct {
	Text    string
	QLang   facts.Lang
	Guessed bool       // QLang was detected
	Guesses []Guess    // other languages it may be, the likeliest first
	Instead facts.Lang // the likeliest language, when too little was found in it to go by it; else ""
	Total   int        // documents that match, exact
	Hits    []Hit      //
	Facets  []Facet    // in the order of Dims
	Next    string     // "" at the end
	Did     string     // a better spelling of the question, or ""
	DidLang facts.Lang // in which Did is spelled
	Seq     facts.Seq  // the index held everything up to here

	sure bool // there is no doubt of QLang
}

// Guess is a language a question may be in.
type Guess struct {
	Lang facts.Lang
	P    float64 // 0 to 1
}

// Facet is a dimension with the exact number of matching documents by value.
type Facet struct {
	Dim    string
	Counts []Count
}

// Count is a value of a dimension and how many matching documents have it.
type Count struct {
	Value string
	N     int
}

// Hit is a document that matches, and why.
type Hit struct {
	Shown
	Score float64
	Marks [][2]int // byte ranges of Text to highlight
	Why   []Why
}

// Why is one word of the question and what it was found as.
type Why struct {
	Word  string
	Found []Found
}

// Found is a word of a document that matched, in its language.
type Found struct {
	Lang facts.Lang
	Word string
	Same bool // it is the very word of the question
}

// Check refuses a query outside the bounds.
func (q Query) Check() error {
	f := fault.New(fault.Invalid, "search.query.wrong", nil)
	if len(q.Text) > maxBytes || utf8.RuneCountInString(q.Text) > MaxQuery {
		f.With("q", "search.query.too-long", fault.Args{"max": MaxQuery})
	}
	if !utf8.ValidString(q.Text) {
		f.With("q", "search.query.encoding", nil)
	}
	if len(q.Filters) > maxFilters {
		f.With("filters", "search.query.filters", fault.Args{"max": maxFilters})
	}
	if q.Limit < 0 || q.Limit > MaxHits {
		f.With("limit", "search.query.limit", fault.Args{"max": MaxHits})
	}
	if len(q.After) > 200 {
		f.With("cursor", "search.query.cursor", nil)
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

// Search answers a query from the index as it is now. Callers share the result
// and must not change it.
func (s *Service) Search(ctx context.Context, q Query) (*Result, error) {
	if err := q.Check(); err != nil {
		return nil, err
	}
	q.Text = tidy(q.Text)
	known, key := s.answers.Load(), q.key()
	if r := known.get(key); r != nil {
		return r, nil
	}
	start := time.Now()
	r, err := s.search(ctx, q)
	if s.c.Took != nil {
		s.c.Took(time.Since(start))
	}
	if err == nil {
		known.put(key, r)
	}
	return r, err
}

// search answers a query that was checked and tidied.
func (s *Service) search(ctx context.Context, q Query) (*Result, error) {
	r := &Result{Text: q.Text}
	doubtful, err := s.identify(ctx, &q, r)
	if err != nil {
		return nil, err
	}
	words, found, err := s.find(ctx, q)
	if err != nil || found == nil {
		return r, err // nothing but punctuation: nothing is found, and nothing is browsed either
	}
	if found.Total <= fewHits {
		if words, found, err = s.reread(ctx, &q, r, doubtful, words, found); err != nil {
			return nil, err
		}
	}
	r.Total, r.Next = found.Total, string(found.Next)
	for _, dim := range dims {
		facet := Facet{Dim: dim}
		for _, c := range found.Facets[dim] {
			facet.Counts = append(facet.Counts, Count(c))
		}
		r.Facets = append(r.Facets, facet)
	}
	if r.Hits, err = s.show(ctx, q.readers(r), found.Hits, words); err != nil {
		return nil, err
	}
	if q.After == "" {
		s.respelled(ctx, q, r)
	}
	return r, nil
}

// find asks the index for a question read in q.QLang. It gives no result when
// the question has no words.
func (s *Service) find(ctx context.Context, q Query) ([]word, *retrieval.Result, error) {
	words, ranking := s.expand(q.Text, q.QLang)
	ask := retrieval.Query{Ranking: ranking, FacetDims: dims[:], Limit: q.Limit, After: retrieval.Cursor(q.After), Filters: map[string][]string{}}
	for _, w := range words {
		ask.Groups = append(ask.Groups, w.group)
	}
	for _, t := range q.Filters {
		ask.Filters[t.Dim] = append(ask.Filters[t.Dim], t.Value)
	}
	if q.Text != "" && len(ask.Groups) == 0 {
		return nil, nil, nil
	}
	found, err := s.index.Load().Search(ctx, ask)
	if err != nil {
		return nil, nil, searchFault(err)
	}
	return words, &found, nil
}

// muchMore is how many times as much another reading of a question must find to
// be preferred to the likeliest: few hits may well be all there is.
const muchMore = 4

// reread tries other languages for a question that found little, and stays with
// the one in which most is found, if that is much more.
func (s *Service) reread(ctx context.Context, q *Query, r *Result, langs []facts.Lang, words []word, found *retrieval.Result) ([]word, *retrieval.Result, error) {
	least := muchMore * found.Total
	for _, lang := range langs {
		other := *q
		other.QLang = lang
		w, f, err := s.find(ctx, other)
		if err != nil {
			return nil, nil, err
		}
		if f != nil && f.Total > found.Total && f.Total >= least {
			words, found, r.QLang = w, f, lang
		}
	}
	if r.QLang != q.QLang {
		r.Instead, q.QLang, r.sure = q.QLang, r.QLang, false
		r.Guesses = s.offered(*q, []langid.Guess{{Lang: string(r.Instead), P: 1 - worthTrying}})
	}
	return words, found, nil
}

// tidy drops control characters and doubled spaces from a question.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// show fetches what is shown of hits and marks the words that matched.
func (s *Service) show(ctx context.Context, reader []facts.Lang, hits []retrieval.Hit, words []word) ([]Hit, error) {
	want := make([]Want, 0, len(hits))
	byID := map[facts.ID]retrieval.Hit{}
	for _, h := range hits {
		id, err := facts.ParseID(h.ID)
		if err != nil {
			return nil, fmt.Errorf("index holds %q: %w", h.ID, err)
		}
		byID[id] = h
		want = append(want, Want{ID: id, Lang: facts.Lang(h.Lang), Anchor: h.Anchor, Reader: reader})
	}
	var out []Hit
	for _, src := range s.c.Sources {
		shown, err := src.Show(ctx, want)
		if err != nil {
			return nil, err
		}
		for _, sh := range shown {
			h := byID[sh.ID]
			hit := Hit{Shown: sh, Score: h.Score, Why: why(h, words)}
			hit.Text, hit.Marks = s.excerpt(sh, marked(h, words, string(sh.PassageLang) == h.Lang))
			out = append(out, hit)
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return place(want, a.ID) - place(want, b.ID) })
	return out, nil
}

func place(want []Want, id facts.ID) int {
	return slices.IndexFunc(want, func(w Want) bool { return w.ID == id })
}

// marked gives the terms to mark for a hit: those it was found by, or, where
// the passage shown is not the one that was found, those that surely mean the
// same as a word it was found by.
func marked(h retrieval.Hit, words []word, found bool) map[string]bool {
	out := map[string]bool{}
	for _, m := range h.Matched {
		if m.Group >= len(words) {
			continue
		}
		surely := words[m.Group].terms
		if found {
			for _, term := range m.Terms {
				out[term] = out[term] || surely[term] >= markWeight
			}
			continue
		}
		for term, weight := range surely {
			out[term] = out[term] || weight >= strongWeight
		}
	}
	return out
}

// excerpt cuts the part of a passage around the terms to mark.
func (s *Service) excerpt(sh Shown, terms map[string]bool) (string, [][2]int) {
	var spans [][2]int
	for _, t := range s.analyzer.Analyze(string(sh.PassageLang), sh.Text) {
		if terms[t.Term] && !t.Stop {
			spans = append(spans, [2]int{t.Start, t.End})
		}
	}
	cut := prose.Excerpt(sh.Text, spans, snippet)
	text, from := cut.Text, 0
	if cut.Before {
		text, from = "… "+text, len("… ")
	}
	if cut.After {
		text += " …"
	}
	marks := make([][2]int, len(cut.Spans))
	for i, sp := range cut.Spans {
		marks[i] = [2]int{sp[0] + from, sp[1] + from}
	}
	return apart(text, marks)
}

// why names, for every word of the question that the passage holds, what it
// was found as.
func why(h retrieval.Hit, words []word) []Why {
	var out []Why
	for _, m := range h.Matched {
		if m.Group >= len(words) {
			continue
		}
		w := Why{Word: words[m.Group].surface}
		for _, term := range m.Terms {
			if f, ok := words[m.Group].shown[term]; ok && !slices.Contains(w.Found, f) {
				w.Found = append(w.Found, f)
			}
		}
		if len(w.Found) > 0 {
			out = append(out, w)
		}
	}
	return out
}
