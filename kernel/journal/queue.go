package journal

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Bounds of one commit shared by several appends.
const (
	groupFacts   = 500
	groupAppends = 128
	groupTime    = time.Minute // only so that a dead network cannot hold the queue
)

// head is the end of the journal while a transaction extends it.
type head struct {
	seq    facts.Seq
	public int64
}

// act writes facts after the head, within a transaction.
type act func(ctx context.Context, tx *store.Tx, h *head) ([]Fact, error)

// request is one append in the queue.
type request struct {
	ctx     context.Context
	act     act
	size    int
	done    chan struct{} // closed when written and err hold
	written []Fact
	err     error
}

// queue holds the appends that wait; whoever has the turn writes for all.
type queue struct {
	mu      sync.Mutex
	waiting []*request
	turn    chan struct{}
}

// submit waits until the act is committed. The first caller to get the turn
// takes every request that waits into its transaction.
func (j *Journal) submit(ctx context.Context, a act, size int) ([]Fact, error) {
	r := &request{ctx: ctx, act: a, size: size, done: make(chan struct{})}
	q := &j.queue
	q.mu.Lock()
	q.waiting = append(q.waiting, r)
	q.mu.Unlock()
	for {
		select {
		case <-r.done:
			return r.written, r.err
		case q.turn <- struct{}{}:
			j.serve(q.take())
			<-q.turn
		case <-ctx.Done():
			if q.withdraw(r) {
				return nil, ctx.Err()
			}
			<-r.done // it is being written
			return r.written, r.err
		}
	}
}

func (q *queue) take() []*request {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.waiting) && n < groupAppends && (n == 0 || size+q.waiting[n].size <= groupFacts) {
		size += q.waiting[n].size
		n++
	}
	group := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return group
}

func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// serve runs a group of requests in one transaction and tells each its result.
// It hopes that all succeed; when one does not, the group runs again with a
// savepoint around each.
func (j *Journal) serve(group []*request) {
	if len(group) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(group[0].ctx), groupTime)
	defer cancel()
	if j.db.Dialect() == store.SQLite {
		ctx = context.WithoutCancel(ctx) // no network; watching a context costs more than an insert
	}
	end, err := j.commit(ctx, group, false)
	if err != nil && len(group) > 1 && slices.ContainsFunc(group, func(r *request) bool { return r.err != nil }) {
		end, err = j.commit(ctx, group, true)
	}
	if err == nil {
		j.advance(end)
	}
	for _, r := range group {
		if r.err == nil {
			r.err = err
		}
		if r.err != nil {
			r.written = nil
		}
		close(r.done)
	}
}

// commit runs the group. Without savepoints the first failure undoes all of it
// and is the error.
func (j *Journal) commit(ctx context.Context, group []*request, savepoints bool) (end facts.Seq, err error) {
	err = j.db.WriteInOrder(ctx, appendLock, func(tx *store.Tx) error {
		h, err := j.open(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range group {
			before := *h
			run := func() error { r.run(ctx, tx, h); return r.err }
			if !savepoints {
				if err := run(); err != nil {
					return err
				}
			} else if tx.Try(ctx, run) != nil {
				*h = before
			}
		}
		end = h.seq
		return nil
	})
	return end, err
}

// open reads the head, and refuses when another version owns the views.
func (j *Journal) open(ctx context.Context, tx *store.Tx) (*head, error) {
	seq, public, views, err := heads(ctx, tx)
	if err != nil {
		return nil, err
	}
	if views != j.hash {
		return nil, fault.Wrap(fault.Away, KeyOtherVersion, errors.New("the views of this database belong to another version of the program"))
	}
	return &head{seq: seq, public: public}, nil
}

// run does the request's act under the values of its own context and the
// deadline of the group's, and makes a panic of a room its error.
func (r *request) run(group context.Context, tx *store.Tx, h *head) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("panic while appending: %v\n%s", p, debug.Stack())
		}
	}()
	ctx := context.WithoutCancel(r.ctx)
	if end, ok := group.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end)
		defer cancel()
	}
	if r.err = r.ctx.Err(); r.err == nil {
		r.written, r.err = r.act(ctx, tx, h)
	}
}
