package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// PasswordChange is what somebody fills in who knows their password.
type PasswordChange struct {
	Old, New, Again string
	Agent           string // the User-Agent header
}

// ChangePassword gives a person a new password, ends all their sessions and
// recovery links, and opens a session for the browser that asked. A wrong old password is Invalid with the field old; attempts are counted
// as at sign-in.
func (g *Register) ChangePassword(ctx context.Context, actor Actor, c PasswordChange) (Session, error) {
	if actor.Anonymous() || !actor.Token.IsZero() || actor.Factor == FactorDue {
		return Session{}, fault.New(fault.Refused, "identity.refused", nil)
	}
	p, err := g.person(ctx, "id = $1", actor.Person)
	if err != nil {
		return Session{}, err
	}
	account := hashOf(p.Email)
	if err := g.countAttempt("", account, g.now()); err != nil {
		return Session{}, err
	}
	_, phc, err := g.account(ctx, p.Email)
	if err != nil {
		return Session{}, fmt.Errorf("change a password: %w", err)
	}
	right, _, err := g.hasher.verify(ctx, c.Old, phc)
	if err != nil {
		return Session{}, fmt.Errorf("change a password: %w", err)
	}
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	if !right {
		f.With("old", "identity.password.old", nil)
	}
	checkRepeated(f, c.New, c.Again, p.Email)
	if len(f.Fields) > 0 {
		return Session{}, f
	}
	g.byAccount.forgive(account)
	fresh, err := g.hasher.hash(ctx, c.New)
	if err != nil {
		return Session{}, fmt.Errorf("change a password: %w", err)
	}
	s, hash := g.newSession(actor.Person)
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if err := replacePassword(ctx, tx, actor.Person, fresh); err != nil {
			return err
		}
		if err := g.openSession(ctx, tx, s, hash, Attempt{Agent: c.Agent}); err != nil {
			return err
		}
		if actor.Factor != FactorShown {
			return nil
		}
		_, err := tx.Exec(ctx, "update identity_sessions set strong = $1 where hash = $2", store.Micros(g.now()), hash)
		return err
	})
	if err != nil {
		return Session{}, fmt.Errorf("change a password: %w", err)
	}
	return s, nil
}

// Describe changes how a person is called and the language they are written to
// in.
func (g *Register) Describe(ctx context.Context, person facts.ID, name string, lang facts.Lang) error {
	name = tidy(name)
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "name", name)
	checkLang(f, "lang", lang)
	if len(f.Fields) > 0 {
		return f
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "update identity_people set name = $1, lang = $2 where id = $3", name, lang, person)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "identity.person.unknown", nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("describe a person: %w", err)
	}
	return nil
}

// ActFor lets a session act for another of its person's organisations.
func (g *Register) ActFor(ctx context.Context, person, session, org facts.ID) error {
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		var member int
		err := tx.QueryRow(ctx, "select count(*) from identity_memberships where person = $1 and organisation = $2", person, org).Scan(&member)
		if err == nil && member == 0 {
			err = fault.New(fault.NotFound, "identity.organisation.unknown", nil)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update identity_sessions set organisation = $1 where id = $2 and person = $3", org, session, person)
		return err
	})
	if err != nil {
		return fmt.Errorf("act for %s: %w", org, err)
	}
	return nil
}

// EndOtherSessions ends all sessions of a person's own but one, and tells how
// many.
func (g *Register) EndOtherSessions(ctx context.Context, person, session facts.ID) (ended int64, err error) {
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		ended, err = tx.Exec(ctx, "delete from identity_sessions where person = $1 and id <> $2", person, session)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("end other sessions: %w", err)
	}
	return ended, nil
}

// Token is an API token as its person sees it in a list; the token itself is not
// kept.
type Token struct {
	ID, Org          facts.ID
	Name             string
	Scopes           []Verb
	Created, Expires time.Time
}

// Tokens lists a person's API tokens that are still good, the newest first.
func (g *Register) Tokens(ctx context.Context, person facts.ID) (list []Token, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `select id, organisation, name, scopes, created, expires from identity_tokens
			where person = $1 and expires > $2 order by created desc, id desc`, person, store.Micros(g.now()))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t Token
			var scopes string
			var created, expires int64
			if err := rows.Scan(&t.ID, &t.Org, &t.Name, &scopes, &created, &expires); err != nil {
				return err
			}
			for _, verb := range strings.FieldsFunc(scopes, func(r rune) bool { return r == ',' }) {
				t.Scopes = append(t.Scopes, Verb(verb))
			}
			t.Created, t.Expires = store.Time(created), store.Time(expires)
			list = append(list, t)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list API tokens: %w", err)
	}
	return list, nil
}

// Members lists up to n people of an organisation in the order their accounts
// were made, those after the ID given (the zero ID begins). Their memberships
// elsewhere are not told.
func (g *Register) Members(ctx context.Context, org, after facts.ID, n int) ([]Person, error) {
	list, err := g.people(ctx, "id in (select person from identity_memberships where organisation = $1) and id > $2 order by id limit $3", org, after, n)
	if err != nil {
		return nil, err
	}
	for i, p := range list {
		for _, m := range p.Memberships {
			if m.Org == org {
				list[i].Memberships = []Membership{m}
			}
		}
	}
	return list, nil
}
