package identity

import (
	"context"
	"errors"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Person is somebody with an account.
type Person struct {
	ID          facts.ID
	Name, Email string
	Lang        facts.Lang // of the interface
	Active      bool
	Memberships []Membership
}

// Membership is what one person is in one organisation.
type Membership struct {
	Org      facts.ID
	OrgName  string
	Operator bool
	Roles    Roles
	// Countries are those that the role of coordinator reaches.
	Countries []facts.Country
}

// NewPerson is an account to be made.
type NewPerson struct {
	Name, Email string
	Lang        facts.Lang
	Password    string   // "" for an account without sign-in by password
	Org         facts.ID // a first membership; zero for none
	Roles       Roles    // in Org
}

// CreatePerson makes an account. It gives Invalid with the fields name, email,
// lang, password and roles, and Conflict when the e-mail address is taken.
func (g *Register) CreatePerson(ctx context.Context, n NewPerson) (Person, error) {
	n.Name, n.Email = tidy(n.Name), NormaliseEmail(n.Email)
	if f := checkPerson(n); f != nil {
		return Person{}, f
	}
	phc, err := g.hashNew(ctx, n.Password)
	if err != nil {
		return Person{}, err
	}
	id := facts.NewID(g.now())
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if err := g.insertPerson(ctx, tx, id, n, phc); err != nil {
			return err
		}
		if n.Org.IsZero() {
			return nil
		}
		return g.appoint(ctx, tx, Grant{Person: id, Org: n.Org, Roles: n.Roles})
	})
	if err != nil {
		return Person{}, fmt.Errorf("create a person: %w", err)
	}
	return g.PersonByEmail(ctx, n.Email)
}

func (g *Register) hashNew(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	return g.hasher.hash(ctx, password)
}

func (g *Register) insertPerson(ctx context.Context, tx *store.Tx, id facts.ID, n NewPerson, phc string) error {
	added, err := tx.Exec(ctx, `insert into identity_people (id, name, email, lang, password, created)
		values ($1, $2, $3, $4, $5, $6) on conflict (email) do nothing`, id, n.Name, n.Email, n.Lang, phc, store.Micros(g.now()))
	if err == nil && added == 0 {
		return fault.New(fault.Conflict, "identity.email.taken", nil).With("email", "identity.email.taken", nil)
	}
	return err
}

// SetPassword gives a person a new password and ends all their sessions and
// recovery links.
func (g *Register) SetPassword(ctx context.Context, person facts.ID, password string) error {
	p, err := g.person(ctx, "id = $1", person)
	if err != nil {
		return err
	}
	if key := checkPassword(password, p.Email); key != "" {
		return fault.New(fault.Invalid, "identity.form.wrong", nil).With("password", key, passwordArgs)
	}
	phc, err := g.hasher.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	err = g.db.Write(ctx, func(tx *store.Tx) error { return replacePassword(ctx, tx, person, phc) })
	if err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	return nil
}

// PersonByEmail finds a person by their e-mail address, written in any way.
func (g *Register) PersonByEmail(ctx context.Context, email string) (Person, error) {
	return g.person(ctx, "email = $1", NormaliseEmail(email))
}

// Person finds a person by ID.
func (g *Register) Person(ctx context.Context, id facts.ID) (Person, error) {
	return g.person(ctx, "id = $1", id)
}

func (g *Register) person(ctx context.Context, where string, arg any) (Person, error) {
	list, err := g.people(ctx, where+" limit 1", arg)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "identity.person.unknown", nil)
	}
	if err != nil {
		return Person{}, err
	}
	return list[0], nil
}

// People lists up to n people with their memberships in the order their
// accounts were made, those after the ID given (the zero ID begins).
func (g *Register) People(ctx context.Context, after facts.ID, n int) ([]Person, error) {
	return g.people(ctx, "id > $1 order by id limit $2", after, n)
}

// people reads people by a condition of this package's own making.
func (g *Register) people(ctx context.Context, where string, args ...any) (list []Person, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, "select id, name, email, lang, deactivated = 0 from identity_people where "+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p Person
			if err := rows.Scan(&p.ID, &p.Name, &p.Email, &p.Lang, &p.Active); err != nil {
				return err
			}
			list = append(list, p)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for i := range list {
			if list[i].Memberships, err = memberships(ctx, tx, list[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	return list, nil
}
