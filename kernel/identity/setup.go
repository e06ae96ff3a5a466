package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// setupLife is how long the link for the first administrator is good.
const setupLife = 24 * time.Hour

const purposeSetup = "setup"

// SetUp is what the first administrator fills in.
type SetUp struct {
	Name, Email     string
	Password, Again string
	Organisation    string // name of the organisation that operates the node
	Country         facts.Country
	Lang            facts.Lang // of the person and of the organisation's name
	Agent           string     // the User-Agent header
}

// SetupLink makes the one-time token for the page on which the first
// administrator is made, and ends the one before it. It gives "" when there is
// an administrator.
func (g *Register) SetupLink(ctx context.Context) (token string, err error) {
	fresh, hash := newSecret()
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		token = ""
		has, err := hasAdmin(ctx, tx)
		if err != nil || has {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from identity_links where purpose = $1", purposeSetup); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "insert into identity_links (hash, purpose, created, expires) values ($1, $2, $3, $4)",
			hash, purposeSetup, store.Micros(g.now()), store.Micros(g.now().Add(setupLife)))
		token = fresh
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make the set-up link: %w", err)
	}
	return token, nil
}

// NeedsSetUp reports whether the node has no administrator yet.
func (g *Register) NeedsSetUp(ctx context.Context) (needs bool, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		has, err := hasAdmin(ctx, tx)
		needs = !has
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for an administrator: %w", err)
	}
	return needs, nil
}

// CheckSetup gives NotFound unless the token is that of an unused set-up link.
func (g *Register) CheckSetup(ctx context.Context, token string) error {
	if !plausible(token) {
		return fault.New(fault.NotFound, "identity.setup.gone", nil)
	}
	err := g.db.Read(ctx, func(tx *store.Tx) error {
		var one int
		err := tx.QueryRow(ctx, "select 1 from identity_links where hash = $1 and purpose = $2 and used = 0 and expires > $3",
			hashOf(token), purposeSetup, store.Micros(g.now())).Scan(&one)
		if errors.Is(err, store.ErrNoRows) {
			return fault.New(fault.NotFound, "identity.setup.gone", nil)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("check the set-up link: %w", err)
	}
	return nil
}

// Administrate uses the link up: it names the operating organisation, makes its
// first administrator and opens their session. It gives NotFound for a link that
// is not good (any more) and Invalid with fields named as in SetUp, in lower
// case; the link is then still good.
func (g *Register) Administrate(ctx context.Context, token string, u SetUp) (Session, error) {
	if err := g.CheckSetup(ctx, token); err != nil {
		return Session{}, err
	}
	n := NewPerson{Name: tidy(u.Name), Email: NormaliseEmail(u.Email), Lang: u.Lang, Password: u.Password}
	u.Organisation = tidy(u.Organisation)
	if err := checkSetUp(n, u); err != nil {
		return Session{}, err
	}
	phc, err := g.hasher.hash(ctx, u.Password)
	if err != nil {
		return Session{}, fmt.Errorf("set up: %w", err)
	}
	person := facts.NewID(g.now())
	s, hash := g.newSession(person)
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if err := g.useSetup(ctx, tx, token); err != nil {
			return err
		}
		if err := g.insertPerson(ctx, tx, person, n, phc); err != nil {
			return err
		}
		org, err := operatingOrg(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update identity_organisations set name = $1, lang = $2, country = $3 where id = $4",
			u.Organisation, u.Lang, u.Country, org.ID)
		if err != nil {
			return err
		}
		if err := g.appoint(ctx, tx, Grant{Person: person, Org: org.ID, Roles: Admin}); err != nil {
			return err
		}
		return g.openSession(ctx, tx, s, hash, Attempt{Agent: u.Agent})
	})
	if err != nil {
		return Session{}, fmt.Errorf("set up: %w", err)
	}
	return s, nil
}

func checkSetUp(n NewPerson, u SetUp) error {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "name", n.Name)
	checkEmail(f, n.Email)
	checkRepeated(f, u.Password, u.Again, n.Email)
	checkName(f, "organisation", u.Organisation)
	checkCountry(f, u.Country)
	checkLang(f, "lang", u.Lang)
	return orNil(f)
}

// useSetup spends the link, or gives NotFound when somebody was quicker.
func (g *Register) useSetup(ctx context.Context, tx *store.Tx, token string) error {
	now := store.Micros(g.now())
	used, err := tx.Exec(ctx, "update identity_links set used = $1 where hash = $2 and purpose = $3 and used = 0 and expires > $1",
		now, hashOf(token), purposeSetup)
	if err != nil {
		return err
	}
	has, err := hasAdmin(ctx, tx)
	if err == nil && (used != 1 || has) {
		err = fault.New(fault.NotFound, "identity.setup.gone", nil)
	}
	return err
}

func hasAdmin(ctx context.Context, tx *store.Tx) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `select count(*) from identity_memberships m
		join identity_people p on p.id = m.person
		join identity_organisations o on o.id = m.organisation
		where m.role = 'admin' and o.operates_node and p.deactivated = 0`).Scan(&n)
	return n > 0, err
}
