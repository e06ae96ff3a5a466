package search_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// stock makes a library of the sample resources and of sentences in four more
// languages public, as a center that has imported its first texts; its lexicon
// knows Swahili too, and one word of Serbian.
func (f *fixture) stock() {
	f.t.Helper()
	files, err := filepath.Glob("../../knowledge/sample/*/*.md")
	if err != nil || len(files) == 0 {
		f.t.Fatalf("no sample resources: %v", err)
	}
	for _, lang := range []string{"de", "it", "pl", "sv"} {
		files = append(files, "../../engines/retrieval/langid/learn/seed/"+lang+".txt")
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		must(f.t, err)
		lang := facts.Lang(strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)))
		id := facts.NewID(time.Now())
		f.mu.Lock()
		f.docs[id] = search.Document{ID: id, Boost: 1, Tags: []search.Tag{{Dim: "language", Value: string(lang)}},
			Variants: []search.Variant{{Lang: lang, Passages: []search.Passage{{Anchor: "p-1", Text: string(text)}}}}}
		f.mu.Unlock()
	}
	f.extra = []map[facts.Lang]string{
		{"en": "wear a mask", "sw": "vaa barakoa"},
		{"en": "a clean mask", "sw": "barakoa safi"},
		{"en": "fever and cough", "sw": "homa na kikohozi"},
		{"en": "the child has fever", "sw": "mtoto ana homa"},
		{"en": "children get a vaccine", "sw": "watoto wapate chanjo"},
		{"en": "medicine for fever", "sw": "dawa ya homa"},
		{"en": "wash your hands", "sw": "nawa mikono yako"},
		{"en": "washing hands stops infections", "sw": "kunawa mikono huzuia maambukizi"},
		{"en": "the signs of infection", "sw": "dalili za maambukizi"},
		{"en": "oxygen in hospital", "sw": "oksijeni hospitalini"},
		{"en": "quarantine of travellers", "sw": "karantini ya wasafiri"},
		{"en": "cough and pain in the throat", "sw": "kikohozi na maumivu ya koo"},
		{"en": "pregnancy and medicine", "sw": "ujauzito na dawa"},
		{"en": "children and pregnancy", "sw": "watoto na ujauzito"},
		{"en": "vaccine", "sr": "вакцина"},
	}
	f.say(facts.NewID(time.Now()), changed)
	f.find(search.Query{})
}

// shortQuestions gives questions of one to six words by language.
func shortQuestions(t testing.TB) map[facts.Lang][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/short-questions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[facts.Lang][]string{}
	for line := range strings.Lines(string(raw)) {
		lang, question, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out[facts.Lang(lang)] = append(out[facts.Lang(lang)], question)
	}
	return out
}

// TestAsking asks short questions of one library.
func TestAsking(t *testing.T) {
	f := open(t)
	f.stock()
	t.Run("language", f.theLanguageOfShortQuestions)
	t.Run("offers", f.otherLanguagesAreOffered)
	t.Run("reread", f.aReadingThatFindsLittleIsChanged)
	t.Run("misspelt", f.aMisspeltWordMayMislead)
}

// theLanguageOfShortQuestions: questions of a word or a few are read in
// their language, whether the reader reads that language or only English, and
// where they are not, the reader can say so.
func (f *fixture) theLanguageOfShortQuestions(t *testing.T) {
	for _, c := range []struct {
		reader facts.Lang // "" reads the language of the question
		floor  float64    // of every language
		all    float64
	}{{"", 0.85, 0.97}, {"en", 0.70, 0.92}} {
		right, total := 0, 0
		for lang, questions := range shortQuestions(t) {
			reader, here := c.reader, 0
			if reader == "" {
				reader = lang
			}
			var wrong []string
			for _, q := range questions {
				r := f.find(search.Query{Text: q, Reader: []facts.Lang{reader}, Limit: 1})
				if r.QLang == lang {
					here++
					continue
				}
				wrong = append(wrong, fmt.Sprintf("%s (%s)", q, r.QLang))
				if c.reader == "" && !slices.ContainsFunc(r.Guesses, func(g search.Guess) bool { return g.Lang == lang }) {
					t.Errorf("%q is read as %s, and the reader's %s is not offered: %v", q, r.QLang, lang, r.Guesses)
				}
			}
			t.Logf("reader %q: %s %d of %d, not %q", c.reader, lang, here, len(questions), wrong)
			if float64(here) < c.floor*float64(len(questions)) {
				t.Errorf("reader %q: %s right for %d of %d: %q", c.reader, lang, here, len(questions), wrong)
			}
			right, total = right+here, total+len(questions)
		}
		t.Logf("reader %q: %d of %d", c.reader, right, total)
		if total < 100 || float64(right) < c.all*float64(total) {
			t.Errorf("reader %q: right for %d of %d", c.reader, right, total)
		}
	}
}

// otherLanguagesAreOffered: whatever a question is taken for, the reader's
// languages, English and those of the library can be chosen instead.
func (f *fixture) otherLanguagesAreOffered(t *testing.T) {
	r := f.find(search.Query{Text: "fiebre", Reader: []facts.Lang{"fr", "ar"}, Limit: 1})
	for _, want := range []facts.Lang{"fr", "ar", "en", "de"} {
		if !slices.ContainsFunc(r.Guesses, func(g search.Guess) bool { return g.Lang == want }) {
			t.Errorf("%s is not among %v", want, r.Guesses)
		}
	}
	for _, g := range r.Guesses {
		if g.Lang == r.QLang || g.Lang == "ru" || g.Lang == "zh" {
			t.Errorf("%s is offered for %q, read as %s", g.Lang, r.Text, r.QLang)
		}
	}
}

// aReadingThatFindsLittleIsChanged: a doubtful question that finds nothing
// in the likeliest language is read in the next one, and says so.
func (f *fixture) aReadingThatFindsLittleIsChanged(t *testing.T) {
	q := search.Query{Text: "mtoto", Reader: []facts.Lang{"en"}, Limit: 5}
	r := f.find(q)
	if r.QLang != "sw" || r.Instead != "en" || r.Total <= 5 {
		t.Fatalf("read as %q instead of %q, %d found", r.QLang, r.Instead, r.Total)
	}
	if r.Guesses[0].Lang != "en" {
		t.Errorf("the likeliest language is not the first offered: %v", r.Guesses)
	}
	q.After = r.Next
	if more := f.find(q); more.QLang != "sw" || more.Instead != "en" || more.Total != r.Total {
		t.Errorf("the second page: %q instead of %q, %d found", more.QLang, more.Instead, more.Total)
	}
	q = search.Query{Text: "mtoto", QLang: "en", Limit: 5}
	if r := f.find(q); r.QLang != "en" || r.Instead != "" || r.Total != 0 {
		t.Errorf("a language that was chosen is left: %q instead of %q", r.QLang, r.Instead)
	}
}

// aMisspeltWordMayMislead: a misspelt word is looked for in the languages
// of the reader and the library, not only in the one it was taken for; a word
// of a question that is understood is not.
func (f *fixture) aMisspeltWordMayMislead(t *testing.T) {
	for _, c := range []struct {
		text, qlang string
		did, lang   string
	}{
		{"quarentine", "it", "quarantine", "en"},
		{"quarentine", "en", "quarantine", "en"},
		{"kikohozi", "sw", "", ""},
		{"mal de gorge", "fr", "", ""},
	} {
		r := f.find(search.Query{Text: c.text, QLang: facts.Lang(c.qlang), Reader: []facts.Lang{"fr"}})
		if r.Did != c.did || string(r.DidLang) != c.lang {
			t.Errorf("%q in %s: %q in %q, want %q in %q", c.text, c.qlang, r.Did, r.DidLang, c.did, c.lang)
		}
	}
}
