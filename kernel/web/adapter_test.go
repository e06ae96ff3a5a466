package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// failing is a site whose every act fails with the error given.
func failing(t *testing.T, opts Options, err error) *Site {
	site := testSite(t, opts, nil)
	fails := func(http.ResponseWriter, *http.Request) error { return err }
	site.Get("room.page", "/page", Open, fails)
	site.Get("room.data", "/api/data", Open, fails)
	return site
}

func TestEveryFaultIsToldToPeopleAndPrograms(t *testing.T) {
	t.Parallel()
	secret := errors.New("table people, password hunter2")
	site := testSite(t, Options{}, nil)
	for i, test := range []struct {
		err    error
		kind   string
		status int
	}{
		{fault.Wrap(fault.NotFound, "fault.address", secret), "not-found", 404},
		{fault.Wrap(fault.SignIn, "identity.signin.needed", secret), "sign-in", 401},
		{fault.Wrap(fault.Refused, "fault.refused", secret), "refused", 403},
		{fault.Wrap(fault.Invalid, "web.unparsable", secret).With("title", "web.api.reason.one-of", fault.Args{"value": "<b>"}), "invalid", 422},
		{fault.Wrap(fault.Invalid, "web.unparsable", errors.Join(errUnparsable, secret)), "invalid", 400},
		{fault.Wrap(fault.Conflict, "fault.refused", secret), "conflict", 409},
		{fmt.Errorf("upload: %w", &http.MaxBytesError{Limit: 1234}), "too-large", 413},
		{fault.Wrap(fault.Away, "fault.late", secret), "away", 503},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), "away", 503},
		{fault.Wrap(fault.Away, store.KeyLow, secret), "away", 507},
		{fault.Wrap(fault.Busy, "fault.crowded", secret), "busy", 429},
		{fmt.Errorf("handler: %w", secret), "internal", 500},
	} {
		path := fmt.Sprint("/page", i)
		fails := func(http.ResponseWriter, *http.Request) error { return test.err }
		site.Get("room.page", path, Open, fails)
		site.Get("room.data", "/api"+path, Open, fails)
		for _, lang := range site.opts.Catalog.Langs() {
			title := site.opts.Catalog.Printer(lang).T("web.fault." + test.kind + ".title")
			page := ask(site, "GET", path, "", "Accept-Language", string(lang), "Accept", "text/html")
			body := page.Body.String()
			if page.Code != test.status || !strings.Contains(body, "<h1>"+title+"</h1>") || !strings.Contains(body, `lang="`+string(lang)+`"`) {
				t.Errorf("%v in %s: page says %d %q", test.err, lang, page.Code, title)
			}
			data := ask(site, "GET", "/api"+path, "", "Accept-Language", string(lang))
			var problem Problem
			if err := json.Unmarshal(data.Body.Bytes(), &problem); err != nil {
				t.Fatalf("%v: %v in %s", test.err, err, data.Body)
			}
			if data.Code != test.status || problem.Status != test.status || problem.Title != title || problem.Type != "urn:sameboat:problem:"+test.kind ||
				data.Header().Get("Content-Type") != "application/problem+json" || data.Header().Get("Content-Language") != string(lang) {
				t.Errorf("%v in %s: problem %d %+v %v", test.err, lang, data.Code, problem, data.Header())
			}
			for _, out := range []string{body, data.Body.String()} {
				if strings.Contains(out, "hunter2") {
					t.Errorf("%v in %s: the operator's error reached the reader", test.err, lang)
				}
				if strings.Contains(out, "⟦") && !strings.Contains(test.err.Error(), "identity.") && !strings.Contains(test.err.Error(), "store.") { // which bring their own texts
					t.Errorf("%v in %s: a text is missing: %s", test.err, lang, out)
				}
			}
			if retry := page.Header().Get("Retry-After"); (retry != "") != (test.status == 503 || test.status == 507 || test.status == 429) {
				t.Errorf("%v: Retry-After %q", test.err, retry)
			}
		}
	}
}

func TestFieldsAreNamedAndEscaped(t *testing.T) {
	t.Parallel()
	site := failing(t, Options{}, fault.New(fault.Invalid, "web.unparsable", nil).With("<i>title</i>", "web.api.reason.one-of", fault.Args{"value": "<script>alert(1)</script>"}))
	page := ask(site, "GET", "/page", "").Body.String()
	if strings.Contains(page, "<script>alert") || strings.Contains(page, "<i>title") || !strings.Contains(page, "&lt;i&gt;title") {
		t.Error("the field's words were not escaped")
	}
	var problem Problem
	if err := json.Unmarshal(ask(site, "GET", "/page", "", "Accept", "application/json").Body.Bytes(), &problem); err != nil || len(problem.Errors) != 1 || problem.Errors[0].Name != "<i>title</i>" {
		t.Errorf("a client that asks for JSON got %+v, %v", problem, err)
	}
}

func TestAPanicIsOurMistakeAndIsLoggedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	site := testSite(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil))}, nil)
	site.Get("room.page", "/page", Open, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/csv")
		w.Header().Set("ETag", `"half"`)
		panic("out of cheese")
	})
	w := ask(site, "GET", "/page?q=my+secret+illness", "")
	if w.Code != 500 || !strings.Contains(w.Body.String(), "Our mistake") || w.Header().Get("ETag") != "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	lines := strings.Count(log.String(), "request failed")
	if lines != 1 || !strings.Contains(log.String(), "out of cheese") || !strings.Contains(log.String(), "route=room.page") || strings.Contains(log.String(), "illness") {
		t.Errorf("the log says %s", log.String())
	}
}

func TestHalfAnAnswerIsCutNotMended(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	site.Get("room.page", "/page", Open, func(w http.ResponseWriter, r *http.Request) error {
		if _, err := w.Write(bytes.Repeat([]byte("x"), 5000)); err != nil {
			return err
		}
		return errors.New("the disk went away")
	})
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the connection was not cut")
		}
	}()
	ask(site, "GET", "/page", "")
}

func TestSignInIsOfferedToPeople(t *testing.T) {
	t.Parallel()
	site := failing(t, Options{SignIn: "/sign-in"}, fault.New(fault.SignIn, "fault.refused", nil))
	w := ask(site, "GET", "/page?a=b%20c&d=é", "", "Accept", "text/html")
	if w.Code != 303 || w.Header().Get("Location") != "/sign-in?back=%2Fpage%3Fa%3Db%2520c%26d%3D%C3%A9" {
		t.Errorf("got %d %q", w.Code, w.Header().Get("Location"))
	}
	if w := ask(site, "GET", "/api/data", ""); w.Code != 401 || w.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("a program got %d %v", w.Code, w.Header())
	}
}

func TestAddressesOfOtherMethods(t *testing.T) {
	t.Parallel()
	site := failing(t, Options{}, nil)
	for target, want := range map[string]int{"/page": 405, "/none": 404, "/api/data": 405, "/api/none": 404} {
		w := ask(site, "DELETE", target, "")
		if w.Code != want || (want == 405) != strings.Contains(w.Header().Get("Allow"), "GET") {
			t.Errorf("%s: got %d, Allow %q", target, w.Code, w.Header().Get("Allow"))
		}
	}
}
