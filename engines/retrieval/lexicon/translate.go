package lexicon

import (
	"cmp"
	"slices"
	"strings"

	"sameboat/engines/retrieval/analysis"
)

// Translation is a word that a word may be translated by.
type Translation struct {
	Term    string
	Surface string  // how it is usually written
	P       float32 // how likely it is the same word, in (0, 1]
}

// Pairs lists the directions that were learned, as "from>to", sorted.
func (x *Lexicon) Pairs() []string {
	var all []string
	for key := range x.dirs {
		all = append(all, key.from+">"+key.to)
	}
	slices.Sort(all)
	return all
}

// Languages lists the languages with known words, sorted.
func (x *Lexicon) Languages() []string {
	var all []string
	for lang := range x.words {
		all = append(all, lang)
	}
	slices.Sort(all)
	return all
}

// Translate returns the translations of a term ("fr:masqu"), best first. When
// the two languages never met in training it goes through every language that
// met both. Unknown terms have none.
func (x *Lexicon) Translate(srcLang, term, dstLang string) []Translation {
	src, dst := analysis.Canonical(srcLang), analysis.Canonical(dstLang)
	v := x.words[src]
	if v == nil || x.words[dst] == nil || src == dst {
		return nil
	}
	id, ok := v.ids[term]
	if !ok {
		return nil
	}
	if d := x.dirs[langPair{src, dst}]; d != nil {
		return x.named(dst, d.of(id))
	}
	return x.named(dst, x.pivot(src, id, dst))
}

// of returns the translations of word id.
func (d *direction) of(id int32) []candidate {
	if int(id)+1 >= len(d.at) {
		return nil
	}
	from, to := d.at[id], d.at[id+1]
	out := make([]candidate, 0, to-from)
	for i := from; i < to; i++ {
		out = append(out, candidate{d.targets[i], d.weights[i]})
	}
	return out
}

// hubs lists the languages through which src reaches dst, sorted.
func (x *Lexicon) hubs(src, dst string) []string {
	var hubs []string
	for key := range x.dirs {
		if key.from == src && x.dirs[langPair{key.to, dst}] != nil {
			hubs = append(hubs, key.to)
		}
	}
	slices.Sort(hubs)
	return hubs
}

// pivot multiplies through the hubs and averages over them.
func (x *Lexicon) pivot(src string, id int32, dst string) []candidate {
	sums := make(map[int32]float32)
	hubs := x.hubs(src, dst)
	for _, hub := range hubs {
		second := x.dirs[langPair{hub, dst}]
		for _, mid := range x.dirs[langPair{src, hub}].of(id) {
			for _, end := range second.of(mid.id) {
				sums[end.id] += mid.weight * end.weight / float32(len(hubs))
			}
		}
	}
	out := make([]candidate, 0, len(sums))
	for id, w := range sums {
		out = append(out, candidate{id, min(w, 1)})
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.id, b.id))
	})
	return out[:min(len(out), maxKept)]
}

// maxKept bounds the translations of one word in a lexicon.
const maxKept = 64

func (x *Lexicon) named(lang string, found []candidate) []Translation {
	v := x.words[lang]
	out := make([]Translation, 0, len(found))
	for _, c := range found {
		out = append(out, Translation{Term: v.terms[c.id], Surface: v.surfaces[c.id], P: c.weight})
	}
	return out
}

// Known reports whether training met the term in the language.
func (x *Lexicon) Known(lang, term string) bool {
	v := x.words[analysis.Canonical(lang)]
	if v == nil {
		return false
	}
	_, ok := v.ids[term]
	return ok
}

// Surface returns how a term is usually written, or its stem if unknown.
func (x *Lexicon) Surface(term string) string {
	lang, stem, _ := strings.Cut(term, ":")
	if v := x.words[lang]; v != nil {
		if id, ok := v.ids[term]; ok {
			return v.surfaces[id]
		}
	}
	return stem
}
