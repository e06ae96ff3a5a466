package knowledge

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sameboat/engines/prose"
	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

// testCatalog holds all texts that the pages of this room show.
func testCatalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load("en", web.Texts(), Texts(), Terms())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	goKey       = regexp.MustCompile(`"((?:knowledge|search)\.[a-z_]+\.[a-z_.-]+)"`)
	templateKey = regexp.MustCompile(`\bt "([a-z._-]+)"`)
	// routes and other names that look like keys but are none
	noKey = regexp.MustCompile(`^knowledge\.(search|browse|resource|beside|history|edition|cite|file|feed)$|[.-]$`)
)

// keysOf scans sources for the keys of texts that are written out in them.
func keysOf(t *testing.T, dir, pattern string, key *regexp.Regexp) []string {
	t.Helper()
	files, err := fs.Glob(os.DirFS(dir), pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s in %s: %v", pattern, dir, err)
	}
	var keys []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		raw, err := os.ReadFile(path.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(raw), -1) {
			if !noKey.MatchString(m[1]) {
				keys = append(keys, m[1])
			}
		}
	}
	return keys
}

// TestEveryTextExistsInEveryLanguage: a key that a page or a fault names and
// no file holds would show as ⟦key⟧ to a reader.
func TestEveryTextExistsInEveryLanguage(t *testing.T) {
	c := testCatalog(t)
	keys := append(keysOf(t, ".", "*.go", goKey), keysOf(t, ".", "page/*.html", templateKey)...)
	keys = append(keys, keysOf(t, "../kernel/search", "*.go", goKey)...)
	if len(keys) < 100 {
		t.Fatalf("only %d keys found: the scan has gone blind", len(keys))
	}
	made := map[string][]string{
		"knowledge.dim.": filterDims, "knowledge.dim. ": search.Dims(), "knowledge.browse.": {"topic", "kind", "country", "issuer", "language", "year"},
		"knowledge.check.": Codes("check"), "knowledge.gone.": {"withdrawn", "withdrawn-title", "erased", "erased-title"},
		"knowledge.detail.": {"topics", "hazards", "audiences", "setting", "countries", "issuer", "authors", "source", "source-date", "licence", "original",
			"certainty", "published", "updated", "review-due", "supersedes", "kind", "since"},
		"knowledge.edit.will-": {Published, ToReview, InReview}, "knowledge.preview.done-": {"save", "send", "publish"},
		"knowledge.field.": {"title", "summary", "origin", "kind", "certainty", "strength", "setting", "issuer", "authors", "countries", "licence", "source_url", "source_date", "review_due"},
		"state.":           {Drafted, InReview, ToReview, "to_review.note", Published, Superseded, Historical, Withdrawn, "historical.note"},
	}
	for _, vocabulary := range []string{"kind", "topic", "audience", "setting", "hazard", "certainty", "strength", "origin", "check"} {
		made[vocabulary+"."] = Codes(vocabulary)
	}
	for _, code := range reading.Codes() {
		made["knowledge.reading."] = append(made["knowledge.reading."], string(code))
	}
	for prefix, ends := range made {
		if len(ends) == 0 {
			t.Errorf("%s has no codes", prefix)
		}
		for _, end := range ends {
			keys = append(keys, strings.TrimSpace(prefix)+end)
		}
	}
	for _, lang := range []facts.Lang{"en", "ar", "es", "fr", "ru", "zh"} {
		p := c.Printer(lang)
		if p.Lang() != lang {
			t.Fatalf("the catalog does not speak %s", lang)
		}
		for _, key := range keys {
			if !p.Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
}

// TestNoTextIsIdle: a text that nothing names is work for translators for
// nothing, or stands for a key misspelt in the source.
func TestNoTextIsIdle(t *testing.T) {
	sources := ""
	for _, pattern := range []string{"*.go", "page/*.html", "../kernel/search/*.go", "../cmd/sameboat/*.go"} {
		files, err := fs.Glob(os.DirFS(".."), path.Join("knowledge", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if raw, err := os.ReadFile(path.Join("..", file)); err == nil && !strings.HasSuffix(file, "_test.go") {
				sources += string(raw)
			}
		}
	}
	built := regexp.MustCompile(`^knowledge\.(nav|dim|browse|detail|gone|reading|check|field|edit\.will|preview\.done)\b`)
	for _, key := range testCatalog(t).Keys() {
		if !strings.HasPrefix(key, "knowledge.") || built.MatchString(key) {
			continue
		}
		if !strings.Contains(sources, `"`+key+`"`) {
			t.Errorf("nothing says %s", key)
		}
	}
}

// TestTheLanguagesSayTheSame: same keys, same named values, all plural forms.
func TestTheLanguagesSayTheSame(t *testing.T) {
	for _, problem := range testCatalog(t).Complete() {
		if strings.HasPrefix(problem.Key, "knowledge.") || strings.HasPrefix(problem.Key, "search.") {
			t.Error(problem)
		}
	}
}

// TestReadingErrorsNameOnlyWhatTheyKnow: a message may name only the values its
// code carries (see engines/reading/errors.go) and the place.
func TestReadingErrorsNameOnlyWhatTheyKnow(t *testing.T) {
	raw, err := os.ReadFile("../engines/reading/errors.go")
	if err != nil {
		t.Fatal(err)
	}
	doc := regexp.MustCompile(`(?s)// (Code\w+): ([^=]*?)\n\t(Code\w+) +Code = "([a-z-]+)"`)
	carries := map[string][]string{}
	for _, m := range doc.FindAllStringSubmatch(string(raw), -1) {
		carries[m[4]] = []string{"line", "row", "column"}
		if list := regexp.MustCompile(`\[([a-z, ]+)\]`).FindStringSubmatch(m[2]); list != nil {
			carries[m[4]] = append(carries[m[4]], strings.Split(list[1], ", ")...)
		}
	}
	named := regexp.MustCompile(`\{([a-z]+)\}`)
	for _, code := range reading.Codes() {
		if carries[string(code)] == nil {
			t.Errorf("what %s carries was not found in its comment", code)
		}
	}
	for _, lang := range []string{"en", "ar", "es", "fr", "ru", "zh"} {
		for code, text := range readingTexts(t, lang) {
			for _, m := range named.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(carries[code], m[1]) {
					t.Errorf("%s: the message of %s names {%s}, which it does not carry: %v", lang, code, m[1], carries[code])
				}
			}
		}
	}
}

func readingTexts(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := fs.ReadFile(Texts(), "text/"+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Knowledge struct {
			Reading map[string]string `json:"reading"`
		} `json:"knowledge"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	return file.Knowledge.Reading
}

// TestTermsHaveEqualKeys: the names of codes in all six languages.
func TestTermsHaveEqualKeys(t *testing.T) {
	files, err := fs.Glob(terms, "terms/text/*.json")
	if err != nil || len(files) != 6 {
		t.Fatalf("%d languages of terms, want 6: %v", len(files), err)
	}
	var want []string
	for _, file := range files {
		raw, err := fs.ReadFile(terms, file)
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]string
		if err := json.Unmarshal(raw, &texts); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		var keys []string
		for key, text := range texts {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: %s is empty", file, key)
			}
			keys = append(keys, key)
		}
		slices.Sort(keys)
		if want == nil {
			want = keys
		}
		if !slices.Equal(keys, want) {
			t.Errorf("%s has other keys than %s", file, files[0])
		}
	}
}

// TestSampleIsTheSameInEveryLanguage: the passages of the sample texts stand
// beside each other, so their languages must be built alike.
func TestSampleIsTheSameInEveryLanguage(t *testing.T) {
	folders, err := fs.Glob(sample, "sample/*")
	if err != nil {
		t.Fatal(err)
	}
	folders = slices.DeleteFunc(folders, func(name string) bool { return path.Ext(name) != "" })
	if len(folders) != 12 {
		t.Fatalf("%d folders, want 12", len(folders))
	}
	for _, folder := range folders {
		want, first := "", ""
		for _, lang := range []string{"ar", "en", "es", "fr", "ru", "zh"} {
			raw, err := fs.ReadFile(sample, folder+"/"+lang+".md")
			if err != nil {
				t.Error(err)
				continue
			}
			_, body, _ := strings.Cut(strings.TrimPrefix(string(raw), "---\n"), "\n---\n")
			var shapes []string
			for _, p := range prose.Split(lang, body) {
				shapes = append(shapes, p.Shape)
			}
			got := strings.Join(shapes, " ")
			if want == "" {
				want, first = got, lang
			}
			if got != want {
				t.Errorf("%s: the passages of %s are %q, those of %s %q", folder, lang, got, first, want)
			}
		}
	}
}
