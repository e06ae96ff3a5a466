package retrieval

import "math/bits"

// admit opens the passages of the window that may still match: those of live
// documents that fail one filter at most.
func (r *search) admit() {
	rest, open := r.restMass[r.essential], r.open[:0]
	docs := r.store.pass.doc[r.base:r.toPass]
	for w, word := range r.seen[:r.words()] {
		r.seen[w] = 0
		for ; word != 0; word &= word - 1 {
			k := uint32(w<<6 + bits.TrailingZeros64(word))
			if r.mass[k]+rest < r.need || !r.store.isAlive(docs[k]) {
				continue
			}
			if r.sift.all != 0 {
				missing := r.sift.missing(r.store.facetsOf(docs[k]))
				if missing&(missing-1) != 0 {
					continue
				}
				if missing != 0 {
					r.doubt[k>>6] |= 1 << (k & 63)
				}
			}
			open = append(open, k)
		}
	}
	r.open, r.keep = open, r.keep[:0]
}

// settle closes passages for which the groups from g on change nothing any
// more. One that can no longer match is dropped; one that matches but cannot
// enter the page is only counted. After the last group nothing stays open.
func (r *search) settle(g int) {
	rest, ceil, need := r.restMass[g], r.restCeil[g], r.need
	floor, last := float64(r.likely.least.floor()), g == r.heard
	docs, boost := r.store.pass.doc[r.base:r.toPass], r.store.docs.boost
	open := r.open[:0]
	for _, k := range r.open {
		mass := r.mass[k]
		if mass+rest < need {
			continue
		}
		if mass >= need {
			hopeful := r.doubt[k>>6]>>(k&63)&1 == 0 &&
				float64(boost[docs[k]])*(float64(r.score[k]+ceil)+r.ranking.Near*r.nearCeil(mass+rest)) >= floor
			if last && hopeful {
				r.keep = append(r.keep, k)
			}
			if last || !hopeful {
				r.match[k>>6] |= 1 << (k & 63)
				continue
			}
		}
		open = append(open, k)
	}
	r.open = open
}

// lookUp takes a group into account in the open passages only. Short lists are
// walked, in long ones every passage is searched for.
func (r *search) lookUp(g *groupPlan) {
	n := r.words()
	clear(r.wide[:n+1])
	for _, k := range r.open {
		r.touch[k>>6] |= 1 << (k & 63)
	}
	joined := r.joined(0)
	for w := range n {
		next := r.joined(w + 1)
		r.wide[w] = r.beyond(&r.touch, w, joined, next)
		joined = next
	}
	clear(r.touch[:n])
	inWindow := float64(r.toPass-r.fromPass) / float64(len(r.store.pass.doc))
	for i := range g.terms {
		t := &g.terms[i]
		if t.next < r.fromPass<<passageShift {
			t.move(gallop(t.list, t.at, r.fromPass<<passageShift))
		}
		if inWindow*float64(len(t.list)) < 8*float64(len(r.open)) {
			r.walk(t)
		} else {
			r.seek(t)
		}
	}
	r.fold(g, &r.wide)
}

// seek adds the postings of a term in the open passages and their neighbours.
func (r *search) seek(t *termPlan) {
	if t.next >= r.toPass<<passageShift {
		return
	}
	for w, word := range r.wide[:r.words()] {
		for ; word != 0; word &= word - 1 {
			k := uint32(w<<6 + bits.TrailingZeros64(word))
			number := r.base + k
			if t.next < number<<passageShift {
				t.move(gallop(t.list, t.at, number<<passageShift))
			}
			if p := t.next; p>>passageShift == number {
				r.vtf[k] += float32(t.weight * r.occurrence(uint8(p), &r.store.pass.size[number]))
				r.share[k] = max(r.share[k], t.share)
				r.touch[w] |= word & -word
			}
		}
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
