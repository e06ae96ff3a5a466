package desk_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"sameboat/desk"
	"sameboat/kernel/identity"
)

func credentials(email, password string) url.Values {
	return url.Values{"email": {email}, "password": {password}}
}

func TestSignInAndOut(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.shelf.fill()
	h.person("a@example.org", identity.Admin)
	res := h.ask("GET", "/closed?x=1", nil)
	if got, want := res.Header.Get("Location"), "/sign-in?back=%2Fclosed%3Fx%3D1"; res.StatusCode != 303 || got != want {
		t.Fatalf("a closed page sends a visitor to %d %q, want %q", res.StatusCode, got, want)
	}
	if body := h.page("/sign-in?back=%2Fclosed", 200); !strings.Contains(body, `name="back" value="/closed"`) {
		t.Error("the form forgets where the visitor wanted to go")
	}
	form := credentials("A@example.org", secret)
	form.Set("back", "/closed")
	res = h.send("/sign-in", "/sign-in", form)
	if res.StatusCode != 303 || res.Header.Get("Location") != "/closed" {
		t.Fatalf("signed in: %d to %q: %s", res.StatusCode, res.Header.Get("Location"), text(t, res))
	}
	for _, c := range res.Cookies() {
		if c.Name == "session" && (!c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 14*24*3600) {
			t.Errorf("session cookie %+v", c)
		}
	}
	if got := h.page("/closed", 200); got != "closed things" {
		t.Errorf("closed page: %q", got)
	}
	home := h.page("/", 200)
	if !strings.Contains(home, "Amina Diallo") || !strings.Contains(home, `action="/sign-out"`) {
		t.Error("the shell does not say who is signed in")
	}
	if res := h.ask("GET", "/sign-in?back=/about", nil); res.StatusCode != 303 || res.Header.Get("Location") != "/about" {
		t.Errorf("the sign-in page for one who is in: %d", res.StatusCode)
	}
	token := h.cookies["session"]
	if res := h.send("/", "/sign-out", url.Values{}); res.StatusCode != 303 || h.cookies["session"] != "" {
		t.Errorf("sign-out: %d, cookie %q", res.StatusCode, h.cookies["session"])
	}
	h.cookies["session"] = token
	if res := h.ask("GET", "/closed", nil); res.StatusCode != 303 {
		t.Errorf("after the sign-out the old cookie opens the page: %d", res.StatusCode)
	}
}

func TestRolesAtTheDoor(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("r@example.org", identity.Reviewer)
	h.send("/sign-in", "/sign-in", credentials("r@example.org", secret))
	h.page("/closed", 403)
	h.cookies["session"] = strings.Repeat("A", 43)
	if res := h.ask("GET", "/closed", nil); res.StatusCode != 303 {
		t.Errorf("a forged session: %d, want the way to the sign-in page", res.StatusCode)
	}
}

// TestSignInSaysOneThing: unknown account and wrong password look the same.
func TestSignInSaysOneThing(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("known@example.org", identity.Reader)
	for lang, want := range map[string]string{"en": "do not belong together", "zh": "不匹配", "ar": "غير متطابقين"} {
		var bodies []string
		for _, email := range []string{"known@example.org", "other@example.org"} {
			res := h.send("/sign-in?lang="+lang, "/sign-in", credentials(email, "a wrong password"))
			body := text(t, res)
			if res.StatusCode != 422 || !strings.Contains(body, want) || !strings.Contains(body, `role="alert"`) || strings.Contains(body, "a wrong password") || !strings.Contains(body, email) {
				t.Errorf("%s %s: status %d\n%s", lang, email, res.StatusCode, body)
			}
			body = tokenInForm.ReplaceAllString(body, "")
			bodies = append(bodies, strings.ReplaceAll(body, email, ""))
		}
		if bodies[0] != bodies[1] {
			t.Errorf("%s: the two pages differ", lang)
		}
	}
}

func TestSignInTooOften(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i := range 30 {
		res := h.send("/sign-in", "/sign-in", credentials(fmt.Sprintf("p%d@example.org", i), "wrong"))
		if res.StatusCode == 429 {
			if wait, err := strconv.Atoi(res.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 20 {
				t.Errorf("Retry-After: %q", res.Header.Get("Retry-After"))
			}
			if body := text(t, res); i < 10 || !strings.Contains(body, "Too many attempts") || !strings.Contains(body, "1 minute") {
				t.Errorf("attempt %d: %s", i, body)
			}
			return
		}
	}
	t.Error("30 attempts from one address and no end")
}

// TestNobodyIsShutOutByOthersBehindAProxy: behind a reverse proxy all come from
// one address. Wrong attempts of one visitor shut that visitor out, and nobody
// else; an unnamed proxy's visitors cannot be told apart and are counted for
// each account.
func TestNobodyIsShutOutByOthersBehindAProxy(t *testing.T) {
	t.Parallel()
	for name, proxies := range map[string][]netip.Prefix{"named": {netip.MustParsePrefix("127.0.0.0/8")}, "unnamed": nil} {
		h := open(t, proxies...)
		h.peer = "127.0.0.1:4711"
		h.person("admin@example.org", identity.Admin)
		refused := 0
		for i := range 40 {
			res := h.send("/sign-in", "/sign-in", credentials(fmt.Sprintf("p%d@example.org", i), "wrong"), "X-Forwarded-For", fmt.Sprintf("10.9.8.%d, 203.0.113.5", i))
			if res.StatusCode == 429 {
				refused++
			}
		}
		if (refused > 0) != (name == "named") {
			t.Errorf("%s: %d of 40 attempts of one visitor were too many", name, refused)
		}
		if res := h.send("/sign-in", "/sign-in", credentials("admin@example.org", secret), "X-Forwarded-For", "198.51.100.1"); res.StatusCode != 303 {
			t.Errorf("%s: the administrator with the right password from elsewhere: %d", name, res.StatusCode)
		}
		h.cookies = map[string]string{}
		last := 0
		for range 12 {
			last = h.send("/sign-in", "/sign-in", credentials("admin@example.org", "wrong"), "X-Forwarded-For", "203.0.113.9").StatusCode
		}
		if last != 429 {
			t.Errorf("%s: the twelfth wrong password of one account: %d", name, last)
		}
	}
}

func TestBackStaysHere(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("a@example.org", identity.Reader)
	for _, evil := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		form := credentials("a@example.org", secret)
		form.Set("back", evil)
		res := h.send("/sign-in", "/sign-in", form)
		if got := res.Header.Get("Location"); res.StatusCode != 303 || got != "/" {
			t.Errorf("back=%q leads to %d %q", evil, res.StatusCode, got)
		}
		h.cookies = map[string]string{}
	}
}

func TestTokensAtTheDoor(t *testing.T) {
	t.Parallel()
	h := open(t)
	p := h.person("a@example.org", identity.Admin)
	token, _, err := h.register.MakeToken(t.Context(), identity.NewToken{Person: p.ID, Org: p.Memberships[0].Org, Name: "script", Scopes: []identity.Verb{identity.Administer}, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	h.page("/closed", 200, "Authorization", "Bearer "+token)
	if res := h.ask("GET", "/closed", nil, "Authorization", "Bearer "+token[:len(token)-1]+"x", "Accept", "application/json"); res.StatusCode != 401 {
		t.Errorf("a forged token: %d", res.StatusCode)
	}
	if res := h.ask("GET", "/closed", nil, "Authorization", "Basic "+token); res.StatusCode != 303 {
		t.Errorf("another scheme: %d, want to be anybody", res.StatusCode)
	}
}

// TestForgeryIsRefused walks every route of the room that changes anything.
func TestForgeryIsRefused(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.person("a@example.org", identity.Reader)
	good := h.token("/sign-in")
	walked := 0
	for _, route := range h.site.Routes() {
		if !strings.HasPrefix(route.Name, "desk.") || route.Method == "GET" {
			continue
		}
		walked++
		target := strings.ReplaceAll(route.Pattern, "{token}", strings.Repeat("A", 43))
		form := credentials("a@example.org", secret)
		for name, change := range map[string]func(){
			"without token":         func() {},
			"with a forged token":   func() { form.Set("csrf", strings.Repeat("A", len(good))) },
			"with another's cookie": func() { form.Set("csrf", good); h.cookies["csrf"] = strings.Repeat("A", 22) },
		} {
			kept := h.cookies["csrf"]
			change()
			if res := h.ask("POST", target, form); res.StatusCode != 403 || h.cookies["session"] != "" {
				t.Errorf("%s %s: status %d", target, name, res.StatusCode)
			}
			form.Del("csrf")
			h.cookies["csrf"] = kept
		}
		form.Set("csrf", good)
		if res := h.ask("POST", target, form, "Sec-Fetch-Site", "cross-site"); res.StatusCode != 403 {
			t.Errorf("%s from another site: status %d", target, res.StatusCode)
		}
	}
	if walked < 10 {
		t.Errorf("walked %d routes", walked)
	}
}

func TestPathsAreRoutes(t *testing.T) {
	t.Parallel()
	patterns := ""
	for _, route := range open(t).site.Routes() {
		patterns += route.Method + " " + route.Pattern + "\n"
	}
	for _, want := range []string{"GET " + desk.SignInPath, "POST " + desk.SignInPath, "POST " + desk.SignOutPath, "GET " + desk.AboutPath} {
		if !strings.Contains(patterns, want+"\n") {
			t.Errorf("no route %s", want)
		}
	}
}
