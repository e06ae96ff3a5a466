package identity

import (
	"context"
	"encoding/base32"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// TestTOTPVectors: the codes of RFC 6238 appendix B, SHA-1.
func TestTOTPVectors(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := totp([]byte("12345678901234567890"), seconds/30, 8); got != want {
			t.Errorf("at %d s: got %s, want %s", seconds, got, want)
		}
	}
}

func TestTOTPWindow(t *testing.T) {
	t.Parallel()
	secret, now := []byte("12345678901234567890"), time.Unix(1111111109, 0)
	at := now.Unix() / 30
	for _, c := range []struct {
		step, last int64
		want       bool
	}{{at, 0, true}, {at - 1, 0, true}, {at + 1, 0, true}, {at - 2, 0, false}, {at + 2, 0, false}, {at, at, false}, {at - 1, at, false}, {at + 1, at, true}} {
		step, ok := totpStepOf(secret, totp(secret, c.step, totpDigits), now, c.last)
		if ok != c.want || ok && step != c.step {
			t.Errorf("step %d after %d: %d, %v", c.step-at, c.last-at, step-at, ok)
		}
	}
}

func TestSealer(t *testing.T) {
	t.Parallel()
	one, err := newSealer([]byte("the key of one node, 32 bytes ok"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := newSealer([]byte("the key of another node, as long"))
	if err != nil {
		t.Fatal(err)
	}
	amina, secret := facts.NewID(time.UnixMilli(5)), newTOTPSecret()
	sealed := one.seal(amina, secret)
	if got, err := one.open(amina, sealed); err != nil || string(got) != string(secret) {
		t.Errorf("opened %x, %v", got, err)
	}
	if sealed == one.seal(amina, secret) {
		t.Error("the same secret is sealed the same way twice")
	}
	for name, try := range map[string]func() ([]byte, error){
		"another key":    func() ([]byte, error) { return two.open(amina, sealed) },
		"another person": func() ([]byte, error) { return one.open(facts.NewID(time.UnixMilli(6)), sealed) },
		"damage":         func() ([]byte, error) { return one.open(amina, "A"+sealed[1:len(sealed)-4]+"AAAA") },
		"nothing":        func() ([]byte, error) { return one.open(amina, "") },
	} {
		if got, err := try(); err == nil {
			t.Errorf("%s opens it: %x", name, got)
		}
	}
}

// app is an authenticator app with the clock of the test.
type app struct {
	secret []byte
	c      *clock
}

func (a app) code() string { return totp(a.secret, a.c.Now().Unix()/30, totpDigits) }

// enrolled signs a person in and sets up their second factor.
func enrolled(t *testing.T, g *Register, c *clock, p Person) (Session, app, []string) {
	t.Helper()
	s := signIn(t, g, p.Email)
	e, err := g.BeginFactor(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(e.Secret)
	if err != nil {
		t.Fatal(err)
	}
	phone := app{secret, c}
	codes, err := g.ConfirmFactor(t.Context(), p.ID, sessionOf(t, g, s), phone.code())
	if err != nil {
		t.Fatal(err)
	}
	return s, phone, codes
}

func sessionOf(t *testing.T, g *Register, s Session) facts.ID {
	t.Helper()
	_, id, err := g.Recognise(t.Context(), s.Token)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p := person(t, g, "a@example.org", org.ID, Reviewer|Admin)
		before := signIn(t, g, p.Email)
		if a := recognised(t, g, before.Token); a.Factor != FactorNone || !Can(a, Administer, Thing{}) {
			t.Errorf("before enrolment: %+v", a)
		}
		s, phone, codes := enrolled(t, g, c, p)
		if a := recognised(t, g, s.Token); a.Factor != FactorShown || a.Weak() || !Can(a, Administer, Thing{}) {
			t.Errorf("the session of the enrolment: %+v", a)
		}
		if a := recognised(t, g, before.Token); !a.Anonymous() {
			t.Error("a session from before outlives the enrolment")
		}
		if len(codes) != recoveryCodes {
			t.Errorf("%d recovery codes", len(codes))
		}
		weak := signIn(t, g, p.Email)
		a := recognised(t, g, weak.Token)
		if a.Factor != FactorDue || !a.Weak() || Can(a, Administer, Thing{}) || MayGrant(a, org.ID, Admin) || !MayGrant(a, org.ID, Reader) {
			t.Errorf("by password alone: %+v", a)
		}
		if err := Admit(a, Administer); !fault.Is(err, fault.Refused) || fault.Of(err).Key != "identity.factor.due" {
			t.Errorf("at an administrator's page: %v", err)
		}
		for what, err := range map[string]error{
			"drop the factor": g.DropFactor(ctx, a, p.ID), "close the account": g.Deactivate(ctx, a, p.ID), "leave": g.Dismiss(ctx, a, p.ID, org.ID, Admin),
		} {
			if !fault.Is(err, fault.Refused) {
				t.Errorf("a weak session may %s: %v", what, err)
			}
		}
		if _, err := g.BeginFactor(ctx, p.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second secret over the first: %v", err)
		}
		id := sessionOf(t, g, weak)
		if err := g.ShowFactor(ctx, p.ID, id, phone.code()); fields(err) != "code=factor.wrong" {
			t.Errorf("the code of the enrolment again: %s", fields(err))
		}
		c.add(totpStep)
		if err := g.ShowFactor(ctx, p.ID, id, " "+phone.code()[:3]+" "+phone.code()[3:]); err != nil {
			t.Errorf("the next code: %v", err)
		}
		if a := recognised(t, g, weak.Token); a.Factor != FactorShown || !Can(a, Administer, Thing{}) {
			t.Errorf("after the code: %+v", a)
		}
		third := sessionOf(t, g, signIn(t, g, p.Email))
		if err := g.ShowFactor(ctx, p.ID, third, phone.code()); fields(err) != "code=factor.wrong" {
			t.Errorf("one code for two sessions: %s", fields(err))
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p, other := person(t, g, "a@example.org", org.ID, Admin), person(t, g, "b@example.org", org.ID, Desk)
		_, _, codes := enrolled(t, g, c, p)
		weak := signIn(t, g, p.Email)
		id, others := sessionOf(t, g, weak), sessionOf(t, g, signIn(t, g, other.Email))
		for _, bad := range []string{"", "000", codes[0][1:], strings.Repeat("A", 1<<16), "AAAA-AAAA-AAAA-AAAA"} {
			if err := g.ShowFactor(ctx, p.ID, id, bad); fields(err) != "code=factor.wrong" {
				t.Errorf("%.20q: %v", bad, err)
			}
		}
		if err := g.ShowFactor(ctx, other.ID, others, codes[0]); fields(err) != "code=factor.wrong" {
			t.Errorf("another's recovery code: %v", err)
		}
		if err := g.ShowFactor(ctx, p.ID, others, codes[0]); !fault.Is(err, fault.NotFound) {
			t.Errorf("into another's session: %v", err)
		}
		if err := g.ShowFactor(ctx, p.ID, id, strings.ToLower(codes[0])); err != nil {
			t.Errorf("the first code, in lower case: %v", err)
		}
		if a := recognised(t, g, weak.Token); a.Factor != FactorShown {
			t.Errorf("after it: %+v", a)
		}
		if err := g.ShowFactor(ctx, p.ID, id, codes[0]); fields(err) != "code=factor.wrong" {
			t.Errorf("twice: %s", fields(err))
		}
		boss := Actor{Person: other.ID, Org: org.ID, Operator: true, Roles: Admin}
		if err := g.DropFactor(ctx, boss, p.ID); err != nil {
			t.Fatal(err)
		}
		if a := recognised(t, g, weak.Token); !a.Anonymous() {
			t.Error("a session outlives the second factor")
		}
		fresh := signIn(t, g, p.Email)
		if err := g.ShowFactor(ctx, p.ID, sessionOf(t, g, fresh), codes[1]); fields(err) != "code=factor.wrong" {
			t.Errorf("a recovery code outlives the factor: %s", fields(err))
		}
	})
}

func TestCodesAreLimited(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		ctx, org := t.Context(), operator(t, g)
		p := person(t, g, "a@example.org", org.ID, Admin)
		_, phone, _ := enrolled(t, g, c, p)
		id := sessionOf(t, g, signIn(t, g, p.Email))
		c.add(totpStep)
		wrong := "000000"
		if phone.code() == wrong {
			wrong = "000001"
		}
		for range g.byAccount.burst {
			if err := g.ShowFactor(ctx, p.ID, id, wrong); fields(err) != "code=factor.wrong" {
				t.Fatal(err)
			}
		}
		if err := g.ShowFactor(ctx, p.ID, id, phone.code()); !fault.Is(err, fault.Busy) {
			t.Errorf("after many guesses: %v", err)
		}
	})
}

// TestOneCodeOneSession: a code used in two places at once opens one.
func TestOneCodeOneSession(t *testing.T) {
	each(t, func(t *testing.T, g *Register, c *clock) {
		org := operator(t, g)
		p := person(t, g, "a@example.org", org.ID, Admin)
		_, phone, _ := enrolled(t, g, c, p)
		ids := []facts.ID{sessionOf(t, g, signIn(t, g, p.Email)), sessionOf(t, g, signIn(t, g, p.Email))}
		c.add(totpStep)
		errs := make([]error, 2)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() { errs[i] = g.ShowFactor(context.Background(), p.ID, ids[i], phone.code()) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("got %v and %v", errs[0], errs[1])
		}
	})
}

func TestFactorDemanded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &clock{now: time.Date(2020, 3, 12, 8, 0, 0, 0, time.UTC)}
		g, err := Open(t.Context(), db, Options{Now: c.Now, Cost: cheap, Key: []byte("a key"), DemandFactor: true})
		if err != nil {
			t.Fatal(err)
		}
		org := operator(t, g)
		p, plain := person(t, g, "a@example.org", org.ID, Reader|Desk), person(t, g, "b@example.org", org.ID, Reviewer)
		a := recognised(t, g, signIn(t, g, p.Email).Token)
		if a.Factor != FactorMissing || !a.Weak() || Can(a, Vet, Thing{}) || !Can(a, Read, Thing{Owner: org.ID, State: stateInReview}) {
			t.Errorf("desk without second factor: %+v", a)
		}
		if err := Admit(a, Vet); fault.Of(err).Key != "identity.factor.missing" {
			t.Errorf("at the desk's page: %v", err)
		}
		if a := recognised(t, g, signIn(t, g, plain.Email).Token); a.Factor != FactorNone || a.Weak() || !Can(a, Publish, Thing{Owner: org.ID}) {
			t.Errorf("a reviewer: %+v", a)
		}
		s, _, _ := enrolled(t, g, c, p)
		if a := recognised(t, g, s.Token); a.Factor != FactorShown || !Can(a, Vet, Thing{}) {
			t.Errorf("after enrolment: %+v", a)
		}
		keyless, err := Open(t.Context(), db, Options{Now: c.Now, Cost: cheap})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keyless.BeginFactor(t.Context(), plain.ID); !fault.Is(err, fault.Away) {
			t.Errorf("without key: %v", err)
		}
	})
}

func TestNeedsSecondFactor(t *testing.T) {
	t.Parallel()
	for _, a := range everyActor() {
		want := !a.Org.IsZero() && (a.Roles.Has(Coordinator) || a.Operator && a.Roles&(Desk|Admin) != 0)
		for _, factor := range []Factor{FactorNone, FactorShown, FactorDue, FactorMissing} {
			a.Factor = factor
			if got := NeedsSecondFactor(a); got != want {
				t.Fatalf("%+v: %v", a, got)
			}
		}
	}
}

// TestWeakIsLess: whoever owes a second factor may do exactly what they may
// without the privileged roles.
func TestWeakIsLess(t *testing.T) {
	t.Parallel()
	things := everyThing()
	for _, a := range everyActor() {
		if a.Roles&privileged == 0 || !a.Token.IsZero() {
			continue
		}
		weak, less := a, a
		weak.Factor, less.Roles = FactorDue, a.Roles&^privileged
		for _, verb := range Verbs() {
			scope := ScopeOf(weak, verb)
			for _, thing := range things {
				got, want := Can(weak, verb, thing), Can(less, verb, thing)
				if got != want || scope.Allows(thing) != want {
					t.Fatalf("%+v %s %+v: Can %v, ScopeOf %v, want %v", weak, verb, thing, got, scope.Allows(thing), want)
				}
			}
		}
	}
}

func TestTOTPAddress(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(totpURI("卫生部 & Co", "a+b@example.org", []byte("12345678901234567890")))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/卫生部 & Co:a+b@example.org" ||
		u.Query().Get("issuer") != "卫生部 & Co" || u.Query().Get("secret") != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" {
		t.Errorf("%v, %v", u, err)
	}
}
