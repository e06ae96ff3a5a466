package identity

import (
	"context"
	"strings"
	"sync"
	"testing"

	"sameboat/kernel/fault"
)

func goodSetUp() SetUp {
	return SetUp{Name: "Li Wei", Email: "li@example.org", Password: secret, Again: secret, Organisation: "卫生部", Country: "CN", Lang: "zh"}
}

func setupLink(t *testing.T, g *Register) string {
	t.Helper()
	token, err := g.SetupLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestSetUp(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, before := t.Context(), operator(t, g)
		token := setupLink(t, g)
		if err := g.CheckSetup(ctx, token); token == "" || err != nil {
			t.Fatalf("a fresh link %q: %v", token, err)
		}
		s, err := g.Administrate(ctx, token, goodSetUp())
		if err != nil {
			t.Fatal(err)
		}
		if a := recognised(t, g, s.Token); a.Roles != Admin || !a.Operator || a.Lang != "zh" || !Can(a, Administer, Thing{}) {
			t.Errorf("the first administrator is %+v", a)
		}
		after := operator(t, g)
		if after.ID != before.ID || after.Name != "卫生部" || after.Country != "CN" || after.Lang != "zh" {
			t.Errorf("the operating organisation is %+v", after)
		}
		u := goodSetUp()
		u.Email = "second@example.org"
		if _, err := g.Administrate(ctx, token, u); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link works twice: %v", err)
		}
		if _, err := g.PersonByEmail(ctx, u.Email); !fault.Is(err, fault.NotFound) {
			t.Errorf("the second use left a person: %v", err)
		}
		if err := g.CheckSetup(ctx, token); !fault.Is(err, fault.NotFound) {
			t.Errorf("the used link is shown: %v", err)
		}
		if token := setupLink(t, g); token != "" {
			t.Error("there is a new link although there is an administrator")
		}
		signIn(t, g, "li@example.org")
	})
}

func TestSetupLinkEnds(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx := t.Context()
		first := setupLink(t, g)
		second := setupLink(t, g)
		if err := g.CheckSetup(ctx, first); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link of the start before: %v", err)
		}
		for _, forged := range []string{"", "x", strings.Repeat("A", 43), second[:42], second + "AAA", "' or 1=1"} {
			if _, err := g.Administrate(ctx, forged, goodSetUp()); !fault.Is(err, fault.NotFound) {
				t.Errorf("forged link %q: %v", forged, err)
			}
		}
		c.add(setupLife)
		if err := g.CheckSetup(ctx, second); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a day: %v", err)
		}
		if _, err := g.Administrate(ctx, second, goodSetUp()); !fault.Is(err, fault.NotFound) {
			t.Errorf("after a day it makes an administrator: %v", err)
		}
	})
}

func TestSetUpIsChecked(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, token := t.Context(), setupLink(t, g)
		for want, change := range map[string]func(*SetUp){
			"name=form.missing":            func(u *SetUp) { u.Name = " \t " },
			"email=email.wrong":            func(u *SetUp) { u.Email = "li" },
			"password=password.short":      func(u *SetUp) { u.Password = "short" },
			"again=password.differs":       func(u *SetUp) { u.Again = "another password" },
			"organisation=form.missing":    func(u *SetUp) { u.Organisation = "" },
			"country=country.unknown":      func(u *SetUp) { u.Country = "ZZ" },
			"lang=form.missing":            func(u *SetUp) { u.Lang = "klingon" },
			"name=form.long":               func(u *SetUp) { u.Name = strings.Repeat("a", 201) },
			"organisation=form.unreadable": func(u *SetUp) { u.Organisation = "Ministry \xff" },
		} {
			u := goodSetUp()
			change(&u)
			if _, err := g.Administrate(ctx, token, u); fields(err) != want {
				t.Errorf("got  %s\nwant %s", fields(err), want)
			}
		}
		if _, err := g.Administrate(ctx, token, goodSetUp()); err != nil {
			t.Errorf("mistakes used the link up: %v", err)
		}
	})
}

// TestSetupRace: the link pressed twice at once makes one administrator.
func TestSetupRace(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		token := setupLink(t, g)
		var wait sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for i := range 4 {
			u := goodSetUp()
			u.Email = string(rune('a'+i)) + "@example.org"
			wait.Go(func() {
				_, err := g.Administrate(context.Background(), token, u)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					made++
				case !fault.Is(err, fault.NotFound):
					t.Errorf("the slower one gets %v", err)
				}
			})
		}
		wait.Wait()
		if made != 1 {
			t.Errorf("%d administrators were made", made)
		}
	})
}
