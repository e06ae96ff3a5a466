package knowledge

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"log/slog"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/journal"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
	"sameboat/kernel/web"
)

// shown is the room with its pages on real parts, for tests that read pages.
type shown struct {
	*Library
	finding *search.Service
	site    *web.Site
	owner   facts.ID
}

var shownNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newShown(t *testing.T) *shown {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	log := slog.New(slog.DiscardHandler)
	now := func() time.Time { return shownNow }
	db := storetest.Open(t, store.Config{Dir: dir})
	j, err := journal.Open(ctx, db, journal.Options{Projections: []journal.Projection{Projection()}, Clock: now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	files, err := blobs.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	library := NewLibrary(db, j, files, now)
	finding, err := search.Open(ctx, search.Config{Journal: j, Sources: []search.Source{library}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.New(web.Options{Catalog: testCatalog(t), Log: log, Now: now, URL: "https://center.example",
		Authorise: func(*http.Request, web.Who, string) error { return nil }}, Face())
	if err != nil {
		t.Fatal(err)
	}
	NewRoom(library, finding, site).Routes()
	s := &shown{library, finding, site, facts.NewID(shownNow)}
	t.Cleanup(func() {
		if err := finding.CatchUp(context.WithoutCancel(ctx)); err != nil {
			t.Errorf("index: %v", err)
		}
	})
	return s
}

// take imports one file and gives the ID of the newest resource.
func (s *shown) take(t *testing.T, name, body string, o Options) facts.ID {
	t.Helper()
	o.Owner = s.owner
	file := File{Name: name, Size: int64(len(body)), Open: func() (Opened, error) { return memory{bytes.NewReader([]byte(body))}, nil }}
	report, err := s.Import(t.Context(), []File{file}, o, nil)
	if err != nil || report.Refused > 0 {
		t.Fatalf("import %s: %v %+v", name, err, report)
	}
	var id facts.ID
	err = s.db.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow(t.Context(), `select id from knowledge_resources order by seq desc limit 1`).Scan(&id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// get reads a page and fails on a missing text or an id given twice.
func (s *shown) get(t *testing.T, address string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	page := w.Body.String()
	if w.Code != status {
		t.Fatalf("%s: %d, want %d\n%s", address, w.Code, status, page)
	}
	if strings.Contains(page, "⟦") {
		t.Errorf("%s: a text is missing near %.80s", address, page[strings.Index(page, "⟦"):])
	}
	seen := map[string]bool{}
	for _, m := range idAttribute.FindAllStringSubmatch(page, -1) {
		if seen[m[1]] {
			t.Errorf("%s: the id %q stands twice", address, m[1])
		}
		seen[m[1]] = true
	}
	return page
}

var idAttribute = regexp.MustCompile(` id="([^"]*)"`)

const bilingualTable = "zh\ten\tstyle\n一、病原学\tI. Etiology\tT1\n病毒对热敏感。\tThe virus is sensitive to heat.\tP\n二、治疗\tII. Treatment\tT1\n" +
	"每日两次，每次一片。\tOne tablet twice a day.\tP\n"

// TestHistoricalIsSaidOnEveryPassage: no part of what is not to be followed may
// be read, copied or printed without the word.
func TestHistoricalIsSaidOnEveryPassage(t *testing.T) {
	s := newShown(t)
	id := s.take(t, "protocol.tsv", bilingualTable, Options{State: Historical, Bilingual: []facts.Lang{"zh", "en"},
		Titles: map[facts.Lang]string{"zh": "方案", "en": "A protocol"}})
	for lang, mark := range map[facts.Lang]string{"en": "Historical: not to be followed", "zh": "历史资料：请勿照此执行", "ar": "تاريخي: لا يُعمل به"} {
		for _, address := range []string{"/r/%s?in=en&lang=%s", "/r/%s?in=zh&lang=%s", "/r/%s/beside?left=en&right=zh&lang=%s", "/r/%s/edition/1?lang=%s"} {
			page := s.get(t, fmt.Sprintf(address, id, lang), http.StatusOK)
			passages := strings.Count(page, `class="passage"`)
			if got := strings.Count(page, mark); passages < 2 || got != passages {
				t.Errorf("%s in %s: %d passages, %d marks", address, lang, passages, got)
			}
		}
	}
	if page := s.get(t, "/r/"+id.String(), http.StatusOK); !strings.Contains(page, "Kept for the record, not to be followed.") {
		t.Error("the page does not begin with what historical means")
	}
}

// TestSampleReadsInEveryLanguage reads the whole sample library, each text in
// each language, alone and beside its original.
func TestSampleReadsInEveryLanguage(t *testing.T) {
	s := newShown(t)
	report, err := s.Import(t.Context(), SampleFiles(), Options{Owner: s.owner, Source: "sample", Sample: true}, nil)
	if err != nil || report.New != 12 {
		t.Fatalf("%v %+v", err, report)
	}
	cards, _, err := s.List(t.Context(), Filter{Limit: 20}, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cards {
		res, err := s.Resource(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range c.Languages {
			page := s.get(t, "/r/"+c.ID.String()+"?in="+string(lang), http.StatusOK)
			for _, want := range []string{"Written to show how this site works", `class="prose" lang="` + string(lang) + `"`, `application/ld+json`, `rel="alternate" type="application/atom&#43;xml"`} {
				if !strings.Contains(page, want) {
					t.Errorf("%s in %s: no %q", c.Title, lang, want)
				}
			}
			if lang == c.Original {
				continue
			}
			beside := "/r/" + c.ID.String() + "/beside?left=" + string(lang) + "&amp;right=" + string(c.Original)
			if variant, _, _ := res.Variant(lang); variant.Origin == "machine_draft" && !strings.Contains(page, beside) {
				t.Errorf("%s in %s: a machine draft without its original one click away", c.Title, lang)
			}
			s.checkBeside(t, res, lang, c.Original)
		}
		s.checkBeside(t, res, "ar", "es") // two translations align through the original
	}
}

// checkBeside wants an id for every passage of both languages, and most rows
// with something on both sides.
func (s *shown) checkBeside(t *testing.T, res *Resource, left, right facts.Lang) {
	t.Helper()
	page := s.get(t, besidePath(res.ID, left, right, ""), http.StatusOK)
	for _, lang := range []facts.Lang{left, right} {
		for _, mark := range res.Text.Variants[lang].Passages {
			if !strings.Contains(page, ` id="`+mark.Anchor+`"`) {
				t.Errorf("%s %s|%s: #%s of %s leads nowhere", res.ID, left, right, mark.Anchor, lang)
			}
		}
	}
	rows, missing := strings.Count(page, `<div class="pair">`), strings.Count(page, "not translated")
	if rows < 3 || missing > 0 {
		t.Errorf("%s %s|%s: %d rows, %d of them one-sided", res.ID, left, right, rows, missing)
	}
}

func TestAlignedGroups(t *testing.T) {
	for name, c := range map[string]struct {
		left, right [][]int
		want        string
	}{
		"one to one":                      {[][]int{{0}, {1}}, [][]int{{0}, {1}}, "[0][0] [1][1]"},
		"two share one original":          {[][]int{{0}, {0}, {1}}, [][]int{{0}, {1}}, "[0 1][0] [2][1]"},
		"one for two of the other":        {[][]int{{0}, {1}}, [][]int{{0, 1}}, "[0 1][0]"},
		"only on the left":                {[][]int{{0}, {}, {1}}, [][]int{{0}, {1}}, "[0][0] [1][] [2][1]"},
		"only on the right keeps place":   {[][]int{{0}, {1}}, [][]int{{}, {0}, {2}, {1}}, "[][0] [0][1] [][2] [1][3]"},
		"two translations, other anchors": {[][]int{{0}, {1, 2}}, [][]int{{0}, {1}, {2}}, "[0][0] [1][1 2]"},
		"nothing":                         {nil, nil, ""},
	} {
		var got []string
		for _, g := range alignedGroupsOf(c.left, c.right, 3) {
			got = append(got, fmt.Sprint(g.left)+fmt.Sprint(g.right))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, " "), c.want)
		}
	}
}

func TestOlderEditionLeadsToTheCurrentOne(t *testing.T) {
	s := newShown(t)
	row := func(words string) string {
		return `{"id":"1","title":"Oxygen","body":"` + words + `","lang":"en","review_due":"2021-05-01"}` + "\n"
	}
	s.take(t, "a.jsonl", row("First words."), Options{IDColumn: "id"})
	id := s.take(t, "a.jsonl", row("Second words."), Options{IDColumn: "id"})
	old := s.get(t, "/r/"+id.String()+"/edition/1", http.StatusOK)
	if !strings.Contains(old, "First words.") || !strings.Contains(old, "The current one is edition 2") || !strings.Contains(old, `href="/r/`+id.String()+`?in=en"`) {
		t.Errorf("edition 1: %s", old)
	}
	if strings.Contains(old, "Cite this") {
		t.Error("an older edition is offered for citing under the address of the current one")
	}
	current := s.get(t, "/r/"+id.String()+"/edition/2", http.StatusOK)
	if !strings.Contains(current, "Second words.") || strings.Contains(current, "An older edition") || !strings.Contains(current, "Review is due") {
		t.Errorf("edition 2: %s", current)
	}
	history := s.get(t, "/r/"+id.String()+"/history", http.StatusOK)
	if !strings.Contains(history, "/edition/1") || !strings.Contains(history, ">current<") && !strings.Contains(history, "current</span>") {
		t.Errorf("history: %s", history)
	}
	for _, none := range []string{"/edition/3", "/edition/0", "/edition/x", "/edition/-1"} {
		s.get(t, "/r/"+id.String()+none, http.StatusNotFound)
	}
	s.get(t, "/r/nothing", http.StatusNotFound)
	s.get(t, "/r/"+facts.NewID(shownNow).String(), http.StatusNotFound)
}

// TestWithdrawnLeavesATombstone: the address answers 410, and not a word or a
// file of the text can be had any more.
func TestWithdrawnLeavesATombstone(t *testing.T) {
	s := newShown(t)
	id := s.take(t, "a.jsonl", `{"id":"1","title":"Unwise advice","body":"Drink bleach.","lang":"en"}`, Options{})
	file := s.attach(t, id, "unwise.pdf")
	path := fileOf(s.mustResource(t, id), file.Hash, false)
	s.get(t, path, http.StatusOK)
	var fact *journal.New
	err := s.db.Read(t.Context(), func(tx *store.Tx) error {
		cur, err := readCurrent(t.Context(), tx, id)
		if err == nil {
			fact, err = ChangeState(id, cur, Withdrawn, facts.ID{}, "wrong")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.append(t, id, *fact)
	for _, address := range []string{"", "?in=en", "/beside", "/history", "/edition/1"} {
		page := s.get(t, "/r/"+id.String()+address, http.StatusGone)
		if strings.Contains(page, "bleach") || strings.Contains(page, "Unwise") || !strings.Contains(page, "withdrawn by its owner") {
			t.Errorf("%s: %s", address, page)
		}
	}
	s.get(t, path, http.StatusNotFound)
	s.get(t, path+"?edition=1", http.StatusNotFound)
}

func (s *shown) mustResource(t *testing.T, id facts.ID) *Resource {
	t.Helper()
	res, err := s.Resource(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (s *shown) append(t *testing.T, id facts.ID, fact journal.New) {
	t.Helper()
	version, err := s.journal.Version(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.journal.Append(t.Context(), journal.Batch{Reads: []journal.Read{{Thing: id, Version: version}}, Facts: []journal.New{fact}}); err != nil {
		t.Fatal(err)
	}
}

// attach writes an edition with a file.
func (s *shown) attach(t *testing.T, id facts.ID, name string) facts.File {
	t.Helper()
	hash, size, err := s.blobs.Put(t.Context(), strings.NewReader("%PDF-1.4 "+name), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	file := facts.File{Hash: hash, Type: "application/pdf", Size: size}
	res := s.mustResource(t, id)
	d := Draft{Edition: res.Edition, Text: res.Text}
	d.Edition.Variants = slices.Clone(d.Edition.Variants)
	d.Edition.Variants[0].Files = []facts.File{file}
	d.Text.FileNames = map[facts.Hash]string{hash: name}
	fact, err := Write(id, Current{Version: res.Version, State: res.State, Public: true, Edition: res.Edition, Text: res.Text}, d)
	if err != nil {
		t.Fatal(err)
	}
	s.append(t, id, fact[0])
	return file
}

func TestSendFileSendsOnlyWhatIsAttached(t *testing.T) {
	s := newShown(t)
	id := s.take(t, "a.jsonl", `{"id":"1","title":"Oxygen","body":"Words.","lang":"en"}`, Options{})
	file := s.attach(t, id, "Sauerstoff für alle 氧气.pdf")
	page := s.get(t, "/r/"+id.String(), http.StatusOK)
	href := regexp.MustCompile(`href="(/r/[^"]*/file/[^"]*)"`).FindStringSubmatch(page)
	if href == nil {
		t.Fatalf("no file on the page: %s", page)
	}
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequest("GET", href[1], nil))
	want := http.Header{"Content-Type": {"application/pdf"}, "X-Content-Type-Options": {"nosniff"}, "Cache-Control": {"public, max-age=300, must-revalidate"},
		"Content-Disposition": {`attachment; filename="Sauerstoff f_r alle __.pdf"; filename*=UTF-8''Sauerstoff%20f%C3%BCr%20alle%20%E6%B0%A7%E6%B0%94.pdf`}}
	for name, values := range want {
		if got := w.Header().Values(name); !reflect.DeepEqual(got, values) {
			t.Errorf("%s: %v, want %v", name, got, values)
		}
	}
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "%PDF") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	secret, _, err := s.blobs.Put(t.Context(), strings.NewReader("not yours"), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{string(secret), "..", "abc", strings.ToUpper(string(file.Hash))} {
		s.get(t, "/r/"+id.String()+"/file/"+hash+"/x.pdf", http.StatusNotFound)
	}
	s.get(t, "/r/"+id.String()+"/file/"+string(file.Hash)+"/x.pdf?edition=1", http.StatusNotFound) // it came with edition 2
}

func TestDispositionKeepsHeadersWhole(t *testing.T) {
	for name, want := range map[string]string{
		`a"b\c.pdf`:    `attachment; filename="a_b_c.pdf"; filename*=UTF-8''a%22b%5Cc.pdf`,
		"a\r\nX: y":    `attachment; filename="a__X: y"; filename*=UTF-8''a%0D%0AX%3A%20y`,
		"100%.pdf":     `attachment; filename="100_.pdf"; filename*=UTF-8''100%25.pdf`,
		"it's (1).pdf": `attachment; filename="it's (1).pdf"; filename*=UTF-8''it%27s%20%281%29.pdf`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

// TestNothingRunsFromABody: what a text brings along is shown, never run.
func TestNothingRunsFromABody(t *testing.T) {
	s := newShown(t)
	id := facts.NewID(shownNow)
	body := "# T\n\n<script>alert(1)</script>\n\n[x](javascript:alert(2))\n\n![y](https://elsewhere.example/p.png)\n\n<b onclick=alert(3)>z</b>"
	fact, err := Write(id, Current{}, Draft{Edition: facts.Edition{State: Published, Owner: s.owner, Source: "a", Key: "1", Kind: "qa", Issuer: `"><b>`, Certainty: "not_graded",
		Licence: "javascript:alert(4)", SourceURL: "javascript:alert(5)", Original: "en", Variants: []facts.Variant{{Lang: "en", Origin: "original"}}},
		Text: facts.EditionText{Authors: []string{"<i>"}, Variants: map[facts.Lang]facts.VariantText{"en": {Title: "<img src=x onerror=alert(6)>", Summary: "</script><b>", Body: body}}}})
	if err != nil {
		t.Fatal(err)
	}
	s.append(t, id, fact[0])
	for _, address := range []string{"/r/" + id.String(), "/r/" + id.String() + "/history", "/search", "/browse"} {
		page := s.get(t, address, http.StatusOK)
		for _, bad := range []string{"<img src=x", `href="javascript:`, "elsewhere.example/p.png", `"><b>`, "<script>alert", "<b onclick", "</script><b>", "<i>"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s holds %s", address, bad)
			}
		}
	}
}

// TestListsInEveryLanguage reads results and browsing, full and empty.
func TestListsInEveryLanguage(t *testing.T) {
	s := newShown(t)
	for _, lang := range []string{"en", "ar", "zh", "fr", "es", "ru"} {
		for _, address := range []string{"/search?lang=", "/search?q=oxygen&lang=", "/browse?lang="} {
			if page := s.get(t, address+lang, http.StatusOK); !strings.Contains(page, "<code>sameboat import resources FILE…</code>") {
				t.Errorf("%s%s: the empty library does not say how the first documents come in", address, lang)
			}
		}
	}
	if _, err := s.Import(t.Context(), SampleFiles(), Options{Owner: s.owner, Source: "sample", Sample: true}, nil); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "ar", "zh", "fr", "es", "ru"} {
		browse := s.get(t, "/browse?lang="+lang, http.StatusOK)
		if strings.Count(browse, `class="plain"`) < 4 {
			t.Errorf("browse in %s lists too little: %s", lang, browse)
		}
		page := s.get(t, "/search?topic=ipc&kind=protocol&lang="+lang, http.StatusOK)
		if strings.Count(page, `<a class="chip"`) != 2 {
			t.Errorf("results in %s: %d filters to take off, want 2", lang, strings.Count(page, `<a class="chip"`))
		}
	}
}
