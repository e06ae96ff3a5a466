package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/store"
)

// The headers of a delivery (Standard Webhooks).
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// Hook is an address of a person's program.
type Hook struct {
	ID      facts.ID
	URL     string
	Stopped bool // the receiver said that it is gone
	Created time.Time
}

// Bounds of webhooks.
const (
	MaxHooks     = 20
	maxURL       = 1000
	secretPrefix = "whsec_"
)

// AddHook registers a webhook of a person and gives the secret that its
// deliveries are signed with, which is shown this once.
func (s *Service) AddHook(ctx context.Context, person facts.ID, address string) (Hook, string, error) {
	if err := s.c.Hooks.checkURL(address); err != nil {
		return Hook{}, "", err
	}
	secret := make([]byte, 32)
	rand.Read(secret) // never fails: it aborts the program instead
	now := s.now()
	h := Hook{ID: facts.NewID(now), URL: address, Created: now}
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, "select count(*) from notify_hooks where person = $1", person).Scan(&n); err != nil {
			return err
		}
		if n >= MaxHooks {
			return fault.New(fault.TooLarge, "notify.hook.many", fault.Args{"n": MaxHooks})
		}
		_, err := tx.Exec(ctx, "insert into notify_hooks (id, person, url, secret, created) values ($1, $2, $3, $4, $5)", h.ID, person, address, secret, store.Micros(now))
		return err
	})
	if err != nil {
		return Hook{}, "", fmt.Errorf("add a webhook: %w", err)
	}
	return h, secretPrefix + base64.StdEncoding.EncodeToString(secret), nil
}

// checkURL refuses early what would be refused at every delivery.
func (h Hooks) checkURL(address string) error {
	wrong := fault.New(fault.Invalid, "notify.hook.wrong", nil)
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL || u.Host == "" || u.User != nil || u.Fragment != "" || oneLine(address) != address {
		return wrong.With("url", "notify.hook.address", nil)
	}
	ip, err := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || len(h.Allow) == 0):
		return wrong.With("url", "notify.hook.https", nil)
	case err == nil && !h.permits(ip), strings.EqualFold(u.Hostname(), "localhost") && len(h.Allow) == 0:
		return wrong.With("url", "notify.hook.inside", nil)
	}
	return nil
}

// Hooks lists a person's webhooks.
func (s *Service) Hooks(ctx context.Context, person facts.ID) (list []Hook, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, "select id, url, created, stopped from notify_hooks where person = $1 order by id", person)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h Hook
			var created, stopped int64
			if err := rows.Scan(&h.ID, &h.URL, &created, &stopped); err != nil {
				return err
			}
			h.Created, h.Stopped = store.Time(created), stopped > 0
			list = append(list, h)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("webhooks: %w", err)
	}
	return list, nil
}

// RemoveHook ends a webhook of a person. A follow by it alone ends too.
func (s *Service) RemoveHook(ctx context.Context, person, hook facts.ID) error {
	err := s.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "delete from notify_hooks where id = $1 and person = $2", hook, person)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "notify.hook.unknown", nil)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "delete from notify_follows where hook = $1 and not site and mail = ''", hook); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "update notify_follows set hook = '' where hook = $1", hook)
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a webhook: %w", err)
	}
	return nil
}

// told is the body of a delivery.
type told struct {
	Type      string    `json:"type"` // the kind of the fact
	Timestamp time.Time `json:"timestamp"`
	Data      toldThing `json:"data"`
}

type toldThing struct {
	ID      string   `json:"id"`
	URL     string   `json:"url"`
	Title   string   `json:"title"`
	Lang    string   `json:"lang"`
	Kind    string   `json:"kind"`
	State   string   `json:"state"`
	Follows []string `json:"follows"`
}

// sendHooks makes the deliveries that are due and tells how many it looked at.
func (s *Service) sendHooks(ctx context.Context) (n int, err error) {
	for ctx.Err() == nil {
		d, ok, err := s.claim(ctx, channelHook, s.c.Hooks.lease())
		if err != nil || !ok {
			return n, err
		}
		n++
		if err := s.sendHook(ctx, d); err != nil {
			return n, err
		}
	}
	return n, ctx.Err()
}

func (s *Service) sendHook(ctx context.Context, d delivery) error {
	address, secret, body, err := s.hookOf(ctx, d)
	switch {
	case err != nil && ctx.Err() == nil:
		return s.later(ctx, d, err, 0)
	case err != nil:
		return s.release(ctx, d, s.now())
	case body == nil:
		return s.settle(ctx, d, Dropped, nil)
	}
	status, wait, err := s.post(ctx, d.id, address, secret, body)
	switch {
	case err != nil: // it may have arrived all the same: the receiver knows it by its id
		return s.later(ctx, d, err, 0)
	case status/100 == 2:
		return s.settle(ctx, d, Sent, nil)
	case status == http.StatusGone:
		return errors.Join(s.stopHook(ctx, d.hook), s.fail(ctx, d, errors.New("410: the receiver is gone")))
	}
	return s.later(ctx, d, fmt.Errorf("the receiver answered %d", status), wait)
}

// hookOf reads where a delivery goes and makes its body, nil when the webhook, its
// follows or the thing are gone.
func (s *Service) hookOf(ctx context.Context, d delivery) (address string, secret, body []byte, err error) {
	var follows []string
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		if err := tx.QueryRow(ctx, "select url, secret from notify_hooks where id = $1 and stopped = 0", d.hook).Scan(&address, &secret); err != nil {
			return err
		}
		var ids []any
		for _, id := range d.follows {
			ids = append(ids, id)
		}
		return tx.QueryList(ctx, "select id, hook from notify_follows where id in", ids, func(rows *store.Rows) error {
			var id, hook facts.ID
			err := rows.Scan(&id, &hook)
			if hook == d.hook {
				follows = append(follows, id.String())
			}
			return err
		})
	})
	if errors.Is(err, store.ErrNoRows) || err == nil && len(follows) == 0 {
		return "", nil, nil, nil
	}
	room, ok := s.room(d.room)
	if err != nil || !ok {
		return "", nil, nil, err
	}
	shown, err := room.show(ctx, []facts.ID{d.thing}, nil)
	sh, ok := shown[d.thing]
	if err != nil || !ok {
		return "", nil, nil, err
	}
	sight := sight{s: s, actors: map[facts.ID][]identity.Actor{}}
	if may, err := sight.may(ctx, d.person, identity.Thing{Room: room.Name, Owner: d.owner, State: sh.State, Public: true}); err != nil || !may {
		return "", nil, nil, err
	}
	body, err = json.Marshal(told{Type: d.what, Timestamp: d.created, Data: toldThing{ID: d.thing.String(), URL: s.link(room.Path(d.thing, sh.Lang)),
		Title: sh.Title, Lang: string(sh.Lang), Kind: sh.Kind, State: sh.State, Follows: follows}})
	return address, secret, body, err
}

// sign is the signature of a delivery (Standard Webhooks, symmetric).
func sign(secret []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	io.WriteString(mac, id+"."+timestamp+".") // hash.Hash never fails
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// post makes one delivery and gives the answer's status and how long the receiver
// asks to be left alone.
func (s *Service) post(ctx context.Context, id facts.ID, address string, secret, body []byte) (status int, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.c.Hooks.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	timestamp := strconv.FormatInt(s.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "sameboat")
	req.Header.Set(HeaderID, id.String())
	req.Header.Set(HeaderTimestamp, timestamp)
	req.Header.Set(HeaderSignature, sign(secret, id.String(), timestamp, body))
	res, err := s.client.Do(req)
	var said *url.Error // it repeats the address, which may hold a secret
	if errors.As(err, &said) {
		err = said.Err
	}
	if err != nil {
		return 0, 0, fmt.Errorf("webhook: %w", err)
	}
	defer res.Body.Close()
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		wait = min(time.Duration(min(seconds, 1<<20))*time.Second, lastPause)
	}
	// The status decides; reading a little lets the receiver finish in peace.
	_, _ = io.CopyN(io.Discard, res.Body, maxAnswer)
	return res.StatusCode, wait, nil
}

// stopHook sends nothing more to a receiver that is gone.
func (s *Service) stopHook(ctx context.Context, hook facts.ID) error {
	return s.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "update notify_hooks set stopped = $1 where id = $2 and stopped = 0", store.Micros(s.now()), hook)
		return err
	})
}
