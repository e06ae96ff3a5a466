package nodetest

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Visitor is somebody with a browser: cookies are kept, redirects are shown and
// not followed.
type Visitor struct {
	URL    string // of the node, without a slash at the end
	Client *http.Client
	t      testing.TB
}

// NewVisitor makes a visitor without any cookie.
func NewVisitor(t testing.TB, url string) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(client.CloseIdleConnections)
	return &Visitor{URL: url, Client: client, t: t}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// JSON decodes the body.
func (a Answer) JSON(t testing.TB, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.Body), to); err != nil {
		t.Fatalf("%v in %.300s", err, a.Body)
	}
}

// Do sends a request to the node with the visitor's cookies.
func (v *Visitor) Do(method, path string, body io.Reader, header ...string) Answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, v.URL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := v.Client.Do(r)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatalf("%s %s: %v", method, path, err)
	}
	return Answer{answer.StatusCode, answer.Header, string(b)}
}

// Cookies gives the cookies that the visitor's browser holds for the node.
func (v *Visitor) Cookies() []*http.Cookie {
	at, err := url.Parse(v.URL)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.Client.Jar.Cookies(at)
}

// Get fetches a page whatever its status.
func (v *Visitor) Get(path string, header ...string) Answer {
	v.t.Helper()
	return v.Do(http.MethodGet, path, nil, header...)
}

// Page fetches a page that must be there.
func (v *Visitor) Page(path string, header ...string) string {
	v.t.Helper()
	a := v.Get(path, header...)
	if a.Status != http.StatusOK {
		v.t.Fatalf("GET %s: %d %.600s", path, a.Status, a.Body)
	}
	return a.Body
}

var tokenInput = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// Token gives the token that the forms of a page carry, "" when it has no form.
func Token(page string) string {
	if m := tokenInput.FindStringSubmatch(page); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

// Post opens the page that has the form, takes its token, and sends the form to
// path.
func (v *Visitor) Post(page, path string, form url.Values) Answer {
	v.t.Helper()
	token := Token(v.Page(page))
	if token == "" {
		v.t.Fatalf("%s holds no form", page)
	}
	sent := url.Values{"csrf": {token}}
	for name, values := range form {
		sent[name] = values
	}
	return v.Do(http.MethodPost, path, strings.NewReader(sent.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// The account that SetUp makes.
const (
	AdminEmail    = "admin@center.example"
	AdminPassword = "a boat for everybody"
)

// SetUp makes the first administrator through the one-time link, with a second
// factor, and gives that person's browser, which is signed in.
func (n *Node) SetUp() *Visitor {
	n.t.Helper()
	link, err := n.Identity.SetupLink(context.Background())
	if err != nil || link == "" {
		n.t.Fatalf("the one-time link: %q %v", link, err)
	}
	v := NewVisitor(n.t, n.URL)
	a := v.Post("/setup/"+link, "/setup/"+link, url.Values{"name": {"Ada Admin"}, "email": {AdminEmail}, "password": {AdminPassword}, "again": {AdminPassword},
		"organisation": {"Test Center"}, "country": {"CH"}, "lang": {"en"}})
	if a.Status != http.StatusSeeOther {
		n.t.Fatalf("set-up: %d %.2000s", a.Status, a.Body)
	}
	v.Enrol()
	return v
}

// SignIn gives the browser of somebody who has just signed in.
func (n *Node) SignIn(email, password string) *Visitor {
	n.t.Helper()
	v := NewVisitor(n.t, n.URL)
	if a := v.Post("/sign-in", "/sign-in", url.Values{"email": {email}, "password": {password}}); a.Status != http.StatusSeeOther {
		n.t.Fatalf("sign in: %d %.2000s", a.Status, a.Body)
	}
	return v
}

// Unescape gives a text of a page as it was before it was written into HTML.
func Unescape(s string) string { return html.UnescapeString(s) }
