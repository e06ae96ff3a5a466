package retrieval

import (
	"context"
	"fmt"
)

// browse lists all documents that pass the filters, highest order first.
func (r *search) browse(ctx context.Context, q *Query) (Result, error) {
	s := r.store
	for doc := range uint32(len(s.docs.id)) {
		if doc&0xfff == 0 && ctx.Err() != nil {
			return Result{}, fmt.Errorf("browse: %w", ctx.Err())
		}
		if !s.isAlive(doc) {
			continue
		}
		missing := uint32(0)
		if r.sift.all != 0 {
			missing = r.sift.missing(s.facetsOf(doc))
			if missing&(missing-1) != 0 {
				continue
			}
			r.sift.count(s.facetsOf(doc), missing)
		}
		if missing == 0 {
			r.offerBrowsed(doc)
		}
	}
	if r.sift.all == 0 { // then the counts are at hand
		r.sift.total = s.live
		copy(r.sift.counts, s.facets.live)
	}
	return r.result(q), nil
}

func (r *search) offerBrowsed(doc uint32) {
	key := uint64(r.store.docs.order[doc]) ^ 1<<63 // orders as the signed number does
	if key < r.best.floor() {
		return
	}
	from, to := r.store.passagesOf(doc)
	passage := int32(0)
	if from == to {
		passage = -1
	}
	r.best.offer(scored{key, doc, passage})
}
