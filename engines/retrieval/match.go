package retrieval

import "math/bits"

// findMatches sets the bits of the passages of the window that hold enough of
// the query. It looks at presence only: what a passage scores is asked of the
// few that can enter the page.
func (r *sweep) findMatches() {
	n := r.words()
	open := r.open[:n]
	for g := range r.groups[:r.essential] {
		r.weigh(&r.groups[g], &r.inside, n)
		for w, word := range r.touch[:n] {
			open[w] |= word
		}
		clear(r.touch[:n])
	}
	for g := r.essential; ; g++ {
		left := r.decide(g)
		if left == 0 || g == len(r.groups) {
			break
		}
		r.weigh(&r.groups[g], &r.open, left)
		clear(r.touch[:n])
	}
	clear(r.mass[:r.toPass-r.base])
}

// decide closes passages for whose match the groups from g on make no
// difference any more, and counts those that stay open. What a passage holds
// cannot be foretold, so there are no branches on it.
func (r *sweep) decide(g int) (left int) {
	win, need := &r.window, int64(r.need)
	lack := need - int64(r.restMass[g])
	for w, word := range win.open[:r.words()] {
		match, lost := uint64(0), uint64(0)
		for todo := word; todo != 0; todo &= todo - 1 {
			mass := int64(win.mass[uint(w<<6+bits.TrailingZeros64(todo))%windowBits])
			low := todo & -todo
			match |= low &^ uint64((mass-need)>>63)
			lost |= low & uint64((mass-lack)>>63)
		}
		word &^= match | lost
		win.match[w] |= match
		win.open[w] = word
		left += bits.OnesCount64(word)
	}
	return left
}

// weigh adds the mass of a group to those of about n passages that hold it.
// The heaviest term is looked for first and the best one a passage holds
// counts. The passages found are left in touch.
func (r *sweep) weigh(g *groupPlan, only *bitset, n int) {
	if g.mass == 0 {
		return
	}
	for i := range g.terms {
		r.hold(&g.terms[i], g.terms[i].mass, only, n)
	}
}

// hold adds mass to those of about n passages that hold a term and are not in
// touch yet, and puts them there.
func (r *sweep) hold(t *termPlan, mass uint32, only *bitset, n int) {
	if t.rows != nil {
		r.holdRows(t, mass, only)
		return
	}
	if part := r.part(t); len(part) < 8*n {
		r.holdPart(part, mass, only)
	} else {
		r.holdSought(part, mass, only)
	}
}

func (r *sweep) holdRows(t *termPlan, mass uint32, only *bitset) {
	win := &r.window
	for w, word := range t.rows.window(int(r.base>>6), r.words()) {
		word &= only[w] &^ win.touch[w]
		if word == 0 {
			continue
		}
		win.touch[w] |= word
		for ; word != 0; word &= word - 1 {
			win.mass[uint(w<<6+bits.TrailingZeros64(word))%windowBits] += mass
		}
	}
}

func (r *sweep) holdPart(part []posting, mass uint32, only *bitset) {
	win, base := &r.window, r.base
	for _, p := range part {
		k := (p>>passageShift - base) % windowBits
		w, bit := k>>6, uint64(1)<<(k&63)
		if only[w]&^win.touch[w]&bit != 0 {
			win.touch[w] |= bit
			win.mass[k] += mass
		}
	}
}

// holdSought searches a long list for each of a few passages.
func (r *sweep) holdSought(part []posting, mass uint32, only *bitset) {
	at := 0
	for w, word := range only[:r.words()] {
		for word &^= r.touch[w]; word != 0; word &= word - 1 {
			k := uint32(w<<6 + bits.TrailingZeros64(word))
			at = gallop(part, at, (r.base+k)<<passageShift)
			if at == len(part) {
				return
			}
			if part[at]>>passageShift == r.base+k {
				r.touch[w] |= word & -word
				r.mass[k] += mass
			}
		}
	}
}

// countMatches counts the documents that match and pass the filters, and
// wants the passages of those that may be hits.
func (r *sweep) countMatches() {
	docs, last, missing := r.store.pass.doc[r.base:r.toPass], int64(-1), uint32(0)
	for w, word := range r.match[:r.words()] {
		for r.match[w] = 0; word != 0; word &= word - 1 {
			doc := docs[w<<6+bits.TrailingZeros64(word)]
			if int64(doc) != last {
				last = int64(doc)
				if !r.store.isAlive(doc) {
					missing = allFilters
					continue
				}
				facets := r.store.facetsOf(doc)
				missing = r.sift.missing(facets)
				if missing&(missing-1) == 0 {
					r.sift.count(facets, missing)
				}
			}
			if missing == 0 {
				r.want[w] |= word & -word
			}
		}
	}
}

// allFilters is what a document misses that is no longer there.
const allFilters = 1<<32 - 1
