package journal

import (
	"context"
	"time"

	"sameboat/facts"
	"sameboat/kernel/store"
)

// Wait returns when there is a fact after seq: at once for facts of this
// process, within Options.Poll for those of other replicas.
func (j *Journal) Wait(ctx context.Context, seq facts.Seq) error {
	var poll <-chan time.Time
	if j.db.Dialect() == store.PostgreSQL {
		t := time.NewTicker(j.o.Poll)
		defer t.Stop()
		poll = t.C
	}
	for {
		j.mu.Lock()
		signal := j.signal
		j.mu.Unlock()
		if facts.Seq(j.head.Load()) > seq {
			return nil
		}
		select {
		case <-signal:
		case <-poll:
			j.poll(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// advance tells those who wait that the journal now ends at seq.
func (j *Journal) advance(seq facts.Seq) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if int64(seq) > j.head.Load() {
		j.head.Store(int64(seq))
		close(j.signal)
		j.signal = make(chan struct{})
	}
}

// poll asks the database for facts of other replicas, once for all who wait.
func (j *Journal) poll(ctx context.Context) {
	j.mu.Lock()
	now := time.Now()
	due := now.Sub(j.polled) >= j.o.Poll/2
	if due {
		j.polled = now
	}
	j.mu.Unlock()
	if !due {
		return
	}
	if last, err := j.Last(ctx); err == nil { // a database that is away is asked again
		j.advance(last)
	}
}
