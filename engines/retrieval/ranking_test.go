package retrieval

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
)

// passages makes a document with one passage per text "title | body".
func passages(id string, texts ...string) Document {
	d := Document{ID: id}
	for i, t := range texts {
		title, body, _ := strings.Cut(t, "|")
		d.Passages = append(d.Passages, Passage{Lang: "en", Anchor: fmt.Sprintf("p%d", i), Fields: [][]string{
			strings.Fields(title), nil, strings.Fields(body)}})
	}
	return d
}

func query(words string) Query {
	q := Query{Limit: 10}
	for _, w := range strings.Fields(words) {
		var g Group
		for i, t := range strings.Split(w, "/") {
			g.Terms = append(g.Terms, Weighted{t, 1 / float32(i+1)})
		}
		q.Groups = append(q.Groups, g)
	}
	return q
}

func filled(t *testing.T, docs ...Document) *Index {
	t.Helper()
	x := New(Options{})
	if err := x.Put(docs...); err != nil {
		t.Fatal(err)
	}
	return x
}

func ask(t *testing.T, x *Index, q Query) Result {
	t.Helper()
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOrder states which document must come first, and that it does so by its
// score and not by its ID.
func TestOrder(t *testing.T) {
	t.Parallel()
	noise := []Document{passages("n1", "|x y z u"), passages("n2", "|x q r s"), passages("n3", "|k l m"), passages("n4", "|k x y")}
	historical := passages("a", "|mask advice")
	historical.Boost = .3
	for _, c := range []struct {
		name, query string
		worse       Document // ID a
		better      Document // ID b
	}{
		{"rare word outweighs common one", "k rare", passages("a", "|k k o p"), passages("b", "|rare o p q")},
		{"title counts more than one mention", "mask", passages("a", "|mask o p q"), passages("b", "mask|mask o p q")},
		{"short passage", "mask", passages("a", "|mask "+strings.Repeat("o ", 90)), passages("b", "|mask o")},
		{"saturation: two words once beat one often", "mask glove", passages("a", "|mask mask mask mask"), passages("b", "|mask glove o p")},
		{"close words", "hand washing", passages("a", "|hand o p q washing"), passages("b", "|o p hand washing q")},
		{"order of words", "hand washing", passages("a", "|o washing hand p q"), passages("b", "|o hand washing p q")},
		{"historical is demoted", "mask advice", historical, passages("b", "|mask o p advice q r")},
		{"neighbours support", "mask fever", passages("a", "|mask o p", "|q r s"), passages("b", "|mask o p", "|fever r s")},
		{"surer translation", "mask/masque", passages("a", "|masque o"), passages("b", "|mask o")},
	} {
		q := query(c.query)
		r := DefaultRanking()
		r.Share = 0
		q.Ranking = &r
		got := ask(t, filled(t, append(noise, c.worse, c.better)...), q)
		if len(got.Hits) < 2 || got.Hits[0].ID != "b" || got.Hits[0].Score <= got.Hits[1].Score {
			t.Errorf("%s: %+v", c.name, got.Hits)
		}
	}
}

// TestTranslationsCountOnce compares a word with ten translations, each as
// frequent as it, to the word of their common frequency.
func TestTranslationsCountOnce(t *testing.T) {
	t.Parallel()
	one := passages("one", "|w0 other o p")
	all := passages("all", "|w0 w1 w2 w3 w4 w5 w6 w7 w8 w9")
	x := filled(t, one, all, passages("rest", "|o p q"))
	q := query("other w0/w1/w2/w3/w4/w5/w6/w7/w8/w9")
	got := ask(t, x, q)
	if got.Total == 0 || got.Hits[0].ID != "one" {
		t.Fatalf("ten translations beat two words: %+v", got.Hits)
	}
}

// TestTextbookScore recomputes a score in floating point from the formula in
// the package comment.
func TestTextbookScore(t *testing.T) {
	t.Parallel()
	x := filled(t, passages("a", "t1|b1 b2 b1 c"), passages("b", "t2|b2 d"), passages("c", "t3|e f g"))
	q := query("b1/b2 d")
	r := Ranking{K1: 1.2, Weight: [3]float64{2, 0, 1}, B: [3]float64{.5, 0, .75}, Near: .5, Ordered: 1}
	q.Ranking = &r
	n, mean := 3.0, 3.0
	idf := func(df float64) float64 { return math.Log(1 + (n-df+.5)/(df+.5)) }
	sat := func(v float64) float64 { return 2.2 * v / (v + 1.2) }
	length := func(l float64) float64 { return .25 + .75*l/mean }
	i1, i2 := idf(1+.5*2), idf(1)
	want := map[string]float64{
		"a": i1 * sat((2+.5)/length(4)),
		"b": i1*sat(.5/length(2)) + i2*sat(1/length(2)) + .5*(i1*.5*min(1, 2*1./2)+i2*min(1, 2*.5/2)),
	}
	for _, h := range ask(t, x, q).Hits {
		if math.Abs(h.Score-want[h.ID]) > .002*want[h.ID] {
			t.Errorf("%s scores %.4f, want %.4f", h.ID, h.Score, want[h.ID])
		}
		delete(want, h.ID)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

func TestMatchRule(t *testing.T) {
	t.Parallel()
	x := filled(t, passages("common", "|k o p"), passages("c2", "|k q"), passages("c3", "|k r"), passages("rare", "|rare s"),
		passages("apart", "|k u", "|rare v"), passages("c4", "|k"))
	for _, c := range []struct {
		query string
		share float64
		total int
	}{
		{"k rare", 0, 6},
		{"k rare", .5, 2},         // k alone holds too little
		{"k rare", 1, 0},          // no single passage holds both
		{"k unknown other", 1, 5}, // words of no passage ask for nothing
		{"unknown", .5, 0},
		{"unknown/k", 1, 5},
	} {
		q := query(c.query)
		r := DefaultRanking()
		r.Share = c.share
		q.Ranking = &r
		if got := ask(t, x, q).Total; got != c.total {
			t.Errorf("%q at %.1f: %d match, want %d", c.query, c.share, got, c.total)
		}
	}
}

// TestFaintWordsDoNotDecide asks for a word of one passage with words found
// nearly everywhere: they must not make the rest of the library match, and the
// less frequent of them still tells the better of two passages.
func TestFaintWordsDoNotDecide(t *testing.T) {
	t.Parallel()
	docs := []Document{passages("a", "|rare o p q"), passages("b", "|rare k p q")}
	for i := range 60 {
		docs = append(docs, passages(fmt.Sprint(i), "|the k o p"))
	}
	for i := range 10 {
		docs = append(docs, passages(fmt.Sprint("x", i), "|the o p q"))
	}
	q := query("the k rare")
	r := DefaultRanking()
	r.Share, r.Near, r.Beside = 0, 0, 0
	q.Ranking = &r
	got := ask(t, filled(t, docs...), q)
	if got.Total != 2 || got.Hits[0].ID != "b" || got.Hits[0].Score <= got.Hits[1].Score {
		t.Fatalf("%d match: %+v", got.Total, got.Hits)
	}
}

func TestHitTellsWhy(t *testing.T) {
	t.Parallel()
	x := filled(t, passages("a", "|o p", "advice|wear a masque q"), passages("b", "|z"))
	h := ask(t, x, query("mask/masque advice none")).Hits[0]
	if h.Anchor != "p1" || h.Passage != 1 || h.Lang != "en" || len(h.Matched) != 2 ||
		h.Matched[0].Group != 0 || h.Matched[0].Terms[0] != "masque" || h.Matched[1].Terms[0] != "advice" || h.Matched[0].Part <= 0 {
		t.Fatalf("%+v", h)
	}
}

func TestBoundsAreKept(t *testing.T) {
	t.Parallel()
	x := New(Options{})
	long := passages("long", "|"+strings.Repeat("a ", MaxFieldTerms+1))
	many := Document{ID: "many", Passages: make([]Passage, MaxPassages+1)}
	for _, d := range []Document{{}, {ID: strings.Repeat("x", MaxIDBytes+1)}, {ID: "b", Boost: 5}, {ID: "b", Boost: float32(math.NaN())},
		long, many, {ID: "f", Facets: []Facet{{"", "x"}}}, {ID: "p", Passages: []Passage{{Fields: make([][]string, 4)}}}} {
		if err := x.Put(passages("fine", "|a"), d); !errors.Is(err, ErrInvalid) {
			t.Errorf("%.20q: error %v", d.ID, err)
		}
	}
	if x.Len() != 0 {
		t.Errorf("a refused batch left %d documents", x.Len())
	}
	for _, q := range []Query{{Limit: -1}, {Limit: MaxLimit + 1}, {After: "?"}, {After: "AAAA"}, {Groups: make([]Group, MaxGroups+1)},
		{Groups: []Group{{Weight: 17}}}, {Groups: []Group{{Terms: make([]Weighted, MaxQueryTerms+1)}}}} {
		if _, err := x.Search(context.Background(), q); !errors.Is(err, ErrInvalid) {
			t.Errorf("limit %d after %q: error %v", q.Limit, q.After, err)
		}
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	x = filled(t, passages("a", "|a"))
	if _, err := x.Search(gone, query("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestConcurrentReaders searches while documents come, change and go; every
// answer must be whole: what is counted is in the facets and on the pages.
func TestConcurrentReaders(t *testing.T) {
	t.Parallel()
	x, stop := New(Options{}), make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				q := query("w1 w2/w3")
				q.FacetDims, q.Limit = []string{"all"}, 1000
				r, err := x.Search(context.Background(), q)
				counted := 0
				for _, c := range r.Facets["all"] {
					counted += c.N
				}
				if err != nil || r.Total != counted || r.Total != len(r.Hits) {
					t.Errorf("total %d, facets %d, hits %d, error %v", r.Total, counted, len(r.Hits), err)
					return
				}
			}
		})
	}
	for i := range 600 {
		d := passages(fmt.Sprintf("d%d", i%100), "w1|w2 w3 "+fmt.Sprint(i))
		d.Facets = []Facet{{"all", fmt.Sprint(i % 3)}}
		if err := x.Put(d); err != nil {
			t.Fatal(err)
		}
		x.Remove(fmt.Sprintf("d%d", (i*7)%100))
		if i%200 == 0 {
			x.Compact()
		}
	}
	close(stop)
	readers.Wait()
}
