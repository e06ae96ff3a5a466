package retrieval

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
)

// windowPassages is the span of passages scored at a time; its accumulators
// fit the second-level cache. It is not below MaxPassages, so that every
// document fits a window.
const windowPassages = MaxPassages

// search is the working memory of one query, reused across queries.
type search struct {
	*plan
	store *store
	sift  sift
	best  ranked
	each  bool
	span  int // passages of a window

	fromDoc, toDoc   uint32 // the window
	fromPass, toPass uint32

	vtf   []float32 // occurrences of the group at hand, by passage
	share []uint8   // greatest share of its matching terms
	mass  []uint32  // of all groups so far
	score []uint32
	doubt []uint32 // filters missed, by document
	open  []uint64 // documents whose match or score is not settled
	found []uint64 // documents that match or still may
	touch []uint64 // documents of the group at hand

	marks  []uint16 // by term: 1 + its place in near, 0 for terms not asked for
	likely likely
}

// Search runs a query. An error is ErrInvalid or that of the context.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	if err := q.invalid(); err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	after, err := q.After.parse()
	if err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	r := x.scratch.Get().(*search)
	defer x.scratch.Put(r)
	x.mu.RLock()
	defer x.mu.RUnlock()
	defer r.release()
	r.store, r.each, r.span = x.store, q.EachPassage, x.window
	r.sift.prepare(&x.store.facets, q.Filters)
	r.best.prepare(x.store, q.Limit, after)
	r.likely.prepare(q.Limit)
	if len(q.Groups) == 0 {
		return r.browse(ctx, &q)
	}
	ranking := x.ranking
	if q.Ranking != nil {
		ranking = *q.Ranking
	}
	r.plan = newPlan(x.store, &q, ranking)
	r.mark()
	if err := r.scan(ctx); err != nil {
		return Result{}, err
	}
	return r.result(&q), nil
}

// release forgets the query and the store, and keeps the memory.
func (r *search) release() {
	if r.plan != nil {
		r.unmark()
	}
	r.plan, r.store, r.sift.table = nil, nil, nil
	r.best.release()
}

func (r *search) result(q *Query) Result {
	out := Result{Total: r.sift.total, Facets: r.sift.counted(q.FacetDims)}
	hits, more := r.best.page()
	out.Hits = make([]Hit, len(hits))
	for i, h := range hits {
		out.Hits[i] = r.explain(h, len(q.Groups) > 0)
	}
	if more {
		out.Next = hits[len(hits)-1].cursor(r.store)
	}
	return out
}

// scan walks over all documents that can match, one window at a time.
func (r *search) scan(ctx context.Context) error {
	if len(r.groups) == 0 {
		return nil
	}
	r.vtf = resized(r.vtf, r.span)
	r.share = resized(r.share, r.span)
	r.mass = resized(r.mass, r.span)
	r.score = resized(r.score, r.span)
	r.doubt = resized(r.doubt, r.span)
	r.open = resized(r.open, r.span/64+1)
	r.found = resized(r.found, r.span/64+1)
	r.touch = resized(r.touch, r.span/64+1)
	for r.nextWindow() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		for g := range r.groups[:r.essential] {
			r.enumerate(&r.groups[g])
		}
		r.admit()
		for g := r.essential; g < len(r.groups); g++ {
			open := r.settle(g)
			if open == 0 {
				break
			}
			r.lookUp(&r.groups[g], open)
		}
		r.collect()
	}
	r.finish()
	return nil
}

// nextWindow moves to the next documents that an essential group can reach.
func (r *search) nextWindow() bool {
	next := uint32(len(r.store.pass.doc))
	for g := range r.groups[:r.essential] {
		for i := range r.groups[g].terms {
			t := &r.groups[g].terms[i]
			if t.at < len(t.list) {
				next = min(next, t.list[t.at]>>passageShift)
			}
		}
	}
	if int(next) == len(r.store.pass.doc) {
		return false
	}
	first := r.store.docs.firstPass
	r.fromDoc = r.store.pass.doc[next]
	r.fromPass = first[r.fromDoc]
	// The window ends with the last document that fits it whole.
	ends := first[r.fromDoc+1 : min(int(r.fromDoc)+1+r.span, len(first))]
	fit, _ := slices.BinarySearch(ends, r.fromPass+uint32(r.span)+1)
	r.toDoc = r.fromDoc + uint32(fit)
	r.toPass = first[r.toDoc]
	return true
}

// enumerate takes every posting of a group in the window into account.
func (r *search) enumerate(g *groupPlan) {
	end, base := r.toPass, r.fromPass
	docs, sizes := r.store.pass.doc, r.store.pass.size
	for i := range g.terms {
		t := &g.terms[i]
		at := t.at
		for ; at < len(t.list); at++ {
			number := t.list[at] >> passageShift
			if number >= end {
				break
			}
			k := number - base
			r.vtf[k] += float32(t.weight * r.occurrence(uint8(t.list[at]), &sizes[number]))
			if r.share[k] == 0 {
				r.share[k] = t.share
			}
			d := docs[number] - r.fromDoc
			r.touch[d>>6] |= 1 << (d & 63)
		}
		t.at = at
	}
	for w, word := range r.touch {
		r.found[w] |= word
	}
	r.foldTouched(g)
}

// foldTouched folds the documents in which the group was seen.
func (r *search) foldTouched(g *groupPlan) {
	for w, word := range r.touch {
		if word == 0 {
			continue
		}
		r.touch[w] = 0
		for ; word != 0; word &= word - 1 {
			r.fold(g, uint32(w<<6+bits.TrailingZeros64(word)))
		}
	}
}

// fold moves the occurrences of a group in one document into the sums and
// clears them.
func (r *search) fold(g *groupPlan, d uint32) {
	from, to := r.store.passagesOf(r.fromDoc + d)
	if to-from == 1 { // the usual case, without neighbours
		k := from - r.fromPass
		r.score[k] += r.worth(g, r.vtf[k])
		r.mass[k] += g.massOf(r.share[k])
		r.vtf[k], r.share[k] = 0, 0
		return
	}
	langs, before := r.store.pass.lang, float32(0)
	for i := from; i < to; i++ {
		k := i - r.fromPass
		own, after := r.vtf[k], float32(0)
		if i+1 < to && langs[i+1] == langs[i] {
			after = r.vtf[k+1]
		}
		if i > from && langs[i-1] != langs[i] {
			before = 0
		}
		if v := r.beside(own, before, after); v > 0 {
			r.score[k] += r.worth(g, v)
		}
		r.mass[k] += g.massOf(r.share[k])
		r.vtf[k], r.share[k], before = 0, 0, own
	}
}

// admit drops documents that are dead or fail two filters or more.
func (r *search) admit() {
	for w, word := range r.found {
		if word == 0 {
			continue
		}
		for rest := word; rest != 0; rest &= rest - 1 {
			d := uint32(w<<6 + bits.TrailingZeros64(rest))
			doc := r.fromDoc + d
			missing := uint32(0)
			if r.sift.all != 0 {
				missing = r.sift.missing(r.store.facetsOf(doc))
			}
			if !r.store.isAlive(doc) || missing&(missing-1) != 0 {
				word &^= rest & -rest
				r.forget(d)
				continue
			}
			r.doubt[d] = missing
		}
		r.found[w], r.open[w] = word, word
	}
}

// forget clears the sums of a document.
func (r *search) forget(d uint32) {
	from, to := r.store.passagesOf(r.fromDoc + d)
	for k := from - r.fromPass; k < to-r.fromPass; k++ {
		r.mass[k], r.score[k] = 0, 0
	}
}
