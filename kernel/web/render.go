package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

// Page is what a handler gives for one answer. Texts in it are already in the
// reader's language.
type Page struct {
	Title       string
	Description string // one or two sentences for search machines and cards
	Data        any    // .Data in the template
	Nav         string // the Name of the navigation link it belongs to
	Search      string // the question in the header's box
	NoSearch    bool   // hides the header's box: the page has its own, or none belongs there
	NoIndex     bool   // asks search machines to leave the page out
	Canonical   string // path without the language, when other paths show the same
	Feeds       []Feed // for feed readers
	Types       []Feed // the same thing in other formats
	JSONLD      any    // schema.org data, written into the head
	Lead        bool   // the page begins with a band of its own instead of the usual margin
}

// Feed is an alternate of a page: a feed, or the same thing in another format.
type Feed struct {
	Title, Href, Type string
}

// view is the dot of every template.
type view struct {
	Page
	Visit    *Visit
	Operator string
	Crest    string
	Site     *Site
	URL      *url.URL
	Main     template.HTML
}

// CSRF gives the hidden field that every form with method post holds.
func (v view) CSRF() template.HTML {
	return template.HTML(`<input type="hidden" name="` + tokenField + `" value="` + v.Visit.CSRFToken() + `">`)
}

// Menu gives what stands in the visitor's menu.
func (v view) Menu() []MenuItem {
	if v.Site.opts.Menu == nil {
		return nil
	}
	return v.Site.opts.Menu(v.Visit.request)
}

// Lang is the language of the page.
func (v view) Lang() facts.Lang { return v.Visit.Lang }

// Render answers with the template name ("knowledge/resource") inside the shell.
// A page that is the same for every anonymous visitor of a language gets a strong
// ETag and may be kept by caches that ask again; all others are private.
func Render(w http.ResponseWriter, r *http.Request, status int, name string, page Page) error {
	v := VisitOf(r)
	body, err := v.site.compose(v, r, name, page)
	defer func() {
		body.Reset()
		v.site.pools.pages.Put(body)
	}()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.Lang))
	h.Add("Vary", "Accept-Language, Cookie")
	if page.NoIndex {
		h.Set("X-Robots-Tag", "noindex")
	}
	return send(w, r, v, status, body.Bytes())
}

// Send answers with bytes of a media type (a feed, a file made here), with the
// caching of Render. Language says whether the bytes depend on the reader's
// language.
func Send(w http.ResponseWriter, r *http.Request, mediaType string, byLanguage bool, body []byte) error {
	v := VisitOf(r)
	w.Header().Set("Content-Type", mediaType)
	vary := "Cookie"
	if byLanguage {
		w.Header().Set("Content-Language", string(v.Lang))
		vary = "Accept-Language, Cookie"
	}
	w.Header().Add("Vary", vary)
	return send(w, r, v, http.StatusOK, body)
}

func send(w http.ResponseWriter, r *http.Request, v *Visit, status int, body []byte) error {
	h := w.Header()
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if v.private || !safe || status != http.StatusOK {
		h.Set("Cache-Control", "private, no-store")
	} else {
		h.Set("Cache-Control", "no-cache")
		sum := sha256.Sum256(body)
		tag := `"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if matchesETag(r.Header.Get("If-None-Match"), tag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, _ = w.Write(body) // the client is gone; there is nobody left to tell
	return nil
}

// matchesETag compares as If-None-Match asks (RFC 9110, 13.1.2), passing over the
// suffix that names the encoding.
func matchesETag(header, tag string) bool {
	if header == "" || len(header) > 1000 {
		return false
	}
	if header == "*" {
		return true
	}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		for _, coding := range []string{"-zstd", "-gzip"} {
			part = strings.TrimSuffix(part, coding+`"`) // the bare form loses its quote with the suffix
		}
		if strings.TrimSuffix(part, `"`) == strings.TrimSuffix(tag, `"`) {
			return true
		}
	}
	return false
}

func (s *Site) compose(v *Visit, r *http.Request, name string, page Page) (*bytes.Buffer, error) {
	body, ok := s.pools.pages.Get().(*bytes.Buffer)
	if !ok {
		body = new(bytes.Buffer)
	}
	set := s.pages[v.Lang]
	dot := view{Page: page, Visit: v, Operator: s.Operator().NameIn(v.Lang), Crest: s.Operator().Crest, Site: s, URL: r.URL}
	if err := set.all.ExecuteTemplate(body, name, dot); err != nil {
		return body, fmt.Errorf("page %s in %s: %w", name, v.Lang, err)
	}
	dot.Main = template.HTML(body.String())
	body.Reset()
	if err := set.all.ExecuteTemplate(body, "web/_shell", dot); err != nil {
		return body, fmt.Errorf("shell of %s in %s: %w", name, v.Lang, err)
	}
	return body, nil
}

// Since is how long ago a time lies, for the reader of a page.
func (v *Visit) Since(t time.Time) string { return v.Printer.Ago(t, v.Now) }

// printer is what templates speak with.
type printer = *i18n.Printer
