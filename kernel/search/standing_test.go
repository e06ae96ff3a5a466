package search_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// TestStandingQuestionsMatchAsSearched: what matches a kept question is what a
// person who asked it now would find, across languages too.
func TestStandingQuestionsMatchAsSearched(t *testing.T) {
	t.Parallel()
	f := open(t)
	var docs []search.Document
	for i, text := range []string{
		"Wash your hands with clean water.", "Wear a mask in the ward.", "Oxygen for the ward.",
		"Wash the floor.", "The mask is clean.", "A list of telephone numbers.",
	} {
		id := facts.NewID(time.Unix(int64(i), 0))
		f.write(id, fmt.Sprint("kind", i), text)
		docs = append(docs, f.docs[id])
	}
	if err := f.service.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask := func() {
		t.Helper()
		fresh, err := f.service.Fresh(docs)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, q := range []struct {
			text string
			lang facts.Lang
		}{
			{"wash hands", "en"}, {"mains propres", "fr"}, {"oxygène", "fr"}, {"masque", "fr"}, {"clean mask floor", "en"}, {"…", "en"}, {"numbers", "en"},
		} {
			res, err := f.service.Search(t.Context(), search.Query{Text: q.text, QLang: q.lang, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			var want, got []facts.ID
			for _, h := range res.Hits {
				want = append(want, h.ID)
			}
			for range 2 { // the second time from memory
				list, err := fresh.Matching(q.text, q.lang)
				if err != nil {
					t.Fatal(err)
				}
				got = got[:0]
				for _, n := range list {
					got = append(got, docs[n].ID)
				}
				order := func(a, b facts.ID) int { return slices.Compare(a[:], b[:]) }
				slices.SortFunc(want, order)
				slices.SortFunc(got, order)
				if !slices.Equal(got, want) {
					t.Errorf("%q matches %v, a search finds %v", q.text, got, want)
				}
			}
			found += len(want)
		}
		if found < 5 {
			t.Errorf("only %d matches compared", found)
		}
	}
	ask()
	if err := f.service.Learn(t.Context()); err != nil { // what was expanded before is out of date
		t.Fatal(err)
	}
	ask()
	if got := f.service.Language("lavez vos mains avec du savon", []facts.Lang{"en"}); got != "fr" {
		t.Errorf("language %q, want fr", got)
	}
}
