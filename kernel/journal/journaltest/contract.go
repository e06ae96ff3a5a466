package journaltest

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// part is one promise of the journal, tried on an empty database of its own.
type part struct {
	name string
	run  func(t *testing.T, db *store.DB)
}

// Contract tries every promise of the journal on both databases.
func Contract(t *testing.T) {
	for _, p := range []part{
		{"append and read", appendAndRead}, {"refusals", refusals}, {"moved", moved}, {"racing writers", racing},
		{"a failing batch fails alone", failsAlone}, {"all or nothing", allOrNothing}, {"a caller that goes away", goesAway},
		{"live views equal rebuilt ones", histories}, {"changed views", changedViews}, {"another version", otherVersion},
		{"erased everywhere", erasedEverywhere}, {"wait", wait},
		{"reactors", reactors}, {"one holder", oneHolder}, {"reactors that fail", failingReactors}, {"registers", registers},
	} {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, p.run)
		})
	}
}

// Open opens the journal with the sample room.
func Open(t testing.TB, db *store.DB, more ...func(*journal.Options)) *journal.Journal {
	t.Helper()
	o := journal.Options{Projections: []journal.Projection{Sample(1)}, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond}
	for _, m := range more {
		m(&o)
	}
	j, err := journal.Open(context.Background(), db, o)
	if err != nil {
		t.Fatalf("open the journal: %v", err)
	}
	return j
}

func newID() facts.ID { return facts.NewID(time.Now()) }

// one is a batch of one fact about a thing at a version.
func one(thing facts.ID, version int64, kind facts.Kind, body string) journal.Batch {
	return journal.Batch{Actor: thing, Reads: []journal.Read{{Thing: thing, Version: version}},
		Facts: []journal.New{{Thing: thing, Kind: kind, Audience: facts.Public, Payload: Title{Title: string(kind)}, Body: []byte(body)}}}
}

func put(t testing.TB, j *journal.Journal, b journal.Batch) []journal.Fact {
	t.Helper()
	list, err := j.Append(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func appendAndRead(t *testing.T, db *store.DB) {
	ctx := context.Background()
	at := time.Date(2020, 3, 12, 16, 30, 0, 123456789, time.FixedZone("", 8*3600))
	j := Open(t, db, func(o *journal.Options) { o.Clock = func() time.Time { return at } })
	a, b, actor := newID(), newID(), newID()
	written := put(t, j, journal.Batch{Actor: actor, Reads: []journal.Read{{Thing: a}, {Thing: b}}, Facts: []journal.New{
		{Thing: a, Kind: Opened, Audience: facts.Public, Payload: Title{"water < 5 °C"}, Body: []byte("请帮助"), Happened: at.Add(-time.Hour)},
		{Thing: b, Kind: Opened, Audience: facts.Parties, Payload: Title{"b"}},
		{Thing: a, Kind: Closed, Audience: facts.Public, Payload: struct{}{}},
	}})
	all := Check(t, j)
	if len(all) != 3 || len(written) != 3 {
		t.Fatalf("%d facts, %d written", len(all), len(written))
	}
	for i, f := range all {
		w := written[i]
		if f.Seq != w.Seq || f.Public != w.Public || f.Thing != w.Thing || f.Version != w.Version || string(f.Payload) != string(w.Payload) ||
			string(f.Body) != string(w.Body) || string(f.BodyHash) != string(w.BodyHash) || !f.Happened.Equal(w.Happened) || !f.Recorded.Equal(w.Recorded) || f.Erased {
			t.Errorf("written %+v, read %+v", w, f)
		}
	}
	f := all[0]
	var p Title
	if err := f.Decode(&p); err != nil || p.Title != "water < 5 °C" || string(f.Body) != "请帮助" || f.Actor != actor || f.Kind != Opened || f.Audience != facts.Public {
		t.Errorf("read %+v %v", f, err)
	}
	if want := at.UTC().Truncate(time.Microsecond); !f.Recorded.Equal(want) || !f.Happened.Equal(want.Add(-time.Hour)) || f.Recorded.Location() != time.UTC {
		t.Errorf("happened %v, recorded %v", f.Happened, f.Recorded)
	}
	if all[1].BodyHash != nil || all[1].Body != nil || len(f.BodyHash) != 32 {
		t.Errorf("body hashes %x and %x", f.BodyHash, all[1].BodyHash)
	}
	if h, err := j.History(ctx, a); err != nil || len(h) != 2 || h[1].Kind != Closed {
		t.Errorf("history %v %v", h, err)
	}
	if _, err := j.Get(ctx, 4); !fault.Is(err, fault.NotFound) {
		t.Errorf("a fact that is not there: %v", err)
	}
	if again := Open(t, db); again.Node() != j.Node() || again.Node().IsZero() {
		t.Errorf("the node was %s, and is %s when opened again", j.Node(), again.Node())
	}
}

func refusals(t *testing.T, db *store.DB) {
	j := Open(t, db)
	thing := newID()
	with := func(change func(*journal.Batch)) journal.Batch {
		b := one(thing, 0, Opened, "x")
		change(&b)
		return b
	}
	for name, c := range map[string]struct {
		batch journal.Batch
		kind  fault.Kind
		key   string
	}{
		"a thing that is not read": {with(func(b *journal.Batch) { b.Reads = nil }), fault.Internal, journal.KeyUnread},
		"the journal's own kind":   {with(func(b *journal.Batch) { b.Facts[0].Kind = facts.BodyErased }), fault.Internal, journal.KeyRefused},
		"no kind":                  {with(func(b *journal.Batch) { b.Facts[0].Kind = "" }), fault.Internal, journal.KeyRefused},
		"no audience":              {with(func(b *journal.Batch) { b.Facts[0].Audience = "" }), fault.Internal, journal.KeyRefused},
		"too many":                 {with(func(b *journal.Batch) { b.Facts = make([]journal.New, journal.MaxFacts+1) }), fault.TooLarge, journal.KeyTooMany},
		"a long payload":           {with(func(b *journal.Batch) { b.Facts[0].Payload = make([]byte, journal.MaxPayload) }), fault.TooLarge, journal.KeyTooLong},
		"a long body":              {with(func(b *journal.Batch) { b.Facts[0].Body = make([]byte, journal.MaxBody+1) }), fault.TooLarge, journal.KeyTooLong},
		"NUL in the payload":       {with(func(b *journal.Batch) { b.Facts[0].Payload = Title{"a\x00"} }), fault.Invalid, journal.KeyText},
		"NUL in the body":          {with(func(b *journal.Batch) { b.Facts[0].Body = []byte("a\x00") }), fault.Invalid, journal.KeyText},
		"a body that is no text":   {with(func(b *journal.Batch) { b.Facts[0].Body = []byte("\xff") }), fault.Invalid, journal.KeyText},
		"a moved thing":            {with(func(b *journal.Batch) { b.Reads[0].Version = 1 }), fault.Conflict, journal.KeyMoved},
	} {
		if _, err := j.Append(context.Background(), c.batch); !fault.Is(err, c.kind) || fault.Of(err).Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if all := Check(t, j); len(all) != 0 {
		t.Errorf("%d facts were written", len(all))
	}
	put(t, j, with(func(b *journal.Batch) { b.Facts[0].Payload = Title{`a backslash before u0000: \u0000`} }))
	Check(t, j)
}
