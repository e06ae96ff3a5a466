package retrieval

import (
	"math"
	"math/bits"
)

// scoreWanted scores the wanted passages of the window, group by group, and
// lets go of those that cannot enter the page any more.
func (r *sweep) scoreWanted() {
	g, left := 0, r.prune(0)
	for ; left > 0 && g < r.heard; left = r.prune(g) {
		r.lookUp(&r.groups[g], left)
		g++
	}
	if left > 0 {
		r.noteWanted()
	}
	n := r.toPass - r.base
	clear(r.mass[:n])
	clear(r.score[:n])
}

// prune lets go of wanted passages that the groups from g on cannot lift onto
// the page, and counts the others.
func (r *sweep) prune(g int) (left int) {
	rate := r.nearRate()
	return r.winnow(rate, float64(r.restCeil[g])+rate*float64(r.restMass[g]+r.unheard()))
}

// winnow lets go of wanted passages that score + rate·mass + rest, times the
// boost, does not lift onto the page. As in decide there are no branches on a
// passage.
func (r *sweep) winnow(rate, rest float64) (left int) {
	win, boost := &r.window, r.store.docs.boost
	floor := float64(r.floor())
	docs := r.store.pass.doc[r.base:r.toPass]
	for w, word := range win.want[:r.words()] {
		lost := uint64(0)
		for todo := word; todo != 0; todo &= todo - 1 {
			k := uint(w<<6+bits.TrailingZeros64(todo)) % windowBits
			bound := float64(boost[docs[k]]) * (float64(win.score[k]) + float64(rate*float64(win.mass[k])) + rest)
			lost |= todo & -todo & -(math.Float64bits(bound-floor) >> 63)
		}
		word &^= lost
		win.want[w] = word
		left += bits.OnesCount64(word)
	}
	return left
}

// widened returns the wanted passages and their neighbours.
func (r *sweep) widened() *bitset {
	if !r.linked {
		return &r.want
	}
	joined := r.joined(0)
	for w := range r.words() {
		next := r.joined(w + 1)
		r.wide[w] = r.beyond(&r.want, w, joined, next)
		joined = next
	}
	return &r.wide
}

// lookUp adds what a group gives to the wanted passages, of which there are n.
func (r *sweep) lookUp(g *groupPlan, n int) {
	wide, f := r.widened(), r.folding(g)
	for i := range g.terms {
		t := &g.terms[i]
		if t.rows != nil {
			r.addRows(t, wide)
			continue
		}
		part := r.part(t)
		if len(part) < 8*n {
			r.addPart(t, part, wide)
		} else {
			r.addSought(t, part, wide)
		}
	}
	if r.linked {
		r.foldLinked(&f)
	} else {
		r.foldAlone(&f)
	}
}

// add takes in a posting of passage k of the window. Terms come with the
// heaviest first, so that the first gives the mass.
func (r *sweep) add(t *termPlan, p posting, k uint32) {
	win, size := &r.window, &r.store.pass.size[p>>passageShift]
	k %= windowBits
	v := float32(r.tfWeight[uint8(p)] * r.shorten[2][size[2]])
	if p&0xf0 != 0 {
		v = r.occurrence(uint8(p), size)
	}
	win.vtf[k] += float32(t.weight * v)
	if w, bit := k>>6, uint64(1)<<(k&63); win.touch[w]&bit == 0 {
		win.touch[w] |= bit
		win.mass[k] += t.mass
	}
}

func (r *sweep) addRows(t *termPlan, wide *bitset) {
	from := r.base >> 6
	for w, held := range t.rows.window(int(from), r.words()) {
		word := held & wide[w]
		if word == 0 {
			continue
		}
		list := t.list[t.rows.before[from+uint32(w)]:]
		for ; word != 0; word &= word - 1 {
			bit := bits.TrailingZeros64(word)
			p := list[bits.OnesCount64(held&(1<<bit-1))]
			r.add(t, p, uint32(w<<6+bit))
		}
	}
}

func (r *sweep) addPart(t *termPlan, part []posting, wide *bitset) {
	base := r.base
	for _, p := range part {
		k := (p>>passageShift - base) % windowBits
		if wide[k>>6]>>(k&63)&1 == 1 {
			r.add(t, p, k)
		}
	}
}

func (r *sweep) addSought(t *termPlan, part []posting, wide *bitset) {
	at := 0
	for w, word := range wide[:r.words()] {
		for ; word != 0; word &= word - 1 {
			k := uint32(w<<6 + bits.TrailingZeros64(word))
			at = gallop(part, at, (r.base+k)<<passageShift)
			if at == len(part) {
				return
			}
			if part[at]>>passageShift == r.base+k {
				r.add(t, part[at], k)
			}
		}
	}
}

// foldAlone moves the occurrences of a group into the scores of passages that
// have no neighbours in their text.
func (r *sweep) foldAlone(f *folding) {
	win := &r.window
	for w, word := range win.touch[:r.words()] {
		if word == 0 {
			continue
		}
		for win.touch[w] = 0; word != 0; word &= word - 1 {
			k := uint(w<<6+bits.TrailingZeros64(word)) % windowBits
			win.score[k] += f.worth(win.vtf[k])
			win.vtf[k] = 0
		}
	}
}

// foldLinked does so where neighbours count a little too.
func (r *sweep) foldLinked(f *folding) {
	win, joined := &r.window, r.joined(0)
	for w := range r.words() {
		next := r.joined(w + 1)
		for set := r.beyond(&win.touch, w, joined, next) & win.want[w]; set != 0; set &= set - 1 {
			bit := bits.TrailingZeros64(set)
			k := w<<6 + bit
			before, after := float32(0), float32(0)
			if joined>>bit&1 == 1 {
				before = win.vtf[k-1]
			}
			if bit < 63 && joined>>(bit+1)&1 == 1 || bit == 63 && next&1 == 1 {
				after = win.vtf[k+1]
			}
			win.score[k] += f.worth(r.beside(win.vtf[k], before, after))
		}
		joined = next
	}
	for w, word := range win.touch[:r.words()] {
		for win.touch[w] = 0; word != 0; word &= word - 1 {
			win.vtf[w<<6+bits.TrailingZeros64(word)] = 0
		}
	}
}

// noteWanted keeps the passages that are still wanted, document by document.
func (r *sweep) noteWanted() {
	docs, keep := r.store.pass.doc[r.base:r.toPass], r.keep[:0]
	for w, word := range r.want[:r.words()] {
		for r.want[w] = 0; word != 0; word &= word - 1 {
			k := uint32(w<<6 + bits.TrailingZeros64(word))
			if len(keep) > 0 && docs[keep[0]] != docs[k] {
				r.note(docs[keep[0]], keep)
				keep = keep[:0]
			}
			keep = append(keep, k)
		}
	}
	if len(keep) > 0 {
		r.note(docs[keep[0]], keep)
	}
	r.keep = keep
}
