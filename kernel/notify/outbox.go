package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// The channels of the outbox, and what mails are.
const (
	channelMail = "mail"
	channelHook = "hook"
	whatDigest  = "digest"
	whatLetter  = "letter"
)

// Standings of a delivery.
const (
	Waiting = "waiting"
	Sent    = "sent"
	Failed  = "failed"  // refused for good, or tried until it was too old
	Dropped = "dropped" // nothing was left to say, or nobody to say it to
)

// delivery is a row of the outbox as those who make and those who send it need.
type delivery struct {
	id                      facts.ID
	key, channel, what      string
	person                  facts.ID
	address                 string
	lang                    facts.Lang
	words, args, link, room string
	hook, thing, owner      facts.ID
	follows                 []facts.ID
	attempts                int
	created, expires        time.Time
}

// outboxLock is the lock under which PostgreSQL claims and marks deliveries (the
// number is ours, with no meaning): those who claim all want the same row, and
// would only undo each other.
const outboxLock = 7268352003

const outboxInsert = `insert into notify_outbox
	(id, key, channel, what, person, address, lang, words, args, link, hook, room, thing, owner, follows, due, expires, created) values`

func outboxRow(now time.Time, keep time.Duration, d delivery) []any {
	if d.args == "" {
		d.args = "{}"
	}
	if d.id.IsZero() {
		d.id = facts.NewID(now)
	}
	at := store.Micros(now)
	return []any{d.id, d.key, d.channel, d.what, d.person, d.address, string(d.lang), d.words, d.args, d.link, d.hook, d.room, d.thing, d.owner,
		idsJSON(d.follows), at, store.Micros(now.Add(keep)), at}
}

// claim takes the next delivery of a channel that is due, for the length of the
// lease, during which no other process takes it. It reports false when there is
// none. The lease runs by the clock of the database, which replicas share.
func (s *Service) claim(ctx context.Context, channel string, lease time.Duration) (d delivery, ok bool, err error) {
	now := store.Micros(s.now())
	err = s.db.WriteInOrder(ctx, outboxLock, func(tx *store.Tx) error {
		ok = false
		clock, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		var follows string
		var created, expires int64
		d = delivery{}
		err = tx.QueryRow(ctx, `update notify_outbox set leased = $1, holder = $2, attempts = attempts + 1 where id = (
				select id from notify_outbox where state = 'waiting' and channel = $3 and due <= $4 and leased < $5 order by due, id limit 1)
			returning id, key, channel, what, person, address, lang, words, args, link, hook, room, thing, owner, follows, attempts, created, expires`,
			store.Micros(clock.Add(lease)), s.holder, channel, now, store.Micros(clock)).
			Scan(&d.id, &d.key, &d.channel, &d.what, &d.person, &d.address, &d.lang, &d.words, &d.args, &d.link, &d.hook, &d.room, &d.thing, &d.owner,
				&follows, &d.attempts, &created, &expires)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok, d.created, d.expires = true, store.Time(created), store.Time(expires)
		return json.Unmarshal([]byte(follows), &d.follows)
	})
	if err != nil {
		return d, false, fmt.Errorf("claim a delivery: %w", err)
	}
	return d, ok, nil
}

// countDue counts what is due in a channel, up to most: looking is cheap, to claim
// takes a turn at writing.
func (s *Service) countDue(ctx context.Context, channel string, most int) (n int, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select count(*) from (select id from notify_outbox where state = 'waiting' and channel = $1 and due <= $2 limit $3) as due",
			channel, store.Micros(s.now()), most).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("look at the outbox: %w", err)
	}
	return n, nil
}

// settle ends a delivery. What was said and to which address is not kept.
func (s *Service) settle(ctx context.Context, d delivery, state string, trouble error) error {
	return s.mark(ctx, d, `state = $3, trouble = $4, done = $5, leased = 0, address = '', args = '{}', link = ''`,
		state, troubleText(trouble), store.Micros(s.now()))
}

// fail ends a delivery that did not arrive. Its content stays for an operator
// who wants to try again.
func (s *Service) fail(ctx context.Context, d delivery, trouble error) error {
	return s.mark(ctx, d, `state = 'failed', trouble = $3, done = $4, leased = 0`, troubleText(trouble), store.Micros(s.now()))
}

// later puts a delivery back for another attempt, or ends it when it is too old.
func (s *Service) later(ctx context.Context, d delivery, trouble error, atLeast time.Duration) error {
	now := s.now()
	next := now.Add(max(pauseAfter(d.attempts, d.id), atLeast))
	if !now.Before(d.expires) {
		return s.fail(ctx, d, trouble)
	}
	if next.After(d.expires) {
		next = d.expires // a last attempt
	}
	return s.mark(ctx, d, `due = $3, trouble = $4, leased = 0`, store.Micros(next), troubleText(trouble))
}

// release puts back a delivery that was not tried.
func (s *Service) release(ctx context.Context, d delivery, due time.Time) error {
	if !s.now().Before(d.expires) {
		return s.fail(ctx, d, errors.New("not tried in time"))
	}
	return s.mark(ctx, d, `due = $3, leased = 0, attempts = attempts - 1`, store.Micros(due))
}

// mark changes a delivery that this process holds. It does not stop with ctx and
// asks a database that is away again for a while: what was done and not marked
// would be done again.
func (s *Service) mark(ctx context.Context, d delivery, set string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markPatience)
	defer cancel()
	pause := 50 * time.Millisecond
	for {
		err := s.db.WriteInOrder(ctx, outboxLock, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "update notify_outbox set "+set+" where id = $1 and holder = $2 and state = 'waiting'", append([]any{d.id, s.holder}, args...)...)
			return err
		})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("mark delivery %s: %w", d.id, err)
		case <-time.After(pause):
			pause = min(2*pause, 2*time.Second)
		}
	}
}

// markPatience is how long the result of a delivery is held for a database that
// is away.
const markPatience = 30 * time.Second

// troubleText is what operators read of a failure; answers of strangers are cut.
func troubleText(err error) string {
	if err == nil {
		return ""
	}
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(err.Error(), "?"))
	const most = 300
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// Delivery is a row of the outbox as an operator sees it.
type Delivery struct {
	ID       facts.ID
	Channel  string // mail or hook
	What     string // digest, letter, or the kind of the fact
	Person   facts.ID
	State    string
	Attempts int
	Due      time.Time // of the next attempt
	Trouble  string    // of the last one
	Created  time.Time
}

// Deliveries lists up to n rows of the outbox in a state, the oldest first,
// those after the ID given (the zero ID begins).
func (s *Service) Deliveries(ctx context.Context, state string, after facts.ID, n int) (list []Delivery, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `select id, channel, what, person, state, attempts, due, trouble, created from notify_outbox
			where state = $1 and id > $2 order by id limit $3`, state, after, min(max(n, 1), 1000))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var d Delivery
			var due, created int64
			if err := rows.Scan(&d.ID, &d.Channel, &d.What, &d.Person, &d.State, &d.Attempts, &due, &d.Trouble, &created); err != nil {
				return err
			}
			d.Due, d.Created = store.Time(due), store.Time(created)
			list = append(list, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	return list, nil
}

// Backlog counts the rows of the outbox by channel and state, as "mail/waiting".
func (s *Service) Backlog(ctx context.Context) (map[string]int, error) {
	counts := map[string]int{}
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "select channel, state, count(*) from notify_outbox group by channel, state")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var channel, state string
			var n int
			if err := rows.Scan(&channel, &state, &n); err != nil {
				return err
			}
			counts[channel+"/"+state] = n
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("backlog: %w", err)
	}
	return counts, nil
}

// Retry lets a failed delivery be tried again from now on.
func (s *Service) Retry(ctx context.Context, id facts.ID) error {
	now := s.now()
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "update notify_outbox set state = 'waiting', attempts = 0, done = 0, due = $2, expires = $3 where id = $1 and state = 'failed'",
			id, store.Micros(now), store.Micros(now.Add(s.c.Keep)))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "notify.delivery.unknown", nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("retry a delivery: %w", err)
	}
	s.nudge()
	return nil
}

// How long what is done with is kept: it is also what keeps an act from being
// done again.
const (
	keepDone    = 60 * 24 * time.Hour
	keepNotices = 365 * 24 * time.Hour
)

// Prune removes what was done with long ago.
func (s *Service) Prune(ctx context.Context) error {
	done, notices := store.Micros(s.now().Add(-keepDone)), store.Micros(s.now().Add(-keepNotices))
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		_, err1 := tx.Exec(ctx, "delete from notify_items where letter <> '' and happened < $1 and letter in (select id from notify_outbox where state <> 'waiting' and done < $1)", done)
		_, err2 := tx.Exec(ctx, "delete from notify_outbox where state <> 'waiting' and done < $1", done)
		_, err3 := tx.Exec(ctx, "delete from notify_notices where created < $1", notices)
		return errors.Join(err1, err2, err3)
	})
	if err != nil {
		return fmt.Errorf("prune what was told: %w", err)
	}
	return nil
}
