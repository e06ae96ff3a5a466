package house

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wrongType is what a text of a language must not hold: the habits of its
// printers, which readers of a ministry notice at once.
var wrongType = map[string][]struct{ what, pattern string }{
	"fr": {
		{"a plain or no space before ; : ! ? (it takes U+202F)", `(^|[^\x{202f}\w{}'.&…"=])[;!?]|[^\x{202f};!?] [;:!?]|[\pL)}»][;!?]|[\pL)»]: `},
		{"quotation marks that are not « » with U+202F inside", `[“”]|«[^\x{202f}]|[^\x{202f}]»`},
		{"a straight apostrophe", `\pL'\pL`},
		{"familiar address", `(?i)(^|[^\pL])(tu|ton|tes|toi)($|[^\pL])`},
	},
	"es": {
		{"a question or exclamation that is not opened", `^[^¿]*\?|^[^¡]*!`},
		{"quotation marks that are not «»", `[“”]|« | »`},
		{"familiar address", `(?i)(^|[^\pL])(tú|tus|contigo|puedes|tienes)($|[^\pL])`},
	},
	"ru": {
		{"quotation marks that are not «ёлочки»", `[“”]`},
		{"a hyphen for a dash, or a dash without its space", `\pL - \pL|[^\x{00a0}\s—(]—|—[\pL]|[\pL] —`},
		{"familiar address", `(?i)(^|[^\pL])(ты|твой|тебя|тебе)($|[^\pL])`},
	},
}

// TestTypography holds the texts of a language to its own typography.
func TestTypography(t *testing.T) {
	seen := 0
	for lang, rules := range wrongType {
		for _, path := range files(t, "..", func(p string) bool { return strings.HasSuffix(p, "text/"+lang+".json") }) {
			var file any
			if err := json.Unmarshal([]byte(read(t, "..", path)), &file); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			eachText(file, func(text string) {
				seen++
				for _, rule := range rules {
					if m := regexp.MustCompile(rule.pattern).FindString(text); m != "" {
						t.Errorf("%s: %s: %q in %q", path, rule.what, m, text)
					}
				}
			})
		}
	}
	if seen < 2000 {
		t.Errorf("only %d texts were read: this test has gone blind", seen)
	}
}

// TestTypographySeesMistakes shows the rules texts that they must refuse, and
// some that they must not.
func TestTypographySeesMistakes(t *testing.T) {
	for lang, texts := range map[string]struct{ bad, good []string }{
		"fr": {[]string{"Attention : feu", "Attention: feu", "Quoi ?", "Quoi?", "deux; trois", "« mot »", "“mot”", "l'eau", "Choisis ton nom"},
			[]string{"Attention\u202f: feu", "Quoi\u202f?", "«\u202fmot\u202f»", "sqlite:CHEMIN https://a.example 14:05", "{file}, ligne {line}\u202f: {why}", "les requêtes"}},
		"es": {[]string{"Qué?", "Hola!", "“sí”", "si tienes fiebre"}, []string{"¿Qué?", "¡Hola!", "«sí»"}},
		"ru": {[]string{"“да”", "слово - слово", "слово — слово", "слово—слово", "твой файл"}, []string{"«да»", "слово\u00a0— слово", "состояние"}},
	} {
		refused := func(text string) bool {
			return slices.ContainsFunc(wrongType[lang], func(rule struct{ what, pattern string }) bool {
				return regexp.MustCompile(rule.pattern).MatchString(text)
			})
		}
		for _, text := range texts.bad {
			if !refused(text) {
				t.Errorf("%s: %q passes", lang, text)
			}
		}
		for _, text := range texts.good {
			if refused(text) {
				t.Errorf("%s: %q is refused", lang, text)
			}
		}
	}
}

// eachText gives every text of a file of texts.
func eachText(v any, see func(string)) {
	switch v := v.(type) {
	case string:
		see(v)
	case map[string]any:
		for _, inner := range v {
			eachText(inner, see)
		}
	}
}
