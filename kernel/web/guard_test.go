package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sameboat/kernel/fault"
)

var tokenInPage = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// formSite has one form and one act, for a person whose session the cookie
// "who" names.
func formSite(t *testing.T, opts Options) *Site {
	opts.Who = func(r *http.Request) (Who, error) {
		if c, err := r.Cookie("who"); err == nil {
			return Who{Name: c.Value, Session: c.Value}, nil
		}
		return Who{}, nil
	}
	site := testSite(t, opts, map[string]string{"form": `<form method="post">{{.CSRF}}{{.CSRF}}</form>`})
	site.Get("room.form", "/form", Open, func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, 200, "room/form", Page{})
	})
	site.Handle(Route{Name: "room.act", Method: "POST", Pattern: "/form", Verb: Open, MaxBody: 4000, Handler: func(w http.ResponseWriter, r *http.Request) error {
		return Redirect(w, r, r.FormValue("back"))
	}})
	site.Post("api.act", "/api/act", Open, func(w http.ResponseWriter, r *http.Request) error { return nil })
	return site
}

// tokenFor opens the form and gives the token and the cookie it is bound to.
func tokenFor(t *testing.T, site *Site, headers ...string) (token, cookie string) {
	t.Helper()
	w := ask(site, "GET", "/form", "", headers...)
	found := tokenInPage.FindStringSubmatch(w.Body.String())
	if found == nil {
		t.Fatalf("no token in %s", w.Body)
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" || w.Header().Get("ETag") != "" {
		t.Errorf("a page with a token may be kept: %q", got)
	}
	cookies := w.Result().Cookies()
	if len(cookies) == 1 {
		cookie = cookies[0].Name + "=" + cookies[0].Value
	}
	return found[1], cookie
}

// TestAnOldFormIsNoMatterOfRights: the page says to load the form again, and not
// in the same breath that an account lacks a right.
func TestAnOldFormIsNoMatterOfRights(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{})
	for _, headers := range [][]string{nil, {"Sec-Fetch-Site", "cross-site"}} {
		for lang, rights := range map[string]string{"en": "does not have this right", "zh": "权", "ar": "حسابك"} {
			page := ask(site, "POST", "/form", "a=b", append(headers, "Content-Type", "application/x-www-form-urlencoded", "Accept-Language", lang)...)
			if body := page.Body.String(); page.Code != 403 || strings.Contains(body, rights) || !strings.Contains(body, map[string]string{"en": "Nothing was changed", "zh": "没有任何更改", "ar": "لم يتغير شيء"}[lang]) {
				t.Errorf("%v in %s: %d\n%s", headers, lang, page.Code, body)
			}
		}
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{})
	token, cookie := tokenFor(t, site)
	_, otherCookie := tokenFor(t, site)
	elsewhere, elsewhereCookie := tokenFor(t, formSite(t, Options{}))
	form := "application/x-www-form-urlencoded"
	for _, test := range []struct {
		what, body string
		headers    []string
		want       int
	}{
		{"the honest form", "csrf=" + token, []string{"Cookie", cookie}, 303},
		{"the honest form of a browser", "csrf=" + token, []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, 303},
		{"the token in a header", "", []string{"Cookie", cookie, "X-Csrf-Token", token}, 303},
		{"no token", "a=b", []string{"Cookie", cookie}, 403},
		{"no cookie", "csrf=" + token, nil, 403},
		{"another visitor's cookie", "csrf=" + token, []string{"Cookie", otherCookie}, 403},
		{"a token of another site's key", "csrf=" + elsewhere, []string{"Cookie", elsewhereCookie}, 403},
		{"a token of the wrong length", "csrf=abcd", []string{"Cookie", cookie}, 403},
		{"a token that is no base64", "csrf=%21%21", []string{"Cookie", cookie}, 403},
		{"a token bound to nobody, used with a session", "csrf=" + token, []string{"Cookie", cookie + "; who=amina"}, 403},
		{"the right token from another site", "csrf=" + token, []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"}, 403},
		{"the right token from another origin", "csrf=" + token, []string{"Cookie", cookie, "Origin", "https://evil.example"}, 403},
		{"a token in the address", "", []string{"Cookie", cookie}, 403},
		{"a broken form", "%zz", []string{"Cookie", cookie}, 400},
		{"a form longer than the route takes", "csrf=" + token + "&a=" + strings.Repeat("a", 5000), []string{"Cookie", cookie}, 413},
	} {
		target := "/form"
		if strings.Contains(test.what, "in the address") {
			target += "?csrf=" + url.QueryEscape(token)
		}
		w := ask(site, "POST", target, test.body, append(test.headers, "Content-Type", form)...)
		if w.Code != test.want {
			t.Errorf("%s: got %d, want %d", test.what, w.Code, test.want)
		}
	}
	for what, want := range map[string]int{"same-origin": 200, "cross-site": 403, "": 200} {
		if w := ask(site, "POST", "/api/act", "{}", "Content-Type", "application/json", "Sec-Fetch-Site", what); w.Code != want {
			t.Errorf("API from %q: got %d, want %d", what, w.Code, want)
		}
	}
}

func TestATokenBelongsToItsSession(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{})
	token, cookie := tokenFor(t, site, "Cookie", "who=amina")
	for who, want := range map[string]int{"amina": 303, "bo": 403} {
		w := ask(site, "POST", "/form", "csrf="+token, "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie+"; who="+who)
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", who, w.Code, want)
		}
	}
	again, _ := tokenFor(t, site, "Cookie", cookie+"; who=amina")
	if again == token {
		t.Error("the token is not masked anew")
	}
}

func TestUploadsCarryTheTokenToo(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{})
	token, cookie := tokenFor(t, site)
	for _, size := range []int{100, 9000} {
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		if err := m.WriteField("csrf", token); err != nil {
			t.Fatal(err)
		}
		part, err := m.CreateFormFile("file", "a.txt")
		if err != nil {
			t.Fatal(err)
		}
		part.Write(bytes.Repeat([]byte("x"), size)) // to memory: never fails
		m.Close()                                   // as above
		w := ask(site, "POST", "/form", body.String(), "Content-Type", m.FormDataContentType(), "Cookie", cookie)
		if want := map[int]int{100: 303, 9000: 413}[size]; w.Code != want {
			t.Errorf("%d bytes: got %d, want %d", size, w.Code, want)
		}
	}
}

func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{})
	site.Get("room.panic", "/panic", Open, func(http.ResponseWriter, *http.Request) error { panic("x") })
	site.Get("room.shut", "/shut", "read", func(http.ResponseWriter, *http.Request) error { return nil })
	css, _ := site.assets.href("style.css")
	for _, target := range []string{"/style", "/nowhere", "/panic", "/shut", "/form", "/healthz", "/robots.txt", "/manifest.webmanifest", "/favicon.ico", css, "/assets/x/none.css", "/api/v1/openapi.json", "/api/none", "//double", "/api/../style"} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
			h := ask(site, method, target, "").Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
				"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s %s: %s is %q", method, target, name, got)
				}
			}
			if h.Get("Cache-Control") == "" && method == "GET" {
				t.Errorf("%s %s: no Cache-Control", method, target)
			}
		}
	}
	for _, word := range []string{"unsafe-inline", "unsafe-eval", "data:", "*", "http"} {
		if strings.Contains(policy, word) {
			t.Errorf("the policy allows %s", word)
		}
	}
}

func TestRoutesAreShutUnlessTheirRuleSaysOpen(t *testing.T) {
	t.Parallel()
	handler := func(w http.ResponseWriter, r *http.Request) error { w.WriteHeader(204); return nil }
	shut := testSite(t, Options{}, nil)
	shut.Get("room.page", "/page", "read", handler)
	if w := ask(shut, "GET", "/page", ""); w.Code != 403 {
		t.Errorf("without a policy: got %d, want 403", w.Code)
	}
	var asked []string
	site := testSite(t, Options{Authorise: func(r *http.Request, who Who, verb string) error {
		asked = append(asked, verb)
		if verb == "read" {
			return nil
		}
		return fault.New(fault.SignIn, "fault.refused", nil)
	}}, nil)
	site.Get("room.page", "/page", "read", handler)
	site.Get("room.desk", "/desk", "edit", handler)
	site.Get("room.open", "/open", Open, handler)
	for target, want := range map[string]int{"/page": 204, "/desk": 401, "/open": 204} {
		if w := ask(site, "GET", target, ""); w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
	}
	if len(asked) != 2 {
		t.Errorf("the policy was asked for %v", asked)
	}
}

func TestMistakenRoutesPanic(t *testing.T) {
	t.Parallel()
	handler := func(http.ResponseWriter, *http.Request) error { return nil }
	for what, declare := range map[string]func(*Site){
		"no rule":    func(s *Site) { s.Get("room.page", "/page", "", handler) },
		"no name":    func(s *Site) { s.Get("", "/page", Open, handler) },
		"no handler": func(s *Site) { s.Get("room.page", "/page", Open, nil) },
		"no path":    func(s *Site) { s.Get("room.page", "page", Open, handler) },
		"no method":  func(s *Site) { s.Handle(Route{Name: "a", Pattern: "/a", Verb: Open, Handler: handler}) },
		"twice":      func(s *Site) { s.Get("a", "/a", Open, handler); s.Get("b", "/a", Open, handler) },
		"API without a rule": func(s *Site) {
			apiMux{s}.HandleFunc("GET /api/v1/x", func(http.ResponseWriter, *http.Request) {})
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: the route was taken", what)
				}
			}()
			declare(testSite(t, Options{}, nil))
		}()
	}
}

func TestCookiesOverHTTPS(t *testing.T) {
	t.Parallel()
	site := formSite(t, Options{URL: "https://help.example"})
	w := ask(site, "GET", "/form", "")
	c := w.Result().Cookies()[0]
	if c.Name != "__Host-csrf" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("got %+v", c)
	}
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("https is not held")
	}
	token, cookie := tokenFor(t, site)
	r := httptest.NewRequest("POST", "http://internal/form", strings.NewReader("csrf="+token))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Cookie", cookie)
	r.Header.Set("Origin", "https://help.example") // behind a proxy the Host differs from the public origin
	got := httptest.NewRecorder()
	site.ServeHTTP(got, r)
	if got.Code != 303 {
		t.Errorf("behind a proxy: got %d", got.Code)
	}
}

func TestTooManyAtOnce(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{MaxOpen: 1}, nil)
	inside, leave := make(chan struct{}), make(chan struct{})
	site.Get("room.slow", "/slow", Open, func(http.ResponseWriter, *http.Request) error { close(inside); <-leave; return nil })
	done := make(chan struct{})
	go func() { ask(site, "GET", "/slow", ""); close(done) }()
	<-inside
	if w := ask(site, "GET", "/healthz", ""); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("got %d", w.Code)
	}
	close(leave)
	<-done
	if w := ask(site, "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("afterwards: got %d", w.Code)
	}
}

func TestRedirectsStayHere(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/r/1?a=b": "/r/1?a=b", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "javascript:alert(1)": "/", "/a\r\nX: y": "/",
	} {
		if got := LocalPath(target); got != want {
			t.Errorf("%q: got %q, want %q", target, got, want)
		}
	}
}

func TestLongAddressesAreRefused(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	if w := ask(site, "GET", "/style?q="+strings.Repeat("a", 100_000), ""); w.Code != 413 {
		t.Errorf("got %d, want 413", w.Code)
	}
}
