package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// maxCountries bounds the countries of one coordinator.
const maxCountries = 50

// Grant is roles given to a person in an organisation.
type Grant struct {
	Person, Org facts.ID
	Roles       Roles
	Countries   []facts.Country // with Coordinator, and only with it
	by          facts.ID        // who gives them; zero for set-up and the command line
}

// granting says who may give (and take) which roles, as policy says who may do
// what: whoever holds a role of by, in their own organisation or in any.
var granting = []struct {
	by    Roles
	own   bool
	roles Roles
}{
	{by: Reviewer, own: true, roles: Reader | Contributor},
	{by: Desk, roles: Reader | Contributor | Reviewer},
	{by: Admin, roles: Reader | Contributor | Reviewer | Desk | Admin | Coordinator},
}

// MayGrant reports whether the actor may give somebody, or take from somebody,
// all the roles in the organisation.
func MayGrant(actor Actor, org facts.ID, roles Roles) bool {
	if actor.limited(Invite) {
		return false
	}
	var may Roles
	for _, g := range granting {
		if actor.counted()&g.by != 0 && (!g.own || actor.Org == org) {
			may |= g.roles
		}
	}
	return roles != 0 && may.Has(roles)
}

// Appoint gives a person roles in an organisation, making them a member. It
// gives Refused when MayGrant does, and Invalid with the fields roles and
// countries: desk and admin exist in the operating organisation only, and
// countries go with the role of coordinator. Countries given again replace those
// before.
func (g *Register) Appoint(ctx context.Context, actor Actor, grant Grant) error {
	if !MayGrant(actor, grant.Org, grant.Roles) {
		return fault.New(fault.Refused, "identity.roles.refused", nil)
	}
	grant.by = actor.Person
	err := g.db.Write(ctx, func(tx *store.Tx) error { return g.appoint(ctx, tx, grant) })
	if err != nil {
		return fmt.Errorf("give %s roles: %w", grant.Person, err)
	}
	return nil
}

func (g *Register) appoint(ctx context.Context, tx *store.Tx, grant Grant) error {
	if err := checkGrant(ctx, tx, grant); err != nil {
		return err
	}
	var people int
	err := tx.QueryRow(ctx, "select count(*) from identity_people where id = $1", grant.Person).Scan(&people)
	if err == nil && people == 0 {
		err = fault.New(fault.NotFound, "identity.person.unknown", nil)
	}
	if err != nil {
		return err
	}
	for _, role := range grant.Roles.Names() {
		countries := ""
		if role == Coordinator.String() {
			countries = joinCountries(grant.Countries)
		}
		_, err := tx.Exec(ctx, `insert into identity_memberships (person, organisation, role, since, countries, granted_by)
			values ($1, $2, $3, $4, $5, $6) on conflict (person, organisation, role) do update
			set countries = excluded.countries, granted_by = excluded.granted_by
			where identity_memberships.countries <> excluded.countries`,
			grant.Person, grant.Org, role, store.Micros(g.now()), countries, idText(grant.by))
		if err != nil {
			return err
		}
	}
	return nil
}

// checkGrant says what is wrong with the roles for the organisation.
func checkGrant(ctx context.Context, tx *store.Tx, grant Grant) error {
	var operator bool
	err := tx.QueryRow(ctx, "select operates_node from identity_organisations where id = $1 and deactivated = 0", grant.Org).Scan(&operator)
	if errors.Is(err, store.ErrNoRows) {
		return fault.Wrap(fault.NotFound, "identity.organisation.unknown", err)
	}
	if err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	if grant.Roles&operatorOnly != 0 && !operator {
		f.With("roles", "identity.roles.operator", nil)
	}
	if grant.Roles.Has(Coordinator) != (len(grant.Countries) > 0) || len(grant.Countries) > maxCountries {
		f.With("countries", "identity.roles.countries", nil)
		return f
	}
	for _, country := range grant.Countries {
		checkField := fault.New(fault.Invalid, "", nil)
		if checkCountry(checkField, country); len(checkField.Fields) > 0 {
			f.With("countries", checkField.Fields[0].Key, nil)
			break
		}
	}
	return orNil(f)
}

// Dismiss takes roles from a person in an organisation; with the last of them
// they are no member any more. Who may give a role may take it, and everybody
// may leave. The node's last administrator stays: Conflict.
func (g *Register) Dismiss(ctx context.Context, actor Actor, person, org facts.ID, roles Roles) error {
	leaving := !actor.Person.IsZero() && actor.Person == person && actor.Token.IsZero() && actor.Factor != FactorDue
	if !leaving && !MayGrant(actor, org, roles) {
		return fault.New(fault.Refused, "identity.roles.refused", nil)
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		for _, role := range roles.Names() {
			_, err := tx.Exec(ctx, "delete from identity_memberships where person = $1 and organisation = $2 and role = $3", person, org, role)
			if err != nil {
				return err
			}
		}
		return keepAdmin(ctx, tx, roles)
	})
	if err != nil {
		return fmt.Errorf("take roles from %s: %w", person, err)
	}
	return nil
}

// keepAdmin gives Conflict when the roles just taken leave the node without an
// administrator.
func keepAdmin(ctx context.Context, tx *store.Tx, taken Roles) error {
	if !taken.Has(Admin) {
		return nil
	}
	has, err := hasAdmin(ctx, tx)
	if err == nil && !has {
		err = fault.New(fault.Conflict, "identity.admin.last", nil)
	}
	return err
}

// memberships reads what a person is in active organisations: the operating one
// first, then in the order the organisations were made.
func memberships(ctx context.Context, tx *store.Tx, person facts.ID) ([]Membership, error) {
	rows, err := tx.Query(ctx, `select o.id, o.name, o.operates_node, m.role, m.countries
		from identity_memberships m join identity_organisations o on o.id = m.organisation
		where m.person = $1 and o.deactivated = 0 order by o.operates_node desc, o.id`, person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []Membership
	for rows.Next() {
		var m Membership
		var name, countries string
		if err := rows.Scan(&m.Org, &m.OrgName, &m.Operator, &name, &countries); err != nil {
			return nil, err
		}
		role, _ := ParseRoles(name) // a role of a later version gives no right
		i := slices.IndexFunc(list, func(known Membership) bool { return known.Org == m.Org })
		if i < 0 {
			list, i = append(list, m), len(list)
		}
		list[i].Roles |= role
		list[i].Countries = append(list[i].Countries, splitCountries(countries)...)
	}
	return list, rows.Err()
}

func joinCountries(list []facts.Country) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = string(c)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ",")
}

func splitCountries(text string) (list []facts.Country) {
	if text == "" {
		return nil
	}
	for c := range strings.SplitSeq(text, ",") {
		list = append(list, facts.Country(c))
	}
	return list
}

// idText writes an ID for a column that is empty when there is none.
func idText(id facts.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
