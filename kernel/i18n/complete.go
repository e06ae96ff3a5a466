package i18n

import (
	"fmt"
	"slices"
	"strings"

	"sameboat/facts"
)

// Problem is one way in which a language's texts do not match the others.
type Problem struct {
	Lang facts.Lang
	Key  string
	What string // for developers, in English
}

// String gives one line for a test's output.
func (p Problem) String() string { return fmt.Sprintf("%s %s: %s", p.Lang, p.Key, p.What) }

// Complete lists every key that is missing from a language or empty there, every
// plural category a language needs and lacks or has and never uses, and every
// text whose named values differ from the fallback language's. Empty means the
// languages say the same. Languages that a pack brought are left out: Standings
// tells of those.
func (c *Catalog) Complete() []Problem {
	var found []Problem
	for _, lang := range c.langs {
		if _, added := c.packs[lang]; added {
			continue
		}
		for _, key := range c.Keys() {
			m, ok := c.texts[lang][key]
			if !ok {
				found = append(found, Problem{lang, key, "missing"})
				continue
			}
			for _, what := range c.check(lang, key, m) {
				found = append(found, Problem{lang, key, what})
			}
		}
	}
	return found
}

// Keys lists every key that any language has, sorted.
func (c *Catalog) Keys() []string {
	var keys []string
	for _, texts := range c.texts {
		for key := range texts {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (c *Catalog) check(lang facts.Lang, key string, m entry) []string {
	var bad []string
	if m.empty() && !strings.HasPrefix(key, "i18n.") {
		bad = append(bad, "empty")
	}
	if first, ok := c.texts[c.langs[0]][key]; ok {
		want, got := first.names(), m.names()
		if !slices.Equal(want, got) {
			bad = append(bad, fmt.Sprintf("names the values %v, the fallback %v", got, want))
		}
		if first.plural != nil && m.plural == nil {
			bad = append(bad, "is no plural here but is one in the fallback")
		}
	}
	if m.plural == nil {
		return bad
	}
	needs := c.printers[lang].categories()
	for _, cat := range categories {
		_, has := m.plural[cat]
		switch {
		case !has && slices.Contains(needs, cat):
			bad = append(bad, "lacks the plural category "+cat)
		case has && cat != "other" && !slices.Contains(needs, cat):
			bad = append(bad, "has the plural category "+cat+", which the language never uses")
		}
	}
	return bad
}

// categories lists the plural categories whole numbers take in this language,
// and other, which decimals may take.
func (p *Printer) categories() []string {
	seen := []string{"other"}
	for n := range 300 {
		if cat := p.category(n); !slices.Contains(seen, cat) {
			seen = append(seen, cat)
		}
	}
	if cat := p.category(1_000_000); !slices.Contains(seen, cat) {
		seen = append(seen, cat)
	}
	return seen
}
