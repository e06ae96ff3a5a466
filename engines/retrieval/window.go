package retrieval

import "math/bits"

// A window is a span of passages scored at a time, small enough for the
// second-level cache. Its bits are those of the store: the window starts at a
// multiple of 64 passages. It is large enough for every document to fit whole.
const (
	windowBits     = 1 << 14
	windowPassages = windowBits - 64
	windowWords    = windowBits / 64
)

// window holds the sums of its passages; between windows everything is zero.
type window struct {
	vtf   [windowBits]float32 // occurrences of the group at hand
	share [windowBits]uint8   // greatest share of its matching terms
	mass  [windowBits]uint32  // of all groups so far
	score [windowBits]uint32
	touch [windowWords + 1]uint64 // passages of the group at hand
	wide  [windowWords + 1]uint64 // open passages and their neighbours
	seen  [windowWords]uint64     // passages of any enumerated group
	match [windowWords]uint64     // passages that match
	doubt [windowWords]uint64     // open passages that fail one filter
}

// joined returns which passages of a word continue the text of the one before.
func (r *search) joined(w int) uint64 {
	if at := int(r.base>>6) + w; at < len(r.store.pass.joined) {
		return r.store.pass.joined[at]
	}
	return 0
}

// beyond returns the bits of a word with their neighbours in the same text.
func (r *search) beyond(set *[windowWords + 1]uint64, w int, joined, joinedNext uint64) uint64 {
	word := set[w]
	out := word | word<<1&joined | (word&joined)>>1 | (set[w+1]&joinedNext)<<63
	if w > 0 {
		out |= set[w-1] >> 63 & joined
	}
	return out
}

// words is how many words of bits the window has.
func (r *search) words() int { return int(r.toPass-r.base+63) / 64 }

// enumerate takes every posting of a group in the window into account.
func (r *search) enumerate(g *groupPlan) {
	for i := range g.terms {
		r.walk(&g.terms[i])
	}
	for w, word := range r.touch[:r.words()] {
		r.seen[w] |= word
	}
	r.fold(g, nil)
}

// walk adds the postings of a term in the window to the group at hand.
func (r *search) walk(t *termPlan) {
	base, limit := r.base, r.toPass<<passageShift
	if t.next >= limit {
		return
	}
	list, at := t.list, t.at
	sizes := r.store.pass.size[base:r.toPass]
	weight, share, win, body, short := t.weight, t.share, &r.window, &r.tfWeight, &r.shorten[2]
	for ; at < len(list); at++ {
		p := list[at]
		if p >= limit {
			break
		}
		k := (p>>passageShift - base) % windowBits
		size := &sizes[k]
		v := float32(body[uint8(p)] * short[size[2]])
		if p&0xf0 != 0 {
			v = r.occurrence(uint8(p), size)
		}
		win.vtf[k] += float32(weight * v)
		win.share[k] = max(win.share[k], share)
		win.touch[k>>6] |= 1 << (k & 63)
	}
	t.move(at)
}

// fold moves the occurrences of a group into the sums of the passages it
// touches, of those in only if there is such a set, and clears them.
func (r *search) fold(g *groupPlan, only *[windowWords + 1]uint64) {
	f := r.folding(g)
	joined, linked := r.joined(0), false
	for w := range r.words() {
		next := r.joined(w + 1)
		word := r.touch[w]
		switch {
		case joined|next&1 != 0:
			linked = true
			set := r.beyond(&r.touch, w, joined, next)
			if only != nil {
				set &= only[w]
			}
			r.foldLinked(&f, w, set, joined, next)
		case word != 0:
			r.touch[w] = 0
			set := word
			if only != nil {
				set &= only[w]
			}
			r.foldAlone(&f, w, word, set)
		}
		joined = next
	}
	if linked {
		r.clearTouched()
	}
}

// foldAlone folds passages that have no neighbours in their text.
func (r *search) foldAlone(f *folding, w int, word, set uint64) {
	win := &r.window
	for ; word != 0; word &= word - 1 {
		k := uint(w<<6+bits.TrailingZeros64(word)) % windowBits
		if set&word&-word != 0 {
			win.score[k] += f.worth(win.vtf[k])
			win.mass[k] += f.massOf(win.share[k])
		}
		win.vtf[k], win.share[k] = 0, 0
	}
}

// foldLinked folds passages whose neighbours count a little too.
func (r *search) foldLinked(f *folding, w int, set, joined, next uint64) {
	win := &r.window
	for ; set != 0; set &= set - 1 {
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
		win.mass[k] += f.massOf(win.share[k])
	}
}

func (r *search) clearTouched() {
	for w, word := range r.touch[:r.words()] {
		for r.touch[w] = 0; word != 0; word &= word - 1 {
			k := w<<6 + bits.TrailingZeros64(word)
			r.vtf[k], r.share[k] = 0, 0
		}
	}
}
