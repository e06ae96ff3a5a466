package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// maxShown bounds the things one digest shows; of the others it says how many.
const maxShown = 100

// item is what waits for the next mail to a person.
type item struct {
	key, room    string
	thing, owner facts.ID
	follows      []facts.ID
	happened     time.Time
}

// collect makes one digest for each person for whom something is due, and tells
// how many.
func (s *Service) collect(ctx context.Context) (n int, err error) {
	now := store.Micros(s.now())
	const portion = 200
	for {
		var people []facts.ID
		err := s.db.Read(ctx, func(tx *store.Tx) error {
			people = people[:0]
			rows, err := tx.Query(ctx, "select distinct person from notify_items where letter = '' and due <= $1 order by person limit $2", now, portion)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id facts.ID
				if err := rows.Scan(&id); err != nil {
					return err
				}
				people = append(people, id)
			}
			return rows.Err()
		})
		if err != nil || len(people) == 0 {
			return n, err
		}
		for _, person := range people {
			if err := s.collectFor(ctx, person, now); err != nil {
				return n, fmt.Errorf("collect a digest: %w", err)
			}
			n++
		}
	}
}

// collectFor puts what is due for a person into one digest. The item it begins
// with names it: an item is in one digest only.
func (s *Service) collectFor(ctx context.Context, person facts.ID, now int64) error {
	return s.db.WriteInOrder(ctx, outboxLock, func(tx *store.Tx) error {
		var first string
		err := tx.QueryRow(ctx, "select key from notify_items where person = $1 and letter = '' and due <= $2 order by happened, key limit 1", person, now).Scan(&first)
		if errors.Is(err, store.ErrNoRows) {
			return nil // another replica was quicker
		}
		if err != nil {
			return err
		}
		id := facts.NewID(s.now())
		row := outboxRow(s.now(), s.c.Keep, delivery{id: id, key: "digest:" + person.String() + ":" + first, channel: channelMail, what: whatDigest, person: person})
		if err := tx.ExecRows(ctx, outboxInsert, "", [][]any{row}); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update notify_items set letter = $1 where person = $2 and letter = '' and due <= $3", id, person, now)
		return err
	})
}

// readItems reads what a digest takes along, the newest first; with the zero
// letter what waits for the next one.
func (s *Service) readItems(ctx context.Context, person, letter facts.ID) (list []item, follows map[facts.ID]Follow, err error) {
	follows = map[facts.ID]Follow{}
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		known, err := readFollows(ctx, tx, "select "+followColumns+" from notify_follows where person = $1 and mail <> ''", person)
		if err != nil {
			return err
		}
		for _, f := range known {
			follows[f.ID] = f
		}
		rows, err := tx.Query(ctx, `select key, room, thing, owner, follows, happened from notify_items
			where person = $1 and letter = $2 order by happened desc, key`, person, letter)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var it item
			var ids string
			var happened int64
			if err := rows.Scan(&it.key, &it.room, &it.thing, &it.owner, &ids, &happened); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(ids), &it.follows); err != nil {
				return err
			}
			it.happened = store.Time(happened)
			list = append(list, it)
		}
		return rows.Err()
	})
	return list, follows, err
}

// section is one follow of a digest with what is new in it.
type section struct {
	follow Follow
	things []newThing
}

// newThing is a thing as a digest shows it.
type newThing struct {
	search.Shown
	room Room
}

// sections gathers what a digest has to say: what is public still, what the
// person may see, each thing once and under the first follow that is followed by
// mail still. more is how many things did not find room.
func (s *Service) sections(ctx context.Context, p identity.Person, list []item, follows map[facts.ID]Follow) (out []section, total, more int, err error) {
	sight := sight{s: s, actors: map[facts.ID][]identity.Actor{p.ID: actorsOf(p)}}
	at, told := map[facts.ID]int{}, map[facts.ID]bool{}
	for part := range slices.Chunk(list, 200) {
		shown, err := s.showItems(ctx, part, p.Lang)
		if err != nil {
			return nil, 0, 0, err
		}
		for _, it := range part {
			sh, ok := shown[it.thing]
			i := slices.IndexFunc(it.follows, func(id facts.ID) bool { _, ok := follows[id]; return ok })
			if !ok || i < 0 || told[it.thing] {
				continue
			}
			may, err := sight.may(ctx, p.ID, identity.Thing{Room: it.room, Owner: it.owner, State: sh.State, Public: true})
			if err != nil {
				return nil, 0, 0, err
			}
			if !may {
				continue
			}
			told[it.thing] = true
			if total++; total > maxShown {
				more++
				continue
			}
			id := it.follows[i]
			n, ok := at[id]
			if !ok {
				n = len(out)
				at[id], out = n, append(out, section{follow: follows[id]})
			}
			out[n].things = append(out[n].things, sh)
		}
	}
	slices.SortStableFunc(out, func(a, b section) int { return slices.Compare(a.follow.ID[:], b.follow.ID[:]) })
	return out, total, more, nil
}

func (s *Service) showItems(ctx context.Context, list []item, lang facts.Lang) (map[facts.ID]newThing, error) {
	out := map[facts.ID]newThing{}
	for _, room := range s.c.Rooms {
		var ids []facts.ID
		for _, it := range list {
			if it.room == room.Name {
				ids = append(ids, it.thing)
			}
		}
		shown, err := room.show(ctx, ids, []facts.Lang{lang})
		if err != nil {
			return nil, err
		}
		for id, sh := range shown {
			out[id] = newThing{sh, room}
		}
	}
	return out, nil
}

// Preview is the digest that a person would get if it went out now, with all
// that waits; Things is 0 and the texts are empty when there is nothing.
func (s *Service) Preview(ctx context.Context, person facts.ID) (Message, error) {
	p, err := s.c.Identity.Person(ctx, person)
	if err != nil {
		return Message{}, err
	}
	m, err := s.digest(ctx, p, facts.ID{})
	if err != nil {
		return Message{}, fmt.Errorf("preview a digest: %w", err)
	}
	return m, nil
}
