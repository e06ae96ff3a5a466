package lexicon

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"sameboat/engines/retrieval/analysis"
)

// Bounds of looking for words like an unknown one.
const (
	leastShared   = 4 // runes at the beginning that must agree
	mostDifferent = 4 // runes that may differ at the end
	maxResembling = 3 // known words considered
)

// resembling translates a word by known words of the language with the same
// beginning or end: other forms of it, as stemmers miss them.
func (x *Lexicon) resembling(lang, term, target string) []Translation {
	v := x.words[lang]
	if v == nil || analysis.LangOf(term) != lang {
		return nil
	}
	best := v.alike(term)
	sums := make(map[string]Translation)
	for _, near := range best {
		for _, tr := range x.Translate(lang, near.term, target) {
			sum := sums[tr.Term]
			sum.Term, sum.Surface = tr.Term, tr.Surface
			sum.P += tr.P * near.likeness / float32(len(best))
			sums[tr.Term] = sum
		}
	}
	out := make([]Translation, 0, len(sums))
	for _, tr := range sums {
		out = append(out, tr)
	}
	slices.SortFunc(out, func(a, b Translation) int {
		return cmp.Or(cmp.Compare(b.P, a.P), cmp.Compare(a.Term, b.Term))
	})
	return out[:min(len(out), 6)]
}

type alike struct {
	term     string
	likeness float32
}

// alike finds the known terms that share most of their beginning with term.
func (v *vocabulary) alike(term string) []alike {
	skip := strings.IndexByte(term, ':') + 1
	v.sortOnce.Do(v.sortTerms)
	out := v.alikeAtEnd(nil, term, skip)
	shared := prefixRunes(term, skip, leastShared)
	if shared == "" {
		return mostAlike(out)
	}
	from, _ := slices.BinarySearchFunc(v.sorted, shared, func(id int32, s string) int { return cmp.Compare(v.terms[id], s) })
	for i := from; i < len(v.sorted) && i < from+mostLookedAt; i++ {
		other := v.terms[v.sorted[i]]
		if !strings.HasPrefix(other, shared) {
			break
		}
		common := commonRunes(term, other) - skip
		longest := max(utf8.RuneCountInString(term), utf8.RuneCountInString(other)) - skip
		if other != term && longest-common <= mostDifferent && common*5 >= longest*3 {
			out = append(out, alike{other, float32(common) / float32(longest) * kinLikeness})
		}
	}
	return mostAlike(out)
}

func (v *vocabulary) sortTerms() {
	v.sorted = make([]int32, len(v.terms))
	for i := range v.sorted {
		v.sorted[i] = int32(i)
	}
	slices.SortFunc(v.sorted, func(a, b int32) int { return cmp.Compare(v.terms[a], v.terms[b]) })
	v.endings = make([]ending, len(v.terms))
	for i, term := range v.terms {
		v.endings[i] = ending{reversed(term[strings.IndexByte(term, ':')+1:]), int32(i)}
	}
	slices.SortFunc(v.endings, func(a, b ending) int {
		return cmp.Or(cmp.Compare(a.reversed, b.reversed), cmp.Compare(a.id, b.id))
	})
}

// prefixRunes returns the first skip bytes of s and n runes more, or nothing
// if s is shorter.
func prefixRunes(s string, skip, n int) string {
	if len(s) < skip {
		return ""
	}
	for i := range s[skip:] {
		if n == 0 {
			return s[:skip+i]
		}
		n--
	}
	if n == 0 {
		return s
	}
	return ""
}

func commonRunes(a, b string) int {
	n := 0
	for i, r := range a {
		if i >= len(b) {
			break
		}
		if other, _ := utf8.DecodeRuneInString(b[i:]); other != r {
			break
		}
		n++
	}
	return n
}
