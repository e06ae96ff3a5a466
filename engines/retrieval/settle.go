package retrieval

import "math/bits"

// settle closes documents for which the groups from g on change nothing any
// more, and reports whether any stays open. A document that can no longer
// match is dropped; one that matches but cannot enter the page is only
// counted.
func (r *search) settle(g int) bool {
	restMass, restCeil := r.restMass[g], r.restCeil[g]
	any := false
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
		any = any || word != 0
	}
	return any
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
	return r.final(r.store.docs.boost[r.fromDoc+d], score, r.nearCeil(mass)) >= r.best.floor()
}

// lookUp takes a group into account in the open documents only.
func (r *search) lookUp(g *groupPlan) {
	for w, word := range r.open {
		for ; word != 0; word &= word - 1 {
			d := uint32(w<<6 + bits.TrailingZeros64(word))
			from, to := r.store.passagesOf(r.fromDoc + d)
			hit := false
			for i := range g.terms {
				hit = r.lookUpTerm(&g.terms[i], from, to) || hit
			}
			if hit {
				r.fold(g, d)
			}
		}
	}
}

func (r *search) lookUpTerm(t *termPlan, from, to uint32) (hit bool) {
	t.at = gallop(t.list, t.at, from<<passageShift)
	for at := t.at; at < len(t.list); at++ {
		number := t.list[at] >> passageShift
		if number >= to {
			break
		}
		k := number - r.fromPass
		r.vtf[k] += float32(t.weight * r.occurrence(uint8(t.list[at]), &r.store.pass.size[number]))
		if r.share[k] == 0 {
			r.share[k] = t.share
		}
		hit = true
	}
	return hit
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

// collect counts the matching documents of the window, offers them to the
// page and clears the window.
func (r *search) collect() {
	for w, word := range r.found {
		r.found[w], r.open[w] = 0, 0
		for ; word != 0; word &= word - 1 {
			d := uint32(w<<6 + bits.TrailingZeros64(word))
			if mass, score := r.peaks(d); mass >= r.need {
				r.sift.count(r.store.facetsOf(r.fromDoc+d), r.doubt[d])
				if r.doubt[d] == 0 && r.hopeful(d, score, mass) {
					r.offer(d)
				}
			}
			r.forget(d)
		}
	}
}

// offer scores the passages of a document to the end. Scores that were left
// incomplete by settle never come here: their bounds were hopeless.
func (r *search) offer(d uint32) {
	doc := r.fromDoc + d
	from, to := r.store.passagesOf(doc)
	boost := r.store.docs.boost[doc]
	best := scored{doc: doc, passage: -1}
	for p := from; p < to; p++ {
		k := p - r.fromPass
		if r.mass[k] == 0 || r.each && r.mass[k] < r.need {
			continue
		}
		bound := r.final(boost, r.score[k], r.nearCeil(r.mass[k]))
		if bound < r.best.floor() || best.passage >= 0 && bound <= best.score {
			continue
		}
		s := r.final(boost, r.score[k], r.nearness(doc, int(p-from)))
		switch {
		case r.each:
			r.best.offer(scored{s, doc, int32(p - from)})
		case best.passage < 0 || s > best.score:
			best = scored{s, doc, int32(p - from)}
		}
	}
	if best.passage >= 0 {
		r.best.offer(best)
	}
}
