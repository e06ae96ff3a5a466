package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
	"sameboat/kernel/web/once"
)

// TestAWriteSentAgain: with a key a write is done once, by one person, however
// often it arrives; what was refused may be tried again.
func TestAWriteSentAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var clock atomic.Int64
		clock.Store(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
		register, err := once.Open(t.Context(), db, bytes.Repeat([]byte{7}, 32), func() time.Time { return store.Time(clock.Load()) })
		if err != nil {
			t.Fatal(err)
		}
		site := testSite(t, Options{Once: register,
			Who: func(r *http.Request) (Who, error) {
				return Who{Session: r.Header.Get("X-Who"), Name: r.Header.Get("X-Who")}, nil
			},
			Authorise: func(*http.Request, Who, string) error { return nil },
		}, nil)
		made, entered, leave := 0, make(chan bool), make(chan bool)
		type in struct {
			Body struct {
				Say string `json:"say"`
			}
		}
		type out struct {
			Location string `header:"Location"`
			Body     struct {
				Secret string `json:"secret"`
			}
		}
		Operate(site, huma.Operation{OperationID: "make", Method: "POST", Path: "/things", DefaultStatus: 201}, "create",
			func(_ context.Context, in *in) (*out, error) {
				if in.Body.Say == "slow" {
					entered <- true
					<-leave
				}
				if in.Body.Say == "busy" && made == 0 {
					made++
					return nil, fault.New(fault.Busy, "fault.crowded", nil)
				}
				made++
				o := &out{Location: fmt.Sprintf("/things/%d", made)}
				o.Body.Secret = fmt.Sprintf("hush-%d", made)
				return o, nil
			})
		send := func(who, key, say string) (status int, body, location, again string) {
			w := ask(site, "POST", "/api/v1/things", `{"say":"`+say+`"}`, "Content-Type", "application/json", "X-Who", who, keyHeader, key)
			return w.Code, w.Body.String(), w.Header().Get("Location"), w.Header().Get(replayedHeader)
		}
		check := func(what string, wantStatus int, wantPart, wantAgain string, status int, body, again string) {
			t.Helper()
			if status != wantStatus || !strings.Contains(body, wantPart) || again != wantAgain {
				t.Errorf("%s: %d %s replayed %q, want %d with %s replayed %q", what, status, body, again, wantStatus, wantPart, wantAgain)
			}
		}
		status, body, _, again := send("ann", "k1", "busy")
		check("refused", 429, "problem", "", status, body, again)
		status, body, where, again := send("ann", "k1", "busy")
		check("tried again after a refusal", 201, "hush-2", "", status, body, again)
		status, body, whereAgain, again := send("ann", "k1", "busy")
		check("sent again", 201, "hush-2", "true", status, body, again)
		if where != whereAgain || where == "" {
			t.Errorf("the address is %q, and %q the second time", where, whereAgain)
		}
		status, body, _, again = send("ann", `"k1"`, "busy")
		check("as a quoted string", 201, "hush-2", "true", status, body, again)
		status, body, _, again = send("ann", "k1", "other")
		check("the key for something else", 422, "web.once.other", "", status, body, again)
		status, body, _, again = send("bob", "k1", "busy")
		check("somebody else's key of that name", 201, "hush-3", "", status, body, again)
		status, body, _, again = send("ann", strings.Repeat("k", 201), "busy")
		check("a key too long", 422, "web.once.key", "", status, body, again)
		status, body, _, again = send("ann", "k ö", "busy")
		check("no key", 422, "web.once.key", "", status, body, again)

		first := make(chan string)
		go func() { _, body, _, _ := send("ann", "k2", "slow"); first <- body }()
		<-entered
		status, body, _, again = send("ann", "k2", "slow")
		check("while the first is at work", 409, "web.once.running", "", status, body, again)
		leave <- true
		if body := <-first; !strings.Contains(body, "hush-4") {
			t.Errorf("the first: %s", body)
		}
		status, body, _, again = send("ann", "k2", "slow")
		check("after it", 201, "hush-4", "true", status, body, again)

		clock.Add((once.Kept + time.Hour).Microseconds())
		status, body, _, again = send("ann", "k1", "other")
		check("a day later", 201, "hush-5", "", status, body, again)

		if err := db.Read(t.Context(), func(tx *store.Tx) error {
			var kept []byte
			if err := tx.QueryRow(t.Context(), `select answer from once_claims`).Scan(&kept); err != nil {
				return err
			}
			if bytes.Contains(kept, []byte("hush")) {
				t.Error("the secret of an answer can be read in the database")
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestAnAttemptThatNeverEnded no longer holds its key after a while, and its end
// then changes nothing.
func TestAnAttemptThatNeverEnded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		register, err := once.Open(t.Context(), db, []byte("secret"), func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		lost, err := register.Claim(t.Context(), "ann", "POST /x", "k")
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(once.Stale - time.Second)
		if _, err := register.Claim(t.Context(), "ann", "POST /x", "k"); fault.Of(err).Kind != fault.Conflict {
			t.Errorf("before it is stale: %v", err)
		}
		now = now.Add(2 * time.Second)
		second, err := register.Claim(t.Context(), "ann", "POST /x", "k")
		if err != nil || second.Kept != nil {
			t.Fatalf("after: %v, %v", second, err)
		}
		if err := lost.Settle(t.Context(), [32]byte{1}, once.Answer{Status: 500}); err != nil {
			t.Error(err)
		}
		if err := second.Settle(t.Context(), [32]byte{2}, once.Answer{Status: 204}); err != nil {
			t.Error(err)
		}
		third, err := register.Claim(t.Context(), "ann", "POST /x", "k")
		if err != nil || third.Kept == nil || third.Kept.Status != 204 || third.Same([32]byte{2}) != nil {
			t.Errorf("the answer: %+v, %v", third, err)
		}
	})
}
