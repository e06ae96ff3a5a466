package notify

import (
	"errors"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// TestLeases: what one process holds no other takes, until the lease runs out;
// and who lost it changes nothing any more.
func TestLeases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2020, 3, 12, 8, 0, 0, 0, time.UTC)
		open := func() *Service {
			s, err := Open(t.Context(), Config{DB: db, Clock: func() time.Time { return now }})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		claim := func(s *Service, want bool) delivery {
			t.Helper()
			d, ok, err := s.claim(t.Context(), channelMail, time.Minute)
			if err != nil || ok != want {
				t.Fatalf("claimed: %v, %v; want %v", ok, err, want)
			}
			return d
		}
		a, b := open(), open()
		for range 2 {
			if err := a.NoticeTo(t.Context(), Letter{Key: "k", Person: facts.NewID(now), Words: "w", Mail: true}); err != nil {
				t.Fatal(err)
			}
		}
		if string(a.secret) != string(b.secret) || len(a.secret) != 32 {
			t.Error("replicas sign with different keys")
		}
		claim(a, true)
		d := claim(a, true)
		claim(b, false)
		claim(a, false)
		if err := db.Write(t.Context(), func(tx *store.Tx) error { // as if a minute had passed for the database
			_, err := tx.Exec(t.Context(), "update notify_outbox set leased = 1 where id = $1", d.id)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again := claim(b, true)
		if again.id != d.id || again.attempts != 2 {
			t.Errorf("claimed %+v, want the one that was let go of, for the second time", again)
		}
		if err := a.settle(t.Context(), d, Sent, nil); err != nil {
			t.Fatal(err)
		}
		if err := b.later(t.Context(), again, errors.New("not\r\nnow"), 0); err != nil {
			t.Fatal(err)
		}
		list, err := a.Deliveries(t.Context(), Waiting, facts.ID{}, 10)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d waiting, %v", len(list), err)
		}
		for _, x := range list {
			if x.ID == d.id && (x.Trouble != "not  now" || !x.Due.After(now)) {
				t.Errorf("put back as %+v", x)
			}
		}
		now = now.Add(61 * 24 * time.Hour)
		if err := b.later(t.Context(), claim(b, true), errors.New("too old"), 0); err != nil {
			t.Fatal(err)
		}
		if list, err = a.Deliveries(t.Context(), Failed, facts.ID{}, 10); err != nil || len(list) != 1 {
			t.Fatalf("%d failed, %v", len(list), err)
		}
		now = now.Add(61 * 24 * time.Hour)
		if err := a.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if list, err = a.Deliveries(t.Context(), Failed, facts.ID{}, 10); err != nil || len(list) != 0 {
			t.Fatalf("%d failed after pruning, %v", len(list), err)
		}
	})
}
