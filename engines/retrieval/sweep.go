package retrieval

import (
	"context"
	"sync"
	"sync/atomic"
)

// sweep walks over a range of the passages for one query. Several can share
// the work: they count and keep what is in their own range.
type sweep struct {
	*plan
	window
	store  *store
	sift   sift
	likely likely
	after  place
	each   bool
	span   int    // passages of a window
	end    uint32 // of the range

	cursors []cursor
	keep    []uint32       // wanted passages of one document
	shared  *atomic.Uint64 // a floor under the page that any of the sweeps found
}

func (r *sweep) prepare(x *Index, q *Query, after place) {
	r.store, r.each, r.span, r.after = x.store, q.EachPassage, x.window, after
	r.sift.prepare(&x.store.facets, q.Filters)
	r.likely.prepare(q.Limit)
}

// release forgets the query and the store, and keeps the memory.
func (r *sweep) release() { r.plan, r.store, r.sift.table, r.shared = nil, nil, nil, nil }

// workOfOne is how many postings one sweep takes on alone. The second costs
// some microseconds to start.
const workOfOne = 1 << 14

// scan finds, counts and scores everything that matches. Sweeps beside the
// first are used only while processors are idle for them.
func (x *Index) scan(ctx context.Context, first *sweep, q *Query) error {
	n := uint32(len(x.store.pass.doc))
	if len(first.groups) == 0 {
		return nil
	}
	floor := new(atomic.Uint64)
	var others []*sweep
	var wg sync.WaitGroup
	from, share := uint32(0), n
	if most := first.work / x.alone; most > 0 {
		extra := x.hire(most)
		defer x.dismiss(extra)
		share = n / uint32(extra+1)
		for range extra {
			r := x.sweeps.Get().(*sweep)
			r.prepare(x, q, first.after)
			r.plan = first.plan
			others = append(others, r)
		}
	}
	for _, r := range others {
		to := x.store.docs.firstPass[x.store.pass.doc[from+share]]
		r.cover(from, to, floor)
		from = to
		wg.Go(func() { r.run(ctx) })
	}
	first.cover(from, n, floor)
	first.run(ctx)
	wg.Wait()
	for _, r := range others {
		first.join(r)
		r.release()
		x.sweeps.Put(r)
	}
	return ctx.Err()
}

// hire takes up to n of the idle places for further sweeps.
func (x *Index) hire(n int) (got int) {
	for got < n {
		select {
		case x.idle <- struct{}{}:
			got++
		default:
			return got
		}
	}
	return got
}

func (x *Index) dismiss(n int) {
	for range n {
		<-x.idle
	}
}

// cover sets the range, whose ends are borders of documents.
func (r *sweep) cover(from, to uint32, floor *atomic.Uint64) {
	r.toPass, r.end, r.shared = from, to, floor
	r.cursors = resized(r.cursors, r.terms)
}

// run walks over the range, one window at a time, until the context ends.
func (r *sweep) run(ctx context.Context) {
	for span := min(r.span, MaxPassages); ctx.Err() == nil && r.nextWindow(span); span = min(2*span, r.span) {
		r.findMatches()
		r.countMatches()
		r.scoreWanted()
		// A later, lower floor of another sweep is no harm.
		if own := r.likely.least.floor(); r.likely.least.room > 0 && own > r.shared.Load() {
			r.shared.Store(own)
		}
	}
}

// floor is the least score that may still enter the page.
func (r *sweep) floor() uint64 { return max(r.likely.least.floor(), r.shared.Load()) }

// join takes over what another sweep has counted and kept.
func (r *sweep) join(o *sweep) {
	r.sift.total += o.sift.total
	for v, n := range o.sift.counts {
		r.sift.counts[v] += n
	}
	at := uint32(len(r.likely.passages))
	r.likely.passages = append(r.likely.passages, o.likely.passages...)
	for _, d := range o.likely.docs {
		d.from, d.to = d.from+at, d.to+at
		r.likely.docs = append(r.likely.docs, d)
	}
	for _, low := range o.likely.least.heap {
		r.likely.least.lift(low)
	}
}
