package notify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/notify"
	"sameboat/kernel/store"
)

// receiver is somebody's program that webhooks reach.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	answer func(http.ResponseWriter, *http.Request)
	got    []call
}

type call struct {
	id, body string
	genuine  bool
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewUnstartedServer(r)
	config, _ := selfSigned(t)
	r.TLS = config
	r.StartTLS()
	t.Cleanup(r.Close)
	return r
}

// ServeHTTP checks the signature as the Standard Webhooks specification says.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(r.secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, req.Header.Get("webhook-id")+"."+req.Header.Get("webhook-timestamp")+"."+string(body))
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	r.got = append(r.got, call{req.Header.Get("webhook-id"), string(body), hmac.Equal([]byte(want), []byte(req.Header.Get("webhook-signature")))})
	if r.answer != nil {
		r.answer(w, req)
	}
}

func (r *receiver) calls() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]call(nil), r.got...)
}

func (r *receiver) say(answer func(http.ResponseWriter, *http.Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func status(code int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// hooked lets a world's webhooks reach a receiver on loopback.
func hooked(t *testing.T, w *world, r *receiver) (person facts.ID, hook notify.Hook) {
	t.Helper()
	w.config.Hooks = notify.Hooks{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: pool(r), Timeout: 500 * time.Millisecond}
	w.notify = w.replica()
	person = w.person("Amina", "en")
	hook, secret, err := w.notify.AddHook(t.Context(), person, r.URL+"/in?key=private")
	w.must(err)
	r.mu.Lock()
	r.secret = secret
	r.mu.Unlock()
	w.follow(person, notify.Query{}, notify.Ways{Hook: hook.ID})
	w.clock.add(time.Second)
	return person, hook
}

// TestWebhooks delivers on good and bad days: signed, under one id however often
// it is tried, and once.
func TestWebhooks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := newReceiver(t)
		person, hook := hooked(t, w, r)
		id := w.publish("News", "Something new.")
		w.react()
		elsewhere := newReceiver(t)
		for _, bad := range []func(http.ResponseWriter, *http.Request){
			status(500), status(404),
			func(rw http.ResponseWriter, req *http.Request) {
				http.Redirect(rw, req, elsewhere.URL, http.StatusTemporaryRedirect)
			},
			func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }, // hangs
			func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("X", strings.Repeat("x", 1<<16))
			},
			func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		} {
			r.say(bad)
			w.flush()
			w.wantBacklog("hook/waiting 1")
			w.clock.add(2 * time.Hour)
		}
		r.say(func(rw http.ResponseWriter, _ *http.Request) { // success, with more to say than anybody reads
			for range 100 {
				rw.Write(make([]byte, 1<<16))
			}
		})
		other := w.replica()
		var all sync.WaitGroup
		for _, s := range []*notify.Service{w.notify, other} {
			all.Go(func() {
				if err := s.Flush(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		w.wantBacklog("hook/sent 1")
		calls := r.calls()
		if len(calls) != 7 || len(elsewhere.calls()) != 0 {
			t.Fatalf("%d deliveries, %d to where a redirect points", len(calls), len(elsewhere.calls()))
		}
		for i, c := range calls {
			if !c.genuine || c.id != calls[0].id || c.id == "" {
				t.Errorf("delivery %d: signature holds %v, id %q", i, c.genuine, c.id)
			}
		}
		var body struct {
			Type string
			Data struct{ ID, URL, Title, State string }
		}
		if err := json.Unmarshal([]byte(calls[0].body), &body); err != nil || body.Type != string(published) || body.Data.ID != id.String() ||
			body.Data.Title != "News" || !strings.HasPrefix(body.Data.URL, "https://center.example/r/") {
			t.Errorf("body %s, %v", calls[0].body, err)
		}
		// What is withdrawn before it is sent is not told.
		id = w.publish("Mistake", "Wrong.")
		w.react()
		w.withdraw(id)
		w.flush()
		w.wantBacklog("hook/sent 1, hook/dropped 1")
		// 410 ends it.
		r.say(status(http.StatusGone))
		w.publish("More", "More.")
		w.react()
		w.publish("Yet more", "More.")
		w.react()
		w.flush()
		if hooks, err := w.notify.Hooks(t.Context(), person); err != nil || len(hooks) != 1 || !hooks[0].Stopped {
			t.Errorf("webhooks %+v, %v", hooks, err)
		}
		failed, err := w.notify.Deliveries(t.Context(), notify.Failed, facts.ID{}, 10)
		w.must(err)
		for _, d := range failed {
			if strings.Contains(d.Trouble, "private") {
				t.Errorf("the trouble repeats the secret address: %s", d.Trouble)
			}
		}
		w.must(w.notify.RemoveHook(t.Context(), person, hook.ID))
		if list, err := w.notify.List(t.Context(), person); err != nil || len(list) != 0 {
			t.Errorf("still followed by a webhook that is gone: %s, %v", asJSON(list), err)
		}
	})
}

// TestWebhooksStayOutside: an address inside is refused when it is registered,
// and when a name turns out to mean one.
func TestWebhooksStayOutside(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r := newReceiver(t)
	w := newWorld(t, db, func(c *notify.Config) { c.Hooks = notify.Hooks{Roots: pool(r)} })
	person := w.person("Amina", "en")
	for _, address := range []string{
		r.URL, "https://localhost/", "https://10.0.0.1/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/", "https://[fe80::1]/",
		"https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::a00:1]/", "https://0.0.0.0/", "https://100.64.0.1/",
		"http://example.org/", "ftp://example.org/", "https://user:password@example.org/", "//example.org", "https://", "https://example.org/\r\nX: y",
	} {
		if _, _, err := w.notify.AddHook(t.Context(), person, address); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", address, err)
		}
	}
	hook, _, err := w.notify.AddHook(t.Context(), person, "https://good.example/")
	w.must(err)
	w.follow(person, notify.Query{}, notify.Ways{Hook: hook.ID})
	w.clock.add(time.Second)
	w.publish("News", "News.")
	w.react()
	// The name means loopback from now on, as one does that an attacker owns.
	port := r.URL[strings.LastIndexByte(r.URL, ':'):]
	w.must(w.db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "update notify_hooks set url = $1", "https://localhost"+port+"/")
		return err
	}))
	w.flush()
	waiting, err := w.notify.Deliveries(t.Context(), notify.Waiting, facts.ID{}, 10)
	if err != nil || len(waiting) != 1 || !strings.Contains(waiting[0].Trouble, "may not reach") || len(r.calls()) != 0 {
		t.Fatalf("%s, %v, %d calls", asJSON(waiting), err, len(r.calls()))
	}
}
