package identity

import (
	"context"
	"fmt"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Deactivate closes an account: nobody signs in with it, and its sessions, API
// tokens and links end in the same transaction. Its memberships stay, for the day
// it is opened again. Administrators may close any account and everybody their
// own; the last administrator's stays: Conflict.
func (g *Register) Deactivate(ctx context.Context, actor Actor, person facts.ID) error {
	own := !actor.Person.IsZero() && actor.Person == person && actor.Token.IsZero() && actor.Factor != FactorDue
	if !own && !Can(actor, Administer, Thing{}) {
		return fault.New(fault.Refused, "identity.refused", nil)
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		err := setDeactivated(ctx, tx, person, store.Micros(g.now()))
		for _, end := range []string{
			"delete from identity_sessions where person = $1",
			"delete from identity_tokens where person = $1",
			"delete from identity_links where person = $1 or made_by = $1",
		} {
			if err == nil {
				_, err = tx.Exec(ctx, end, person)
			}
		}
		if err != nil {
			return err
		}
		return keepAdmin(ctx, tx, Admin)
	})
	if err != nil {
		return fmt.Errorf("deactivate %s: %w", person, err)
	}
	return nil
}

// Reactivate opens a closed account again. Its person signs in anew.
func (g *Register) Reactivate(ctx context.Context, actor Actor, person facts.ID) error {
	if !Can(actor, Administer, Thing{}) {
		return fault.New(fault.Refused, "identity.refused", nil)
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		// A sign-in that ran beside the closing may have left a session.
		if _, err := tx.Exec(ctx, "delete from identity_sessions where person = $1", person); err != nil {
			return err
		}
		return setDeactivated(ctx, tx, person, 0)
	})
	if err != nil {
		return fmt.Errorf("reactivate %s: %w", person, err)
	}
	return nil
}

func setDeactivated(ctx context.Context, tx *store.Tx, person facts.ID, when int64) error {
	n, err := tx.Exec(ctx, "update identity_people set deactivated = $1 where id = $2", when, person)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "identity.person.unknown", nil)
	}
	return err
}

// OpenSession is a sign-in that lasts, as its person sees it in a list.
type OpenSession struct {
	ID            facts.ID
	Agent         string // family of the browser, "" when unknown
	Created, Seen time.Time
}

// Sessions lists a person's sessions, the one used last first.
func (g *Register) Sessions(ctx context.Context, person facts.ID) (list []OpenSession, err error) {
	now := g.now()
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `select id, agent, created, seen from identity_sessions
			where person = $1 and expires > $2 and seen > $3 order by seen desc, id desc`,
			person, store.Micros(now), store.Micros(now.Add(-sessionIdle)))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s OpenSession
			var created, seen int64
			if err := rows.Scan(&s.ID, &s.Agent, &created, &seen); err != nil {
				return err
			}
			s.Created, s.Seen = store.Time(created), store.Time(seen)
			list = append(list, s)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

// EndSession ends one session of a person's own. One that is over, or another's,
// is NotFound.
func (g *Register) EndSession(ctx context.Context, person, session facts.ID) error {
	return g.endOne(ctx, "identity_sessions", "identity.session.unknown", person, session)
}

// EndToken ends one API token of a person's own; another's is NotFound.
func (g *Register) EndToken(ctx context.Context, person, token facts.ID) error {
	return g.endOne(ctx, "identity_tokens", "identity.token.unknown", person, token)
}

func (g *Register) endOne(ctx context.Context, table, unknown string, person, id facts.ID) error {
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "delete from "+table+" where person = $1 and id = $2", person, id)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, unknown, nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("end one of %s: %w", table, err)
	}
	return nil
}
