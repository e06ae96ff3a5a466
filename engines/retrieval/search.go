package retrieval

import (
	"context"
	"fmt"
)

// search is the working memory of one query, reused across queries.
type search struct {
	sweep
	best  ranked
	marks []uint16 // by term: 1 + its place in near, 0 for terms not asked for
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
	r.best.prepare(x.store, q.Limit, after)
	r.prepare(x, &q, after)
	if len(q.Groups) == 0 {
		return r.browse(ctx, &q)
	}
	ranking := x.ranking
	if q.Ranking != nil {
		ranking = *q.Ranking
	}
	r.plan = newPlan(x.store, &q, ranking)
	r.mark()
	if err := x.scan(ctx, &r.sweep, &q); err != nil {
		return Result{}, fmt.Errorf("search: %w", err)
	}
	r.finish()
	return r.result(&q), nil
}

// release forgets the query and the store, and keeps the memory.
func (r *search) release() {
	if r.plan != nil {
		r.unmark()
	}
	r.sweep.release()
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
