package i18n

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sameboat/facts"
)

// Standing tells how far the texts of one language go.
type Standing struct {
	Lang     facts.Lang
	File     string     // of the pack that brought the language; "" for a language of this program
	Fallback facts.Lang // whose texts stand in for the missing ones; "" when none are needed
	Keys     int        // texts the interface has
	Present  int        // of these, in this language
	Missing  []string
	Stale    []string // given by a pack, but nothing speaks them any more
	Same     []string // letter by letter the fallback's: not translated yet, or the same in both
}

// Standings tells of every language, in the order of Langs.
func (c *Catalog) Standings() []Standing {
	model := c.texts[c.langs[0]]
	var out []Standing
	for _, lang := range c.langs {
		s := Standing{Lang: lang, Keys: len(model)}
		if p := c.printers[lang].next; p != nil {
			s.Fallback = p.lang
		}
		for _, key := range slices.Sorted(maps.Keys(model)) {
			m, ok := c.texts[lang][key]
			switch {
			case !ok:
				s.Missing = append(s.Missing, key)
				continue
			case lang != c.langs[0] && sameWords(m, model[key]):
				s.Same = append(s.Same, key)
			}
			s.Present++
		}
		if pack, added := c.packs[lang]; added {
			s.File = pack.File
			s.Stale = c.stale(pack)
		}
		out = append(out, s)
	}
	return out
}

// stale lists what a pack says and nothing speaks.
func (c *Catalog) stale(pack Pack) []string {
	model := c.texts[c.langs[0]]
	got, _ := gather(pack.flat, func(key string) bool { _, ok := model[key]; return ok })
	maps.DeleteFunc(got, func(key string, _ entry) bool { _, ok := model[key]; return ok })
	return slices.Sorted(maps.Keys(got))
}

func sameWords(a, b entry) bool {
	return (a.plural == nil) == (b.plural == nil) && slices.Equal(a.one, b.one) && slices.Equal(a.plural["other"], b.plural["other"]) &&
		strings.ContainsFunc(strings.Join(a.all(), ""), func(r rune) bool { return r > ' ' && r != '{' && r != '}' })
}

// all lists the texts of a message as they were written.
func (m entry) all() []string {
	if m.plural == nil {
		return []string{m.one.String()}
	}
	var out []string
	for _, cat := range slices.Sorted(maps.Keys(m.plural)) {
		out = append(out, m.plural[cat].String())
	}
	return out
}

// String writes a pattern as it was read.
func (p pattern) String() string {
	var b strings.Builder
	for i, piece := range p {
		if i%2 == 1 {
			piece = "{" + piece + "}"
		}
		b.WriteString(piece)
	}
	return b.String()
}

// Template writes a file that a translator fills in to make a language pack: the
// texts the language has already, those of the fallback elsewhere, and the plural
// forms that the language needs.
func (c *Catalog) Template(lang facts.Lang) ([]byte, error) {
	voice, own := newPrinter(c, lang), c.texts[lang]
	fallback := c.Fallback()
	if p := c.printers[lang]; p != nil && p.next != nil {
		fallback = p.next.lang
	}
	out := map[string]any{"pack": map[string]any{"fallback": fallback}}
	for key, m := range c.texts[c.langs[0]] {
		if has, ok := own[key]; ok {
			m = has
		}
		if m.plural == nil {
			out[key] = m.one.String()
			continue
		}
		forms := map[string]string{}
		for _, cat := range voice.categories() {
			p, ok := m.plural[cat]
			if !ok {
				p = m.plural["other"]
			}
			forms[cat] = p.String()
		}
		out[key] = forms
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		return nil, fmt.Errorf("template of %s: %w", lang, err)
	}
	return b.Bytes(), nil
}
