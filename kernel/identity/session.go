package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// How long a session lasts: at most from its sign-in, and without being used.
const (
	sessionLife = 14 * 24 * time.Hour
	sessionIdle = 24 * time.Hour
	// seenEvery is how often a session in use writes down that it is.
	seenEvery = 10 * time.Minute
	// maxSessions is how many a person keeps; the longest unused go first.
	maxSessions = 20
)

// Session is a fresh sign-in. Its token is for the person's browser and is shown
// this once.
type Session struct {
	Token   string
	Expires time.Time
	Person  facts.ID
}

// Life is how long the session can last from now on.
func (s Session) Life(now time.Time) time.Duration { return s.Expires.Sub(now) }

// Attempt is somebody at the door.
type Attempt struct {
	Email, Password string
	Address         string // where the request comes from, with or without port; "" is not known and not counted
	Agent           string // the User-Agent header; only the browser's family is kept
	Old             string // the session token the browser had, which ends; may be ""
}

// SignIn opens a session. A wrong address, a wrong password, an account without
// password and a deactivated account are one and the same fault, Invalid, and
// take as long. Too many attempts are Busy, with the minutes to wait.
func (g *Register) SignIn(ctx context.Context, a Attempt) (Session, error) {
	email, now := NormaliseEmail(a.Email), g.now()
	address, account := "", hashOf(email)
	if a.Address != "" {
		address = neighbourhood(a.Address)
	}
	if err := g.countAttempt(address, account, now); err != nil {
		return Session{}, err
	}
	person, phc, err := g.account(ctx, email)
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	right, stale, err := g.hasher.verify(ctx, a.Password, phc)
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	if !right {
		return Session{}, fault.New(fault.Invalid, "identity.signin.wrong", nil)
	}
	if address != "" {
		g.byAddress.forgive(address)
	}
	g.byAccount.forgive(account)
	fresh := ""
	if stale {
		if fresh, err = g.hasher.hash(ctx, a.Password); err != nil {
			return Session{}, fmt.Errorf("sign in: %w", err)
		}
	}
	s, hash := g.newSession(person)
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if stale {
			if _, err := tx.Exec(ctx, "update identity_people set password = $1 where id = $2 and password = $3", fresh, person, phc); err != nil {
				return err
			}
		}
		return g.openSession(ctx, tx, s, hash, a)
	})
	if err != nil {
		return Session{}, fmt.Errorf("sign in: %w", err)
	}
	return s, nil
}

func (g *Register) countAttempt(address, account string, now time.Time) error {
	wait, ok := time.Duration(0), true
	if address != "" {
		wait, ok = g.byAddress.take(address, now)
	}
	if ok {
		if wait, ok = g.byAccount.take(account, now); ok {
			return nil
		}
	}
	return &fault.Fault{Kind: fault.Busy, Key: "identity.signin.often", Args: fault.Args{"n": int((wait + time.Minute - 1) / time.Minute)}, Err: tooOften(wait)}
}

// tooOften is how long somebody has to wait before another attempt.
type tooOften time.Duration

// Error is for operators.
func (w tooOften) Error() string { return "too many attempts: wait " + time.Duration(w).String() }

// RetryAfter tells how long to wait.
func (w tooOften) RetryAfter() time.Duration { return time.Duration(w) }

// account finds the active person behind an e-mail address and their stored
// password; nobody has the zero ID and no password.
func (g *Register) account(ctx context.Context, email string) (person facts.ID, phc string, err error) {
	if !isEmail(email) {
		return facts.ID{}, "", nil
	}
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, "select id, password from identity_people where email = $1 and deactivated = 0", email).Scan(&person, &phc)
		if errors.Is(err, store.ErrNoRows) {
			return nil
		}
		return err
	})
	return person, phc, err
}

func (g *Register) newSession(person facts.ID) (s Session, hash string) {
	token, hash := newSecret()
	return Session{Token: token, Expires: g.now().Add(sessionLife), Person: person}, hash
}

// openSession keeps a new session, ends the one the browser had, and forgets the
// person's sessions that are over or too many.
func (g *Register) openSession(ctx context.Context, tx *store.Tx, s Session, hash string, a Attempt) error {
	now := g.now()
	_, err := tx.Exec(ctx, `delete from identity_sessions where hash = $1
		or person = $2 and (expires <= $3 or seen <= $4)
		or hash in (select hash from identity_sessions where person = $2 order by seen desc, id desc limit 1000 offset $5)`,
		hashOf(a.Old), s.Person, store.Micros(now), store.Micros(now.Add(-sessionIdle)), maxSessions-1)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into identity_sessions (hash, id, person, organisation, agent, created, seen, expires)
		values ($1, $2, $3, '', $4, $5, $5, $6)`,
		hash, facts.NewID(now), s.Person, agentFamily(a.Agent), store.Micros(now), store.Micros(s.Expires))
	return err
}

// SignOut ends the session of a token. A token of no session is no error.
func (g *Register) SignOut(ctx context.Context, token string) error {
	if !plausible(token) {
		return nil
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "delete from identity_sessions where hash = $1", hashOf(token))
		return err
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// Recognise tells who a session token belongs to and the session's ID, which is
// no secret. A forged, expired or ended token is anybody's: the zero Actor.
func (g *Register) Recognise(ctx context.Context, token string) (Actor, facts.ID, error) {
	if !plausible(token) {
		return Actor{}, facts.ID{}, nil
	}
	var actor Actor
	var id, org facts.ID
	var seen int64
	var strong, enrolled bool
	now := g.now()
	err := g.db.Read(ctx, func(tx *store.Tx) error {
		actor = Actor{}
		err := tx.QueryRow(ctx, `select s.id, s.organisation, s.seen, s.strong > 0, p.id, p.name, p.lang,
			exists (select 1 from identity_factors f where f.person = p.id and f.confirmed > 0)
			from identity_sessions s join identity_people p on p.id = s.person
			where s.hash = $1 and s.expires > $2 and s.seen > $3 and p.deactivated = 0`,
			hashOf(token), store.Micros(now), store.Micros(now.Add(-sessionIdle))).
			Scan(&id, &org, &seen, &strong, &actor.Person, &actor.Name, &actor.Lang, &enrolled)
		if err != nil {
			return err
		}
		if err := actor.join(ctx, tx, org); err != nil {
			return err
		}
		actor.Factor = g.standing(actor, enrolled, strong)
		return nil
	})
	switch {
	case errors.Is(err, store.ErrNoRows):
		return Actor{}, facts.ID{}, nil
	case err != nil:
		return Actor{}, facts.ID{}, fmt.Errorf("recognise a session: %w", err)
	}
	if now.Sub(store.Time(seen)) >= seenEvery {
		// A page is readable on a disk that takes no more writes: the session then only ends earlier.
		_ = g.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "update identity_sessions set seen = $1 where id = $2", store.Micros(now), id)
			return err
		})
	}
	return actor, id, nil
}

// join makes the actor act for the organisation asked for where they are a
// member, and else for their first: the operating one before all others.
func (a *Actor) join(ctx context.Context, tx *store.Tx, org facts.ID) error {
	list, err := memberships(ctx, tx, a.Person)
	if err != nil || len(list) == 0 {
		return err
	}
	m := list[max(0, slices.IndexFunc(list, func(m Membership) bool { return m.Org == org }))]
	a.Org, a.Operator, a.Roles, a.Countries = m.Org, m.Operator, m.Roles, m.Countries
	return nil
}

// agentFamily keeps of a User-Agent header what a person needs to know their
// session again, and nothing that tells machines apart.
func agentFamily(agent string) string {
	agent = strings.ToLower(agent[:min(len(agent), 500)])
	for _, family := range []struct{ mark, name string }{
		{"edg", "Edge"}, {"opr/", "Opera"}, {"samsungbrowser", "Samsung Internet"}, {"firefox", "Firefox"}, {"fxios", "Firefox"},
		{"chrom", "Chrome"}, {"crios", "Chrome"}, {"safari", "Safari"}, {"curl", "curl"},
	} {
		if strings.Contains(agent, family.mark) {
			return family.name
		}
	}
	return ""
}
