package identity

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

func recognised(t *testing.T, g *Register, token string) Actor {
	t.Helper()
	actor, id, err := g.Recognise(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if actor.Anonymous() != id.IsZero() {
		t.Errorf("actor %+v with session %s", actor, id)
	}
	return actor
}

func TestSession(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p := person(t, g, "a@example.org", org.ID, Desk)
		s := signIn(t, g, "A@Example.org")
		if s.Person != p.ID || s.Life(c.Now()) != sessionLife {
			t.Errorf("session %+v", s)
		}
		actor := recognised(t, g, s.Token)
		if actor.Person != p.ID || actor.Name != "Amina Diallo" || actor.Lang != "fr" || actor.Org != org.ID || !actor.Operator || actor.Roles != Desk {
			t.Errorf("actor %+v", actor)
		}
		for _, forged := range []string{"", "x", s.Token[:42], s.Token + "A", strings.ToLower(s.Token), strings.Repeat("A", 43), strings.Repeat("x", 1<<16), "' or 1=1 --", "\x00\xff"} {
			if got := recognised(t, g, forged); !got.Anonymous() {
				t.Errorf("forged token %.20q is %+v", forged, got)
			}
		}
		again, err := g.SignIn(ctx, Attempt{Email: p.Email, Password: secret, Address: "192.0.2.1", Old: s.Token})
		if err != nil || again.Token == s.Token {
			t.Fatalf("signing in again: same token, or %v", err)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("the token before the sign-in still works")
		}
		if err := g.SignOut(ctx, again.Token); err != nil {
			t.Fatal(err)
		}
		if got := recognised(t, g, again.Token); !got.Anonymous() {
			t.Error("after signing out the token still works")
		}
		if err := g.SignOut(ctx, again.Token); err != nil {
			t.Errorf("signing out twice: %v", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		p := person(t, g, "a@example.org", operator(t, g).ID, Reader)
		s := signIn(t, g, p.Email)
		c.add(sessionIdle)
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("an idle session still works")
		}
		s = signIn(t, g, p.Email)
		for used := time.Duration(0); used < sessionLife; used += sessionIdle / 2 {
			if got := recognised(t, g, s.Token); got.Anonymous() {
				t.Fatalf("a session in use ended after %v", used)
			}
			c.add(sessionIdle / 2)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("a session outlives its term by being used")
		}
		s = signIn(t, g, p.Email)
		if err := g.SetPassword(t.Context(), p.ID, secret); err != nil {
			t.Fatal(err)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("a session outlives a new password")
		}
		s = signIn(t, g, p.Email)
		err := g.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "update identity_people set deactivated = 1 where id = $1", p.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := recognised(t, g, s.Token); !got.Anonymous() {
			t.Error("a session outlives its account")
		}
	})
}

func TestSessionsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		p := person(t, g, "a@example.org", facts.ID{}, 0)
		first := signIn(t, g, p.Email)
		for range maxSessions + 3 {
			c.add(time.Minute)
			signIn(t, g, p.Email)
		}
		var n int
		err := g.db.Read(t.Context(), func(tx *store.Tx) error {
			return tx.QueryRow(t.Context(), "select count(*) from identity_sessions").Scan(&n)
		})
		if err != nil || n != maxSessions {
			t.Errorf("%d sessions kept (%v), want %d", n, err, maxSessions)
		}
		if got := recognised(t, g, first.Token); !got.Anonymous() {
			t.Error("the oldest session was not the one to go")
		}
	})
}

// TestSignInTellsNothing: whatever is wrong, the answer is the same.
func TestSignInTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		p := person(t, g, "a@example.org", facts.ID{}, 0)
		gone := person(t, g, "gone@example.org", facts.ID{}, 0)
		if _, err := g.CreatePerson(ctx, NewPerson{Name: "No password", Email: "none@example.org", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		err := g.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "update identity_people set deactivated = 1 where id = $1", gone.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range []Attempt{
			{Email: p.Email, Password: "five words in a row"}, {Email: p.Email}, {Email: "unknown@example.org", Password: secret},
			{Email: gone.Email, Password: secret}, {Email: "none@example.org"}, {Email: "none@example.org", Password: secret}, {},
			{Email: "not an address", Password: secret}, {Email: strings.Repeat("x", 1<<16) + "@example.org", Password: strings.Repeat("x", 1<<16)},
			{Email: "a@example.org\x00", Password: secret}, {Email: "\xff\xfe@example.org", Password: "\xff"},
		} {
			a.Address = fmt.Sprintf("192.0.2.%d", i)
			s, err := g.SignIn(ctx, a)
			f := fault.Of(err)
			if err == nil || f.Kind != fault.Invalid || f.Key != "identity.signin.wrong" || len(f.Fields) > 0 || s.Token != "" {
				t.Errorf("attempt %d: %v", i, err)
			}
		}
	})
}

func TestSignInIsLimited(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		p := person(t, g, "a@example.org", facts.ID{}, 0)
		try := func(email, password, address string) error {
			_, err := g.SignIn(ctx, Attempt{Email: email, Password: password, Address: address})
			return err
		}
		for i := range g.byAccount.burst {
			if err := try(p.Email, "wrong", fmt.Sprintf("192.0.2.%d", i)); !fault.Is(err, fault.Invalid) {
				t.Fatalf("attempt %d: %v", i, err)
			}
		}
		err := try("A@EXAMPLE.ORG", secret, "198.51.100.1")
		if !fault.Is(err, fault.Busy) || fault.Of(err).Args["n"] != 1 {
			t.Errorf("from many addresses at one account, even the right password waits: %v", err)
		}
		for i := range g.byAccount.burst {
			if err := try("nobody@example.org", "wrong", fmt.Sprintf("192.0.2.%d", i)); !fault.Is(err, fault.Invalid) {
				t.Fatalf("unknown account, attempt %d: %v", i, err)
			}
		}
		if err := try("nobody@example.org", "wrong", "198.51.100.2"); !fault.Is(err, fault.Busy) {
			t.Errorf("an unknown account is limited otherwise than a known one: %v", err)
		}
		c.add(time.Minute)
		if err := try(p.Email, secret, "198.51.100.1"); err != nil {
			t.Errorf("after the wait: %v", err)
		}
		for i := range g.byAddress.burst {
			if err := try(fmt.Sprintf("p%d@example.org", i), "wrong", "203.0.113.9:80"); !fault.Is(err, fault.Invalid) {
				t.Fatalf("address, attempt %d: %v", i, err)
			}
		}
		if err := try("another@example.org", "wrong", "203.0.113.9:81"); !fault.Is(err, fault.Busy) {
			t.Errorf("one address at many accounts: %v", err)
		}
	})
}

// TestSuccessIsNotCounted: a hospital behind one address signs in all day.
func TestSuccessIsNotCounted(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		p := person(t, g, "a@example.org", facts.ID{}, 0)
		for range g.byAddress.burst + 2 {
			signIn(t, g, p.Email)
		}
	})
}

func TestOldHashIsMadeAnew(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		p := person(t, g, "a@example.org", facts.ID{}, 0)
		g.hasher.cost.Memory *= 2
		signIn(t, g, p.Email)
		_, phc, err := g.account(t.Context(), p.Email)
		if err != nil || !strings.Contains(phc, "m=128,") {
			t.Errorf("after a sign-in the stored hash is %.30q (%v)", phc, err)
		}
		signIn(t, g, p.Email)
	})
}

// TestRolesAreReadEachTime: what a person loses, their session loses at once.
func TestRolesAreReadEachTime(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		clinic, err := g.CreateOrganisation(ctx, "Clinic", "en", "KE")
		if err != nil {
			t.Fatal(err)
		}
		p := person(t, g, "a@example.org", clinic.ID, Reviewer)
		s := signIn(t, g, p.Email)
		if a := recognised(t, g, s.Token); a.Org != clinic.ID || a.Roles != Reviewer || a.Operator {
			t.Errorf("at first: %+v", a)
		}
		err = g.db.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "delete from identity_memberships where person = $1", p.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := recognised(t, g, s.Token); !a.Org.IsZero() || a.Roles != 0 || a.Anonymous() {
			t.Errorf("after leaving: %+v", a)
		}
	})
}

func TestAgentFamily(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge",
		"Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Mobile Safari/537.36":    "Chrome",
		"Mozilla/5.0 (iPhone) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.0 Safari/604.1":                      "Safari",
		"Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0":                                                  "Firefox",
		"": "", "something own": "",
	} {
		if got := agentFamily(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}
