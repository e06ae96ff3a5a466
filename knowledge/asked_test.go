package knowledge

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// sampleRoom is a room with the sample library, whose index is up to date.
func sampleRoom(t *testing.T) *shown {
	t.Helper()
	s := newShown(t)
	if _, err := s.Import(t.Context(), SampleFiles(), Options{Owner: s.owner, Source: "sample", Sample: true}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.finding.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// asks reads an address as a browser with these languages.
func (s *shown) asks(t *testing.T, address, accept string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", address, nil)
	if accept != "" {
		r.Header.Set("Accept-Language", accept)
	}
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "⟦") {
		t.Errorf("%s: a text is missing", address)
	}
	return w
}

// TestReadersOfOtherLanguages: the interface may not speak a reader's language,
// but what exists in it is shown in it.
func TestReadersOfOtherLanguages(t *testing.T) {
	s := sampleRoom(t)
	question := "q=" + url.QueryEscape("comment trier les patients fébriles")
	for _, c := range []struct{ name, query, accept, want string }{
		{"the browser's language", question, "fr-FR,fr", "fr"},
		{"the browser's second language", question, "sw,ru;q=0.5", "ru"},
		{"the address before the browser", question + "&lang=es", "fr", "es"},
		{"the language of the question", question + "&qlang=fr", "", "fr"},
		{"a reader of English who asks in French", question, "en", "en"},
		{"browsing", "kind=protocol", "fr", "fr"},
		{"browsing without a wish", "kind=protocol", "", "en"},
		{"a language there is none of", "kind=protocol&lang=sw", "", "en"},
		{"traditional characters", "kind=protocol", "zh-TW,en;q=0.8", "zh"},
	} {
		w := s.asks(t, "/api/v1/search?"+c.query, c.accept)
		var a Answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Hits) == 0 {
			t.Fatalf("%s: %v %s", c.name, err, w.Body)
		}
		for _, h := range a.Hits {
			if string(h.Language) != c.want || string(h.Passage.Language) != c.want {
				t.Errorf("%s: %q in %s, passage in %s; want %s", c.name, h.Title, h.Language, h.Passage.Language, c.want)
			}
		}
		page := s.asks(t, "/search?"+c.query, c.accept)
		if title := html.EscapeString(a.Hits[0].Title); !strings.Contains(page.Body.String(), title) {
			t.Errorf("%s: the page does not show %q", c.name, a.Hits[0].Title)
		}
		if vary := strings.Join(page.Header().Values("Vary"), ","); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
			t.Errorf("%s: Vary is %q", c.name, vary)
		}
		id := a.Hits[0].ID.String()
		if c.accept == "" || c.query != question {
			continue
		}
		resource := s.asks(t, "/r/"+id, c.accept).Body.String()
		if !strings.Contains(resource, `lang="`+c.want+`"`) || !strings.Contains(resource, title(s, t, id, c.want)) {
			t.Errorf("%s: /r/%s is not in %s", c.name, id, c.want)
		}
		if feed := s.asks(t, "/feed.atom", c.accept).Body.String(); !strings.Contains(feed, `<entry xml:lang="`+c.want+`"`) {
			t.Errorf("%s: the feed is not in %s: %.300s", c.name, c.want, feed)
		}
	}
}

// title gives the title of a resource in a language, as a page shows it.
func title(s *shown, t *testing.T, id, lang string) string {
	t.Helper()
	var a ResourceAnswer
	if err := json.Unmarshal(s.asks(t, "/api/v1/resources/"+id, "").Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	for _, v := range a.Variants {
		if string(v.Lang) == lang {
			return html.EscapeString(v.Title)
		}
	}
	t.Fatalf("%s has no %s", id, lang)
	return ""
}

// TestUnknownValuesAreTold: what cannot be is named, to programs as a fault, to
// people beside the results without it.
func TestUnknownValuesAreTold(t *testing.T) {
	s := sampleRoom(t)
	for query, name := range map[string]string{
		"q=oxygen&qlang=klingon":            "qlang",
		"q=oxygen&kind=nope":                "kind",
		"q=oxygen&kind=protocol&topic=nope": "topic",
		"q=oxygen&language=english":         "language",
		"q=oxygen&country=Atlantis":         "country",
		"q=oxygen&year=next":                "year",
		"q=oxygen&state=best":               "state",
	} {
		w := s.asks(t, "/api/v1/search?"+query, "")
		var problem struct {
			Errors []struct{ Name, Code, Detail string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%s: %d %v %s", query, w.Code, err, w.Body)
		}
		if len(problem.Errors) != 1 || problem.Errors[0].Name != name || !strings.Contains(problem.Errors[0].Detail, "“"+name+"”") {
			t.Errorf("%s: %+v", query, problem.Errors)
		}
		for _, lang := range []string{"en", "ar", "zh"} {
			w := s.asks(t, "/search?"+query, lang)
			page := w.Body.String()
			if w.Code != http.StatusOK || strings.Count(page, `class="notice`) != 1 || !strings.Contains(page, name) {
				t.Errorf("%s in %s: %d, %d notices", query, lang, w.Code, strings.Count(page, `class="notice`))
			}
			if !strings.Contains(page, `class="hit"`) && !strings.Contains(page, "<article") {
				t.Errorf("%s in %s: no results without it", query, lang)
			}
		}
	}
	for _, query := range []string{"q=oxygen&qlang=fr&kind=protocol&year=2020&country=CN&language=fr&issuer=nobody&state=published", "topic=ipc,lab"} {
		if w := s.asks(t, "/api/v1/search?"+query, ""); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

// TestARefusedQuestionStaysInItsBox: who wrote too much can shorten it.
func TestARefusedQuestionStaysInItsBox(t *testing.T) {
	s := sampleRoom(t)
	for _, lang := range []string{"en", "ar", "zh"} {
		long := strings.Repeat("发热门诊", 600)
		w := s.asks(t, "/search?q="+url.QueryEscape(long), lang)
		page := w.Body.String()
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `value="`+long+`"`) || !strings.Contains(page, `class="notice`) {
			t.Errorf("%s: %d, question kept %v", lang, w.Code, strings.Contains(page, long))
		}
		w = s.asks(t, "/search?q="+url.QueryEscape(long[:3*800]), lang)
		if w.Code != http.StatusOK {
			t.Errorf("%s: 800 characters are refused: %d", lang, w.Code)
		}
	}
	if w := s.asks(t, "/search?q=fever&cursor=nonsense", "en"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="fever"`) {
		t.Errorf("a wrong cursor: %d", w.Code)
	}
}
