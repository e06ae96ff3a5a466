package knowledge

import (
	"slices"

	"sameboat/engines/prose"
	"sameboat/facts"
)

// Passage is a piece of a variant that can be found, cited and read beside its
// translation.
type Passage struct {
	prose.Passage
	With []string // anchors of the passages of the original language it translates
}

// passagesOf splits a body and gives its passages the anchors that the fact
// carries. Should the rule that splits bodies have changed since, the anchors
// that prose derives from the text stand in: they are the same for all text
// that never was edited.
func passagesOf(lang facts.Lang, words facts.VariantText) []Passage {
	split := prose.Split(string(lang), words.Body)
	out := make([]Passage, len(split))
	for i, p := range split {
		out[i].Passage = p
		if len(split) == len(words.Passages) {
			out[i].Anchor, out[i].With = words.Passages[i].Anchor, words.Passages[i].With
		}
	}
	return out
}

// placePassages fills the passages of every variant of a draft: an untouched
// body keeps its anchors, an edited one keeps those of its untouched passages,
// and every translation is aligned with the original.
func placePassages(before facts.EditionText, d *Draft) {
	original := d.Edition.Original
	split := map[facts.Lang][]prose.Passage{}
	for _, v := range d.Edition.Variants {
		words := d.Text.Variants[v.Lang]
		ps := prose.Split(string(v.Lang), words.Body)
		if old, ok := before.Variants[v.Lang]; ok {
			ps = prose.Reanchor(plainPassages(passagesOf(v.Lang, old)), ps)
		}
		split[v.Lang] = ps
	}
	for _, v := range d.Edition.Variants {
		words := d.Text.Variants[v.Lang]
		words.Passages = make([]facts.PassageMark, len(split[v.Lang]))
		for i, p := range split[v.Lang] {
			words.Passages[i].Anchor = p.Anchor
		}
		if v.Lang != original && len(split[original]) > 0 {
			alignWith(split[original], split[v.Lang], words.Passages)
			layRows(split[original], words.Passages, d.Rows[v.Lang])
		}
		d.Text.Variants[v.Lang] = words
	}
}

// alignWith writes into marks which passages of the original each passage of a
// translation belongs to.
func alignWith(original, translation []prose.Passage, marks []facts.PassageMark) {
	for _, pair := range prose.Align(original, translation, nil) {
		var with []string
		for _, i := range pair.A {
			with = append(with, original[i].Anchor)
		}
		for _, i := range pair.B {
			marks[i].With = with
		}
	}
}

// layRows lets what somebody laid out by hand stand before what was aligned by
// length, as long as the original still has those passages.
func layRows(original []prose.Passage, marks []facts.PassageMark, rows map[string][]string) {
	for i, mark := range marks {
		with, ok := rows[mark.Anchor]
		if !ok {
			continue
		}
		there := slices.DeleteFunc(slices.Clone(with), func(anchor string) bool {
			return !slices.ContainsFunc(original, func(p prose.Passage) bool { return p.Anchor == anchor })
		})
		if len(there) == len(with) {
			marks[i].With = with
		}
	}
}

// rowsOf gives the rows that the passages of an edition already stand in.
func rowsOf(text facts.EditionText) map[facts.Lang]map[string][]string {
	rows := map[facts.Lang]map[string][]string{}
	for lang, words := range text.Variants {
		rows[lang] = map[string][]string{}
		for _, p := range words.Passages {
			if len(p.With) > 0 {
				rows[lang][p.Anchor] = p.With
			}
		}
	}
	return rows
}

func plainPassages(ps []Passage) []prose.Passage {
	out := make([]prose.Passage, len(ps))
	for i, p := range ps {
		out[i] = p.Passage
	}
	return out
}
