package retrieval

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestFreshMatchAsSearched holds random documents against random queries both
// ways: those that are in the index must match exactly as a search finds them.
func TestFreshMatchAsSearched(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	var w Weighing
	found := 0
	for round := range 30 {
		x := New(Options{})
		var docs []Document
		for i := range 60 {
			docs = append(docs, randomDocument(r, fmt.Sprintf("d%02d", i)))
		}
		if err := x.Put(docs...); err != nil {
			t.Fatal(err)
		}
		fresh := docs[:1+r.IntN(len(docs))]
		f, err := NewFresh(fresh...)
		if err != nil {
			t.Fatal(err)
		}
		for range 60 {
			q := randomQuery(r)
			q.Filters, q.FacetDims, q.EachPassage, q.Limit = nil, nil, false, MaxLimit
			if len(q.Groups) == 0 {
				continue
			}
			res, err := x.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, h := range res.Hits {
				if slices.ContainsFunc(fresh, func(d Document) bool { return d.ID == h.ID }) {
					want = append(want, h.ID)
				}
			}
			list, err := x.Matching(f, q, &w)
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range list {
				got = append(got, fresh[n].ID)
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Fatalf("round %d: %+v matches %v, a search finds %v", round, q, got, want)
			}
			found += len(got)
		}
	}
	if found < 1000 {
		t.Fatalf("only %d matches were compared", found)
	}
}

// TestFreshAsksTheIndexHowRareAWordIs: a word that is common among the new but
// rare in the library still decides, and a rare word of the question that the
// new document lacks is missed.
func TestFreshAsksTheIndexHowRareAWordIs(t *testing.T) {
	t.Parallel()
	doc := func(id string, words ...string) Document {
		return Document{ID: id, Passages: []Passage{{Lang: "en", Fields: [][]string{nil, nil, words}}}}
	}
	x := New(Options{})
	for i := range 50 {
		if err := x.Put(doc(fmt.Sprint("old", i), "hand")); err != nil {
			t.Fatal(err)
		}
	}
	news := []Document{doc("a", "hand"), doc("b", "hand", "cholera")}
	if err := x.Put(news...); err != nil {
		t.Fatal(err)
	}
	f, err := NewFresh(news...)
	if err != nil {
		t.Fatal(err)
	}
	q := Query{Groups: []Group{{Terms: []Weighted{{"hand", 1}}}, {Terms: []Weighted{{"cholera", 1}}}, {Terms: []Weighted{{"unheard", 1}}}}}
	got, err := x.Matching(f, q, new(Weighing))
	if err != nil || len(got) != 1 || got[0] != 1 {
		t.Fatalf("matches %v, %v; want only the one with the rare word", got, err)
	}
	if got, err := x.Matching(f, Query{}, new(Weighing)); err != nil || len(got) != 0 {
		t.Fatalf("a query without words matches %v, %v", got, err)
	}
}
