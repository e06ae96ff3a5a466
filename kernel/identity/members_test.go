package identity

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// TestMayGrant: nobody gives more than the table says, whatever they hold.
func TestMayGrant(t *testing.T) {
	t.Parallel()
	own := func(roles Roles) Actor {
		return Actor{Person: facts.NewID(time.UnixMilli(9)), Org: clinic, Roles: roles}
	}
	operating := func(roles Roles) Actor { return Actor{Org: ministry, Operator: true, Roles: roles} }
	token := operating(Admin)
	token.Token, token.Scopes = facts.NewID(time.UnixMilli(8)), []Verb{Administer}
	for _, c := range []struct {
		name  string
		actor Actor
		org   facts.ID
		may   Roles
	}{
		{"anybody", Actor{}, clinic, 0},
		{"a reader", own(Reader), clinic, 0},
		{"a contributor", own(Contributor), clinic, 0},
		{"a reviewer at home", own(Reviewer), clinic, Reader | Contributor},
		{"a reviewer elsewhere", own(Reviewer), ministry, 0},
		{"an admin of a clinic", own(Admin | Desk), clinic, 0},
		{"a coordinator", own(Coordinator), clinic, 0},
		{"the desk", operating(Desk), clinic, Reader | Contributor | Reviewer},
		{"an admin", operating(Admin), clinic, ^Roles(0) >> (16 - len(roleNames))},
		{"a token without the scope", token, clinic, 0},
	} {
		for roles := range Roles(1) << len(roleNames) {
			want := roles != 0 && roles&^c.may == 0
			if got := MayGrant(c.actor, c.org, roles); got != want {
				t.Errorf("%s gives %s: %v", c.name, roles, got)
			}
		}
	}
}

func admin(t *testing.T, g *Register, email string) Actor {
	t.Helper()
	org := operator(t, g)
	p := person(t, g, email, org.ID, Admin)
	return Actor{Person: p.ID, Org: org.ID, Operator: true, Roles: Admin}
}

func TestAppoint(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		office, err := g.CreateOrganisation(ctx, "Health office", "en", "KE")
		if err != nil {
			t.Fatal(err)
		}
		p := person(t, g, "p@example.org", office.ID, Reader)
		appoint := func(roles Roles, countries ...facts.Country) error {
			return g.Appoint(ctx, boss, Grant{Person: p.ID, Org: office.ID, Roles: roles, Countries: countries})
		}
		for want, err := range map[string]error{
			"countries=roles.countries":                      appoint(Coordinator),
			"countries=roles.countries ":                     appoint(Reader, "KE"),
			"countries=roles.countries  ":                    appoint(Coordinator, make([]facts.Country, maxCountries+1)...),
			"countries=country.unknown":                      appoint(Coordinator, "KE", "ZZ"),
			"roles=roles.operator":                           appoint(Desk),
			"roles=roles.operator countries=roles.countries": appoint(Admin, "KE"),
		} {
			if got := fields(err); got != strings.TrimRight(want, " ") {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		if err := appoint(Coordinator, "TZ", "KE", "TZ"); err != nil {
			t.Fatal(err)
		}
		s := signIn(t, g, p.Email)
		a := recognised(t, g, s.Token)
		if a.Roles != Reader|Coordinator || !slices.Equal(a.Countries, []facts.Country{"KE", "TZ"}) {
			t.Errorf("the coordinator is %+v", a)
		}
		if !Can(a, Endorse, Thing{Owner: clinic, State: stateInReview, Country: "TZ"}) {
			t.Error("the coordinator does not endorse")
		}
		if err := appoint(Coordinator, "KE"); err != nil {
			t.Fatal(err)
		}
		if a := recognised(t, g, s.Token); !slices.Equal(a.Countries, []facts.Country{"KE"}) {
			t.Errorf("fewer countries: %+v", a.Countries)
		}
		var by string
		err = g.db.Read(ctx, func(tx *store.Tx) error {
			return tx.QueryRow(ctx, "select granted_by from identity_memberships where person = $1 and role = 'coordinator'", p.ID).Scan(&by)
		})
		if err != nil || by != boss.Person.String() {
			t.Errorf("granted by %q, %v", by, err)
		}
		if err := g.Appoint(ctx, a, Grant{Person: p.ID, Org: office.ID, Roles: Reviewer}); !fault.Is(err, fault.Refused) {
			t.Errorf("a coordinator makes themself reviewer: %v", err)
		}
	})
}

func TestDismiss(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		org := operator(t, g)
		p := person(t, g, "p@example.org", org.ID, Reviewer|Desk)
		s := signIn(t, g, p.Email)
		reviewer := Actor{Person: facts.NewID(c.Now()), Org: org.ID, Operator: true, Roles: Reviewer}
		if err := g.Dismiss(ctx, reviewer, p.ID, org.ID, Desk); !fault.Is(err, fault.Refused) {
			t.Errorf("a reviewer takes desk: %v", err)
		}
		if err := g.Dismiss(ctx, boss, p.ID, org.ID, Desk); err != nil {
			t.Fatal(err)
		}
		a := recognised(t, g, s.Token)
		if a.Roles != Reviewer {
			t.Errorf("after losing desk: %+v", a)
		}
		token := a
		token.Token = facts.NewID(c.Now())
		if err := g.Dismiss(ctx, token, p.ID, org.ID, Reviewer); !fault.Is(err, fault.Refused) {
			t.Errorf("a token leaves for its person: %v", err)
		}
		if err := g.Dismiss(ctx, a, p.ID, org.ID, Reviewer); err != nil {
			t.Errorf("leaving: %v", err)
		}
		if a := recognised(t, g, s.Token); !a.Org.IsZero() || a.Roles != 0 {
			t.Errorf("after leaving: %+v", a)
		}
	})
}

// TestLastAdminStays: two administrators who dismiss each other at once do not
// leave the node to nobody.
func TestLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		one, two := admin(t, g, "one@example.org"), admin(t, g, "two@example.org")
		errs := make([]error, 2)
		var wait sync.WaitGroup
		wait.Go(func() { errs[0] = g.Dismiss(context.Background(), one, two.Person, one.Org, Admin) })
		wait.Go(func() { errs[1] = g.Dismiss(context.Background(), two, one.Person, one.Org, Admin) })
		wait.Wait()
		done := 0
		for _, err := range errs {
			switch {
			case err == nil:
				done++
			case !fault.Is(err, fault.Conflict) || fault.Of(err).Key != "identity.admin.last":
				t.Errorf("the slower one gets %v", err)
			}
		}
		needs, err := g.NeedsSetUp(t.Context())
		if done != 1 || needs || err != nil {
			t.Errorf("%d dismissed, needs set-up: %v, %v", done, needs, err)
		}
	})
}
