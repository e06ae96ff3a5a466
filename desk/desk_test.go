package desk_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"sameboat/desk"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/store"
	"sameboat/kernel/web"
)

// house is the desk on a real site and a real register, with a shelf of its own.
type house struct {
	t        testing.TB
	site     *web.Site
	register *identity.Register
	shelf    *shelf
	clock    time.Time
	cookies  map[string]string
	peer     string // who asks, unless it is ""
}

// shelf is a Shelf with what the test puts on it.
type shelf struct {
	cards   []desk.Card
	topics  []desk.Topic
	figures desk.Figures
	err     error
}

func (s *shelf) Newest(_ context.Context, _ facts.Lang, n int) ([]desk.Card, error) {
	return s.cards[:min(n, len(s.cards))], s.err
}
func (s *shelf) Topics(context.Context, facts.Lang) ([]desk.Topic, error) { return s.topics, s.err }
func (s *shelf) Figures(context.Context) (desk.Figures, error)            { return s.figures, s.err }

func catalog(t testing.TB) *i18n.Catalog {
	t.Helper()
	c, err := i18n.Load("en", web.Texts(), identity.Texts(), desk.Texts())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func open(t testing.TB, proxies ...netip.Prefix) *house {
	t.Helper()
	h := &house{t: t, shelf: &shelf{}, clock: time.Date(2020, 3, 12, 14, 5, 0, 0, time.UTC), cookies: map[string]string{}}
	now := func() time.Time { return h.clock }
	db, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	h.register, err = identity.Open(t.Context(), db, identity.Options{Now: now, Cost: identity.PasswordCost{Memory: 64, Passes: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	c := catalog(t)
	room := desk.New(h.register, h.shelf, desk.Options{Feed: "/feed.atom", Browse: "/resources", Contact: "help@example.org", Langs: c.Langs(), Now: now})
	h.site, err = web.New(web.Options{
		Catalog: c, Operator: web.Operator{Name: "Ministry of Health"}, Proxies: proxies, Now: now, Log: slog.New(slog.DiscardHandler),
		SignIn: desk.SignInPath, SignOut: desk.SignOutPath, Who: room.Who, Authorise: room.Authorise,
		Foot: []web.Link{{Name: "about", Key: "desk.about.nav", Href: desk.AboutPath}, {Key: "desk.about.data", Href: desk.AboutPath + "#data"}, {Key: "desk.about.access", Href: desk.AboutPath + "#access"}},
	}, room.Face())
	if err != nil {
		t.Fatal(err)
	}
	room.Mount(h.site)
	h.site.Get("test.closed", "/closed", string(identity.Administer), func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "closed things")
		return err
	})
	return h
}

// ask makes one request as a browser that keeps its cookies.
func (h *house) ask(method, target string, form url.Values, headers ...string) *http.Response {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	if h.peer != "" {
		r.RemoteAddr = h.peer
	}
	for name, value := range h.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	h.site.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		h.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(h.cookies, c.Name)
		}
	}
	return res
}

func text(t testing.TB, res *http.Response) string {
	t.Helper()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// page asks for a page and wants a status.
func (h *house) page(target string, status int, headers ...string) string {
	h.t.Helper()
	res := h.ask("GET", target, nil, headers...)
	body := text(h.t, res)
	if res.StatusCode != status {
		h.t.Fatalf("%s: status %d, want %d\n%s", target, res.StatusCode, status, body)
	}
	if strings.Contains(body, "⟦") {
		h.t.Errorf("%s shows a key without text: %s", target, body[strings.Index(body, "⟦"):][:60])
	}
	return body
}

var tokenInForm = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// token opens a page with a form and gives the form's token.
func (h *house) token(target string) string {
	h.t.Helper()
	found := tokenInForm.FindStringSubmatch(h.page(target, 200))
	if found == nil {
		h.t.Fatalf("%s has no form", target)
	}
	return found[1]
}

// send opens a page, fills in its form and sends it.
func (h *house) send(opened, target string, form url.Values, headers ...string) *http.Response {
	h.t.Helper()
	form.Set("csrf", h.token(opened))
	return h.ask("POST", target, form, headers...)
}

const secret = "four words in a row"

func (h *house) person(email string, roles identity.Roles) identity.Person {
	h.t.Helper()
	org, err := h.register.OperatingOrg(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	p, err := h.register.CreatePerson(h.t.Context(), identity.NewPerson{Name: "Amina Diallo", Email: email, Lang: "en", Password: secret, Org: org.ID, Roles: roles})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	seen := 0
	for _, key := range c.Keys() {
		if strings.HasPrefix(key, "desk.") {
			seen++
		}
	}
	if seen < 50 || len(c.Langs()) < 3 {
		t.Fatalf("%d texts in %v: the room's texts are not there", seen, c.Langs())
	}
	for _, p := range c.Complete() {
		if strings.HasPrefix(p.Key, "desk.") {
			t.Error(p)
		}
	}
}

func TestShelfTroubleIsAFault(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.shelf.err = fault.New(fault.Away, "fault.late", nil)
	h.page("/", 503)
}
