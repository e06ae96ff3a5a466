package identity

import (
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

func TestFirstState(t *testing.T) {
	t.Parallel()
	as := func(roles Roles) Actor {
		return Actor{Person: facts.NewID(time.UnixMilli(9)), Org: clinic, Roles: roles}
	}
	desk := Actor{Person: facts.NewID(time.UnixMilli(9)), Org: ministry, Operator: true, Roles: Desk}
	for _, c := range []struct {
		name    string
		actor   Actor
		posting Posting
		want    string // "" is Refused
	}{
		{"a contributor of an unknown organisation", as(Contributor), Unverified, stateInReview},
		{"… of an allowed one", as(Contributor), Allowed, stateToReview},
		{"… of a trusted one", as(Contributor), Trusted, statePublished},
		{"… of a blocked one", as(Contributor), Blocked, ""},
		{"… with a right of a later version", as(Contributor), "chartered", stateInReview},
		{"a reviewer of an unknown organisation", as(Reviewer), Unverified, stateInReview},
		{"a reviewer of an allowed one", as(Reviewer), Allowed, stateToReview},
		{"the desk for an unknown organisation", desk, Unverified, statePublished},
		{"the desk for a blocked one", desk, Blocked, ""},
		{"a reader of a trusted one", as(Reader), Trusted, ""},
		{"a visitor", Actor{}, Trusted, ""},
	} {
		got, err := FirstState(c.actor, clinic, c.posting)
		if got != c.want || (c.want == "") != fault.Is(err, fault.Refused) || c.want != "" && err != nil {
			t.Errorf("%s: got %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	if got, err := FirstState(as(Contributor), ministry, Trusted); !fault.Is(err, fault.Refused) {
		t.Errorf("for another organisation: %q, %v", got, err)
	}
}

func TestVet(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		org, err := g.CreateOrganisation(ctx, "District hospital", "en", "KE")
		if err != nil {
			t.Fatal(err)
		}
		for want, err := range map[string]error{
			"posting=posting.unknown reason=posting.reason": g.Vet(ctx, boss, org.ID, "king", " \n"),
			"reason=form.unreadable":                        g.Vet(ctx, boss, org.ID, Trusted, "a\x00b"),
			"reason=form.long":                              g.Vet(ctx, boss, org.ID, Trusted, strings.Repeat("理", maxReason+1)),
			"posting=posting.operator":                      g.Vet(ctx, boss, boss.Org, Blocked, "by mistake"),
		} {
			if got := fields(err); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		if err := g.Vet(ctx, boss, facts.NewID(c.Now()), Trusted, "letter seen"); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown organisation: %v", err)
		}
		reviewer := Actor{Person: boss.Person, Org: org.ID, Roles: Reviewer}
		if err := g.Vet(ctx, reviewer, org.ID, Trusted, "we are good"); !fault.Is(err, fault.Refused) {
			t.Errorf("an organisation vets itself: %v", err)
		}
		if list, err := g.Vettings(ctx, org.ID, 10); len(list) != 0 || err != nil {
			t.Errorf("refused decisions left %+v, %v", list, err)
		}
		if err := g.Vet(ctx, boss, org.ID, Trusted, " Letter of the ministry seen. "); err != nil {
			t.Fatal(err)
		}
		c.add(time.Hour)
		if err := g.Vet(ctx, CommandLine(boss.Org), org.ID, Blocked, "Advertising."); err != nil {
			t.Fatal(err)
		}
		if o, err := g.Organisation(ctx, org.ID); err != nil || o.Posting != Blocked {
			t.Errorf("posting %q, %v", o.Posting, err)
		}
		list, err := g.Vettings(ctx, org.ID, 10)
		if err != nil || len(list) != 2 || list[0].Posting != Blocked || !list[0].By.IsZero() || !list[0].When.Equal(c.Now()) ||
			list[1].Posting != Trusted || list[1].By != boss.Person || list[1].Reason != "Letter of the ministry seen." {
			t.Errorf("decisions %+v, %v", list, err)
		}
	})
}
