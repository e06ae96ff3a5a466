package retrieval

import "math/bits"

// rows is the list of a frequent term as a set of bits with ranks: whether a
// passage holds the term, and its place in the list, cost one step each.
type rows struct {
	held   []uint64 // by passage
	before []uint32 // by word of held: postings in the words before it
	n      uint32
}

// A term has rows once its list is not shorter than leastRows
// and holds one passage in rowsShare.
const (
	leastRows = 256
	rowsShare = 32
)

// add takes in the next posting of the list.
func (r *rows) add(passage uint32) {
	for w := int(passage >> 6); len(r.held) <= w; {
		r.held = append(r.held, 0)
		r.before = append(r.before, r.n)
	}
	r.held[passage>>6] |= 1 << (passage & 63)
	r.n++
}

// window returns up to n words from one on; what is not there holds nothing.
func (r *rows) window(from, n int) []uint64 {
	from = min(from, len(r.held))
	return r.held[from:min(from+n, len(r.held))]
}

// next returns the first held passage from one on.
func (r *rows) next(passage uint32) (uint32, bool) {
	w := int(passage >> 6)
	if w >= len(r.held) {
		return 0, false
	}
	word := r.held[w] >> (passage & 63) << (passage & 63)
	for word == 0 {
		if w++; w == len(r.held) {
			return 0, false
		}
		word = r.held[w]
	}
	return uint32(w<<6 + bits.TrailingZeros64(word)), true
}

// noteRow keeps the rows of a term up to date after its list has grown.
func (s *store) noteRow(id uint32) {
	list := s.lists[id]
	if r := s.rows[id]; r != nil {
		r.add(list[len(list)-1] >> passageShift)
		return
	}
	if len(list)%s.leastRows == 0 {
		s.makeRows(id)
	}
}

// makeRows gives a term rows if it is frequent enough.
func (s *store) makeRows(id uint32) {
	list := s.lists[id]
	if len(list) < s.leastRows || len(list)*rowsShare < len(s.pass.doc) {
		return
	}
	words := (len(s.pass.doc) + 63) / 64
	r := &rows{held: make([]uint64, 0, words), before: make([]uint32, 0, words)}
	for _, p := range list {
		r.add(p >> passageShift)
	}
	s.rows[id] = r
}
