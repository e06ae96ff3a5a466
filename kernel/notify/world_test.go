package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/notify"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// published is the only kind of fact of this test's room.
const published facts.Kind = "shelf.Published"

// standing is its payload.
type standing struct {
	Owner facts.ID `json:"owner"`
	State string   `json:"state"`
}

// shelf is a room of this test: what is public is what the map holds.
type shelf struct {
	mu    sync.Mutex
	docs  map[facts.ID]search.Document
	learn []map[facts.Lang]string // texts to learn from
}

func (s *shelf) Concerns(kind facts.Kind) (bool, bool) { return kind == published, false }

func (s *shelf) Documents(_ context.Context, things []facts.ID) (out []search.Document, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range things {
		if d, ok := s.docs[id]; ok {
			out = append(out, d)
		}
	}
	return out, nil
}

func (s *shelf) Each(_ context.Context, fn func([]facts.ID) error) error {
	s.mu.Lock()
	var ids []facts.ID
	for id := range s.docs {
		ids = append(ids, id)
	}
	s.mu.Unlock()
	slices.SortFunc(ids, func(a, b facts.ID) int { return slices.Compare(a[:], b[:]) })
	return fn(ids)
}

func (s *shelf) Show(_ context.Context, want []search.Want) (out []search.Shown, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range want {
		d, ok := s.docs[w.ID]
		if !ok {
			continue
		}
		v := d.Variants[0]
		for _, other := range d.Variants {
			if len(w.Reader) > 0 && other.Lang == w.Reader[0] {
				v = other
			}
		}
		state := "published"
		for _, t := range d.Tags {
			if t.Dim == "state" {
				state = t.Value
			}
		}
		out = append(out, search.Shown{ID: w.ID, Kind: "guideline", State: state, Lang: v.Lang, Title: v.Title, Issuer: "Institute", Date: "2020-03", Text: v.Passages[0].Text})
	}
	return out, nil
}

func (s *shelf) Learn(_ context.Context, text func(map[facts.Lang]string) error, _ func(map[facts.Lang][]string) error) error {
	for _, t := range s.learn {
		if err := text(t); err != nil {
			return err
		}
	}
	return nil
}

// world is everything around a service.
type world struct {
	t testing.TB
	*shelf
	clock    *clock
	db       *store.DB
	journal  *journal.Journal
	identity *identity.Register
	search   *search.Service
	config   notify.Config
	notify   *notify.Service
	told     facts.Seq
}

// each runs a test in a fresh world on every database.
func each(t *testing.T, run func(t *testing.T, w *world), adjust ...func(*notify.Config)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) { run(t, newWorld(t, db, adjust...)) })
}

func newWorld(t testing.TB, db *store.DB, adjust ...func(*notify.Config)) *world {
	t.Helper()
	w := &world{t: t, shelf: &shelf{docs: map[facts.ID]search.Document{}}, db: db,
		clock: &clock{now: time.Date(2020, 3, 12, 8, 0, 0, 0, time.UTC)}} // a Thursday
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	var err error
	w.journal, err = journal.Open(t.Context(), db, journal.Options{Clock: w.clock.Now, Log: log, Poll: 10 * time.Millisecond})
	w.must(err)
	w.identity, err = identity.Open(t.Context(), db, identity.Options{Now: w.clock.Now})
	w.must(err)
	w.search, err = search.Open(t.Context(), search.Config{Journal: w.journal, Sources: []search.Source{w.shelf}, Log: log})
	w.must(err)
	w.config = notify.Config{DB: db, Identity: w.identity, Search: w.search, Catalog: catalog(t), Log: log, Clock: w.clock.Now,
		Address: "https://center.example/", DigestHour: 6, DigestDay: time.Monday, Poll: 5 * time.Millisecond,
		Name: func(lang facts.Lang) string { return "Center " + string(lang) },
		Rooms: []notify.Room{{Name: "shelf", Source: w.shelf, Kinds: []facts.Kind{published},
			News: func(f journal.Fact) (identity.Thing, bool) {
				var s standing
				if f.Decode(&s) != nil {
					return identity.Thing{}, false
				}
				return identity.Thing{Room: "shelf", Owner: s.Owner, State: s.State, Public: f.Audience == facts.Public}, true
			},
			Path: func(id facts.ID, lang facts.Lang) string { return "/r/" + id.String() + "?lang=" + string(lang) },
		}}}
	for _, a := range adjust {
		a(&w.config)
	}
	w.notify = w.replica()
	return w
}

// letters are the messages of a room of this test.
const letters = `{"shelf": {"invite": {"subject": "Join {org} on {site}", "body": "Hello.\n\nPlease join {org}.", "act": "Join"}}}`

func catalog(t testing.TB) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load("en", notify.Texts(), textFS(letters))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// replica is another service on the same database.
func (w *world) replica() *notify.Service {
	w.t.Helper()
	s, err := notify.Open(w.t.Context(), w.config)
	w.must(err)
	return s
}

func (w *world) person(name string, lang facts.Lang) facts.ID {
	w.t.Helper()
	p, err := w.identity.CreatePerson(w.t.Context(), identity.NewPerson{Name: name, Email: strings.ToLower(name) + "@people.example", Lang: lang})
	w.must(err)
	return p.ID
}

func (w *world) follow(person facts.ID, q notify.Query, ways notify.Ways) notify.Follow {
	w.t.Helper()
	f, err := w.notify.Follow(w.t.Context(), person, "", q, ways)
	w.must(err)
	return f
}

func tags(pairs ...string) (list []search.Tag) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, search.Tag{Dim: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// publish makes a document public.
func (w *world) publish(title, text string, pairs ...string) facts.ID {
	w.t.Helper()
	id := facts.NewID(w.clock.Now())
	w.republish(id, title, text, pairs...)
	return id
}

func (w *world) republish(id facts.ID, title, text string, pairs ...string) {
	w.t.Helper()
	w.mu.Lock()
	w.docs[id] = search.Document{ID: id, Boost: 1, Tags: append(tags(pairs...), tags("language", "en")...),
		Variants: []search.Variant{{Lang: "en", Title: title, Passages: []search.Passage{{Anchor: "p-1", Text: text}}}}}
	w.mu.Unlock()
	w.say(id, "published", facts.Public)
}

func (w *world) say(id facts.ID, state string, audience facts.Audience) {
	w.t.Helper()
	version, err := w.journal.Version(w.t.Context(), id)
	w.must(err)
	_, err = w.journal.Append(w.t.Context(), journal.Batch{Reads: []journal.Read{{Thing: id, Version: version}},
		Facts: []journal.New{{Thing: id, Kind: published, Audience: audience, Payload: standing{State: state}}}})
	w.must(err)
}

// withdraw takes a document away without a word.
func (w *world) withdraw(id facts.ID) {
	w.mu.Lock()
	delete(w.docs, id)
	w.mu.Unlock()
}

// react gives the reactor what is new, and all of it once more, as after a
// crash before its cursor was saved.
func (w *world) react() {
	w.t.Helper()
	list, err := w.journal.After(w.t.Context(), w.told, 1000)
	w.must(err)
	for range 2 {
		w.must(w.notify.Reactor().React(w.t.Context(), list))
	}
	if len(list) > 0 {
		w.told = list[len(list)-1].Seq
	}
}

func (w *world) flush() {
	w.t.Helper()
	w.must(w.notify.Flush(w.t.Context()))
}

func (w *world) backlog() string {
	w.t.Helper()
	counts, err := w.notify.Backlog(w.t.Context())
	w.must(err)
	var parts []string
	for _, key := range []string{"mail/waiting", "mail/sent", "mail/failed", "mail/dropped", "hook/waiting", "hook/sent", "hook/failed", "hook/dropped"} {
		if counts[key] > 0 {
			parts = append(parts, fmt.Sprint(key, " ", counts[key]))
		}
	}
	return strings.Join(parts, ", ")
}

func (w *world) wantBacklog(want string) {
	w.t.Helper()
	if got := w.backlog(); got != want {
		w.t.Fatalf("outbox: %s, want %s", got, want)
	}
}

func asJSON(v any) string {
	b, _ := json.Marshal(v) // only to show
	return string(b)
}
