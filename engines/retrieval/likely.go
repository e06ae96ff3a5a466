package retrieval

import (
	"cmp"
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
	least    bounds
}

// bounds are the greatest lower bounds of hits met so far, as many as the page
// needs, as a heap with the least on top.
type bounds struct {
	heap []uint64
	room int // its full size; 0 when no hits are wanted
}

func (b *bounds) prepare(room int) { b.heap, b.room = b.heap[:0], room }

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
	l.docs, l.passages = l.docs[:0], l.passages[:0]
	room := 0
	if limit > 0 {
		room = limit + 1 // one more tells whether there is a next page
	}
	l.least.prepare(room)
}

// floor is the least score that may still enter the page.
func (b *bounds) floor() uint64 {
	if b.room == 0 {
		return 1<<64 - 1
	}
	if len(b.heap) < b.room {
		return 0
	}
	return b.heap[0]
}

// lift tells of a hit that will score at least so much.
func (b *bounds) lift(low uint64) {
	if len(b.heap) < b.room {
		b.heap = append(b.heap, low)
		for i := len(b.heap) - 1; i > 0 && b.heap[(i-1)/2] > b.heap[i]; i = (i - 1) / 2 {
			b.heap[(i-1)/2], b.heap[i] = b.heap[i], b.heap[(i-1)/2]
		}
		return
	}
	if b.room == 0 || low <= b.heap[0] {
		return
	}
	b.heap[0] = low
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < len(b.heap) && b.heap[down+1] < b.heap[down] {
			down++
		}
		if down >= len(b.heap) || b.heap[i] <= b.heap[down] {
			return
		}
		b.heap[i], b.heap[down] = b.heap[down], b.heap[i]
		i = down
	}
}

// note remembers the passages of a document that may enter the page.
func (r *sweep) note(doc uint32, passages []uint32) {
	first, _ := r.store.passagesOf(doc)
	boost := r.store.docs.boost[doc]
	l := &r.likely
	kept := likelyDoc{doc: doc, from: uint32(len(l.passages))}
	low := uint64(0)
	for _, k := range passages {
		bound := r.final(boost, r.score[k], r.nearCeil(r.mass[k]))
		if bound < l.least.floor() {
			continue
		}
		kept.bound = max(kept.bound, bound)
		l.passages = append(l.passages, likelyPassage{int32(r.base + k - first), r.score[k], r.mass[k]})
		least := r.final(boost, r.score[k], 0)
		low = max(low, least)
		if r.each && r.after.surelyAfter(bound) {
			l.least.lift(least)
		}
	}
	kept.to = uint32(len(l.passages))
	if kept.from == kept.to {
		return
	}
	l.docs = append(l.docs, kept)
	if !r.each && r.after.surelyAfter(kept.bound) {
		l.least.lift(low)
	}
}

// finish reads the nearness of the likely documents and fills the page.
func (r *search) finish() {
	l := &r.likely
	floor := l.least.floor()
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
