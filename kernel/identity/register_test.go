package identity

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// each runs the test with a fresh register on every database.
func each(t *testing.T, run func(t *testing.T, g *Register, c *clock)) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &clock{now: time.Date(2020, 3, 12, 8, 0, 0, 0, time.UTC)}
		run(t, openRegister(t, db, c), c)
	})
}

func openRegister(t *testing.T, db *store.DB, c *clock) *Register {
	t.Helper()
	g, err := Open(t.Context(), db, Options{Now: c.Now, Cost: cheap, Key: []byte("32 bytes that the node keeps safe")})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const secret = "four words in a row"

func person(t *testing.T, g *Register, email string, org facts.ID, roles Roles) Person {
	t.Helper()
	p, err := g.CreatePerson(t.Context(), NewPerson{Name: "Amina  Diallo", Email: email, Lang: "fr", Password: secret, Org: org, Roles: roles})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func operator(t *testing.T, g *Register) Organisation {
	t.Helper()
	o, err := g.OperatingOrg(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func signIn(t *testing.T, g *Register, email string) Session {
	t.Helper()
	s, err := g.SignIn(t.Context(), Attempt{Email: email, Password: secret, Address: "192.0.2.1:99", Agent: "Mozilla/5.0 (X11) Gecko/20100101 Firefox/140.0"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fields lists the fields of an Invalid fault with their keys.
func fields(err error) string {
	if !fault.Is(err, fault.Invalid) {
		return fmt.Sprint("not Invalid: ", err)
	}
	var list []string
	for _, f := range fault.Of(err).Fields {
		list = append(list, f.Name+"="+strings.TrimPrefix(f.Key, "identity."))
	}
	return strings.Join(list, " ")
}

func TestTexts(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		if strings.HasPrefix(p.Key, "identity.") {
			t.Error(p)
		}
	}
	if len(c.Langs()) < 3 {
		t.Errorf("languages %v, want at least ar, en, zh", c.Langs())
	}
}

func TestOperatingOrgIsThereFromTheStart(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		first := operator(t, g)
		if first.ID.IsZero() || first.Name != "" || !first.Operator || first.Posting != Trusted {
			t.Errorf("at first: %+v", first)
		}
		if again := operator(t, openRegister(t, g.db, c)); again.ID != first.ID {
			t.Errorf("the second start made another: %s and %s", first.ID, again.ID)
		}
		if n, err := g.CountOrganisations(t.Context()); n != 0 || err != nil {
			t.Errorf("an organisation without name is counted: %d, %v", n, err)
		}
		for lang, name := range map[facts.Lang]string{"en": "Ministry  of Health", "sw": "Wizara ya Afya"} {
			if err := g.NameOrganisation(t.Context(), first.ID, lang, name); err != nil {
				t.Fatal(err)
			}
		}
		o := operator(t, g)
		en, _ := o.NameIn("en")
		sw, lang := o.NameIn("sw")
		if en != "Ministry of Health" || sw != "Wizara ya Afya" || lang != "sw" {
			t.Errorf("names: %q, %q in %s: %+v", en, sw, lang, o)
		}
		if name, lang := o.NameIn("zh"); name != o.Name || lang != o.Lang || name == "" {
			t.Errorf("a language without name shows %q in %q", name, lang)
		}
		if err := g.NameOrganisation(t.Context(), facts.NewID(c.Now()), "en", "Nobody"); !fault.Is(err, fault.NotFound) {
			t.Errorf("naming what is not there: %v", err)
		}
	})
}

func TestOneOperator(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if err := g.ensureOperator(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		err := g.db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), `insert into identity_organisations (id, name, lang, country, operates_node, created)
				values ('x', '', '', '', true, 0)`)
			return err
		})
		if !errors.Is(err, store.ErrExists) {
			t.Errorf("a second operating organisation: %v, want ErrExists", err)
		}
	})
}

func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p := person(t, g, " Amina@Example.ORG ", org.ID, Desk|Reviewer)
		if p.Name != "Amina Diallo" || p.Email != "amina@example.org" || !p.Active || len(p.Memberships) != 1 || p.Memberships[0].Roles != Desk|Reviewer {
			t.Errorf("made %+v", p)
		}
		if got, err := g.PersonByEmail(ctx, "AMINA@example.org"); err != nil || got.ID != p.ID {
			t.Errorf("found %+v, %v", got, err)
		}
		_, err := g.CreatePerson(ctx, NewPerson{Name: "Other", Email: "AMINA@EXAMPLE.ORG", Lang: "en"})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("the same address again: %v, want Conflict", err)
		}
		_, err = g.CreatePerson(ctx, NewPerson{Name: "a\x00b", Email: "Name <x@y.org>", Lang: "english", Password: "short"})
		if got, want := fields(err), "name=form.unreadable email=email.wrong lang=form.missing password=password.short"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		c.add(time.Millisecond) // IDs sort by the time they were made
		clinic, err := g.CreateOrganisation(ctx, "District clinic", "en", "KE")
		if err != nil {
			t.Fatal(err)
		}
		_, err = g.CreatePerson(ctx, NewPerson{Name: "Climber", Email: "climber@example.org", Lang: "en", Org: clinic.ID, Roles: Reader | Admin})
		if got, want := fields(err), "roles=roles.operator"; got != want {
			t.Errorf("an admin elsewhere: %s", got)
		}
		if _, err := g.PersonByEmail(ctx, "climber@example.org"); !fault.Is(err, fault.NotFound) {
			t.Errorf("… left a half-made account: %v", err)
		}
		if err := g.Appoint(ctx, CommandLine(org.ID), Grant{Person: p.ID, Org: clinic.ID, Roles: Reader | Contributor}); err != nil {
			t.Error(err)
		}
		if err := g.Appoint(ctx, CommandLine(org.ID), Grant{Person: facts.NewID(c.Now()), Org: clinic.ID, Roles: Reader}); !fault.Is(err, fault.NotFound) {
			t.Errorf("roles for nobody: %v", err)
		}
		list, err := g.People(ctx, facts.ID{}, 10)
		if err != nil || len(list) != 1 || len(list[0].Memberships) != 2 || !list[0].Memberships[0].Operator || list[0].Memberships[1].Roles != Reader|Contributor {
			t.Errorf("listed %+v, %v", list, err)
		}
		if list, err := g.People(ctx, p.ID, 10); err != nil || len(list) != 0 {
			t.Errorf("after the last: %v, %v", list, err)
		}
		if list, err := g.Organisations(ctx, facts.ID{}, 10); err != nil || len(list) != 2 || list[1].Posting != Unverified {
			t.Errorf("organisations %+v, %v", list, err)
		}
	})
}

func TestBadOrganisation(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		_, err := g.CreateOrganisation(t.Context(), "  ", "", "XX")
		if got, want := fields(err), "organisation=form.missing lang=form.missing country=country.unknown"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		_, err = g.CreateOrganisation(t.Context(), strings.Repeat("ü", maxName+1), "en", "ken")
		if got, want := fields(err), "organisation=form.long country=country.unknown"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p := person(t, g, "a@example.org", org.ID, Admin)
		make := func(n NewToken) (string, error) {
			token, _, err := g.MakeToken(ctx, n)
			return token, err
		}
		token, err := make(NewToken{p.ID, org.ID, "nightly import", []Verb{Import, Create}, 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		actor, err := g.RecogniseToken(ctx, BearerToken("bearer "+token))
		if err != nil || actor.Person != p.ID || actor.Org != org.ID || !actor.Operator || actor.Anonymous() {
			t.Fatalf("recognised %+v, %v", actor, err)
		}
		draft := Thing{Room: "knowledge", Owner: org.ID, State: stateDraft}
		if !Can(actor, Import, draft) || Can(actor, Publish, draft) || Can(actor, Administer, draft) {
			t.Error("the token allows other things than its scopes")
		}
		for _, bad := range []string{"", token[:len(token)-1] + "!", tokenPrefix, strings.TrimPrefix(token, tokenPrefix), tokenPrefix + strings.Repeat("A", 43), strings.Repeat("x", 1<<16)} {
			if actor, err := g.RecogniseToken(ctx, bad); !fault.Is(err, fault.SignIn) || !actor.Anonymous() {
				t.Errorf("forged token %.20q: %+v, %v", bad, actor, err)
			}
		}
		if got := BearerToken("Basic " + token); got != "" {
			t.Errorf("a password for something else was taken as token %q", got)
		}
		c.add(24 * time.Hour)
		if _, err := g.RecogniseToken(ctx, token); !fault.Is(err, fault.SignIn) {
			t.Errorf("an expired token: %v", err)
		}
		_, err = make(NewToken{p.ID, org.ID, "", []Verb{"fly"}, 400 * 24 * time.Hour})
		if got, want := fields(err), "name=form.missing scopes=token.scope life=token.life"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if _, err = make(NewToken{p.ID, facts.NewID(c.Now()), "n", nil, time.Hour}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a token for an organisation of others: %v", err)
		}
	})
}

// TestNoSecretIsStored looks through every table for what only its owner may
// know.
func TestNoSecretIsStored(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		link, err := g.SetupLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p := person(t, g, "a@example.org", org.ID, Reader)
		token, _, err := g.MakeToken(ctx, NewToken{p.ID, org.ID, "n", nil, time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		invited, _ := invite(t, g, CommandLine(org.ID), Invitation{Email: "b@example.org", Org: org.ID, Roles: Reader})
		recovery, err := g.RecoverLink(ctx, p.Email, "")
		if err != nil {
			t.Fatal(err)
		}
		_, phone, recovering := enrolled(t, g, c, p)
		secrets := map[string]string{"second factor": totpText(phone.secret), "recovery code": plainCode(recovering[0]), "link": link, "invitation": invited, "recovery link": recovery, "password": secret, "API token": strings.TrimPrefix(token, tokenPrefix), "session": signIn(t, g, p.Email).Token}
		columns := "hash, id, person, organisation"
		for _, query := range []string{
			"select password, name, email, id from identity_people", "select " + columns + " from identity_sessions",
			"select " + columns + " from identity_tokens", "select hash, purpose, id, email from identity_links", "select sealed, '', '', '' from identity_factors",
			"select hash, '', '', '' from identity_recovery_codes",
		} {
			rows := 0
			err := g.db.Read(ctx, func(tx *store.Tx) error {
				found, err := tx.Query(ctx, query)
				if err != nil {
					return err
				}
				defer found.Close()
				for found.Next() {
					rows++
					var row [4]string
					if err := found.Scan(&row[0], &row[1], &row[2], &row[3]); err != nil {
						return err
					}
					for name, s := range secrets {
						if strings.Contains(strings.Join(row[:], " "), s) {
							t.Errorf("%s: the %s is stored in the clear", query, name)
						}
					}
				}
				return found.Err()
			})
			if err != nil || rows == 0 {
				t.Errorf("%s: %d rows, %v", query, rows, err)
			}
		}
	})
}
