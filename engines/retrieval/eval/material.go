package eval

import (
	"slices"
	"strings"

	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/lexicon"
)

// hub is the language through which others meet when no translation has both.
const hub = "en"

// needed picks from the translations the pairs of languages that the
// questions and the corpus ask for: direct ones, and those with English for
// pairs that never occur directly.
func needed(in Input, corpusLangs []string) ([]lexicon.Pair, []lexicon.Entry) {
	var askLangs []string
	for _, q := range in.Questions {
		if lang := analysis.Canonical(q.Lang); !slices.Contains(askLangs, lang) {
			askLangs = append(askLangs, lang)
		}
	}
	slices.Sort(askLangs)
	met := make(map[[2]string]bool)
	texts := make([]map[string]string, len(in.Translations))
	for i, t := range in.Translations {
		texts[i] = canonical(t.Text)
		for a := range texts[i] {
			for b := range texts[i] {
				met[[2]string{a, b}] = true
			}
		}
	}
	for _, g := range in.Glossary {
		a, b := analysis.Canonical(g.LangA), analysis.Canonical(g.LangB)
		met[[2]string{a, b}], met[[2]string{b, a}] = true, true
	}
	var pairs []lexicon.Pair
	for _, want := range wanted(askLangs, corpusLangs, met) {
		for _, t := range texts {
			if a, b := t[want[0]], t[want[1]]; a != "" && b != "" {
				pairs = append(pairs, lexicon.Pair{LangA: want[0], TextA: a, LangB: want[1], TextB: b})
			}
		}
	}
	return pairs, in.Glossary
}

// wanted lists the pairs of languages to learn, each once.
func wanted(ask, corpus []string, met map[[2]string]bool) [][2]string {
	var out [][2]string
	add := func(a, b string) {
		if a > b {
			a, b = b, a
		}
		if pair := [2]string{a, b}; a != b && !slices.Contains(out, pair) {
			out = append(out, pair)
		}
	}
	for _, a := range ask {
		for _, c := range corpus {
			add(a, c)
			if !met[[2]string{a, c}] {
				add(a, hub)
				add(hub, c)
			}
		}
	}
	return out
}

// canonical keys the texts by language; of several varieties of one language
// the first tag in byte order counts.
func canonical(texts map[string]string) map[string]string {
	tags := make([]string, 0, len(texts))
	for tag := range texts {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	out := make(map[string]string, len(texts))
	for _, tag := range tags {
		lang := analysis.Canonical(tag)
		if _, taken := out[lang]; !taken {
			out[lang] = texts[tag]
		}
	}
	return out
}

// maxWords is the length of a passage, as in the product.
const maxWords = 120

// passages cuts a text at spaces into parts of at most maxWords words.
func passages(text string) []string {
	words := strings.Fields(text)
	if len(words) <= maxWords {
		return []string{text}
	}
	var out []string
	for part := range slices.Chunk(words, maxWords) {
		out = append(out, strings.Join(part, " "))
	}
	return out
}
