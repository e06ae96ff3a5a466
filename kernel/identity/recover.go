package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

const (
	purposeRecover = "recover"
	// recoverLife is how long a link to a new password is good.
	recoverLife = 30 * time.Minute
)

// RecoverLink makes the one-time token with which a person sets a new password,
// to be sent to their address, and ends the one before it. For an address without
// an active account the token is "" and there is no fault: the page says the same
// either way, and must not wait for the mail to leave. Too many requests for one
// account or from one address (which may be "") are Busy.
func (g *Register) RecoverLink(ctx context.Context, email, address string) (token string, err error) {
	email = NormaliseEmail(email)
	if address != "" {
		address = neighbourhood(address)
	}
	if err := g.countAttempt(address, "recover "+hashOf(email), g.now()); err != nil {
		return "", err
	}
	person, _, err := g.account(ctx, email)
	if err != nil {
		return "", fmt.Errorf("make a recovery link: %w", err)
	}
	if person.IsZero() {
		return "", nil
	}
	token, hash := newSecret()
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		if err := endRecovery(ctx, tx, person); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into identity_links (hash, purpose, created, expires, person) values ($1, $2, $3, $4, $5)",
			hash, purposeRecover, store.Micros(g.now()), store.Micros(g.now().Add(recoverLife)), person)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("make a recovery link: %w", err)
	}
	return token, nil
}

// CheckRecovery gives NotFound unless the token is that of a good recovery link.
func (g *Register) CheckRecovery(ctx context.Context, token string) error {
	_, _, err := g.recovering(ctx, token)
	return err
}

// Recover uses the link up: it sets the new password and ends all the person's
// sessions. It opens none: who recovers signs in then as always, second factor
// included. A password that will not do is Invalid with the fields password and
// again, and the link is then still good.
func (g *Register) Recover(ctx context.Context, token, password, again string) error {
	person, email, err := g.recovering(ctx, token)
	if err != nil {
		return err
	}
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	checkRepeated(f, password, again, email)
	if err := orNil(f); err != nil {
		return err
	}
	phc, err := g.hasher.hash(ctx, password)
	if err != nil {
		return fmt.Errorf("recover an account: %w", err)
	}
	err = g.db.Write(ctx, func(tx *store.Tx) error {
		used, err := tx.Exec(ctx, "delete from identity_links where hash = $1 and purpose = $2 and expires > $3",
			hashOf(token), purposeRecover, store.Micros(g.now()))
		if err == nil && used != 1 {
			err = fault.New(fault.NotFound, "identity.recovery.gone", nil)
		}
		if err != nil {
			return err
		}
		return replacePassword(ctx, tx, person, phc)
	})
	if err != nil {
		return fmt.Errorf("recover an account: %w", err)
	}
	return nil
}

func (g *Register) recovering(ctx context.Context, token string) (person facts.ID, email string, err error) {
	if !plausible(token) {
		return person, "", fault.New(fault.NotFound, "identity.recovery.gone", nil)
	}
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, `select p.id, p.email from identity_links l join identity_people p on p.id = l.person
			where l.hash = $1 and l.purpose = $2 and l.expires > $3 and p.deactivated = 0`,
			hashOf(token), purposeRecover, store.Micros(g.now())).Scan(&person, &email)
	})
	switch {
	case errors.Is(err, store.ErrNoRows):
		return person, "", fault.New(fault.NotFound, "identity.recovery.gone", nil)
	case err != nil:
		return person, "", fmt.Errorf("check a recovery link: %w", err)
	}
	return person, email, nil
}

// replacePassword keeps a new password and ends what the old one opened.
func replacePassword(ctx context.Context, tx *store.Tx, person facts.ID, phc string) error {
	if _, err := tx.Exec(ctx, "update identity_people set password = $1 where id = $2", phc, person); err != nil {
		return err
	}
	if err := endRecovery(ctx, tx, person); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "delete from identity_sessions where person = $1", person)
	return err
}

func endRecovery(ctx context.Context, tx *store.Tx, person facts.ID) error {
	_, err := tx.Exec(ctx, "delete from identity_links where purpose = $1 and person = $2", purposeRecover, person)
	return err
}
