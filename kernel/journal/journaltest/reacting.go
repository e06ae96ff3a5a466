package journaltest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

const soon = 10 * time.Second // long enough for a slow machine; tests wait for the thing itself

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(soon); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", soon, what)
		}
	}
}

func wait(t *testing.T, db *store.DB) {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	j := Open(t, db)
	replica := j
	if db.Dialect() == store.PostgreSQL {
		replica = Open(t, db)
	}
	done := make(chan error, 2)
	for _, w := range []*journal.Journal{j, replica} {
		go func() { done <- w.Wait(ctx, 0) }()
	}
	select {
	case err := <-done:
		t.Fatalf("Wait returned %v before there was a fact", err)
	case <-time.After(30 * time.Millisecond):
	}
	put(t, j, one(newID(), 0, Opened, ""))
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := j.Wait(ctx, 0); err != nil {
		t.Errorf("Wait for a fact that is there: %v", err)
	}
	short, stop := context.WithTimeout(ctx, 20*time.Millisecond)
	defer stop()
	if err := j.Wait(short, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait for a fact that never comes: %v", err)
	}
}

// running runs reactors until stop is called.
func running(t *testing.T, j *journal.Journal, reactors ...journal.Reactor) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- j.Run(ctx, reactors...) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Run ended with %v", err)
			}
		case <-time.After(soon):
			t.Error("Run did not end")
		}
	})
	t.Cleanup(stop)
	return stop
}

// seen collects the facts that a reactor was given.
type seen struct {
	mu   sync.Mutex
	list []facts.Seq
}

func (s *seen) react(_ context.Context, list []journal.Fact) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range list {
		s.list = append(s.list, f.Seq)
	}
	return nil
}

func (s *seen) get() []facts.Seq {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

func upTo(n int) (want []facts.Seq) {
	for i := range n {
		want = append(want, facts.Seq(i+1))
	}
	return want
}

// reactors see every fact in order, once, over stops and rebuilds.
func reactors(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	var all, closed seen
	set := []journal.Reactor{{Name: "all", Max: 2, React: all.react}, {Name: "closed", Kinds: []facts.Kind{Closed}, React: closed.react}}
	thing := newID()
	put(t, j, one(thing, 0, Opened, ""))
	stop := running(t, j, set...)
	for v := int64(1); v < 6; v++ {
		put(t, j, one(thing, v, map[bool]facts.Kind{true: Closed, false: Renamed}[v == 4], ""))
	}
	eventually(t, "all six facts", func() bool { return slices.Equal(all.get(), upTo(6)) })
	eventually(t, "the one that closes", func() bool { return slices.Equal(closed.get(), []facts.Seq{5}) })
	if err := j.Rebuild(ctx, nil, nil); err != nil {
		t.Fatal(err)
	}
	stop()
	if got := Dump(t, db, "journal_cursors"); len(got) != 2 || !strings.Contains(got[0], "all") || !strings.Contains(got[0], "6") {
		t.Errorf("cursors %v", got)
	}
	put(t, j, one(thing, 6, Closed, ""))
	running(t, Open(t, db), set...)
	eventually(t, "the seventh fact", func() bool { return slices.Equal(all.get(), upTo(7)) && slices.Equal(closed.get(), []facts.Seq{5, 7}) })
	if err := j.Run(ctx, set[0], set[0]); err == nil {
		t.Error("two reactors of one name ran")
	}
}

// oneHolder runs one reactor from two journals, as two replicas would: never both
// at once, and when one falls silent the other goes on.
func oneHolder(t *testing.T, db *store.DB) {
	short := func(o *journal.Options) { o.Lease = 300 * time.Millisecond }
	first := Open(t, db, short)
	second := Open(t, db, short)
	var at, most, runs atomic.Int32
	var all seen
	reactor := func(who *atomic.Int32) journal.Reactor {
		return journal.Reactor{Name: "alone", Max: 1, React: func(ctx context.Context, list []journal.Fact) error {
			if now := at.Add(1); now > most.Load() {
				most.Store(now)
			}
			time.Sleep(3 * time.Millisecond)
			at.Add(-1)
			who.Add(1)
			runs.Add(1)
			return all.react(ctx, list)
		}}
	}
	var a, b atomic.Int32
	stop := running(t, first, reactor(&a))
	eventually(t, "the first one's lease", func() bool { return len(Dump(t, db, "journal_leases")) == 1 })
	running(t, second, reactor(&b))
	thing := newID()
	for v := range int64(15) {
		put(t, first, one(thing, v, Renamed, ""))
	}
	eventually(t, "15 facts", func() bool { return slices.Equal(all.get(), upTo(15)) })
	if b.Load() != 0 {
		t.Errorf("the second one ran %d times while the first had the lease", b.Load())
	}
	stop()
	put(t, second, one(thing, 15, Renamed, ""))
	eventually(t, "the second one to go on", func() bool { return slices.Equal(all.get(), upTo(16)) })
	if most.Load() != 1 || b.Load() != 1 {
		t.Errorf("at most %d ran at once, the second one %d times", most.Load(), b.Load())
	}
}

// failingReactors sees the same facts again after an error and after a panic,
// and skips none.
func failingReactors(t *testing.T, db *store.DB) {
	j := Open(t, db)
	thing := newID()
	for v := range int64(3) {
		put(t, j, one(thing, v, Renamed, ""))
	}
	var all seen
	var tries atomic.Int32
	running(t, j, journal.Reactor{Name: "clumsy", Max: 2, React: func(ctx context.Context, list []journal.Fact) error {
		switch tries.Add(1) {
		case 2:
			return errors.New("not today")
		case 3:
			panic("oh")
		}
		return all.react(ctx, list)
	}})
	eventually(t, "all three facts", func() bool { return slices.Equal(all.get(), upTo(3)) })
	if tries.Load() != 4 {
		t.Errorf("%d tries, want 4", tries.Load())
	}
}
