package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"sameboat/facts"
)

// Printer speaks one interface language. It is safe for concurrent use.
type Printer struct {
	lang    facts.Lang
	tag     language.Tag
	texts   map[string]entry
	numbers *message.Printer
	next    *Printer // whose text is borrowed where a pack has none; nil for the languages of this program
}

func newPrinter(c *Catalog, lang facts.Lang) *Printer {
	return &Printer{
		lang:    lang,
		tag:     tagOf(lang),
		texts:   c.texts[lang],
		numbers: message.NewPrinter(language.Make(string(lang) + "-u-nu-latn")),
	}
}

// Lang is the language spoken.
func (p *Printer) Lang() facts.Lang { return p.lang }

// Dir is the direction the language is written in: "rtl" or "ltr".
func (p *Printer) Dir() string { return Dir(p.lang) }

// Has reports whether the key has a text in this language, or for a language
// pack in one that it borrows from.
func (p *Printer) Has(key string) bool {
	_, ok := p.texts[key]
	return ok || p.next != nil && p.next.Has(key)
}

// T gives the text of a key with its values filled in. The value n chooses the
// plural. Numbers, times, languages and lists among the values are written as
// the language writes them. A missing key shows as ⟦key⟧, a missing value as
// ⟦name⟧.
func (p *Printer) T(key string, args ...Args) string {
	m, ok := p.texts[key]
	switch {
	case !ok && p.next != nil:
		return p.borrowed(p.next.T(key, args...))
	case !ok:
		return "⟦" + key + "⟧"
	}
	pat := m.one
	if m.plural != nil {
		n, _ := value(args, "n")
		if pat, ok = m.plural[p.category(n)]; !ok {
			pat = m.plural["other"]
		}
	}
	if len(pat) == 1 {
		return pat[0]
	}
	var b strings.Builder
	for i, piece := range pat {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		v, ok := value(args, piece)
		if !ok {
			b.WriteString("⟦" + piece + "⟧")
			continue
		}
		b.WriteString(p.Value(v))
	}
	return b.String()
}

func value(args []Args, name string) (any, bool) {
	for _, a := range args {
		if v, ok := a[name]; ok {
			return v, true
		}
	}
	return nil, false
}

// Value writes one value as the language writes it. Text of the other direction
// is isolated (U+2068 … U+2069), so that it does not disturb the sentence.
func (p *Printer) Value(v any) string {
	switch v := v.(type) {
	case string:
		return p.isolate(v)
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
		return p.N(v)
	case time.Time:
		return p.Date(v)
	case facts.Lang:
		return p.LangName(v)
	case facts.Country:
		return p.Country(v)
	case []string:
		return p.List(v)
	case nil:
		return ""
	}
	return p.isolate(fmt.Sprint(v))
}

// N writes a number with the language's separators and at most two decimals.
func (p *Printer) N(n any) string {
	return p.numbers.Sprint(number.Decimal(n, number.MaxFractionDigits(2)))
}

// Percent writes a share (0.825) as a percentage without decimals.
func (p *Printer) Percent(share float64) string {
	return p.numbers.Sprint(number.Percent(share, number.MaxFractionDigits(0)))
}

// Bytes writes a size in the largest decimal unit that keeps it at 1 or more.
func (p *Printer) Bytes(n int64) string {
	units := [...]string{"byte", "kb", "mb", "gb", "tb"}
	size, unit := float64(n), 0
	for size >= 999.5 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	digits := 0
	if unit > 0 && size < 9.95 {
		digits = 1
	}
	text := p.numbers.Sprint(number.Decimal(size, number.MaxFractionDigits(digits)))
	return p.T("i18n.size."+units[unit], Args{"n": counted{text, n}})
}

// counted is a number already written out, with the count that chooses the plural.
type counted struct {
	text string
	n    int64
}

// String is what is shown.
func (c counted) String() string { return c.text }

// List joins words as the language does: "a, b and c".
func (p *Printer) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return p.isolate(words[0])
	}
	out := p.isolate(words[0])
	for _, w := range words[1 : len(words)-1] {
		out += p.T("i18n.list.next") + p.isolate(w)
	}
	return out + p.T("i18n.list.last") + p.isolate(words[len(words)-1])
}

// category gives the plural category of a value in this language.
func (p *Printer) category(v any) string {
	if c, ok := v.(counted); ok {
		v = c.n
	}
	digits, ok := digitsOf(v)
	if !ok {
		return "other"
	}
	whole, frac, _ := strings.Cut(strings.TrimPrefix(digits, "-"), ".")
	if len(whole) > 7 { // the rules look at the last digits only; keep them and say it is large
		whole = "1" + whole[len(whole)-6:]
	}
	i, _ := strconv.Atoi(whole)
	f, _ := strconv.Atoi(frac)
	if frac == "" && i != 0 && i%1_000_000 == 0 && saysMillionsOf(p.lang) {
		return "many"
	}
	switch plural.Cardinal.MatchPlural(p.tag, i, len(frac), len(frac), f, f) {
	case plural.Zero:
		return "zero"
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	}
	return "other"
}

// saysMillionsOf reports whether a language puts a word between whole millions
// and what is counted: "1 000 000 de personnes". CLDR has had the category many
// for these languages since its version 38; the tables of x/text are older.
func saysMillionsOf(lang facts.Lang) bool {
	switch primary, _, _ := strings.Cut(string(lang), "-"); primary {
	case "fr", "es", "pt", "it", "ca":
		return true
	}
	return false
}

// digitsOf writes a number plainly with at most two decimals, as N shows it.
func digitsOf(v any) (string, bool) {
	switch v := v.(type) {
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
		return fmt.Sprint(v), true
	case float32:
		return trimFloat(float64(v)), true
	case float64:
		return trimFloat(v), true
	}
	return "", false
}

func trimFloat(f float64) string {
	s := strconv.FormatFloat(f, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
