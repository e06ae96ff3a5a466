package i18n

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sameboat/facts"
)

// packed reads a folder of packs and joins it to a catalog.
func packed(t *testing.T, c *Catalog, files map[string]string) (*Catalog, []string) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, content := range files {
		folder[name] = &fstest.MapFile{Data: []byte(content)}
	}
	packs, remarks := ReadPacks(folder)
	joined, more := c.With(packs)
	var said []string
	for _, r := range append(remarks, more...) {
		words := joined.Printer("en").Says(r)
		if strings.Contains(words, "⟦") {
			t.Errorf("the remark %s has no words: %s", r.Code, words)
		}
		said = append(said, strings.Join([]string{r.File, r.Key, r.Code}, " "))
	}
	return joined, said
}

var ours = map[string]string{
	"en": `{"a": {"b": "Bee", "c": "{who} sees <b>"}, "n": {"one": "{n} sheep", "other": "{n} sheep!"}, "line": "x\ny"}`,
	"es": `{"a": {"b": "Abeja", "c": "{who} ve"}, "n": {"one": "{n} oveja", "many": "{n} de ovejas", "other": "{n} ovejas"}, "line": "x\ny"}`,
	"ar": `{"a": {"b": "نحلة", "c": "{who} يرى"}, "n": {"zero": "{n}", "one": "{n}", "two": "{n}", "few": "{n}", "many": "{n}", "other": "{n}"}, "line": "x\ny"}`,
}

func TestAPackAddsALanguage(t *testing.T) {
	t.Parallel()
	c, said := packed(t, loadWithOwn(t, ours), map[string]string{
		"pt.json":   `{"pack": {"fallback": "es"}, "a.b": "Abelha", "n": {"one": "{n} ovelha", "many": "{n} de ovelhas", "other": "{n} ovelhas"}}`,
		"ur.json":   "\ufeff" + `{"a": {"b": "مکھی"}}`,
		"notes.txt": "not read",
	})
	if len(said) != 0 {
		t.Errorf("remarks on good packs: %v", said)
	}
	if got := c.Langs(); !slices.Equal(got, []facts.Lang{"en", "ar", "es", "fr", "pt", "ru", "ur", "zh"}) {
		t.Errorf("speaks %v", got)
	}
	pt, ur := c.Printer("pt"), c.Printer("ur")
	for _, tt := range []struct{ what, got, want string }{
		{"its own text", pt.T("a.b"), "Abelha"},
		{"a borrowed text", pt.T("a.c", Args{"who": "Ana"}), "Ana ve"},
		{"its plurals", pt.T("n", Args{"n": 2_000_000}), "2.000.000 de ovelhas"},
		{"a borrowed date", pt.Date(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)), "2 nov. 2026"},
		{"a borrowed country", pt.Country("FR"), "Francia"},
		{"a language by its own name", pt.LangName("zh"), "chinês"},
		{"the direction", ur.Dir(), "rtl"},
		{"a borrowed text that runs the other way", ur.T("a.c", Args{"who": "Ana"}), "\u2068Ana sees <b>\u2069"},
		{"nothing at all", pt.T("no.such"), "⟦no.such⟧"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.what, tt.got, tt.want)
		}
	}
	if got := c.Negotiate("", "", "pt-BR,pt;q=0.9,en;q=0.5"); got != "pt" {
		t.Errorf("a Brazilian reader gets %s", got)
	}
	if !pt.Has("a.c") || pt.Has("no.such") {
		t.Error("a pack does not have what it borrows, or has what nobody has")
	}
	for _, p := range c.Complete() {
		if p.Lang == "pt" || p.Lang == "ur" {
			t.Errorf("what a pack lacks is no fault of the program: %v", p)
		}
	}
}

func TestAPackReplacesSingleTexts(t *testing.T) {
	t.Parallel()
	before := loadWithOwn(t, ours)
	c, _ := packed(t, before, map[string]string{"es.json": `{"a.b": "Abejita"}`})
	if got := c.Printer("es").T("a.b") + c.Printer("es").T("a.c", Args{"who": "A"}) + before.Printer("es").T("a.b"); got != "AbejitaA veAbeja" {
		t.Errorf("got %q", got)
	}
}

func TestBadPacksAreToldAndHarmNothing(t *testing.T) {
	t.Parallel()
	c, said := packed(t, loadWithOwn(t, ours), map[string]string{
		"pt.json": `{"pack.fallback": "tlh", "a.b": "{who} Abelha", "a.c": "vê", "old.text": "velho", "n": {"one": "{n} ovelha", "other": "{n} ovelhas"}, "line": "x\ny"}`,
		"it.json": `{"a.b": "", "a.c": "{who", "line": "x\u0007", "n": "` + strings.Repeat("{n}", 4000) + `"}`,
		"de.json": `{"a.b": "Bie\nne"}`,
		"sw.json": `{"a.b": "Nyuki"`, "yo.json": `[]`, "ha.json": `{"a": ["b"]}`, "am.json": `{"a.b": "x"} trailing`,
		"so.json":         strings.Repeat(`{"a":`, 100000),
		"portuguese.json": `{}`, ".json": `{}`,
		"uk.json": `{"pack": {"fallback": "be"}, "a.b": "Бджола"}`, "be.json": `{"pack": {"fallback": "uk"}}`,
	})
	want := []string{
		".json  name", "am.json  json", "ha.json  json", "portuguese.json  name", "so.json  json", "sw.json  json", "yo.json  json",
		"de.json a.b control", "it.json a.c braces", "it.json a.b empty", "it.json line control", "it.json n long",
		"pt.json a.b values", "pt.json a.c values", "pt.json n plural", "pt.json old.text unknown", "pt.json pack.fallback fallback",
	}
	if !slices.Equal(said, want) {
		t.Errorf("remarks\n%s\nwant\n%s", strings.Join(said, "\n"), strings.Join(want, "\n"))
	}
	for lang, want := range map[facts.Lang]string{"pt": "Bee", "it": "Bee", "uk": "Бджола", "be": "Бджола"} {
		if got := c.Printer(lang).T("a.b"); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
	if got := c.Printer("pt").T("n", Args{"n": 1_000_000}); got != "1.000.000 ovelhas" {
		t.Errorf("a missing plural form: %q", got)
	}
}

func TestTooMuchIsNotRead(t *testing.T) {
	t.Parallel()
	files := map[string]string{"aa.json": `{"a.b": "` + strings.Repeat("x", maxPackSize) + `"}`}
	for i := range maxPacks + 1 {
		files[fmt.Sprintf("b%c%c.json", 'a'+i/26, 'a'+i%26)] = `{}`
	}
	_, said := packed(t, loadWithOwn(t, ours), files)
	if len(said) < 2 || said[0] != "aa.json  large" || !strings.HasSuffix(said[len(said)-1], "many") {
		t.Errorf("remarks %v", said)
	}
}

func TestStandingsCount(t *testing.T) {
	t.Parallel()
	c, _ := packed(t, loadWithOwn(t, ours), map[string]string{"pt.json": `{"pack.fallback": "es", "a.b": "Bee", "old": "velho", "n": {"one": "{n} o", "many": "{n} o", "other": "{n} o"}}`})
	for _, s := range c.Standings() {
		switch s.Lang {
		case "pt":
			if s.Present != 2 || s.Present+len(s.Missing) != s.Keys || !slices.Contains(s.Missing, "line") || !slices.Equal(s.Stale, []string{"old"}) ||
				!slices.Equal(s.Same, []string{"a.b"}) || s.Fallback != "es" || s.File != "pt.json" {
				t.Errorf("%+v", s)
			}
		case "en", "es", "ar":
			if len(s.Missing) != 0 || s.Present != s.Keys || s.Fallback != "" || s.File != "" {
				t.Errorf("%+v", s)
			}
		}
	}
}

// TestATemplateIsAPack: what is written for a translator can be given back.
func TestATemplateIsAPack(t *testing.T) {
	t.Parallel()
	c, _ := packed(t, loadWithOwn(t, ours), map[string]string{"cy.json": `{"a.b": "Gwenynen"}`})
	raw, err := c.Template("cy")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]any
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if forms, _ := file["n"].(map[string]any); len(forms) != 6 || file["a.b"] != "Gwenynen" || file["a.c"] != "{who} sees <b>" {
		t.Errorf("the template holds %v, %v, %v", file["n"], file["a.b"], file["a.c"])
	}
	again, said := packed(t, loadWithOwn(t, ours), map[string]string{"cy.json": string(raw)})
	for _, s := range again.Standings() {
		if s.Lang == "cy" && (len(s.Missing) != 0 || len(said) != 0) {
			t.Errorf("missing %v, remarks %v", s.Missing, said)
		}
	}
}

func FuzzPack(f *testing.F) {
	f.Add([]byte(`{"a.b": "x {y}", "n": {"one": "{n}", "other": "{n}"}}`))
	f.Add([]byte(`{"a": {"b": {"other": "}"}}, "pack": {"fallback": "pt"}}`))
	c, err := Load("en", texts(ours))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		packs, _ := ReadPacks(fstest.MapFS{"pt.json": &fstest.MapFile{Data: raw}})
		joined, _ := c.With(packs)
		joined.Printer("pt").T("a.c", Args{"who": "A"})
		joined.Standings()
		if _, err := joined.Template("pt"); err != nil {
			t.Fatal(err)
		}
	})
}
