package desk_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

func setUpForm() url.Values {
	return url.Values{
		"name": {"Li Wei"}, "email": {"li@example.org"}, "password": {secret}, "again": {secret},
		"organisation": {"卫生部"}, "country": {"CN"}, "lang": {"zh"},
	}
}

func (h *house) link() string {
	h.t.Helper()
	token, err := h.register.SetupLink(h.t.Context())
	if err != nil || token == "" {
		h.t.Fatalf("set-up link %q: %v", token, err)
	}
	return "/setup/" + token
}

func TestSetUpOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	link := h.link()
	if body := h.page("/sign-in", 200); !strings.Contains(body, "one-time link") {
		t.Error("the sign-in page of a new site does not say how to begin")
	}
	res := h.ask("GET", link, nil)
	if control := res.Header.Get("Cache-Control"); !strings.Contains(control, "no-store") {
		t.Errorf("the set-up page may be kept: %q", control)
	}
	other := open(t) // the token of another visitor's form, to keep after the link is used
	other.site, other.register = h.site, h.register
	late := other.token(link)
	if res := h.send(link, link, setUpForm()); res.StatusCode != 303 || res.Header.Get("Location") != "/" {
		t.Fatalf("set-up: %d %s", res.StatusCode, text(t, res))
	}
	home := h.page("/", 200)
	if !strings.Contains(home, "Li Wei") || !strings.Contains(home, `<html lang="zh"`) {
		t.Error("after the set-up nobody is signed in, or not in the language chosen")
	}
	h.page("/closed", 200)
	if body := h.page("/about", 200); !strings.Contains(body, "卫生部") || !strings.Contains(body, "中国") {
		t.Error("the operator's name and country are not on the page about the site")
	}
	other.page(link, 404)
	form := setUpForm()
	form.Set("email", "second@example.org")
	form.Set("csrf", late)
	if res := other.ask("POST", link, form); res.StatusCode != 404 || other.cookies["session"] != "" {
		t.Errorf("the used link, with a form opened before: %d", res.StatusCode)
	}
}

func TestSetUpLinkForgedAndExpired(t *testing.T) {
	t.Parallel()
	h := open(t)
	link := h.link()
	for _, forged := range []string{"/setup/x", "/setup/" + strings.Repeat("A", 43), link + "A", "/setup/%00"} {
		if body := h.page(forged, 404); !strings.Contains(body, "not valid any more") {
			t.Errorf("%s: the page does not say why", forged)
		}
	}
	form := setUpForm()
	form.Set("csrf", h.token(link))
	h.clock = h.clock.Add(24 * time.Hour)
	if res := h.ask("POST", link, form); res.StatusCode != 404 {
		t.Errorf("after a day: %d", res.StatusCode)
	}
	next := h.link()
	h.page(link, 404)
	h.page(next, 200)
}

func TestSetUpMistakes(t *testing.T) {
	t.Parallel()
	h := open(t)
	link := h.link()
	form := setUpForm()
	form.Set("again", "something else entirely")
	form.Set("country", "ZZ")
	form.Set("email", `"><script>`)
	res := h.send(link+"?lang=en", link, form)
	body := text(t, res)
	if res.StatusCode != 422 {
		t.Fatalf("status %d", res.StatusCode)
	}
	for _, want := range []string{"The two passwords are not the same.", "This is not an e-mail address.", "from the list", `value="Li Wei"`, `value="卫生部"`, `aria-invalid="true"`, `<option value="zh" lang="zh" selected>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(body, secret) || strings.Contains(body, "<script>") {
		t.Error("the form repeats a password or markup")
	}
	last := 0
	for _, value := range []string{"AX", "AL", "CI", "HR", "CU", "ZW"} { // Åland, Albania, Côte d'Ivoire, Croatia, Cuba, Zimbabwe
		at := strings.Index(body, `<option value="`+value+`"`)
		if at < last {
			t.Errorf("%s does not stand where people look for it", value)
		}
		last = at
	}
	if n := strings.Count(body, "<option "); n < 200 {
		t.Errorf("%d options: not all countries are there", n)
	}
	if res := h.send(link, link, setUpForm()); res.StatusCode != 303 {
		t.Errorf("after the mistakes the link is used up: %d", res.StatusCode)
	}
}
