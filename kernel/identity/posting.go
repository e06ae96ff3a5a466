package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Posting is what an organisation may post.
type Posting string

// The posting rights, from the least to the most. A blocked organisation keeps
// what it posted before.
const (
	Blocked    Posting = "blocked"    // nothing
	Unverified Posting = "unverified" // it waits in review, not public
	Allowed    Posting = "allowed"    // it is public at once, to review, with a banner
	Trusted    Posting = "trusted"    // it is published at once
)

// Postings lists the posting rights, for forms.
func Postings() []Posting { return []Posting{Blocked, Unverified, Allowed, Trusted} }

// FirstState is the state that a thing gets when an actor posts it for an
// organisation with the posting right: in_review, to_review or published. A
// blocked organisation posts nothing, whoever asks: Refused. So is an actor who
// may not create for the owner. Who may publish any organisation's things (desk
// and admin) has reviewed what they post; a reviewer of an organisation that is
// not trusted has not, because its own word is what is not trusted yet.
func FirstState(actor Actor, owner facts.ID, posting Posting) (string, error) {
	thing := Thing{Owner: owner, State: stateDraft}
	switch {
	case posting == Blocked:
		return "", fault.New(fault.Refused, "identity.posting.blocked", nil)
	case !Can(actor, Create, thing):
		return "", fault.New(fault.Refused, "identity.refused", nil)
	case posting == Trusted, ScopeOf(actor, Publish).Everything():
		return statePublished, nil
	case posting == Allowed:
		return stateToReview, nil
	}
	return stateInReview, nil // and of any right of a later version
}

// Vetting is one decision on what an organisation may post.
type Vetting struct {
	Org     facts.ID
	Posting Posting
	Reason  string
	By      facts.ID // zero for the command line
	When    time.Time
}

// maxReason bounds the written reason, in characters.
const maxReason = 2000

// Vet decides what an organisation may post and keeps the reason. It takes
// effect at once. It gives Invalid with the fields posting and reason; the
// operating organisation is trusted and stays so.
func (g *Register) Vet(ctx context.Context, actor Actor, org facts.ID, posting Posting, reason string) error {
	if !Can(actor, Vet, Thing{Owner: org}) {
		return fault.New(fault.Refused, "identity.refused", nil)
	}
	reason = strings.TrimSpace(reason)
	if err := checkVetting(posting, reason); err != nil {
		return err
	}
	id := facts.NewID(g.now())
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		var operator bool
		err := tx.QueryRow(ctx, "select operates_node from identity_organisations where id = $1", org).Scan(&operator)
		switch {
		case errors.Is(err, store.ErrNoRows):
			return fault.Wrap(fault.NotFound, "identity.organisation.unknown", err)
		case err != nil:
			return err
		case operator:
			return fault.New(fault.Invalid, "identity.form.wrong", nil).With("posting", "identity.posting.operator", nil)
		}
		if _, err := tx.Exec(ctx, "update identity_organisations set posting = $1 where id = $2", posting, org); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `insert into identity_vettings (id, organisation, posting, reason, decided_by, decided)
			values ($1, $2, $3, $4, $5, $6)`, id, org, posting, reason, idText(actor.Person), store.Micros(g.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("vet organisation %s: %w", org, err)
	}
	return nil
}

func checkVetting(posting Posting, reason string) error {
	f := fault.New(fault.Invalid, "identity.form.wrong", nil)
	if !slices.Contains(Postings(), posting) {
		f.With("posting", "identity.posting.unknown", nil)
	}
	switch {
	case reason == "":
		f.With("reason", "identity.posting.reason", nil)
	case !utf8.ValidString(reason), strings.ContainsRune(reason, 0):
		f.With("reason", "identity.form.unreadable", nil)
	case utf8.RuneCountInString(reason) > maxReason:
		f.With("reason", "identity.form.long", fault.Args{"n": maxReason})
	}
	return orNil(f)
}

// Vettings lists the newest n decisions on an organisation, the last one first.
// What they say is for the desk and the organisation itself.
func (g *Register) Vettings(ctx context.Context, org facts.ID, n int) (list []Vetting, err error) {
	err = g.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, `select organisation, posting, reason, decided_by, decided from identity_vettings
			where organisation = $1 order by decided desc, id desc limit $2`, org, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v Vetting
			var by string
			var decided int64
			if err := rows.Scan(&v.Org, &v.Posting, &v.Reason, &by, &decided); err != nil {
				return err
			}
			if v.When = store.Time(decided); by != "" {
				if err := v.By.Scan(by); err != nil {
					return err
				}
			}
			list = append(list, v)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the vettings of %s: %w", org, err)
	}
	return list, nil
}
