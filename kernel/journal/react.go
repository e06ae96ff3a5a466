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
	"sameboat/kernel/store"
)

// Reactor does something because of facts, after they are committed: it appends
// more, sends mail, feeds the ledger. Over all replicas one process at a time
// runs it. After a crash it may see facts again, so each of its acts needs a
// natural key by which doing it twice is one act. A rebuild never runs it.
type Reactor struct {
	Name  string
	Max   int          // facts given at once; 0: 100
	Kinds []facts.Kind // nil: all
	React func(ctx context.Context, list []Fact) error
}

// errLost says that another process now runs the reactor.
var errLost = errors.New("the lease is held by another process")

// longestPause bounds the pause after failures.
const longestPause = time.Minute

// skipped is how many facts of other kinds a cursor may lag behind; saving it at
// each would cost a commit.
const skipped = 1000

// Run runs the reactors until ctx ends. Each starts where its cursor stands, a
// new one at the first fact. A reactor that fails or panics is logged and tried
// again from the same place, after pauses that grow to a minute.
func (j *Journal) Run(ctx context.Context, reactors ...Reactor) error {
	for i, r := range reactors {
		if r.Name == "" || r.React == nil || slices.ContainsFunc(reactors[:i], func(o Reactor) bool { return o.Name == r.Name }) {
			return fmt.Errorf("reactor %q: no name, no React, or a name used twice", r.Name)
		}
	}
	var all sync.WaitGroup
	for _, r := range reactors {
		if r.Max <= 0 {
			r.Max = 100
		}
		all.Go(func() { (&running{j: j, r: r, holder: facts.NewID(time.Now())}).loop(ctx) })
	}
	all.Wait()
	return ctx.Err()
}

// running is one reactor in this process.
type running struct {
	j      *Journal
	r      Reactor
	holder facts.ID
	at     facts.Seq // done up to here
	saved  facts.Seq // the cursor in the database
}

func (w *running) loop(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		before := w.at
		err := w.hold(ctx)
		switch {
		case err == nil, ctx.Err() != nil:
			return
		case errors.Is(err, errLost):
			pause = w.j.o.Lease / 3
		default:
			if w.at > before {
				pause = 0
			}
			pause = min(max(2*pause, 100*time.Millisecond), longestPause)
			w.j.o.Log.ErrorContext(ctx, "reactor failed", "reactor", w.r.Name, "after", int64(w.at), "pause", pause, "error", err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// hold takes the lease and works as long as it can be renewed.
func (w *running) hold(ctx context.Context) error {
	if err := w.lease(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { w.renew(ctx, stop) })
	err := w.work(ctx)
	if cause := context.Cause(ctx); errors.Is(cause, errLost) {
		err = cause
	}
	stop(nil)
	renewing.Wait()
	w.release(context.WithoutCancel(ctx))
	return err
}

func (w *running) renew(ctx context.Context, stop context.CancelCauseFunc) {
	t := time.NewTicker(w.j.o.Lease / 3)
	defer t.Stop()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		asked := time.Now()
		switch err := w.lease(ctx); {
		case err == nil:
			last = asked
		case errors.Is(err, errLost), time.Since(last) > w.j.o.Lease*2/3:
			stop(errLost)
			return
		}
	}
}

func (w *running) work(ctx context.Context) error {
	if err := w.load(ctx); err != nil {
		return err
	}
	for {
		list, err := w.j.After(ctx, w.at, w.r.Max)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			if err := w.j.Wait(ctx, w.at); err != nil {
				return errors.Join(w.save(ctx), err)
			}
			continue
		}
		wanted := slices.DeleteFunc(slices.Clone(list), func(f Fact) bool { return w.r.Kinds != nil && !slices.Contains(w.r.Kinds, f.Kind) })
		if len(wanted) > 0 {
			if err := w.react(ctx, wanted); err != nil {
				return errors.Join(err, w.save(ctx))
			}
		}
		w.at = list[len(list)-1].Seq
		if len(wanted) > 0 || w.at-w.saved >= skipped {
			if err := w.save(ctx); err != nil {
				return err
			}
		}
	}
}

func (w *running) react(ctx context.Context, list []Fact) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.r.React(ctx, list)
}

func (w *running) load(ctx context.Context) error {
	return w.j.db.Read(ctx, func(tx *store.Tx) error {
		w.at = 0
		err := tx.QueryRow(ctx, "select seq from journal_cursors where name = $1", w.r.Name).Scan(&w.at)
		w.saved = w.at
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		return err
	})
}

// save moves the cursor, if this process still has the lease; also while
// stopping, so that work done is not done again.
func (w *running) save(ctx context.Context) error {
	if w.at == w.saved {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.j.o.Lease)
	defer cancel()
	err := w.j.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `insert into journal_cursors (name, seq)
			select cast($1 as text), cast($2 as bigint) from journal_leases where name = $1 and holder = $3
			on conflict (name) do update set seq = excluded.seq`, w.r.Name, w.at, w.holder)
		if err == nil && n == 0 {
			err = errLost
		}
		return err
	})
	if err == nil {
		w.saved = w.at
	}
	return err
}

// lease takes or renews the lease.
func (w *running) lease(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.j.o.Lease)
	defer cancel()
	return w.j.db.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `insert into journal_leases (name, holder, until) values ($1, $2, $3)
			on conflict (name) do update set holder = excluded.holder, until = excluded.until
			where journal_leases.holder = excluded.holder or journal_leases.until < $4`,
			w.r.Name, w.holder, store.Micros(now.Add(w.j.o.Lease)), store.Micros(now))
		if err == nil && n == 0 {
			err = errLost
		}
		return err
	})
}

// release lets another process go on at once; without it the lease runs out.
func (w *running) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.j.o.Lease)
	defer cancel()
	err := w.j.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from journal_leases where name = $1 and holder = $2", w.r.Name, w.holder)
		return err
	})
	if err != nil {
		w.j.o.Log.WarnContext(ctx, "lease kept until it runs out", "reactor", w.r.Name, "error", err)
	}
}

// Cursors tells how far each reactor has come, by its name.
func (j *Journal) Cursors(ctx context.Context) (map[string]facts.Seq, error) {
	cursors := map[string]facts.Seq{}
	err := j.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "select name, seq from journal_cursors")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var seq facts.Seq
			if err := rows.Scan(&name, &seq); err != nil {
				return err
			}
			cursors[name] = seq
		}
		return rows.Err()
	})
	return cursors, err
}
