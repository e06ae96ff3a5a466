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
)

func invite(t *testing.T, g *Register, actor Actor, v Invitation) (string, Invitation) {
	t.Helper()
	token, made, err := g.Invite(t.Context(), actor, v)
	if err != nil {
		t.Fatal(err)
	}
	return token, made
}

func goodAcceptance() Acceptance {
	return Acceptance{Name: "Fatou Sow", Lang: "fr", Password: secret, Again: secret}
}

func TestInvitation(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		org, err := g.CreateOrganisation(ctx, "Institut", "fr", "SN")
		if err != nil {
			t.Fatal(err)
		}
		first, _ := invite(t, g, boss, Invitation{Email: "f@example.org", Org: org.ID, Roles: Reader})
		token, made := invite(t, g, boss, Invitation{Email: " F@Example.org", Org: org.ID, Roles: Reviewer | Coordinator, Countries: []facts.Country{"SN", "GM"}})
		if _, err := g.Invitation(ctx, first); !fault.Is(err, fault.NotFound) {
			t.Errorf("the invitation before is still good: %v", err)
		}
		v, err := g.Invitation(ctx, token)
		if err != nil || v.ID != made.ID || v.Email != "f@example.org" || v.By != boss.Person || v.Known || v.Roles != Reviewer|Coordinator || !slices.Equal(v.Countries, []facts.Country{"GM", "SN"}) {
			t.Errorf("the page shows %+v, %v", v, err)
		}
		if list, err := g.Invitations(ctx, org.ID, 10); err != nil || len(list) != 1 || list[0].ID != made.ID {
			t.Errorf("open: %+v, %v", list, err)
		}
		a := goodAcceptance()
		a.Name, a.Again = "", "another password"
		if _, err := g.Accept(ctx, token, a); fields(err) != "name=form.missing again=password.differs" {
			t.Errorf("mistakes: %s", fields(err))
		}
		s, err := g.Accept(ctx, token, goodAcceptance())
		if err != nil {
			t.Fatal(err)
		}
		got := recognised(t, g, s.Token)
		if got.Org != org.ID || got.Roles != Reviewer|Coordinator || !slices.Equal(got.Countries, []facts.Country{"GM", "SN"}) || got.Name != "Fatou Sow" {
			t.Errorf("the newcomer is %+v", got)
		}
		signIn(t, g, "f@example.org")
		if _, err := g.Accept(ctx, token, goodAcceptance()); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link works twice: %v", err)
		}
		if list, err := g.Invitations(ctx, org.ID, 10); err != nil || len(list) != 0 {
			t.Errorf("still open: %+v, %v", list, err)
		}
	})
}

func TestInvitationIsNoMoreThanItsInviter(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		org, err := g.CreateOrganisation(ctx, "Clinic", "en", "KE")
		if err != nil {
			t.Fatal(err)
		}
		p := person(t, g, "r@example.org", org.ID, Reviewer)
		reviewer := recognised(t, g, signIn(t, g, p.Email).Token)
		for _, v := range []Invitation{{Org: org.ID, Roles: Reviewer}, {Org: org.ID, Roles: Reader | Admin}, {Org: boss.Org, Roles: Reader}, {Org: org.ID}} {
			v.Email = "x@example.org"
			if token, _, err := g.Invite(ctx, reviewer, v); !fault.Is(err, fault.Refused) || token != "" {
				t.Errorf("a reviewer invites to %s: %v", v.Roles, err)
			}
		}
		if _, _, err := g.Invite(ctx, boss, Invitation{Email: "no address", Org: org.ID, Roles: Reader}); fields(err) != "email=email.wrong" {
			t.Errorf("a wrong address: %s", fields(err))
		}
		if _, _, err := g.Invite(ctx, boss, Invitation{Email: "x@example.org", Org: org.ID, Roles: Desk}); fields(err) != "roles=roles.operator" {
			t.Errorf("desk elsewhere: %s", fields(err))
		}
		token, _ := invite(t, g, reviewer, Invitation{Email: "x@example.org", Org: org.ID, Roles: Contributor})
		if _, err := g.Invitation(ctx, token); err != nil {
			t.Errorf("at first: %v", err)
		}
		if err := g.Dismiss(ctx, boss, p.ID, org.ID, Reviewer); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Accept(ctx, token, goodAcceptance()); !fault.Is(err, fault.NotFound) {
			t.Errorf("the invitation of a former reviewer: %v", err)
		}
		if _, err := g.PersonByEmail(ctx, "x@example.org"); !fault.Is(err, fault.NotFound) {
			t.Errorf("… left an account: %v", err)
		}
	})
}

func TestInvitationsEnd(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		token, made := invite(t, g, boss, Invitation{Email: "x@example.org", Org: boss.Org, Roles: Desk})
		desk := Actor{Person: boss.Person, Org: boss.Org, Operator: true, Roles: Desk}
		if err := g.Uninvite(ctx, desk, made.ID); !fault.Is(err, fault.Refused) {
			t.Errorf("the desk ends what it may not grant: %v", err)
		}
		if err := g.Uninvite(ctx, boss, made.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := g.Accept(ctx, token, goodAcceptance()); !fault.Is(err, fault.NotFound) {
			t.Errorf("a revoked invitation: %v", err)
		}
		if err := g.Uninvite(ctx, boss, made.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("revoking twice: %v", err)
		}
		token, _ = invite(t, g, boss, Invitation{Email: "x@example.org", Org: boss.Org, Roles: Reader})
		for _, forged := range []string{"", "x", strings.Repeat("A", 43), token[:42], token + "A", "' or 1=1"} {
			if _, err := g.Accept(ctx, forged, goodAcceptance()); !fault.Is(err, fault.NotFound) {
				t.Errorf("forged %q: %v", forged, err)
			}
		}
		link, err := g.RecoverLink(ctx, "boss@example.org", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Accept(ctx, link, goodAcceptance()); !fault.Is(err, fault.NotFound) {
			t.Errorf("a recovery link as invitation: %v", err)
		}
		c.add(inviteLife)
		if _, err := g.Accept(ctx, token, goodAcceptance()); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a week: %v", err)
		}
	})
}

func TestAcceptAs(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		p := person(t, g, "p@example.org", facts.ID{}, 0)
		other := person(t, g, "other@example.org", facts.ID{}, 0)
		token, _ := invite(t, g, boss, Invitation{Email: p.Email, Org: boss.Org, Roles: Reader})
		if v, err := g.Invitation(ctx, token); err != nil || !v.Known {
			t.Errorf("the page does not know the account: %+v, %v", v, err)
		}
		if _, err := g.Accept(ctx, token, goodAcceptance()); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second account for the address: %v", err)
		}
		if err := g.AcceptAs(ctx, Actor{Person: other.ID}, token); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's invitation: %v", err)
		}
		if err := g.AcceptAs(ctx, Actor{}, token); !fault.Is(err, fault.SignIn) {
			t.Errorf("a visitor: %v", err)
		}
		if err := g.AcceptAs(ctx, Actor{Person: p.ID}, token); err != nil {
			t.Fatal(err)
		}
		if got, err := g.Person(ctx, p.ID); err != nil || len(got.Memberships) != 1 || got.Memberships[0].Roles != Reader {
			t.Errorf("memberships %+v, %v", got.Memberships, err)
		}
		if err := g.AcceptAs(ctx, Actor{Person: p.ID}, token); !fault.Is(err, fault.NotFound) {
			t.Errorf("twice: %v", err)
		}
	})
}

// TestAcceptRace: the link pressed twice at once makes one account.
func TestAcceptRace(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		boss := admin(t, g, "boss@example.org")
		token, _ := invite(t, g, boss, Invitation{Email: "x@example.org", Org: boss.Org, Roles: Reader})
		errs := make([]error, 3)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() { _, errs[i] = g.Accept(context.Background(), token, goodAcceptance()) })
		}
		wait.Wait()
		made := 0
		for _, err := range errs {
			switch {
			case err == nil:
				made++
			case !fault.Is(err, fault.NotFound):
				t.Errorf("the slower one gets %v", err)
			}
		}
		if made != 1 {
			t.Errorf("%d accounts were made", made)
		}
	})
}

func TestRecover(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		p := person(t, g, "p@example.org", facts.ID{}, 0)
		s := signIn(t, g, p.Email)
		link := func() string {
			t.Helper()
			token, err := g.RecoverLink(ctx, "P@example.org", "192.0.2.7")
			if err != nil || token == "" {
				t.Fatalf("link %q, %v", token, err)
			}
			return token
		}
		first, token := link(), link()
		if err := g.CheckRecovery(ctx, first); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link before: %v", err)
		}
		for want, pair := range map[string][2]string{"password=password.short": {"short", "short"}, "again=password.differs": {secret + "!", secret}, "password=password.easy": {p.Email, p.Email}} {
			if err := g.Recover(ctx, token, pair[0], pair[1]); fields(err) != want {
				t.Errorf("got %s, want %s", fields(err), want)
			}
		}
		const fresh = "five words in a row"
		if err := g.Recover(ctx, token, fresh, fresh); err != nil {
			t.Fatal(err)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("a session outlives the recovery")
		}
		if _, err := g.SignIn(ctx, Attempt{Email: p.Email, Password: fresh}); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if err := g.Recover(ctx, token, secret, secret); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link works twice: %v", err)
		}
		token = link()
		c.add(recoverLife)
		if err := g.Recover(ctx, token, secret, secret); !fault.Is(err, fault.NotFound) {
			t.Errorf("after half an hour: %v", err)
		}
		if token, err := g.RecoverLink(ctx, "nobody@example.org", "192.0.2.8"); token != "" || err != nil {
			t.Errorf("an unknown address: %q, %v", token, err)
		}
		for range g.byAccount.burst {
			_, _ = g.RecoverLink(ctx, "p@example.org", "") // counted, whatever comes of it
		}
		if _, err := g.RecoverLink(ctx, "p@example.org", ""); !fault.Is(err, fault.Busy) {
			t.Errorf("a flood of links: %v", err)
		}
	})
}

func TestDeactivate(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		p := person(t, g, "p@example.org", boss.Org, Reviewer)
		actor := recognised(t, g, signIn(t, g, p.Email).Token)
		s := signIn(t, g, p.Email)
		api, _, err := g.MakeToken(ctx, NewToken{p.ID, boss.Org, "n", []Verb{Read}, time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		link, err := g.RecoverLink(ctx, p.Email, "")
		if err != nil {
			t.Fatal(err)
		}
		invited, _ := invite(t, g, actor, Invitation{Email: "friend@example.org", Org: boss.Org, Roles: Reader})
		if err := g.Deactivate(ctx, actor, boss.Person); !fault.Is(err, fault.Refused) {
			t.Errorf("a reviewer closes the administrator's account: %v", err)
		}
		if err := g.Deactivate(ctx, boss, boss.Person); !fault.Is(err, fault.Conflict) {
			t.Errorf("the last administrator leaves: %v", err)
		}
		if err := g.Deactivate(ctx, boss, p.ID); err != nil {
			t.Fatal(err)
		}
		if err := g.Reactivate(ctx, boss, p.ID); err != nil {
			t.Fatal(err)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("a session comes back with the account")
		}
		if _, err := g.RecogniseToken(ctx, api); !fault.Is(err, fault.SignIn) {
			t.Errorf("the API token comes back: %v", err)
		}
		if err := g.CheckRecovery(ctx, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("the recovery link comes back: %v", err)
		}
		if _, err := g.Invitation(ctx, invited); !fault.Is(err, fault.NotFound) {
			t.Errorf("the invitation comes back: %v", err)
		}
		if got := recognised(t, g, signIn(t, g, p.Email).Token); got.Roles != Reviewer {
			t.Errorf("opened again: %+v", got)
		}
		if err := g.Deactivate(ctx, boss, facts.NewID(c.Now())); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody's account: %v", err)
		}
		if err := g.Deactivate(ctx, actor, p.ID); err != nil {
			t.Errorf("closing one's own: %v", err)
		}
		if token, err := g.RecoverLink(ctx, p.Email, ""); token != "" || err != nil {
			t.Errorf("a link into a closed account: %q, %v", token, err)
		}
	})
}

func TestSessionsOneByOne(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		p, other := person(t, g, "p@example.org", facts.ID{}, 0), person(t, g, "o@example.org", facts.ID{}, 0)
		one := signIn(t, g, p.Email)
		c.add(time.Minute)
		two := signIn(t, g, p.Email)
		list, err := g.Sessions(ctx, p.ID)
		if err != nil || len(list) != 2 || list[0].Agent != "Firefox" || !list[0].Created.Equal(c.Now()) {
			t.Fatalf("sessions %+v, %v", list, err)
		}
		if err := g.EndSession(ctx, other.ID, list[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's session: %v", err)
		}
		if err := g.EndSession(ctx, p.ID, list[0].ID); err != nil {
			t.Fatal(err)
		}
		if a, b := recognised(t, g, one.Token), recognised(t, g, two.Token); a.Anonymous() || !b.Anonymous() {
			t.Errorf("the wrong one ended: %+v, %+v", a, b)
		}
		if err := g.EndSession(ctx, p.ID, list[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("twice: %v", err)
		}
		c.add(sessionIdle)
		if list, err := g.Sessions(ctx, p.ID); err != nil || len(list) != 0 {
			t.Errorf("a session that is over is listed: %+v, %v", list, err)
		}
	})
}

func TestEndToken(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, boss := t.Context(), admin(t, g, "boss@example.org")
		token, id, err := g.MakeToken(ctx, NewToken{boss.Person, boss.Org, "n", nil, time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if err := g.EndToken(ctx, facts.NewID(c.Now()), id); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's token: %v", err)
		}
		if err := g.EndToken(ctx, boss.Person, id); err != nil {
			t.Fatal(err)
		}
		if _, err := g.RecogniseToken(ctx, token); !fault.Is(err, fault.SignIn) {
			t.Errorf("an ended token: %v", err)
		}
	})
}
