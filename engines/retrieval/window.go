package retrieval

import "slices"

// A window is a span of passages looked at at a time, small enough for the
// second-level cache. Its bits are those of the store: the window starts at a
// multiple of 64 passages. It is large enough for every document to fit whole.
const (
	windowBits     = 1 << 15
	windowPassages = windowBits - 64
	windowWords    = windowBits / 64
)

// bitset has a bit for every passage of the window, and a word behind it that
// is always zero.
type bitset [windowWords + 1]uint64

// window holds the sums of its passages; between windows all but inside is zero.
type window struct {
	vtf    [windowBits]float32 // occurrences of the group at hand
	mass   [windowBits]uint32  // of the groups so far
	score  [windowBits]uint32
	inside bitset // all passages of the window
	touch  bitset // those that hold the group at hand
	open   bitset // those whose match is not decided
	match  bitset // those that match
	want   bitset // those that match, pass the filters and may enter the page
	wide   bitset // those and their neighbours

	fromPass, toPass uint32
	base             uint32 // passage of the first bit
	linked           bool   // whether any passage continues another's text
}

// words is how many words of bits the window has.
func (r *window) words() int { return int(r.toPass-r.base+63) / 64 }

// nextWindow moves to the next documents that an essential group can reach.
func (r *sweep) nextWindow(span int) bool {
	next := r.end
	for g := range r.groups[:r.essential] {
		for i := range r.groups[g].terms {
			if at, ok := r.following(&r.groups[g].terms[i], r.toPass); ok {
				next = min(next, at)
			}
		}
	}
	if next == r.end {
		return false
	}
	first := r.store.docs.firstPass
	doc := r.store.pass.doc[next]
	r.fromPass = first[doc]
	r.base = r.fromPass &^ 63
	// The window ends with the last document that fits it whole.
	ends := first[doc+1 : min(int(doc)+1+span, len(first))]
	fit, _ := slices.BinarySearch(ends, min(r.fromPass+uint32(span), r.end)+1)
	r.toPass = first[int(doc)+fit]
	r.frame()
	return true
}

// frame sets the bits of the passages of the window.
func (r *sweep) frame() {
	n, joined := r.words(), uint64(0)
	for w := range n {
		r.inside[w] = ^uint64(0)
		joined |= r.joined(w)
	}
	r.inside[0] &= ^uint64(0) << (r.fromPass & 63)
	if over := r.toPass & 63; over > 0 {
		r.inside[n-1] &= 1<<over - 1
	}
	r.linked = joined != 0
}

// joined returns which passages of a word continue the text of the one before.
func (r *sweep) joined(w int) uint64 {
	if at := int(r.base>>6) + w; at < len(r.store.pass.joined) {
		return r.store.pass.joined[at]
	}
	return 0
}

// beyond returns the bits of a word with their neighbours in the same text.
func (r *sweep) beyond(set *bitset, w int, joined, joinedNext uint64) uint64 {
	word := set[w]
	out := word | word<<1&joined | (word&joined)>>1 | (set[w+1]&joinedNext)<<63
	if w > 0 {
		out |= set[w-1] >> 63 & joined
	}
	return out
}

// cursor is how far a sweep is in the list of a term: list[from:to] lies in the
// window that ends with the passage cutFor.
type cursor struct {
	cutFor   uint32
	from, to int
}

// part returns the postings of a term in the window.
func (r *sweep) part(t *termPlan) []posting {
	c := &r.cursors[t.number]
	if c.cutFor != r.toPass {
		c.cutFor = r.toPass
		c.from = gallop(t.list, c.to, r.fromPass<<passageShift)
		c.to = gallop(t.list, c.from, r.toPass<<passageShift)
	}
	return t.list[c.from:c.to]
}

// following returns the first passage from one on that holds the term.
func (r *sweep) following(t *termPlan, passage uint32) (uint32, bool) {
	if t.rows != nil {
		return t.rows.next(passage)
	}
	c := &r.cursors[t.number]
	if c.to = gallop(t.list, c.to, passage<<passageShift); c.to == len(t.list) {
		return 0, false
	}
	return t.list[c.to] >> passageShift, true
}

// gallop returns the first place at or after at whose posting is not below
// target.
func gallop(list []posting, at int, target posting) int {
	if at >= len(list) || list[at] >= target {
		return at
	}
	step := 1
	for at+step < len(list) && list[at+step] < target {
		at += step
		step <<= 1
	}
	low, high := at+1, min(at+step, len(list))
	for low < high {
		mid := int(uint(low+high) >> 1)
		if list[mid] < target {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
