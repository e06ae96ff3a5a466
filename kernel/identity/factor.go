package identity

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Factor is where an actor stands with the second factor.
type Factor uint8

// The standings. With Due and Missing the privileged roles do not count; see
// Actor.counted.
const (
	FactorNone    Factor = iota // none asked for: not enrolled, an API token, the command line
	FactorShown                 // enrolled and shown in this session
	FactorDue                   // enrolled and not shown yet in this session
	FactorMissing               // demanded of the role, and the person has none yet
)

// privileged are the roles that need a second factor.
const privileged = Desk | Admin | Coordinator

// NeedsSecondFactor reports whether a role of the actor's, counted or not yet, is
// one that needs a second factor.
func NeedsSecondFactor(actor Actor) bool {
	actor.Factor = FactorNone
	return actor.counted()&privileged != 0
}

// Weak reports whether the actor has still to show or to set up a second factor.
// A page that changes what proves who somebody is (password, API tokens, second
// factor) refuses a weak actor.
func (a Actor) Weak() bool {
	return a.Factor == FactorDue || a.Factor == FactorMissing && NeedsSecondFactor(a)
}

// recoveryCodes is how many a person gets, each for one use.
const recoveryCodes = 10

// Enrolment is what a person takes over into their authenticator app.
type Enrolment struct {
	Secret string // base32, to type
	URI    string // otpauth://…, for a QR code
}

// BeginFactor makes a secret for a person's authenticator app. It is in force
// once ConfirmFactor has seen a code; beginning again replaces it until then.
// With a second factor in force it is a Conflict, and Away on a node without key.
func (g *Register) BeginFactor(ctx context.Context, person facts.ID) (Enrolment, error) {
	if g.sealer == nil {
		return Enrolment{}, fault.New(fault.Away, "identity.factor.away", nil)
	}
	p, err := g.Person(ctx, person)
	if err != nil {
		return Enrolment{}, err
	}
	org, err := g.OperatingOrg(ctx)
	if err != nil {
		return Enrolment{}, err
	}
	secret := newTOTPSecret()
	sealed := g.sealer.seal(person, secret)
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, `insert into identity_factors (person, sealed, created) values ($1, $2, $3)
			on conflict (person) do update set sealed = excluded.sealed, created = excluded.created, step = 0
			where identity_factors.confirmed = 0`, person, sealed, store.Micros(g.now()))
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "identity.factor.there", nil)
		}
		return err
	})
	if err != nil {
		return Enrolment{}, fmt.Errorf("begin a second factor: %w", err)
	}
	return Enrolment{Secret: totpText(secret), URI: totpURI(org.Name, p.Email, secret)}, nil
}

// ConfirmFactor puts the secret into force with a code from the app. The session
// counts as strong, the person's others end, and the recovery codes are given
// this once. A wrong code is Invalid with the field code.
func (g *Register) ConfirmFactor(ctx context.Context, person, session facts.ID, code string) (codes []string, err error) {
	codes, hashes := newRecoveryCodes(person)
	err = g.tryCode(ctx, person, func(tx *store.Tx) error {
		if err := g.spendCode(ctx, tx, person, digitsOf(code), false); err != nil {
			return err
		}
		now := store.Micros(g.now())
		if _, err := tx.Exec(ctx, "update identity_factors set confirmed = $1 where person = $2", now, person); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from identity_recovery_codes where person = $1", person); err != nil {
			return err
		}
		for _, hash := range hashes {
			if _, err := tx.Exec(ctx, "insert into identity_recovery_codes (person, hash) values ($1, $2)", person, hash); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "delete from identity_sessions where person = $1 and id <> $2", person, session); err != nil {
			return err
		}
		return g.strengthen(ctx, tx, person, session)
	})
	if err != nil {
		return nil, fmt.Errorf("confirm a second factor: %w", err)
	}
	return codes, nil
}

// ShowFactor makes a session strong with a code from the app or a recovery code,
// each good once. A wrong or used one is Invalid with the field code; too many
// are Busy.
func (g *Register) ShowFactor(ctx context.Context, person, session facts.ID, code string) error {
	err := g.tryCode(ctx, person, func(tx *store.Tx) error {
		if err := g.spendAny(ctx, tx, person, code); err != nil {
			return err
		}
		return g.strengthen(ctx, tx, person, session)
	})
	if err != nil {
		return fmt.Errorf("show a second factor: %w", err)
	}
	return nil
}

// tryCode counts the attempt, because six digits can be guessed, and gives it
// back when the code was right.
func (g *Register) tryCode(ctx context.Context, person facts.ID, act func(*store.Tx) error) error {
	key := "factor " + person.String()
	if err := g.countAttempt("", key, g.now()); err != nil {
		return err
	}
	err := g.db.Write(ctx, act)
	if err == nil {
		g.byAccount.forgive(key)
	}
	return err
}

func wrongCode() error {
	return fault.New(fault.Invalid, "identity.form.wrong", nil).With("code", "identity.factor.wrong", nil)
}

func (g *Register) spendAny(ctx context.Context, tx *store.Tx, person facts.ID, code string) error {
	if digits := digitsOf(code); len(digits) == totpDigits {
		return g.spendCode(ctx, tx, person, digits, true)
	}
	n, err := tx.Exec(ctx, `delete from identity_recovery_codes where person = $1 and hash = $2
		and exists (select 1 from identity_factors f where f.person = $1 and f.confirmed > 0)`, person, hashOfCode(person, code))
	if err == nil && n != 1 {
		err = wrongCode()
	}
	return err
}

// spendCode uses up a code of the app, in force or yet to be confirmed.
func (g *Register) spendCode(ctx context.Context, tx *store.Tx, person facts.ID, code string, confirmed bool) error {
	var sealed string
	var last int64
	err := tx.QueryRow(ctx, "select sealed, step from identity_factors where person = $1 and (confirmed > 0) = $2", person, confirmed).Scan(&sealed, &last)
	switch {
	case errors.Is(err, store.ErrNoRows):
		return wrongCode()
	case err != nil:
		return err
	case g.sealer == nil:
		return fault.New(fault.Away, "identity.factor.away", nil)
	}
	secret, err := g.sealer.open(person, sealed)
	if err != nil {
		return fault.Wrap(fault.Away, "identity.factor.away", err)
	}
	step, ok := totpStepOf(secret, code, g.now(), last)
	if !ok {
		return wrongCode()
	}
	_, err = tx.Exec(ctx, "update identity_factors set step = $1 where person = $2", step, person)
	return err
}

func (g *Register) strengthen(ctx context.Context, tx *store.Tx, person, session facts.ID) error {
	n, err := tx.Exec(ctx, "update identity_sessions set strong = $1 where id = $2 and person = $3", store.Micros(g.now()), session, person)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "identity.session.unknown", nil)
	}
	return err
}

// DropFactor takes a person's second factor and recovery codes away and ends
// their sessions: by the person in a session that has shown it, or by an
// administrator for somebody who lost theirs.
func (g *Register) DropFactor(ctx context.Context, actor Actor, person facts.ID) error {
	own := actor.Person == person && actor.Factor == FactorShown
	if !own && !Can(actor, Administer, Thing{}) {
		return fault.New(fault.Refused, "identity.refused", nil)
	}
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		for _, table := range []string{"identity_factors", "identity_recovery_codes", "identity_sessions"} {
			if _, err := tx.Exec(ctx, "delete from "+table+" where person = $1", person); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop a second factor: %w", err)
	}
	return nil
}

// standing says where a person stands who has a factor in force or not, in a
// session that has seen it or not.
func (g *Register) standing(actor Actor, enrolled, strong bool) Factor {
	switch {
	case enrolled && strong:
		return FactorShown
	case enrolled:
		return FactorDue
	case g.demand && NeedsSecondFactor(actor):
		return FactorMissing
	}
	return FactorNone
}

// newRecoveryCodes makes codes of 80 random bits, which need no slow hash.
func newRecoveryCodes(person facts.ID) (codes, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, 10)
		rand.Read(b) // never fails: it aborts the program instead
		text := base32.StdEncoding.EncodeToString(b)
		code := strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
		codes, hashes = append(codes, code), append(hashes, hashOfCode(person, code))
	}
	return codes, hashes
}

func hashOfCode(person facts.ID, code string) string {
	return hashOf(person.String() + " " + plainCode(code))
}

// plainCode drops what people put between the characters, and their case.
func plainCode(code string) string {
	code = code[:min(len(code), 100)]
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(code)))
}

// digitsOf gives the code when it is all digits, and "" otherwise.
func digitsOf(code string) string {
	code = plainCode(code)
	if strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return code
}
