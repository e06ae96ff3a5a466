package knowledge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/journal/journaltest"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// libraryOn opens the room over a database, with nothing else running.
func libraryOn(t *testing.T, db *store.DB) *Library {
	t.Helper()
	j, err := journal.Open(t.Context(), db, journal.Options{Projections: []journal.Projection{Projection()}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	files, err := blobs.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return NewLibrary(db, j, files, nil)
}

func eachLibrary(t *testing.T, fn func(t *testing.T, l *Library)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, libraryOn(t, db)) })
}

var testOwner = facts.NewID(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

func textFile(name, content string) File {
	return File{Name: name, Size: int64(len(content)), Open: func() (Opened, error) { return memory{bytes.NewReader([]byte(content))}, nil }}
}

// take imports and gives the report's numbers: new, changed, same, refused.
func take(t *testing.T, l *Library, o Options, files ...File) [4]int {
	t.Helper()
	o.Owner = testOwner
	r, err := l.Import(t.Context(), files, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != r.New+r.Changed+r.Same+r.Refused {
		t.Errorf("read %d, but new %d, changed %d, same %d, refused %d", r.Read, r.New, r.Changed, r.Same, r.Refused)
	}
	return [4]int{r.New, r.Changed, r.Same, r.Refused}
}

// TestLanguagesInSeveralFiles: one file a language makes one resource a row, and
// all the files again change nothing, on either database.
func TestLanguagesInSeveralFiles(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		const n = 12
		table := func(lang string) File {
			var b strings.Builder
			b.WriteString("id,lang,title,body,source_url\n")
			for i := range n {
				fmt.Fprintf(&b, "%d,%s,Title %d %s,Body %d %s,https://example.org/%s\n", i, lang, i, lang, i, lang, lang)
			}
			return textFile(lang+".csv", b.String())
		}
		o := Options{Source: "three", Kind: "qa"}
		if got := take(t, l, o, table("en")); got != [4]int{n} {
			t.Errorf("the original: %v", got)
		}
		if got := take(t, l, o, table("fr"), table("zh-Hant")); got != [4]int{0, 2 * n} {
			t.Errorf("translations: %v", got)
		}
		if got := take(t, l, o, table("zh-Hant"), table("en"), table("fr")); got != [4]int{0, 0, 3 * n} {
			t.Errorf("all again: %v", got)
		}
		cards, total, err := l.List(t.Context(), Filter{Limit: 1, Tags: []Tag{{"language", "zh-Hant"}}}, "zh-Hant")
		if err != nil || total != n || cards[0].Lang != "zh-Hant" || cards[0].Original != "en" || cards[0].Edition != 3 {
			t.Errorf("%d in traditional Chinese: %+v, %v", total, cards, err)
		}
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
	})
}

// TestTwoImportsAtOnce: the same file brought in twice at the same time makes
// each resource once.
func TestTwoImportsAtOnce(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		var b strings.Builder
		b.WriteString("id,title,body,lang\n")
		for i := range 30 {
			fmt.Fprintf(&b, "%d,Title %d,Body %d,en\n", i, i, i)
		}
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				if _, err := l.Import(t.Context(), []File{textFile("same.csv", b.String())}, Options{Owner: testOwner, Kind: "qa"}, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if _, total, err := l.List(t.Context(), Filter{Limit: 1}); err != nil || total != 30 {
			t.Errorf("%d resources, want 30 (%v)", total, err)
		}
	})
}

// TestRowsOfOneImportThatDisagree are refused, in one file or in two.
func TestRowsOfOneImportThatDisagree(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		a := textFile("a.csv", "id,title,body,lang\n1,T,one,en\n1,T,one,en\n1,T,two,en\n1,T,un,fr\n")
		b := textFile("b.csv", "id,title,body,lang\n1,T,three,en\n")
		o := Options{Source: "s", Kind: "qa"}
		if got := take(t, l, o, a, b); got != [4]int{1, 1, 1, 2} {
			t.Errorf("first: %v", got)
		}
		if got := take(t, l, o, a, b); got != [4]int{0, 0, 3, 2} {
			t.Errorf("again: %v", got)
		}
		mixed := textFile("mixed.csv", "id,title,body,lang,state\n1,T,hidden,en,draft\n1,T,shown,fr,published\n2,T,shown,en,published\n2,T,hidden,fr,draft\n")
		if got := take(t, l, Options{Kind: "qa"}, mixed); got[3] != 0 {
			t.Errorf("drafts among others: %v", got)
		}
		for _, table := range publicTables() {
			for _, line := range journaltest.Dump(t, l.db, table) {
				if strings.Contains(line, "hidden") {
					t.Errorf("%s shows a draft: %s", table, line)
				}
			}
		}
	})
}

// publicTables are the views that pages, feeds, index and API read.
func publicTables() []string {
	return slices.DeleteFunc(slices.Clone(Projection().Tables), func(name string) bool { return name == "knowledge_drafts" })
}

// TestRandomHistories: whatever is imported, marked and erased in whatever
// order, the views are those that the journal alone would give, nothing of a
// draft is public and nothing erased is anywhere.
func TestRandomHistories(t *testing.T) {
	seed := rand.Uint64()
	eachLibrary(t, func(t *testing.T, l *Library) {
		t.Logf("seed %d", seed)
		h := &history{Library: l, rng: rand.New(rand.NewPCG(seed, 1)), erased: map[facts.Seq]bool{}}
		for range 50 {
			h.step(t)
		}
		h.check(t)
		journaltest.Check(t, l.journal)
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
		h.check(t)
	})
}

// history is a random life of a library.
type history struct {
	*Library
	rng    *rand.Rand
	words  int // bodies written so far; each is a word of its own
	erased map[facts.Seq]bool
}

func (h *history) step(t *testing.T) {
	t.Helper()
	pick := func(list ...string) string { return list[h.rng.IntN(len(list))] }
	switch h.rng.IntN(8) {
	case 0:
		h.mark(t, pick(Published, Superseded, Historical, Withdrawn))
	case 1:
		h.erase(t)
	default:
		var b strings.Builder
		for range 1 + h.rng.IntN(3) {
			if h.rng.IntN(4) > 0 {
				h.words++
			}
			fmt.Fprintf(&b, `{"id":"%d","lang":"%s","state":"%s","title":"Title","body":"# Part\n\nword%dx and more.","topics":"%s","authors":"word%dx"}`+"\n",
				h.rng.IntN(9), pick("en", "fr", "zh", "zh-Hant"), pick(Published, Published, Drafted, InReview, Historical), h.words, pick("", "testing", "care"), h.words)
		}
		if _, err := h.Import(t.Context(), []File{textFile("rows.jsonl", b.String())}, Options{Owner: testOwner, Source: "random", Kind: "qa"}, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// all reads the whole journal.
func (h *history) all(t *testing.T) (list []journal.Fact) {
	t.Helper()
	for {
		var last facts.Seq
		if len(list) > 0 {
			last = list[len(list)-1].Seq
		}
		more, err := h.journal.After(t.Context(), last, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(more) == 0 {
			return list
		}
		list = append(list, more...)
	}
}

func (h *history) mark(t *testing.T, to string) {
	t.Helper()
	list := h.all(t)
	if len(list) == 0 {
		return
	}
	id, by := list[h.rng.IntN(len(list))].Thing, list[0].Thing
	var cur Current
	err := h.db.Read(t.Context(), func(tx *store.Tx) (err error) {
		cur, err = readCurrent(t.Context(), tx, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := ChangeState(id, cur, to, by, "because")
	if err != nil {
		return // no such way
	}
	if _, err := h.journal.Append(t.Context(), journal.Batch{Reads: []journal.Read{{Thing: id, Version: cur.Version}}, Facts: []journal.New{*n}}); err != nil {
		t.Fatal(err)
	}
}

func (h *history) erase(t *testing.T) {
	t.Helper()
	list := h.all(t)
	if len(list) == 0 {
		return
	}
	f := list[h.rng.IntN(len(list))]
	if f.BodyHash == nil {
		return
	}
	if err := h.journal.Erase(t.Context(), facts.ID{}, f.Seq, "person"); err != nil {
		t.Fatal(err)
	}
}

// check compares the views with an oracle that knows only the journal.
func (h *history) check(t *testing.T) {
	t.Helper()
	list := h.all(t)
	state, text, public := map[facts.ID]string{}, map[facts.ID]string{}, ""
	for _, f := range list {
		switch f.Kind {
		case facts.EditionPublished:
			var e facts.Edition
			if err := f.Decode(&e); err != nil {
				t.Fatal(err)
			}
			state[f.Thing], text[f.Thing] = e.State, string(f.Body)
			public += string(f.Body)
		case facts.ResourceMarked:
			var m facts.Mark
			if err := f.Decode(&m); err != nil {
				t.Fatal(err)
			}
			state[f.Thing] = m.State
		}
	}
	for _, table := range publicTables() {
		rows := strings.Join(journaltest.Dump(t, h.db, table), "\n")
		for i := range h.words + 1 {
			if word := fmt.Sprintf("word%dx", i); strings.Contains(rows, word) && !strings.Contains(public, word) {
				t.Errorf("%s holds %s, which no public words hold", table, word)
			}
		}
	}
	want := 0
	for id, s := range state {
		if s != Withdrawn && text[id] != "" {
			want++
		}
	}
	h.checkEverywhere(t, want, state)
}

// checkEverywhere asks every way to read the library for the same resources.
func (h *history) checkEverywhere(t *testing.T, want int, state map[facts.ID]string) {
	t.Helper()
	ctx := t.Context()
	cards, total, err := h.List(ctx, Filter{Limit: 200})
	if err != nil || total != want || len(cards) != want {
		t.Errorf("listed %d of %d, want %d (%v)", len(cards), total, want, err)
	}
	for _, c := range cards {
		if c.State != state[c.ID] {
			t.Errorf("%s is listed as %s, and is %s", c.ID, c.State, state[c.ID])
		}
	}
	counts, err := h.Counts(ctx, "kind")
	if n := slices.IndexFunc(counts, func(c Count) bool { return c.Value == "qa" }); err != nil || want > 0 && (n < 0 || counts[n].N != want) {
		t.Errorf("counted %v, want %d (%v)", counts, want, err)
	}
	if resources, _, _, err := h.Totals(ctx); err != nil || resources != want {
		t.Errorf("%d in all, want %d (%v)", resources, want, err)
	}
	found := 0
	err = h.Each(ctx, func(ids []facts.ID) error {
		docs, err := h.Documents(ctx, ids)
		found += len(docs)
		return err
	})
	if err != nil || found != want {
		t.Errorf("%d to be found, want %d (%v)", found, want, err)
	}
	for id := range state {
		docs, err := h.Documents(ctx, []facts.ID{id})
		if listed := slices.ContainsFunc(cards, func(c Card) bool { return c.ID == id }); err != nil || (len(docs) == 1) != listed {
			t.Errorf("%s listed %t, indexed %d times (%v)", id, listed, len(docs), err)
		}
	}
}

// TestImportGoesOnAfterAnErasedDraft: what left nothing in the views still
// counts in the journal.
func TestImportGoesOnAfterAnErasedDraft(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		file := textFile("a.csv", "id,title,body,lang\n1,T,Words,en\n")
		take(t, l, Options{Kind: "qa", State: Drafted}, file)
		if err := l.journal.Erase(t.Context(), facts.ID{}, 1, "person"); err != nil {
			t.Fatal(err)
		}
		if got := take(t, l, Options{Kind: "qa"}, file); got[3] != 0 || got[0]+got[1] != 1 {
			t.Errorf("after the erasure: %v", got)
		}
		take(t, l, Options{Kind: "qa", State: Drafted}, textFile("a.csv", "id,title,body,lang\n1,T,Other words,en\n"))
		h := history{Library: l, rng: rand.New(rand.NewPCG(1, 1))}
		h.mark(t, Historical)
		if got := take(t, l, Options{Kind: "qa"}, textFile("a.csv", "id,title,body,lang\n1,T,New words,en\n")); got != [4]int{0, 1, 0, 0} {
			t.Errorf("after a mark over a draft: %v", got)
		}
	})
}

// TestDraftWaitsThroughAnEdition: a draft in one language is still there once
// another language was published, here and after a rebuild.
func TestDraftWaitsThroughAnEdition(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		o := Options{Kind: "qa", Source: "s"}
		draft := o
		draft.State = Drafted
		row := func(lang, body string) File {
			return textFile(lang+".csv", "id,title,body,lang,original\n1,T,"+body+","+lang+",en\n")
		}
		take(t, l, o, row("en", "Wash."))
		take(t, l, draft, row("fr", "Lavez."))
		if got := take(t, l, o, row("en", "Rub.")); got != [4]int{0, 1} {
			t.Errorf("the changed original: %v", got)
		}
		if rows := strings.Join(journaltest.Dump(t, l.db, "knowledge_drafts"), "\n"); !strings.Contains(rows, "Lavez.") || strings.Contains(rows, "Wash.") {
			t.Errorf("waiting: %s", rows)
		}
		if got := take(t, l, draft, row("fr", "Lavez.")); got != [4]int{0, 0, 1} {
			t.Errorf("the draft again: %v", got)
		}
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
		if got := take(t, l, o, row("fr", "Lavez.")); got != [4]int{0, 1} {
			t.Errorf("the draft published: %v", got)
		}
		if rows := journaltest.Dump(t, l.db, "knowledge_drafts"); len(rows) > 0 {
			t.Errorf("still waiting: %v", rows)
		}
	})
}

// TestLongIdentities: what Check lets through fits the indexes of either
// database, in the script with the longest letters too.
func TestLongIdentities(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		random := func(letters int) string { // PostgreSQL would compress a repeated letter
			rng := rand.New(rand.NewPCG(7, uint64(letters)))
			r := make([]rune, letters)
			for i := range r {
				r[i] = rune(0x20000 + rng.IntN(0xa6d0))
			}
			return string(r)
		}
		row := map[string]string{"id": random(maxKey - len("id:")), "title": "T", "body": "B", "lang": "zh", "issuer": random(maxIssuer)}
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		if got := take(t, l, Options{Kind: "qa", Source: random(maxSource)}, textFile("a.jsonl", string(line))); got != [4]int{1} {
			t.Errorf("the longest: %v", got)
		}
		row["id"] += "x"
		row["issuer"] += "x"
		if line, err = json.Marshal(row); err != nil {
			t.Fatal(err)
		}
		if got := take(t, l, Options{Kind: "qa"}, textFile("b.jsonl", string(line))); got != [4]int{0, 0, 0, 1} {
			t.Errorf("one letter more: %v", got)
		}
	})
}

// TestLargeRowsShareNoBatch: long rows go in with few others, because a
// transaction must not hold more than the journal takes.
func TestLargeRowsShareNoBatch(t *testing.T) {
	l := libraryOn(t, storetest.Open(t, store.Config{Dir: t.TempDir()}))
	run := &importRun{l: l, o: Options{Owner: testOwner, Kind: "qa"}.withDefaults(), file: "long", seen: map[rowID]seenRow{}}
	text := strings.Repeat("x", batchBytes/4)
	for i := range 10 {
		d := drafted(Published, "en", words{"en": text})
		d.Edition.Key = fmt.Sprint(i)
		run.waiting = append(run.waiting, pending{draft: d, file: "long", at: place{line: i}})
	}
	order, n, err := run.targets(t.Context())
	if err != nil || n != 3 || len(order) != 3 {
		t.Errorf("%d rows of a little over a quarter each fit, want 3 (%v)", n, err)
	}
	run.waiting = run.waiting[:1]
	run.waiting[0].draft.Text.Variants["en"] = facts.VariantText{Title: "T", Body: text + text + text + text + text}
	if _, n, err := run.targets(t.Context()); err != nil || n != 1 {
		t.Errorf("a row that fills more than a batch: %d (%v)", n, err)
	}
}

// sharedData gives a file of the shared data, or skips.
func sharedData(t *testing.T, name string) File {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "..", "..", "shared", "data", name)
	stat, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the shared data is not here: %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return File{Name: filepath.Base(name), Size: stat.Size(), Open: func() (Opened, error) { return os.Open(path) }}
}

// TestRealTables go in once, again without a change, and rebuild the same.
func TestRealTables(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		protocol := Options{Bilingual: []facts.Lang{"zh", "en"}, State: Historical, Kind: "guideline"}
		table := sharedData(t, "guidelines/aligned.tsv")
		if got := take(t, l, protocol, table); got != [4]int{1} {
			t.Errorf("the protocol: %v", got)
		}
		if got := take(t, l, protocol, table); got != [4]int{0, 0, 1} {
			t.Errorf("the protocol again: %v", got)
		}
		cards, _, err := l.List(t.Context(), Filter{Limit: 1}, "en")
		if err != nil || len(cards) != 1 || cards[0].State != Historical || cards[0].Original != "zh" {
			t.Fatalf("%+v, %v", cards, err)
		}
		l.checkAligned(t, cards[0].ID)
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
	})
}

// checkAligned holds the passages that the views keep to those that the text
// splits into, and finds an English one beside a Chinese one.
func (l *Library) checkAligned(t *testing.T, id facts.ID) {
	t.Helper()
	docs, err := l.Documents(t.Context(), []facts.ID{id})
	if err != nil || len(docs) != 1 || len(docs[0].Variants) != 2 || docs[0].Boost >= 1 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	i := slices.IndexFunc(docs[0].Variants, func(v search.Variant) bool { return v.Lang == "zh" })
	middle := docs[0].Variants[i].Passages[len(docs[0].Variants[i].Passages)/2]
	shown, err := l.Show(t.Context(), []search.Want{{ID: id, Lang: "zh", Anchor: middle.Anchor, Reader: []facts.Lang{"en"}}})
	if err != nil || len(shown) != 1 || shown[0].PassageLang != "en" || shown[0].FoundText != middle.Text || shown[0].Text == "" || shown[0].State != Historical {
		t.Errorf("the passage %s: %+v, %v", middle.Anchor, shown, err)
	}
}

// TestImportStopsWithItsContext and keeps what it reported.
func TestImportStopsWithItsContext(t *testing.T) {
	l := libraryOn(t, storetest.Open(t, store.Config{Dir: t.TempDir()}))
	ctx, cancel := context.WithCancel(t.Context())
	var b strings.Builder
	b.WriteString("id,title,body,lang\n")
	for i := range 4 * batchRows {
		fmt.Fprintf(&b, "%d,T,B,en\n", i)
	}
	report, err := l.Import(ctx, []File{textFile("a.csv", b.String())}, Options{Owner: testOwner, Kind: "qa"}, func(p Progress) {
		if p.New > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", report, err)
	}
	if _, total, err := l.List(t.Context(), Filter{Limit: 1}); err != nil || total != report.New || total == 0 || total == 4*batchRows {
		t.Errorf("%d are there, %d were reported (%v)", total, report.New, err)
	}
	if _, err := l.Import(t.Context(), nil, Options{}, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("without an owner: %v", err)
	}
}

// withdraw marks the first thing of the journal.
func (h *history) withdraw(t *testing.T) {
	t.Helper()
	h.rng = rand.New(rand.NewPCG(1, 1))
	h.mark(t, Withdrawn)
}
