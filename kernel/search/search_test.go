package search_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// shelf is a room of this test: what is public is what the map holds.
type shelf struct {
	mu    sync.Mutex
	docs  map[facts.ID]search.Document
	extra []map[facts.Lang]string // texts to learn from beyond the usual
	after func()                  // called once Each has given all there is
}

const (
	changed facts.Kind = "shelf.Changed"
	learned facts.Kind = "shelf.Learned"
)

func (s *shelf) Concerns(kind facts.Kind) (bool, bool) { return kind == changed, kind == learned }

func (s *shelf) Documents(_ context.Context, things []facts.ID) ([]search.Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []search.Document
	for _, id := range things {
		if d, ok := s.docs[id]; ok {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *shelf) Each(_ context.Context, fn func([]facts.ID) error) error {
	s.mu.Lock()
	var ids []facts.ID
	for id := range s.docs {
		ids = append(ids, id)
	}
	after := s.after
	s.mu.Unlock()
	if after != nil {
		defer after()
	}
	return fn(ids)
}

func (s *shelf) Show(_ context.Context, want []search.Want) ([]search.Shown, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []search.Shown
	for _, w := range want {
		for _, v := range s.docs[w.ID].Variants {
			for _, p := range v.Passages {
				if v.Lang == w.Lang && p.Anchor == w.Anchor {
					out = append(out, search.Shown{ID: w.ID, Lang: v.Lang, Title: v.Title, PassageLang: v.Lang, Anchor: p.Anchor, Text: p.Text})
				}
			}
		}
	}
	return out, nil
}

// Learn gives word-for-word translations that are ours.
func (s *shelf) Learn(_ context.Context, text func(map[facts.Lang]string) error, term func(map[facts.Lang][]string) error) error {
	s.mu.Lock()
	extra := s.extra
	s.mu.Unlock()
	for _, t := range append([]map[facts.Lang]string{
		{"en": "wash your hands", "fr": "lavez vos mains"},
		{"en": "clean hands", "fr": "mains propres"},
		{"en": "wash the floor", "fr": "lavez le sol"},
		{"en": "wear a mask", "fr": "portez un masque"},
		{"en": "the mask is clean", "fr": "le masque est propre"},
	}, extra...) {
		if err := text(t); err != nil {
			return err
		}
	}
	return term(map[facts.Lang][]string{"en": {"oxygen"}, "fr": {"oxygène"}})
}

type fixture struct {
	*shelf
	journal *journal.Journal
	service *search.Service
	dir     string
	t       *testing.T
}

func open(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{shelf: &shelf{docs: map[facts.ID]search.Document{}}, dir: t.TempDir(), t: t}
	db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if f.journal, err = journal.Open(t.Context(), db, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	f.reopen()
	return f
}

func (f *fixture) reopen() {
	f.t.Helper()
	var err error
	f.service, err = search.Open(f.t.Context(), search.Config{Dir: f.dir, Journal: f.journal, Sources: []search.Source{f.shelf}, Quiet: 10 * time.Millisecond})
	if err != nil {
		f.t.Fatal(err)
	}
}

// write makes a thing public with one English passage, or takes it away when
// text is "".
func (f *fixture) write(id facts.ID, kind, text string) {
	f.t.Helper()
	f.mu.Lock()
	f.docs[id] = search.Document{ID: id, Boost: 1, Tags: []search.Tag{{Dim: "kind", Value: kind}, {Dim: "language", Value: "en"}},
		Variants: []search.Variant{{Lang: "en", Title: "About " + kind, Passages: []search.Passage{{Anchor: "p-1", Text: text}}}}}
	if text == "" {
		delete(f.docs, id)
	}
	f.mu.Unlock()
	f.say(id, changed)
}

func (f *fixture) say(id facts.ID, kind facts.Kind) {
	f.t.Helper()
	version, err := f.journal.Version(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	_, err = f.journal.Append(f.t.Context(), journal.Batch{Reads: []journal.Read{{Thing: id, Version: version}},
		Facts: []journal.New{{Thing: id, Kind: kind, Audience: facts.Public, Payload: json.RawMessage(`{}`)}}})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) find(q search.Query) *search.Result {
	f.t.Helper()
	if err := f.service.Ready(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	if q.Limit == 0 {
		q.Limit = 10
	}
	r, err := f.service.Search(f.t.Context(), q)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func TestAQuestionFindsWhatIsInAnotherLanguage(t *testing.T) {
	f := open(t)
	hands, oxygen := facts.NewID(time.Now()), facts.NewID(time.Now())
	f.write(hands, "hygiene", "Always wash both hands with soap before you touch a patient.")
	f.write(oxygen, "supply", "Check the oxygen cylinder at the start of every shift.")
	for _, c := range []struct {
		question, lang string
		want           facts.ID
		as             string
	}{
		{"lavez les mains", "fr", hands, "hands"},
		{"oxygène", "fr", oxygen, "oxygen"},
		{"oxygen cylinder", "en", oxygen, "oxygen"},
	} {
		r := f.find(search.Query{Text: c.question, QLang: facts.Lang(c.lang)})
		if len(r.Hits) == 0 || r.Hits[0].ID != c.want {
			t.Fatalf("%q: hits %+v, want %s first", c.question, r.Hits, c.want)
		}
		h := r.Hits[0]
		found := slices.ContainsFunc(h.Why, func(w search.Why) bool {
			return slices.ContainsFunc(w.Found, func(f search.Found) bool { return f.Word == c.as && f.Lang == "en" })
		})
		if !found {
			t.Errorf("%q: why %+v does not name %q", c.question, h.Why, c.as)
		}
		marked := false
		for _, m := range h.Marks {
			marked = marked || strings.EqualFold(h.Text[m[0]:m[1]], c.as)
		}
		if !marked {
			t.Errorf("%q: marks %v of %q leave %q out", c.question, h.Marks, h.Text, c.as)
		}
	}
}

func TestWhatARoomStopsGivingIsGone(t *testing.T) {
	f := open(t)
	id := facts.NewID(time.Now())
	f.write(id, "hygiene", "Wash the floor daily.")
	if r := f.find(search.Query{Text: "floor", QLang: "en"}); r.Total != 1 {
		t.Fatalf("total %d, want 1", r.Total)
	}
	f.write(id, "hygiene", "Wash the walls daily.")
	if r := f.find(search.Query{Text: "floor", QLang: "en"}); r.Total != 0 {
		t.Errorf("after a new edition the old word is still found: %+v", r.Hits)
	}
	f.write(id, "hygiene", "")
	if r := f.find(search.Query{Text: "walls", QLang: "en"}); r.Total != 0 || f.service.Len() != 0 {
		t.Errorf("withdrawn, and still found: %+v, %d in the index", r.Hits, f.service.Len())
	}
}

func TestTheIndexComesBackFromDiskOrIsMadeAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"whole":  func(*testing.T, string) {},
		"absent": func(t *testing.T, p string) { must(t, os.Remove(p)) },
		"torn":   func(t *testing.T, p string) { must(t, os.Truncate(p, 40)) },
		"foreign": func(t *testing.T, p string) {
			must(t, os.WriteFile(p, []byte("no index at all"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			f.write(facts.NewID(time.Now()), "supply", "Check the oxygen cylinder.")
			f.find(search.Query{Text: "oxygen", QLang: "en"})
			spoil(t, filepath.Join(f.dir, "index"))
			f.reopen()
			if r := f.find(search.Query{Text: "oxygen", QLang: "en"}); r.Total != 1 {
				t.Errorf("total %d, want 1", r.Total)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRunFollowsTheJournal(t *testing.T) {
	f := open(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.service.Run(ctx) }()
	f.write(facts.NewID(time.Now()), "supply", "Check the oxygen cylinder.")
	deadline := time.Now().Add(20 * time.Second)
	for {
		r, err := f.service.Search(ctx, search.Query{Text: "cylinder", QLang: "en", Limit: 1})
		must(t, err)
		if r.Total == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("not found after 20 s")
		}
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	must(t, <-done)
}

func TestQueriesOutsideTheBounds(t *testing.T) {
	f := open(t)
	f.write(facts.NewID(time.Now()), "supply", "Check the oxygen cylinder.")
	f.find(search.Query{})
	for name, q := range map[string]search.Query{
		"too long":     {Text: strings.Repeat("a", 100<<10)},
		"not UTF-8":    {Text: "\xff\xfe"},
		"too many":     {Limit: 1000},
		"wrong cursor": {Text: "oxygen", After: "nonsense", Limit: 1},
		"many filters": {Filters: make([]search.Tag, 1000)},
	} {
		if _, err := f.service.Search(t.Context(), q); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want an Invalid fault", name, err)
		}
	}
	for _, text := range []string{"?!…", "。。。", "oxygen 氧气 кислород أكسجين", "\x00oxygen\x1b"} {
		if _, err := f.service.Search(t.Context(), search.Query{Text: text, Limit: 5}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if r := f.find(search.Query{Text: "?!"}); r.Total != 0 {
		t.Errorf("punctuation alone finds %d", r.Total)
	}
	if r := f.find(search.Query{}); r.Total != 1 {
		t.Errorf("browsing finds %d, want 1", r.Total)
	}
}

// TestAnswersEndWithWhatTheyTellOf: an answer that is kept is dropped as soon as
// anything it may depend on changes.
func TestAnswersEndWithWhatTheyTellOf(t *testing.T) {
	f := open(t)
	id := facts.NewID(time.Now())
	f.write(id, "supply", "Check the oxygen cylinder.")
	q := search.Query{Text: "oxygen", QLang: "en"}
	first := f.find(q)
	if again := f.find(q); again != first {
		t.Error("nothing changed, and the question was answered anew")
	}
	f.write(id, "supply", "Check the oxygen mask.")
	if r := f.find(q); r.Total != 1 || !strings.Contains(r.Hits[0].Text, "mask") {
		t.Errorf("after a new edition: %+v", r.Hits)
	}
	f.write(id, "supply", "")
	if r := f.find(q); r.Total != 0 {
		t.Errorf("after it was withdrawn: %+v", r.Hits)
	}
}

// TestTheVocabularyComesBack: a start reads the words of suggestions from disk,
// and never words that went away before.
func TestTheVocabularyComesBack(t *testing.T) {
	f := open(t)
	id := facts.NewID(time.Now())
	f.write(id, "supply", strings.Repeat("Check the ventilator. ", 5))
	misspelt := search.Query{Text: "ventilatr", QLang: "en"}
	if r := f.find(misspelt); r.Did != "ventilator" {
		t.Fatalf("suggestion %q", r.Did)
	}
	f.reopen()
	if r := f.find(misspelt); r.Did != "ventilator" {
		t.Errorf("after a restart: %q", r.Did)
	}
	f.write(id, "supply", "Check the mask.")
	f.find(search.Query{Text: "mask", QLang: "en"})
	f.reopen()
	if raw, err := os.ReadFile(filepath.Join(f.dir, "words")); err == nil && strings.Contains(string(raw), "ventilator") {
		t.Error("the file of words still holds one that is gone")
	}
}
