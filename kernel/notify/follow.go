package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// Rhythm is how soon mail follows what happened.
type Rhythm string

// The rhythms, the soonest first.
const (
	Never  Rhythm = ""
	Once   Rhythm = "once" // at once
	Daily  Rhythm = "daily"
	Weekly Rhythm = "weekly"
)

// rhythms orders them by how soon they are.
var rhythms = [...]Rhythm{Once, Daily, Weekly}

// sooner gives the one of two that comes first; any comes before Never.
func sooner(a, b Rhythm) Rhythm {
	for _, r := range rhythms {
		if a == r || b == r {
			return r
		}
	}
	return Never
}

// Query is what is followed: words and filters, which intersect. Values of one
// dimension are alternatives; the dimensions must all fit. One without words and
// filters is everything.
type Query struct {
	Text    string       `json:"text,omitempty"`
	Lang    facts.Lang   `json:"lang,omitempty"` // of Text; "" detects it
	Filters []search.Tag `json:"filters,omitempty"`
}

// Ways says how somebody is told; at least one of them.
type Ways struct {
	Site bool
	Mail Rhythm
	Hook facts.ID // a webhook of the same person, or zero
}

// Follow is a query that somebody follows.
type Follow struct {
	ID      facts.ID
	Person  facts.ID
	Name    string // the person's own; may be ""
	Query   Query
	Ways    Ways
	Created int64 // microseconds since 1970 UTC
}

// Bounds of what one person may keep.
const (
	MaxFollows = 500
	MaxName    = 200 // bytes of a follow's name
	maxValues  = 50  // filter values of one follow
	maxValue   = 200 // bytes of one
)

// Follow follows a query for a person from now on. Following the same query
// again changes its name and ways and keeps its ID.
func (s *Service) Follow(ctx context.Context, person facts.ID, name string, q Query, ways Ways) (Follow, error) {
	f, canonical, err := s.asked(person, name, q, ways)
	if err != nil {
		return Follow{}, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		if err := s.mayFollow(ctx, tx, f, canonical); err != nil {
			return err
		}
		err := tx.QueryRow(ctx, `insert into notify_follows (id, person, name, query, words, lang, dims, site, mail, hook, created)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			on conflict (person, query) do update set name = excluded.name, site = excluded.site, mail = excluded.mail, hook = excluded.hook
			returning id, created`,
			f.ID, person, f.Name, canonical, f.Query.Text, string(f.Query.Lang), dims(f.Query.Filters), ways.Site, string(ways.Mail), ways.Hook, f.Created).
			Scan(&f.ID, &f.Created)
		if err != nil || len(f.Query.Filters) == 0 {
			return err
		}
		var rows [][]any
		for _, t := range f.Query.Filters {
			rows = append(rows, []any{f.ID, tagText(t)})
		}
		return tx.ExecRows(ctx, "insert into notify_filters (follow, tag) values", "on conflict do nothing", rows)
	})
	if err != nil {
		return Follow{}, fmt.Errorf("follow: %w", err)
	}
	return f, nil
}

// asked checks what somebody wants to follow and gives it with its canonical
// form.
func (s *Service) asked(person facts.ID, name string, q Query, ways Ways) (Follow, string, error) {
	wrong := fault.New(fault.Invalid, "notify.follow.wrong", nil)
	q.Text = strings.Join(strings.Fields(q.Text), " ")
	if err := (search.Query{Text: q.Text}).Check(); err != nil {
		wrong.With("text", "notify.follow.text", fault.Args{"max": search.MaxQuery})
	}
	name = strings.Join(strings.Fields(name), " ")
	if len(name) > MaxName || !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
		wrong.With("name", "notify.follow.name", fault.Args{"max": MaxName})
	}
	if strings.ContainsRune(q.Text, 0) || badFilters(q.Filters) {
		wrong.With("filters", "notify.follow.filters", fault.Args{"max": maxValues})
	}
	if !ways.Site && ways.Mail == Never && ways.Hook.IsZero() || ways.Mail != Never && !slices.Contains(rhythms[:], ways.Mail) {
		wrong.With("ways", "notify.follow.ways", nil)
	}
	if person.IsZero() {
		wrong.With("person", "notify.follow.person", nil)
	}
	if len(wrong.Fields) > 0 {
		return Follow{}, "", wrong
	}
	q.Filters = slices.Clone(q.Filters)
	slices.SortFunc(q.Filters, func(a, b search.Tag) int {
		return cmp.Or(strings.Compare(a.Dim, b.Dim), strings.Compare(a.Value, b.Value))
	})
	q.Filters = slices.Compact(q.Filters)
	if q.Text == "" {
		q.Lang = ""
	} else if q.Lang == "" {
		q.Lang = s.c.Search.Language(q.Text, nil)
	}
	canonical, err := json.Marshal(q)
	now := s.now()
	return Follow{ID: facts.NewID(now), Person: person, Name: name, Query: q, Ways: ways, Created: store.Micros(now)}, string(canonical), err
}

func badFilters(filters []search.Tag) bool {
	return len(filters) > maxValues || slices.ContainsFunc(filters, func(t search.Tag) bool {
		return t.Dim == "" || t.Value == "" || len(t.Dim) > maxValue || len(t.Value) > maxValue ||
			strings.Contains(t.Dim, "=") || !utf8.ValidString(t.Dim+t.Value) || strings.ContainsRune(t.Dim+t.Value, 0)
	})
}

// dims counts the dimensions of sorted filters.
func dims(filters []search.Tag) (n int) {
	for i, t := range filters {
		if i == 0 || filters[i-1].Dim != t.Dim {
			n++
		}
	}
	return n
}

// mayFollow holds a person to their number of follows and to their own webhooks.
func (s *Service) mayFollow(ctx context.Context, tx *store.Tx, f Follow, canonical string) error {
	var n int
	if err := tx.QueryRow(ctx, "select count(*) from notify_follows where person = $1 and query <> $2", f.Person, canonical).Scan(&n); err != nil {
		return err
	}
	if n >= MaxFollows {
		return fault.New(fault.TooLarge, "notify.follow.many", fault.Args{"n": MaxFollows})
	}
	if f.Ways.Hook.IsZero() {
		return nil
	}
	err := tx.QueryRow(ctx, "select count(*) from notify_hooks where id = $1 and person = $2 and stopped = 0", f.Ways.Hook, f.Person).Scan(&n)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "notify.hook.unknown", nil)
	}
	return err
}

// Unfollow ends a follow of a person. What was not sent yet for it alone is not
// sent any more.
func (s *Service) Unfollow(ctx context.Context, person, follow facts.ID) error {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "delete from notify_follows where id = $1 and person = $2", follow, person)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "notify.follow.unknown", nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("unfollow: %w", err)
	}
	return nil
}

// List gives everything a person follows, the oldest first.
func (s *Service) List(ctx context.Context, person facts.ID) (list []Follow, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		list, err = readFollows(ctx, tx, "select "+followColumns+" from notify_follows where person = $1 order by id", person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list follows: %w", err)
	}
	return list, nil
}

const followColumns = "id, person, name, query, site, mail, hook, created"

func readFollows(ctx context.Context, tx *store.Tx, query string, args ...any) ([]Follow, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Follow
	for rows.Next() {
		f, err := scanFollow(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

func scanFollow(rows *store.Rows) (f Follow, err error) {
	var query string
	if err = rows.Scan(&f.ID, &f.Person, &f.Name, &query, &f.Ways.Site, &f.Ways.Mail, &f.Ways.Hook, &f.Created); err == nil {
		err = json.Unmarshal([]byte(query), &f.Query)
	}
	return f, err
}

// Forget removes everything that is kept about a person: follows, notices,
// webhooks and what waits to be sent.
func (s *Service) Forget(ctx context.Context, person facts.ID) error {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		var all error
		for _, table := range []string{"notify_follows", "notify_notices", "notify_items", "notify_outbox", "notify_hooks"} {
			_, err := tx.Exec(ctx, "delete from "+table+" where person = $1", person)
			all = errors.Join(all, err)
		}
		return all
	})
	if err != nil {
		return fmt.Errorf("forget a person: %w", err)
	}
	return nil
}
