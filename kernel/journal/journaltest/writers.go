package journaltest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

func moved(t *testing.T, db *store.DB) {
	j := Open(t, db)
	need, offer := newID(), newID()
	put(t, j, one(need, 0, Opened, ""))
	put(t, j, one(offer, 0, Opened, ""))
	stale := journal.Batch{Reads: []journal.Read{{Thing: need, Version: 1}, {Thing: offer, Version: 1}},
		Facts: []journal.New{{Thing: need, Kind: Closed, Audience: facts.Public}}}
	put(t, j, one(offer, 1, Closed, ""))
	_, err := j.Append(context.Background(), stale)
	f := fault.Of(err)
	if !fault.Is(err, fault.Conflict) || f.Key != journal.KeyMoved || f.Args["thing"] != offer.String() || len(f.Fields) != 1 {
		t.Errorf("a thing that was only read moved: %v", err)
	}
	if _, err := j.Append(context.Background(), one(need, 0, Opened, "")); !fault.Is(err, fault.Conflict) {
		t.Errorf("a thing that must not exist: %v", err)
	}
	if all := Check(t, j); len(all) != 3 {
		t.Errorf("%d facts, want 3", len(all))
	}
}

// racing lets writers fight for one thing: each version is won once.
func racing(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	thing := newID()
	const writers, each = 6, 8
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for won := 0; won < each; {
				v, err := j.Version(ctx, thing)
				if err != nil {
					t.Error(err)
					return
				}
				switch _, err = j.Append(ctx, one(thing, v, Renamed, "")); {
				case err == nil:
					won++
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if got := Check(t, j); len(got) != writers*each {
		t.Errorf("%d facts, want %d", len(got), writers*each)
	}
	SameWhenRebuilt(t, db, j, Sample(1))
}

// caller is the context key by which a batch knows its own context.
type caller struct{}

// failsAlone appends many batches at once, every third of which fails in one of
// several ways; the others go in, and the numbers have no gaps.
func failsAlone(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			b := one(newID(), 0, Opened, "text")
			b.Facts = append(b.Facts, journal.New{Thing: b.Reads[0].Thing, Kind: Renamed, Audience: facts.Node, Payload: Title{"x"}})
			ctx := context.WithValue(ctx, caller{}, i)
			b.Registers = func(ctx context.Context, _ *store.Tx, _ []journal.Fact) error {
				if got := ctx.Value(caller{}); got != i {
					t.Errorf("the registers of batch %d saw the context of %v", i, got)
				}
				return nil
			}
			switch i % 12 {
			case 0:
				b.Facts[1].Kind = Refused
			case 3:
				b.Facts[1].Kind = Panics
			case 6:
				b.Reads[0].Version = 5
			case 9:
				b.Registers = func(ctx context.Context, tx *store.Tx, _ []journal.Fact) error {
					_, err := tx.Exec(ctx, "insert into nonsense (x) values ($1)", 1)
					return err
				}
			}
			if _, err := j.Append(ctx, b); (err != nil) != (i%3 == 0) {
				t.Errorf("batch %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if got := Check(t, j); len(got) != 80 {
		t.Errorf("%d facts, want 80", len(got))
	}
	if got := Dump(t, db, "sample_items"); len(got) != 40 {
		t.Errorf("%d items, want 40", len(got))
	}
	SameWhenRebuilt(t, db, j, Sample(1))
}

func allOrNothing(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	thing, sorry := newID(), errors.New("sorry")
	for name, change := range map[string]func(*journal.Batch){
		"view fails":  func(b *journal.Batch) { b.Facts[1].Kind = Refused },
		"view panics": func(b *journal.Batch) { b.Facts[1].Kind = Panics },
		"register fails": func(b *journal.Batch) {
			b.Registers = func(context.Context, *store.Tx, []journal.Fact) error { return sorry }
		},
		"register panics": func(b *journal.Batch) {
			b.Registers = func(context.Context, *store.Tx, []journal.Fact) error { panic("oh") }
		},
	} {
		b := one(thing, 0, Opened, "some text")
		b.Facts = append(b.Facts, b.Facts[0])
		change(&b)
		_, err := j.Append(ctx, b)
		if err == nil || strings.Contains(name, "panics") != strings.Contains(err.Error(), "panic while appending") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "view fails" && !errors.Is(err, ErrRefused) || name == "register fails" && !errors.Is(err, sorry) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, table := range []string{"journal_facts", "journal_bodies", "journal_things", "sample_items", "sample_words"} {
		if rows := Dump(t, db, table); len(rows) != 0 {
			t.Errorf("%s holds %v", table, rows)
		}
	}
	put(t, j, one(thing, 0, Opened, "")) // and the next one succeeds
	Check(t, j)
}

// goesAway ends a caller's context while its append waits behind another.
func goesAway(t *testing.T, db *store.DB) {
	j := Open(t, db)
	entered, leave := make(chan struct{}), make(chan struct{})
	slow := one(newID(), 0, Opened, "")
	slow.Registers = func(context.Context, *store.Tx, []journal.Fact) error {
		close(entered)
		<-leave
		return nil
	}
	var all sync.WaitGroup
	all.Go(func() { put(t, j, slow) })
	<-entered
	ctx, cancel := context.WithCancel(context.Background())
	all.Go(func() {
		if _, err := j.Append(ctx, one(newID(), 0, Opened, "")); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that went away: %v", err)
		}
		close(leave)
	})
	cancel()
	all.Wait()
	if got := Check(t, j); len(got) != 1 {
		t.Errorf("%d facts, want 1", len(got))
	}
}

// registers are written with the facts, and see them.
func registers(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	if err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "create table outbox (seq bigint primary key, title text)")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		b := one(newID(), 0, Opened, "")
		b.Registers = func(ctx context.Context, tx *store.Tx, written []journal.Fact) error {
			n, err := tx.Exec(ctx, "insert into outbox (seq, title) select $1, title from sample_items where thing = $2", written[0].Seq, written[0].Thing)
			if err == nil && n != 1 {
				err = fmt.Errorf("the register saw %d items", n)
			}
			return err
		}
		if put(t, j, b); len(Dump(t, db, "outbox")) != i+1 {
			t.Errorf("after %d appends the outbox holds %v", i+1, Dump(t, db, "outbox"))
		}
	}
}
