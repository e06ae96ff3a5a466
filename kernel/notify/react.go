package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// Reactor makes notices, digest items and webhook deliveries of what the rooms
// call news, for followers who may see it.
func (s *Service) Reactor() journal.Reactor {
	var kinds []facts.Kind
	for _, r := range s.c.Rooms {
		kinds = append(kinds, r.Kinds...)
	}
	if kinds == nil {
		kinds = []facts.Kind{} // none, not all
	}
	return journal.Reactor{Name: "notify", Max: 500, Kinds: kinds, React: s.react}
}

// news is the last fact of a thing that is news.
type news struct {
	fact  journal.Fact
	thing identity.Thing
}

// key names what happened to a thing, so that a person is told once.
func (n news) key() string {
	return n.fact.Thing.String() + "/" + strconv.FormatInt(n.fact.Version, 10)
}

func (s *Service) react(ctx context.Context, list []journal.Fact) error {
	for _, room := range s.c.Rooms {
		byThing := map[facts.ID]news{}
		for _, f := range list {
			if !slices.Contains(room.Kinds, f.Kind) {
				continue
			}
			if thing, is := room.News(f); is {
				byThing[f.Thing] = news{f, thing}
			}
		}
		if len(byThing) == 0 {
			continue
		}
		if err := s.tell(ctx, room, byThing); err != nil {
			return fmt.Errorf("tell followers of %s: %w", room.Name, err)
		}
	}
	return nil
}

// tell matches the news of one room and writes what comes of it.
func (s *Service) tell(ctx context.Context, room Room, byThing map[facts.ID]news) error {
	if err := s.c.Search.CatchUp(ctx); err != nil {
		return err
	}
	ids := make([]facts.ID, 0, len(byThing))
	for id := range byThing {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b facts.ID) int { return slices.Compare(a[:], b[:]) })
	docs, err := room.Source.Documents(ctx, ids)
	if err != nil {
		return err
	}
	matches, err := s.Matching(ctx, docs)
	if err != nil {
		return err
	}
	told, err := s.gather(ctx, docs, matches, byThing)
	if err != nil {
		return err
	}
	const portion = 500 // of what is told in one transaction
	for part := range slices.Chunk(told, portion) {
		if err := s.db.Write(ctx, func(tx *store.Tx) error { return s.write(ctx, tx, room, part) }); err != nil {
			return err
		}
	}
	if len(told) > 0 {
		s.nudge()
	}
	return nil
}

// telling is what one person is told of one thing, over all their follows.
type telling struct {
	person  facts.ID
	news    news
	site    bool
	mail    Rhythm
	follows []facts.ID              // those by mail
	hooks   map[facts.ID][]facts.ID // follows by webhook
}

// also adds the ways of one more follow.
func (t *telling) also(f Follow) {
	t.site = t.site || f.Ways.Site
	if f.Ways.Mail != Never {
		t.mail, t.follows = sooner(t.mail, f.Ways.Mail), append(t.follows, f.ID)
	}
	if !f.Ways.Hook.IsZero() {
		if t.hooks == nil {
			t.hooks = map[facts.ID][]facts.ID{}
		}
		t.hooks[f.Ways.Hook] = append(t.hooks[f.Ways.Hook], f.ID)
	}
}

// gather joins a person's follows that match the same thing, and leaves out who
// may not see it and what happened before they followed.
func (s *Service) gather(ctx context.Context, docs []search.Document, matches []Match, byThing map[facts.ID]news) ([]*telling, error) {
	type about struct {
		person facts.ID
		doc    int32
	}
	known := map[about]*telling{}
	sight := sight{s: s, actors: map[facts.ID][]identity.Actor{}}
	var list []*telling
	for _, m := range matches {
		for _, doc := range m.Documents {
			n := byThing[docs[doc].ID]
			if store.Micros(n.fact.Recorded) < m.Follow.Created {
				continue
			}
			if may, err := sight.may(ctx, m.Follow.Person, n.thing); err != nil {
				return nil, err
			} else if !may {
				continue
			}
			at := about{m.Follow.Person, doc}
			t := known[at]
			if t == nil {
				t = &telling{person: m.Follow.Person, news: n}
				known[at], list = t, append(list, t)
			}
			t.also(m.Follow)
		}
	}
	return list, nil
}

// sight remembers what people may see.
type sight struct {
	s      *Service
	actors map[facts.ID][]identity.Actor
}

// may reports whether a person may read a thing, in any of the organisations
// they act for. Somebody whose account is gone or closed may read nothing.
func (v *sight) may(ctx context.Context, person facts.ID, thing identity.Thing) (bool, error) {
	actors, ok := v.actors[person]
	if !ok {
		p, err := v.s.c.Identity.Person(ctx, person)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return false, err
		}
		if err == nil && p.Active {
			actors = actorsOf(p)
		}
		v.actors[person] = actors
	}
	return slices.ContainsFunc(actors, func(a identity.Actor) bool { return identity.Can(a, identity.Read, thing) }), nil
}

// actorsOf gives a person as they act for each of their organisations, and for
// none.
func actorsOf(p identity.Person) []identity.Actor {
	actors := []identity.Actor{{Person: p.ID}}
	for _, m := range p.Memberships {
		actors = append(actors, identity.Actor{Person: p.ID, Org: m.Org, Operator: m.Operator, Roles: m.Roles})
	}
	return actors
}

// write puts what is told into the registers. Each row has its natural key, so
// writing it again changes nothing.
func (s *Service) write(ctx context.Context, tx *store.Tx, room Room, list []*telling) error {
	now := s.now()
	var notices, items, hooks [][]any
	for _, t := range list {
		n, key := t.news, t.news.key()
		if t.site {
			notices = append(notices, []any{facts.NewID(now), t.person, key, room.Name, n.fact.Thing, n.thing.Owner, "", "{}", "", store.Micros(now)})
		}
		if t.mail != Never {
			items = append(items, []any{t.person, key, room.Name, n.fact.Thing, n.thing.Owner, idsJSON(t.follows), store.Micros(n.fact.Recorded), store.Micros(s.c.due(t.mail, now))})
		}
		for hook, follows := range t.hooks {
			hooks = append(hooks, outboxRow(now, s.c.Keep, delivery{key: "hook:" + hook.String() + ":" + key, channel: channelHook, what: string(n.fact.Kind),
				person: t.person, hook: hook, room: room.Name, thing: n.fact.Thing, owner: n.thing.Owner, follows: follows}))
		}
	}
	for _, w := range []struct {
		head, tail string
		rows       [][]any
	}{
		{noticeInsert, "on conflict (person, key) do nothing", notices},
		{"insert into notify_items (person, key, room, thing, owner, follows, happened, due) values", "on conflict (person, key) do nothing", items},
		{outboxInsert, "on conflict (key) do nothing", hooks},
	} {
		if len(w.rows) == 0 {
			continue
		}
		if err := tx.ExecRows(ctx, w.head, w.tail, w.rows); err != nil {
			return err
		}
	}
	return nil
}

func idsJSON(ids []facts.ID) string {
	b, err := json.Marshal(ids)
	if err != nil {
		panic(err) // IDs are always text
	}
	return string(b)
}
