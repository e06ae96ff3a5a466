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

// tokenPrefix lets people and secret scanners know an API token when they see
// one.
const tokenPrefix = "sameboat_"

// maxTokenLife is how long an API token can be valid.
const maxTokenLife = 366 * 24 * time.Hour

// NewToken is an API token to be made.
type NewToken struct {
	Person facts.ID
	Org    facts.ID      // acted for; the person must be a member
	Name   string        // so that its owner knows it again
	Scopes []Verb        // what it may do beyond what anybody may
	Life   time.Duration // up to a year
}

// MakeToken makes an API token and gives its text, which is shown this once. It
// never allows more than its person may do at the time it is used.
func (g *Register) MakeToken(ctx context.Context, n NewToken) (token string, id facts.ID, err error) {
	n.Name = tidy(n.Name)
	scopes, err := checkToken(n)
	if err != nil {
		return "", facts.ID{}, err
	}
	secret, _ := newSecret()
	token, id = tokenPrefix+secret, facts.NewID(g.now())
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		list, err := memberships(ctx, tx, n.Person)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(m Membership) bool { return m.Org == n.Org }) {
			return fault.New(fault.Invalid, "identity.token.member", nil)
		}
		_, err = tx.Exec(ctx, `insert into identity_tokens (hash, id, person, organisation, name, scopes, created, expires)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`, hashOf(token), id, n.Person, n.Org, n.Name, scopes,
			store.Micros(g.now()), store.Micros(g.now().Add(n.Life)))
		return err
	})
	if err != nil {
		return "", facts.ID{}, fmt.Errorf("make an API token: %w", err)
	}
	return token, id, nil
}

func checkToken(n NewToken) (scopes string, err error) {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "name", n.Name)
	var names []string
	for _, verb := range n.Scopes {
		if !slices.Contains(Verbs(), verb) {
			f.With("scopes", "identity.token.scope", fault.Args{"scope": string(verb)})
		}
		names = append(names, string(verb))
	}
	if n.Life <= 0 || n.Life > maxTokenLife {
		f.With("life", "identity.token.life", fault.Args{"n": int(maxTokenLife / (24 * time.Hour))})
	}
	return strings.Join(names, ","), orNil(f)
}

// RecogniseToken tells who an API token belongs to. A forged or expired one is a
// fault, SignIn: a program must learn that its token is of no use.
func (g *Register) RecogniseToken(ctx context.Context, token string) (Actor, error) {
	wrong := fault.New(fault.SignIn, "identity.token.wrong", nil)
	if secret, ok := strings.CutPrefix(token, tokenPrefix); !ok || !plausible(secret) {
		return Actor{}, wrong
	}
	var actor Actor
	err := g.db.Read(ctx, func(tx *store.Tx) error {
		actor = Actor{}
		var org facts.ID
		var scopes string
		err := tx.QueryRow(ctx, `select t.id, t.organisation, t.scopes, p.id, p.name, p.lang
			from identity_tokens t join identity_people p on p.id = t.person
			where t.hash = $1 and t.expires > $2 and p.deactivated = 0`, hashOf(token), store.Micros(g.now())).
			Scan(&actor.Token, &org, &scopes, &actor.Person, &actor.Name, &actor.Lang)
		if err != nil {
			return err
		}
		for verb := range strings.SplitSeq(scopes, ",") {
			actor.Scopes = append(actor.Scopes, Verb(verb))
		}
		if err := actor.join(ctx, tx, org); err != nil {
			return err
		}
		if actor.Org != org { // no longer a member: a token never moves to another organisation
			actor.Org, actor.Operator, actor.Roles, actor.Countries = facts.ID{}, false, 0, nil
		}
		return nil
	})
	switch {
	case errors.Is(err, store.ErrNoRows):
		return Actor{}, wrong
	case err != nil:
		return Actor{}, fmt.Errorf("recognise an API token: %w", err)
	}
	return actor, nil
}

// BearerToken gives the token of an Authorization header of the scheme Bearer
// (RFC 6750), and "" for any other.
func BearerToken(authorization string) string {
	scheme, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// Admit is the rule of a route: a fault when there is nothing at all that the
// actor may do the verb to. What exactly they may do is for Can and ScopeOf.
func Admit(actor Actor, verb Verb) error {
	switch {
	case !ScopeOf(actor, verb).Nothing():
		return nil
	case actor.Anonymous():
		return fault.New(fault.SignIn, "identity.signin.needed", nil)
	case actor.Weak() && actor.Factor == FactorMissing:
		return fault.New(fault.Refused, "identity.factor.missing", nil)
	case actor.Weak() && NeedsSecondFactor(actor):
		return fault.New(fault.Refused, "identity.factor.due", nil)
	}
	return fault.New(fault.Refused, "identity.refused", nil)
}
