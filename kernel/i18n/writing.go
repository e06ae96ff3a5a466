package i18n

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"sameboat/facts"
)

// The isolates of the Unicode bidirectional algorithm (UAX #9, 2.4).
const (
	firstStrongIsolate = "\u2068"
	popIsolate         = "\u2069"
)

// Dir is the direction a language is written in: "rtl" or "ltr". It goes into
// the dir attribute of every piece in that language.
func Dir(lang facts.Lang) string {
	switch Script(lang) {
	case "arab", "aran", "hebr", "thaa", "syrc", "nkoo":
		return "rtl"
	}
	return "ltr"
}

// Script is the script a language is usually written in, by its lower-case ISO
// 15924 code, for fonts and line height: "latn", "cyrl", "arab", "aran" (Arabic
// in Nastaliq hand, as Urdu is), "hans", "hant", "deva", "khmr" … An unknown
// language is "latn".
func Script(lang facts.Lang) string {
	switch lang {
	case "": // not known
		return "latn"
	case "ur", "ks":
		return "aran"
	case "nqo":
		return "nkoo"
	case "sd", "ug", "ckb", "ps", "prs", "pbt", "pnb", "bal", "lrc", "mzn", "glk", "azb", "haz":
		return "arab"
	case "ku":
		return "latn"
	}
	script, _ := tagOf(lang).Script()
	if script == (language.Script{}) || script.String() == "Zzzz" {
		return "latn"
	}
	return strings.ToLower(script.String())
}

// Autonym is a language's name in itself, "" when not known.
func Autonym(lang facts.Lang) string {
	switch lang { // those CLDR has no word for
	case "prs":
		return "دری"
	case "ku":
		return "Kurdî"
	case "fuv":
		return "Fulfulde"
	case "kr":
		return "Kanuri"
	case "din":
		return "Thuɔŋjäŋ"
	case "ms":
		return "Bahasa Melayu"
	case "id":
		return "Bahasa Indonesia"
	case "zh":
		return "中文"
	}
	name := display.Self.Name(tagOf(lang))
	if r := []rune(name); len(r) > 0 && unicode.IsLower(r[0]) {
		r[0] = unicode.ToUpper(r[0])
		return string(r)
	}
	return name
}

// LangName is a language's name in the reader's language; failing that its own
// name, failing that its code.
func (p *Printer) LangName(lang facts.Lang) string {
	if key := "i18n.language." + strings.ToLower(string(lang)); p.texts[key].one != nil {
		return p.T(key)
	}
	tag := tagOf(lang)
	if names := display.Languages(p.tag); names != nil && tag != language.Und {
		if name := names.Name(tag); name != "" {
			return name
		}
	}
	if name := Autonym(lang); name != "" {
		return name
	}
	return string(lang)
}

// borrowed protects the page from a text of another language that runs the
// other way, whatever letters it holds.
func (p *Printer) borrowed(s string) string {
	if p.next.Dir() != p.Dir() && s != "" {
		return firstStrongIsolate + s + popIsolate
	}
	return s
}

// isolate protects a sentence from a value that runs the other way. A value that
// runs the same way, or no way, stays as it is.
func (p *Printer) isolate(s string) string {
	against := unicode.Latin
	if p.Dir() == "ltr" {
		against = nil
	}
	for _, r := range s {
		rightward := unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thaana, unicode.Syriac, unicode.Nko)
		if against == nil && rightward || against != nil && unicode.IsLetter(r) && !rightward {
			return firstStrongIsolate + s + popIsolate
		}
	}
	return s
}
