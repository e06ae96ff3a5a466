package knowledge

import (
	"hash/maphash"
	"strings"
	"unicode"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

// stranger refuses a row or a document that would take the place of something
// else: its identity is known here, but neither the title nor the text is like
// what stands under it. Two files of one name look so. Whoever says the source
// with --source has said that it is the same.
func (run *importRun) stranger(cur Current, p pending) error {
	if run.o.Source != "" || cur.Version == 0 {
		return nil
	}
	// The key of a document without an ID is made of its title, so that title
	// says nothing of what is in it.
	byText := p.document && !strings.HasPrefix(p.draft.Edition.Key, "id:")
	known, title := 0, ""
	olds := []Draft{{Edition: cur.Edition, Text: cur.Text}}
	if cur.Draft != nil {
		olds = append(olds, *cur.Draft)
	}
	for _, old := range olds {
		for _, v := range p.draft.Edition.Variants {
			before, ok := old.Text.Variants[v.Lang]
			if !ok {
				continue
			}
			if akin(before, p.draft.Text.Variants[v.Lang], byText) || shareFile(old, p.draft) {
				return nil
			}
			known, title = known+1, before.Title
		}
	}
	if known == 0 {
		return nil
	}
	key := "knowledge.import.stranger"
	if byText {
		key = "knowledge.import.stranger_document"
	}
	return fault.New(fault.Invalid, key, fault.Args{"key": p.name(), "title": clip(title), "source": clip(p.draft.Edition.Source)})
}

// akin reports whether two texts can be two wordings of one thing: the same
// title (which does not count byText), or a part of the text in common.
func akin(a, b facts.VariantText, byText bool) bool {
	if a.Body == b.Body && a.Body != "" {
		return true
	}
	if byText {
		return sharesPairs(a.Summary+"\n"+a.Body, b.Summary+"\n"+b.Body)
	}
	return strings.EqualFold(strings.TrimSpace(a.Title), strings.TrimSpace(b.Title)) ||
		sharesPairs(a.Title+"\n"+a.Summary+"\n"+a.Body, b.Title+"\n"+b.Summary+"\n"+b.Body)
}

func shareFile(a, b Draft) bool {
	for hash := range a.Text.FileNames {
		if _, ok := b.Text.FileNames[hash]; ok {
			return true
		}
	}
	return false
}

// sharesPairs reports whether a sixth of the pairs of neighbouring words of the
// shorter text stand in the other. Texts on other matters share a few "of the";
// those that were only reworked share most.
func sharesPairs(a, b string) bool {
	seed := maphash.MakeSeed()
	pairs, others := pairsOf(seed, a), pairsOf(seed, b)
	if len(others) < len(pairs) {
		pairs, others = others, pairs
	}
	both := 0
	for p := range pairs {
		if others[p] {
			both++
		}
	}
	return both > 0 && both*6 >= len(pairs)
}

// maxPairs bounds how much of a text is compared.
const maxPairs = 20_000

// pairsOf hashes the pairs of neighbouring words of a text; of a single word,
// the word. Scripts that do not part words count by letters.
func pairsOf(seed maphash.Seed, text string) map[uint64]bool {
	pairs, last, n := map[uint64]bool{}, "", 0
	take := func(word string) {
		if word = strings.ToLower(word); n > 0 {
			pairs[maphash.String(seed, last+" "+word)] = true
		}
		last, n = word, n+1
	}
	start := -1
	for i, r := range text {
		letter := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
		alone := letter && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
		if start >= 0 && (!letter || alone) {
			take(text[start:i])
			start = -1
		}
		switch {
		case alone:
			take(string(r))
		case letter && start < 0:
			start = i
		}
		if len(pairs) >= maxPairs {
			return pairs
		}
	}
	if start >= 0 {
		take(text[start:])
	}
	if n == 1 {
		pairs[maphash.String(seed, last)] = true
	}
	return pairs
}
