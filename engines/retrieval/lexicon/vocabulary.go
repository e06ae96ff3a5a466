package lexicon

import "sync"

// vocabulary numbers the terms of one language and remembers how each is
// usually written.
type vocabulary struct {
	terms    []string
	surfaces []string
	counts   []uint32
	ids      map[string]int32

	spellings map[spelling]uint32 // only while training

	sortOnce sync.Once
	sorted   []int32  // numbers in the order of terms, made when first needed
	endings  []ending // the terms from their ends, in order, made with it
}

type spelling struct {
	id      int32
	surface string
}

func newVocabulary() *vocabulary {
	return &vocabulary{ids: make(map[string]int32), spellings: make(map[spelling]uint32)}
}

// add counts one occurrence of a term and returns its number.
func (v *vocabulary) add(term, surface string) int32 {
	id, ok := v.ids[term]
	if !ok {
		id = int32(len(v.terms))
		v.ids[term] = id
		v.terms = append(v.terms, term)
		v.counts = append(v.counts, 0)
	}
	v.counts[id]++
	v.spellings[spelling{id, surface}]++
	return id
}

// settle keeps the most frequent spelling of each term, the first in byte
// order among equals.
func (v *vocabulary) settle() {
	v.surfaces = make([]string, len(v.terms))
	best := make([]uint32, len(v.terms))
	for s, n := range v.spellings {
		if n > best[s.id] || n == best[s.id] && s.surface < v.surfaces[s.id] {
			best[s.id], v.surfaces[s.id] = n, s.surface
		}
	}
	v.spellings = nil
}
