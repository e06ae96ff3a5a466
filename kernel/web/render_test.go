package web

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"sameboat/kernel/i18n"
)

func pageSite(t *testing.T, text string) *Site {
	site := testSite(t, Options{}, map[string]string{"page": text})
	site.Get("room.page", "/page", Open, func(w http.ResponseWriter, r *http.Request) error {
		return Render(w, r, 200, "room/page", Page{Title: "T", Data: map[string]any{"Evil": `"><script>alert(1)</script>`, "URL": "javascript:alert(1)"}})
	})
	return site
}

func TestPagesKnowWhenTheyHaveNotChanged(t *testing.T) {
	t.Parallel()
	site := pageSite(t, strings.Repeat("<p>calm</p>", 200))
	first := ask(site, "GET", "/page", "")
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("headers %v", first.Header())
	}
	zipped := ask(site, "GET", "/page", "", "Accept-Encoding", "gzip").Header().Get("ETag")
	if zipped == tag {
		t.Error("two codings share a strong ETag")
	}
	for match, want := range map[string]int{tag: 304, `"other"`: 200, "W/" + tag: 304, `"a", ` + tag: 304, "*": 304, zipped: 304, "": 200} {
		w := ask(site, "GET", "/page", "", "If-None-Match", match)
		if w.Code != want || want == 304 && w.Body.Len() != 0 {
			t.Errorf("%s: got %d with %d bytes, want %d", match, w.Code, w.Body.Len(), want)
		}
		if got := strings.Join(w.Header().Values("Vary"), ", "); !strings.Contains(got, "Accept-Language") || !strings.Contains(got, "Cookie") {
			t.Errorf("Vary is %q", got)
		}
	}
	if other := ask(site, "GET", "/page", "", "Accept-Language", "ar").Header().Get("ETag"); other == tag {
		t.Error("two languages share an ETag")
	}
	if w := ask(site, "HEAD", "/page", ""); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
		t.Errorf("HEAD: %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}

func TestAnswersAreCompressedWhereTheClientTakesIt(t *testing.T) {
	t.Parallel()
	site := pageSite(t, strings.Repeat("<p>calm</p>", 200))
	plain := ask(site, "GET", "/page", "").Body.Bytes()
	for accept, want := range map[string]string{"gzip": "gzip", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "br": "", "zstd;q=0, gzip": "gzip", "": "", strings.Repeat("gzip,", 200): ""} {
		w := ask(site, "GET", "/page", "", "Accept-Encoding", accept)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%.30q: got %q, want %q", accept, got, want)
			continue
		}
		var back []byte
		var err error
		switch want {
		case "gzip":
			var z *gzip.Reader
			if z, err = gzip.NewReader(w.Body); err == nil {
				back, err = io.ReadAll(z)
			}
		case "zstd":
			var z *zstd.Decoder
			if z, err = zstd.NewReader(w.Body); err == nil {
				back, err = io.ReadAll(z)
			}
		default:
			back = w.Body.Bytes()
		}
		if err != nil || !bytes.Equal(back, plain) {
			t.Errorf("%.30q: %d bytes came back, want %d (%v)", accept, len(back), len(plain), err)
		}
		if want != "" && !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%q: Vary %v", accept, w.Header().Values("Vary"))
		}
	}
	if w := ask(site, "GET", "/healthz", "", "Accept-Encoding", "zstd"); w.Header().Get("Content-Encoding") != "" || w.Body.String() != "ok\n" {
		t.Errorf("a tiny answer was packed: %v %q", w.Header(), w.Body)
	}
}

func TestRangesCountTheBytesOfTheFile(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	text := strings.Repeat("0123456789", 200)
	site.Get("room.file", "/file", Open, func(w http.ResponseWriter, r *http.Request) error {
		http.ServeContent(w, r, "a.txt", time.Time{}, strings.NewReader(text))
		return nil
	})
	w := ask(site, "GET", "/file", "", "Range", "bytes=1000-1899", "Accept-Encoding", "gzip")
	if w.Code != 206 || w.Body.String() != text[1000:1900] || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("got %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}

func TestTemplatesEscape(t *testing.T) {
	t.Parallel()
	site := pageSite(t, `<a href="{{.Data.URL}}" title="{{.Data.Evil}}">{{.Data.Evil}}</a>{{template "chip" (chip "wait" .Data.Evil)}}{{template "field" (args "Name" .Data.Evil "Label" .Data.Evil "Type" "" "Required" false "Hint" .Data.Evil "Error" "" "Value" .Data.Evil "Accept" "" "Autofocus" false "Autocomplete" "" "Placeholder" .Data.Evil "MaxLength" 0 "Lang" "")}}`)
	body := ask(site, "GET", "/page", "").Body.String()
	if strings.Contains(body, "<script>alert") || strings.Contains(body, "javascript:") {
		t.Errorf("markup got through: %s", body)
	}
}

func TestAPageThatFailsIsOurMistakeAndNothingHalf(t *testing.T) {
	t.Parallel()
	site := pageSite(t, `<p>first half</p>{{.Data.Evil.None}}`)
	if w := ask(site, "GET", "/page", ""); w.Code != 500 || strings.Contains(w.Body.String(), "first half") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestTheAddressChoosesTheLanguageAndTheCookieKeepsIt(t *testing.T) {
	t.Parallel()
	site := pageSite(t, `{{t "web.copy.act"}}`)
	for _, test := range []struct{ what, target, cookie, accept, lang, set string }{
		{"nothing", "/page", "", "", "en", ""}, {"the header", "/page", "", "ar", "ar", ""}, {"the cookie before the header", "/page", "lang=zh", "ar", "zh", ""},
		{"the address before all", "/page?lang=ar", "lang=zh", "en", "ar", "ar"}, {"an address that changes nothing", "/page?lang=ar", "", "ar", "ar", ""},
		{"an address in no language of ours", "/page?lang=tlh", "lang=zh", "", "zh", ""}, {"nonsense", "/page?lang=%3Cscript%3E", "", "", "en", ""},
	} {
		w := ask(site, "GET", test.target, "", "Cookie", test.cookie, "Accept-Language", test.accept)
		set := ""
		for _, c := range w.Result().Cookies() {
			set += c.Value
		}
		if got := w.Header().Get("Content-Language"); got != test.lang || set != test.set || !strings.Contains(w.Body.String(), `<html lang="`+test.lang+`"`) {
			t.Errorf("%s: in %s, cookie %q", test.what, got, set)
		}
		if (w.Header().Get("Cache-Control") == "no-cache") != (test.set == "") {
			t.Errorf("%s: Cache-Control %q", test.what, w.Header().Get("Cache-Control"))
		}
	}
	if body := ask(site, "GET", "/page?q=a%26b&lang=zh", "").Body.String(); !strings.Contains(body, `hreflang="ar" href="/page?lang=ar&amp;q=a%26b"`) || !strings.Contains(body, `dir="rtl"`) {
		t.Errorf("the other languages are not named: %s", body)
	}
}

func TestTheThemeIsRemembered(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{URL: "https://help.example"}, nil)
	for cookie, want := range map[string]bool{"theme=dark": true, "theme=%22onload=x": false, "": false} {
		if got := strings.Contains(ask(site, "GET", "/style", "", "Cookie", cookie).Body.String(), "data-theme="); got != want {
			t.Errorf("%q: %v", cookie, got)
		}
	}
}

func TestRoomsMayNotTakeEachOthersNames(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load("en", Texts())
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string]string{
		"a component again":     `{{define "hit"}}x{{end}}`,
		"a broken template":     `{{if}}`,
		"a word nobody defined": `{{frobnicate 1}}`,
	} {
		pages := fstest.MapFS{"page/page.html": &fstest.MapFile{Data: []byte(text)}}
		if _, err := New(Options{Catalog: catalog}, Room{Name: "room", Pages: pages}); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}
