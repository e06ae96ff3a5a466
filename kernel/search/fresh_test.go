package search_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// TestALexiconThatStayedBehindIsLearnedAnew: after a kill between the saving of
// the index and that of the lexicon, the old lexicon may hold erased words.
func TestALexiconThatStayedBehindIsLearnedAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string, old []byte){
		"older":   func(t *testing.T, p string, old []byte) { must(t, os.WriteFile(p, old, 0o600)) },
		"missing": func(t *testing.T, p string, _ []byte) { must(t, os.Remove(p)) },
		"torn":    func(t *testing.T, p string, _ []byte) { must(t, os.Truncate(p, 10)) },
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			path := filepath.Join(f.dir, "lexicon")
			f.write(facts.NewID(time.Now()), "supply", "Check the oxygen cylinder.")
			f.find(search.Query{Text: "oxygen", QLang: "en"})
			old, err := os.ReadFile(path)
			must(t, err)
			f.mu.Lock()
			f.extra = []map[facts.Lang]string{{"en": "the cylinder is full", "fr": "la bouteille est pleine"}}
			f.mu.Unlock()
			f.say(facts.NewID(time.Now()), learned)
			f.find(search.Query{Text: "oxygen", QLang: "en"})
			want, err := os.ReadFile(path)
			must(t, err)
			spoil(t, path, old)
			f.reopen()
			if r := f.find(search.Query{Text: "oxygène", QLang: "fr"}); r.Total != 1 {
				t.Errorf("total %d, want 1", r.Total)
			}
			if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
				t.Errorf("the lexicon on disk is not the new one: %d bytes, want %d (%v)", len(got), len(want), err)
			}
		})
	}
}

// TestRebuildAnswersAllTheWhile: questions find what they found before while the
// index is made anew, and the snapshot is the new one.
func TestRebuildAnswersAllTheWhile(t *testing.T) {
	f := open(t)
	for range 50 {
		f.write(facts.NewID(time.Now()), "supply", "Check the oxygen cylinder.")
	}
	f.find(search.Query{Text: "oxygen", QLang: "en"})
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	wait.Go(func() { must(t, f.service.Run(ctx)) })
	wait.Go(func() {
		defer stop()
		for range 20 {
			must(t, f.service.Rebuild(t.Context()))
		}
	})
	for ctx.Err() == nil {
		r, err := f.service.Search(t.Context(), search.Query{Text: "oxygen", QLang: "en", Limit: 1})
		if err != nil || r.Total != 50 || len(r.Facets) == 0 || r.Facets[0].Counts[0].N != 50 {
			t.Errorf("total %d, facets %v, %v", r.Total, r.Facets, err)
			break
		}
	}
	wait.Wait()
	f.reopen()
	if got := f.service.Len(); got != 50 {
		t.Errorf("%d on disk, want 50", got)
	}
}
