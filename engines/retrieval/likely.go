package retrieval

import (
	"cmp"
	"math/bits"
	"slices"
)

// likely keeps the documents that may enter the page. While documents are
// scanned their nearness is unknown; it is at least zero, so the scores
// without it give a floor under the page, and only documents that could rise
// above that floor are kept. At the end nearness is read for the most
// promising first, until the rest cannot matter.
type likely struct {
	docs     []likelyDoc
	passages []likelyPassage
	least    []uint64 // a heap of the greatest lower bounds, the least on top
	room     int      // its full size; 0 when no hits are wanted
}

type likelyDoc struct {
	bound    uint64
	doc      uint32
	from, to uint32 // in passages
}

type likelyPassage struct {
	number      int32 // within the document
	score, mass uint32
}

func (l *likely) prepare(limit int) {
	l.docs, l.passages, l.least = l.docs[:0], l.passages[:0], l.least[:0]
	l.room = 0
	if limit > 0 {
		l.room = limit + 1 // one more tells whether there is a next page
	}
}

// floor is the least score that may still enter the page.
func (l *likely) floor() uint64 {
	if l.room == 0 {
		return 1<<64 - 1
	}
	if len(l.least) < l.room {
		return 0
	}
	return l.least[0]
}

// lift tells of a hit that will score at least so much.
func (l *likely) lift(low uint64) {
	if len(l.least) < l.room {
		l.least = append(l.least, low)
		for i := len(l.least) - 1; i > 0 && l.least[(i-1)/2] > l.least[i]; i = (i - 1) / 2 {
			l.least[(i-1)/2], l.least[i] = l.least[i], l.least[(i-1)/2]
		}
		return
	}
	if l.room == 0 || low <= l.least[0] {
		return
	}
	l.least[0] = low
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < len(l.least) && l.least[down+1] < l.least[down] {
			down++
		}
		if down >= len(l.least) || l.least[i] <= l.least[down] {
			return
		}
		l.least[i], l.least[down] = l.least[down], l.least[i]
		i = down
	}
}

// collect counts the matching documents of the window, keeps those that may
// enter the page and clears the window.
func (r *search) collect() {
	for w, word := range r.found {
		r.found[w], r.open[w] = 0, 0
		for ; word != 0; word &= word - 1 {
			d := uint32(w<<6 + bits.TrailingZeros64(word))
			if mass, score := r.peaks(d); mass >= r.need {
				r.sift.count(r.store.facetsOf(r.fromDoc+d), r.doubt[d])
				if r.doubt[d] == 0 && r.hopeful(d, score, mass) {
					r.keep(d)
				}
			}
			r.forget(d)
		}
	}
}

// keep notes the passages of a document. Scores that settle left incomplete
// never come here: their bounds were hopeless.
func (r *search) keep(d uint32) {
	doc := r.fromDoc + d
	from, to := r.store.passagesOf(doc)
	boost := r.store.docs.boost[doc]
	l := &r.likely
	kept := likelyDoc{doc: doc, from: uint32(len(l.passages))}
	low := uint64(0)
	for p := from; p < to; p++ {
		k := p - r.fromPass
		if r.mass[k] == 0 || r.each && r.mass[k] < r.need {
			continue
		}
		bound := r.final(boost, r.score[k], r.nearCeil(r.mass[k]))
		if bound < l.floor() {
			continue
		}
		kept.bound = max(kept.bound, bound)
		l.passages = append(l.passages, likelyPassage{int32(p - from), r.score[k], r.mass[k]})
		least := r.final(boost, r.score[k], 0)
		low = max(low, least)
		if r.each && r.best.surelyAfter(bound) {
			l.lift(least)
		}
	}
	kept.to = uint32(len(l.passages))
	if kept.from == kept.to {
		return
	}
	l.docs = append(l.docs, kept)
	if !r.each && r.best.surelyAfter(kept.bound) {
		l.lift(low)
	}
}

// finish reads the nearness of the likely documents and fills the page.
func (r *search) finish() {
	l := &r.likely
	floor := l.floor()
	l.docs = slices.DeleteFunc(l.docs, func(d likelyDoc) bool { return d.bound < floor })
	slices.SortFunc(l.docs, func(a, b likelyDoc) int { return cmp.Compare(b.bound, a.bound) })
	for _, d := range l.docs {
		if d.bound < r.best.floor() {
			break
		}
		r.offer(d)
	}
}

func (r *search) offer(d likelyDoc) {
	boost := r.store.docs.boost[d.doc]
	best := scored{doc: d.doc, passage: -1}
	for _, p := range r.likely.passages[d.from:d.to] {
		bound := r.final(boost, p.score, r.nearCeil(p.mass))
		if bound < r.best.floor() || best.passage >= 0 && bound <= best.score {
			continue
		}
		s := r.final(boost, p.score, r.nearness(d.doc, int(p.number)))
		switch {
		case r.each:
			r.best.offer(scored{s, d.doc, p.number})
		case best.passage < 0 || s > best.score:
			best = scored{s, d.doc, p.number}
		}
	}
	if best.passage >= 0 {
		r.best.offer(best)
	}
}
