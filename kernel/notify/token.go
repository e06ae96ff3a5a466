package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// stopToken signs that whoever holds it may stop the mail of one follow, or with
// the zero follow all mail about what a person follows. It does not expire: mail
// is kept for years, and stopping it must always work.
func (s *Service) stopToken(person, follow facts.ID) string {
	named := append(person[:], follow[:]...)
	return base64.RawURLEncoding.EncodeToString(append(named, s.stopSign(named)...))
}

func (s *Service) stopSign(named []byte) []byte {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("stop mail\x00")) // hash.Hash never fails
	mac.Write(named)
	return mac.Sum(nil)[:16]
}

// stopLink is the address of a token.
func (s *Service) stopLink(person, follow facts.ID) string {
	return s.link(StopPath + s.stopToken(person, follow))
}

// StopPath is the path before the token by which mail is stopped. A GET shows a
// page that asks; a POST stops, and needs neither a session nor a form's token
// (RFC 8058).
const StopPath = "/following/stop/"

// Stop is what a token for stopping mail is for.
type Stop struct {
	Person facts.ID
	Follow facts.ID // zero: all mail about what the person follows
}

// ReadStop reads a token without doing anything, for the page that asks.
func (s *Service) ReadStop(token string) (Stop, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) != 48 || !hmac.Equal(b[32:], s.stopSign(b[:32:32])) {
		return Stop{}, fault.New(fault.NotFound, "notify.stop.unknown", nil)
	}
	return Stop{Person: facts.ID(b[:16]), Follow: facts.ID(b[16:32])}, nil
}

// Unsubscribe stops the mail that a token names; notices in the site and webhooks
// go on. A follow by mail alone ends. Doing it again is no error.
func (s *Service) Unsubscribe(ctx context.Context, token string) (Stop, error) {
	stop, err := s.ReadStop(token)
	if err != nil {
		return stop, err
	}
	err = s.db.Write(ctx, func(tx *store.Tx) error {
		which, args := "person = $1", []any{stop.Person}
		if !stop.Follow.IsZero() {
			which, args = "person = $1 and id = $2", append(args, stop.Follow)
		}
		if _, err := tx.Exec(ctx, "delete from notify_follows where "+which+" and mail <> '' and not site and hook = ''", args...); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "update notify_follows set mail = '' where "+which, args...)
		return err
	})
	if err != nil {
		return stop, fmt.Errorf("unsubscribe: %w", err)
	}
	return stop, nil
}
