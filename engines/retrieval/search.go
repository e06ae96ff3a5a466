package retrieval

import (
	"context"
	"fmt"
	"slices"
)

// search is the working memory of one query, reused across queries.
type search struct {
	*plan
	window
	store *store
	sift  sift
	best  ranked
	each  bool
	span  int // passages of a window

	fromPass, toPass uint32 // the window
	base             uint32 // passage of its first bit

	open []uint32 // passages whose match or score is not settled, ascending
	keep []uint32 // passages that match and may enter the page

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
	for span := min(r.span, MaxPassages); r.nextWindow(span); span = min(2*span, r.span) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("search: %w", err)
		}
		for g := range r.groups[:r.essential] {
			r.enumerate(&r.groups[g])
		}
		r.admit()
		for g := r.essential; g < r.heard; g++ {
			r.settle(g)
			if len(r.open) == 0 {
				break
			}
			r.lookUp(&r.groups[g])
		}
		r.settle(r.heard)
		r.collect()
	}
	r.finish()
	return nil
}

// nextWindow moves to the next documents that an essential group can reach.
func (r *search) nextWindow(span int) bool {
	next := uint32(len(r.store.pass.doc))
	for g := range r.groups[:r.essential] {
		for i := range r.groups[g].terms {
			if t := &r.groups[g].terms[i]; t.next != noPosting {
				next = min(next, t.next>>passageShift)
			}
		}
	}
	if int(next) == len(r.store.pass.doc) {
		return false
	}
	first := r.store.docs.firstPass
	doc := r.store.pass.doc[next]
	r.fromPass = first[doc]
	r.base = r.fromPass &^ 63
	// The window ends with the last document that fits it whole.
	ends := first[doc+1 : min(int(doc)+1+span, len(first))]
	fit, _ := slices.BinarySearch(ends, r.fromPass+uint32(span)+1)
	r.toPass = first[int(doc)+fit]
	return true
}
