package retrieval

import "math/bits"

// settle closes documents for which the groups from g on change nothing any
// more, and returns how many stay open. A document that can no longer
// match is dropped; one that matches but cannot enter the page is only
// counted.
func (r *search) settle(g int) int {
	restMass, restCeil := r.restMass[g], r.restCeil[g]
	open := 0
	for w, word := range r.open {
		for rest := word; rest != 0; rest &= rest - 1 {
			d := uint32(w<<6 + bits.TrailingZeros64(rest))
			mass, score := r.peaks(d)
			switch {
			case mass+restMass < r.need:
				r.found[w] &^= rest & -rest
				r.forget(d)
			case mass >= r.need && (r.doubt[d] != 0 || !r.hopeful(d, score+restCeil, mass+restMass)):
			default:
				continue
			}
			word &^= rest & -rest
		}
		r.open[w] = word
		open += bits.OnesCount64(word)
	}
	return open
}

// peaks returns the greatest mass and score of the passages of a document.
func (r *search) peaks(d uint32) (mass, score uint32) {
	from, to := r.store.passagesOf(r.fromDoc + d)
	for k := from - r.fromPass; k < to-r.fromPass; k++ {
		mass = max(mass, r.mass[k])
		score = max(score, r.score[k])
	}
	return mass, score
}

// hopeful tells whether a document with these bounds may still enter the page.
func (r *search) hopeful(d uint32, score, mass uint32) bool {
	return r.final(r.store.docs.boost[r.fromDoc+d], score, r.nearCeil(mass)) >= r.likely.floor()
}

// lookUp takes a group into account in the open documents only. A list that
// is short beside them is walked, a long one searched for each of them.
func (r *search) lookUp(g *groupPlan, open int) {
	inWindow := float64(r.toPass-r.fromPass) / float64(len(r.store.pass.doc))
	for i := range g.terms {
		t := &g.terms[i]
		t.at = gallop(t.list, t.at, r.fromPass<<passageShift)
		if inWindow*float64(len(t.list)) < 4*float64(open) {
			r.walkTerm(t)
		} else {
			r.seekTerm(t)
		}
	}
	r.foldTouched(g)
}

func (r *search) walkTerm(t *termPlan) {
	docs := r.store.pass.doc
	for at := t.at; at < len(t.list); at++ {
		number := t.list[at] >> passageShift
		if number >= r.toPass {
			break
		}
		if d := docs[number] - r.fromDoc; r.open[d>>6]>>(d&63)&1 == 1 {
			r.see(t, t.list[at])
			r.touch[d>>6] |= 1 << (d & 63)
		}
	}
}

func (r *search) seekTerm(t *termPlan) {
	for w, word := range r.open {
		for ; word != 0; word &= word - 1 {
			from, to := r.store.passagesOf(r.fromDoc + uint32(w<<6+bits.TrailingZeros64(word)))
			t.at = gallop(t.list, t.at, from<<passageShift)
			for at := t.at; at < len(t.list) && t.list[at]>>passageShift < to; at++ {
				r.see(t, t.list[at])
				r.touch[w] |= word & -word
			}
		}
	}
}

// see adds one posting to the occurrences of the group at hand.
func (r *search) see(t *termPlan, p posting) {
	number := p >> passageShift
	k := number - r.fromPass
	r.vtf[k] += float32(t.weight * r.occurrence(uint8(p), &r.store.pass.size[number]))
	if r.share[k] == 0 {
		r.share[k] = t.share
	}
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
