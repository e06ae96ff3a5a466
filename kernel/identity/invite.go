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

const (
	purposeInvite = "invite"
	// inviteLife is how long an invitation is good.
	inviteLife = 7 * 24 * time.Hour
	// maxInvitations bounds the open invitations into one organisation.
	maxInvitations = 500
)

// Invitation is a place in an organisation that waits for somebody.
type Invitation struct {
	ID        facts.ID
	Email     string
	Org       facts.ID
	Roles     Roles
	Countries []facts.Country // of a coordinator
	By        facts.ID        // zero for the command line
	Expires   time.Time
	Known     bool // the address has an account: AcceptAs, not Accept
}

// Invite makes an invitation and the one-time token for its link, which goes to
// the e-mail address and is given this once; an earlier one for the same address
// and organisation ends. Nobody invites to more than they may grant: Refused.
// Invalid comes with the fields email, roles and countries.
func (g *Register) Invite(ctx context.Context, actor Actor, v Invitation) (token string, made Invitation, err error) {
	if !MayGrant(actor, v.Org, v.Roles) {
		return "", Invitation{}, fault.New(fault.Refused, "identity.roles.refused", nil)
	}
	v.Email, v.By, v.Expires, v.ID = NormaliseEmail(v.Email), actor.Person, g.now().Add(inviteLife), facts.NewID(g.now())
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	if checkEmail(f, v.Email); len(f.Fields) > 0 {
		return "", Invitation{}, f
	}
	token, hash := newSecret()
	now := store.Micros(g.now())
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if err := checkGrant(ctx, tx, v.grant()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `delete from identity_links where purpose = $1 and organisation = $2 and (email = $3 or expires <= $4)`,
			purposeInvite, v.Org, v.Email, now)
		if err != nil {
			return err
		}
		var waiting int
		err = tx.QueryRow(ctx, "select count(*) from identity_links where purpose = $1 and organisation = $2 and used = 0", purposeInvite, v.Org).Scan(&waiting)
		if err == nil && waiting >= maxInvitations {
			err = fault.New(fault.TooLarge, "identity.invitation.many", nil)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into identity_links (hash, purpose, created, expires, id, email, organisation, roles, countries, made_by)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, hash, purposeInvite, now, store.Micros(v.Expires),
			v.ID, v.Email, v.Org, v.Roles.String(), joinCountries(v.Countries), idText(v.By))
		return err
	})
	if err != nil {
		return "", Invitation{}, fmt.Errorf("invite: %w", err)
	}
	return token, v, nil
}

func (v Invitation) grant() Grant {
	return Grant{Org: v.Org, Roles: v.Roles, Countries: v.Countries, by: v.By}
}

// Invitation tells what a token invites to. It gives NotFound for one that is
// used, revoked, expired or forged, and for one whose inviter could not give
// those roles any more.
func (g *Register) Invitation(ctx context.Context, token string) (v Invitation, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		v, err = g.openInvitation(ctx, tx, token)
		return err
	})
	if err != nil {
		return Invitation{}, fmt.Errorf("read an invitation: %w", err)
	}
	return v, nil
}

const invitationColumns = `l.id, l.email, l.organisation, l.roles, l.countries, l.made_by, l.expires,
	exists (select 1 from identity_people p where p.email = l.email) from identity_links l`

func scanInvitation(row scanner) (v Invitation, err error) {
	var roles, countries, by string
	var expires int64
	if err := row.Scan(&v.ID, &v.Email, &v.Org, &roles, &countries, &by, &expires, &v.Known); err != nil {
		return v, err
	}
	v.Roles, _ = ParseRoles(roles) // a role of a later version gives no right
	v.Countries, v.Expires = splitCountries(countries), store.Time(expires)
	if by != "" {
		err = v.By.Scan(by)
	}
	return v, err
}

func (g *Register) openInvitation(ctx context.Context, tx *store.Tx, token string) (Invitation, error) {
	gone := fault.New(fault.NotFound, "identity.invitation.gone", nil)
	if !plausible(token) {
		return Invitation{}, gone
	}
	v, err := scanInvitation(tx.QueryRow(ctx, "select "+invitationColumns+" where l.hash = $1 and l.purpose = $2 and l.used = 0 and l.expires > $3",
		hashOf(token), purposeInvite, store.Micros(g.now())))
	if errors.Is(err, store.ErrNoRows) {
		return Invitation{}, gone
	}
	if err != nil || v.By.IsZero() {
		return v, err
	}
	may, err := stillMayGrant(ctx, tx, v)
	if err == nil && !may {
		err = gone
	}
	return v, err
}

// stillMayGrant reports whether the inviter is active and could invite so today.
func stillMayGrant(ctx context.Context, tx *store.Tx, v Invitation) (bool, error) {
	var active int
	if err := tx.QueryRow(ctx, "select count(*) from identity_people where id = $1 and deactivated = 0", v.By).Scan(&active); err != nil || active == 0 {
		return false, err
	}
	list, err := memberships(ctx, tx, v.By)
	for _, m := range list {
		if MayGrant(Actor{Person: v.By, Org: m.Org, Operator: m.Operator, Roles: m.Roles}, v.Org, v.Roles) {
			return true, nil
		}
	}
	return false, err
}

// Acceptance is what somebody new fills in.
type Acceptance struct {
	Name            string
	Lang            facts.Lang
	Password, Again string
	Agent           string // the User-Agent header
}

// Accept uses an invitation up: it makes the account for the invited address,
// the membership and a session, all or nothing. It gives NotFound as Invitation
// does, Conflict when the address has an account by now (AcceptAs is for them),
// and Invalid with the fields of Acceptance; the link is then still good.
func (g *Register) Accept(ctx context.Context, token string, a Acceptance) (Session, error) {
	v, err := g.Invitation(ctx, token)
	if err != nil {
		return Session{}, err
	}
	n := NewPerson{Name: tidy(a.Name), Email: v.Email, Lang: a.Lang, Password: a.Password}
	if err := checkAcceptance(n, a.Again); err != nil {
		return Session{}, err
	}
	phc, err := g.hasher.hash(ctx, a.Password)
	if err != nil {
		return Session{}, fmt.Errorf("accept an invitation: %w", err)
	}
	person := facts.NewID(g.now())
	s, hash := g.newSession(person)
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		v, err := g.openInvitation(ctx, tx, token)
		if err != nil {
			return err
		}
		if err := g.insertPerson(ctx, tx, person, n, phc); err != nil {
			return err
		}
		if err := g.useInvitation(ctx, tx, token, v, person); err != nil {
			return err
		}
		return g.openSession(ctx, tx, s, hash, Attempt{Agent: a.Agent})
	})
	if err != nil {
		return Session{}, fmt.Errorf("accept an invitation: %w", err)
	}
	return s, nil
}

func checkAcceptance(n NewPerson, again string) error {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkName(f, "name", n.Name)
	checkLang(f, "lang", n.Lang)
	checkRepeated(f, n.Password, again, n.Email)
	return orNil(f)
}

// AcceptAs uses an invitation up for somebody who is signed in. It must be
// theirs: to another's address it is NotFound.
func (g *Register) AcceptAs(ctx context.Context, actor Actor, token string) error {
	if actor.Person.IsZero() || !actor.Token.IsZero() {
		return fault.New(fault.SignIn, "identity.signin.needed", nil)
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		v, err := g.openInvitation(ctx, tx, token)
		if err != nil {
			return err
		}
		var mine int
		err = tx.QueryRow(ctx, "select count(*) from identity_people where id = $1 and email = $2 and deactivated = 0", actor.Person, v.Email).Scan(&mine)
		if err == nil && mine == 0 {
			err = fault.New(fault.NotFound, "identity.invitation.gone", nil)
		}
		if err != nil {
			return err
		}
		return g.useInvitation(ctx, tx, token, v, actor.Person)
	})
	if err != nil {
		return fmt.Errorf("accept an invitation: %w", err)
	}
	return nil
}

func (g *Register) useInvitation(ctx context.Context, tx *store.Tx, token string, v Invitation, person facts.ID) error {
	if _, err := tx.Exec(ctx, "update identity_links set used = $1 where hash = $2", store.Micros(g.now()), hashOf(token)); err != nil {
		return err
	}
	grant := v.grant()
	grant.Person = person
	return g.appoint(ctx, tx, grant)
}

// Invitations lists up to n open invitations into an organisation, the newest
// first, for whoever may invite there.
func (g *Register) Invitations(ctx context.Context, org facts.ID, n int) (list []Invitation, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, "select "+invitationColumns+` where l.purpose = $1 and l.organisation = $2 and l.used = 0 and l.expires > $3
			order by l.created desc, l.id desc limit $4`, purposeInvite, org, store.Micros(g.now()), n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			v, err := scanInvitation(rows)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return list, nil
}

// Uninvite ends an open invitation. Who may grant its roles may end it.
func (g *Register) Uninvite(ctx context.Context, actor Actor, id facts.ID) error {
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		v, err := scanInvitation(tx.QueryRow(ctx, "select "+invitationColumns+" where l.id = $1 and l.purpose = $2 and l.used = 0", id, purposeInvite))
		switch {
		case errors.Is(err, store.ErrNoRows):
			return fault.Wrap(fault.NotFound, "identity.invitation.gone", err)
		case err != nil:
			return err
		case !MayGrant(actor, v.Org, v.Roles):
			return fault.New(fault.Refused, "identity.roles.refused", nil)
		}
		_, err = tx.Exec(ctx, "delete from identity_links where id = $1", id)
		return err
	})
	if err != nil {
		return fmt.Errorf("end an invitation: %w", err)
	}
	return nil
}
