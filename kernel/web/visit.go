package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"net/http"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

// Visit is what the site knows about one request: who, in which language, under
// which id. It lives as long as the request.
type Visit struct {
	Lang    facts.Lang
	Printer *i18n.Printer
	Who     Who
	ID      string // names the request in logs and on fault pages
	Theme   string // "light", "dark", or "" for what the device prefers
	Now     time.Time
	Address string // where the request comes from, "" where that cannot be known; see Options.Proxies

	site    *Site
	route   *Route
	request *http.Request
	writer  http.ResponseWriter
	csrf    string
	private bool // the answer is for this visitor alone
}

type visitKey struct{}

// VisitOf gives the visit behind a request that the site serves. It panics on
// any other request, which is a programmer's mistake.
func VisitOf(r *http.Request) *Visit { return VisitIn(r.Context()) }

// VisitIn gives the visit of a context, for API operations.
func VisitIn(ctx context.Context) *Visit { return ctx.Value(visitKey{}).(*Visit) }

// T gives a text in the visitor's language.
func (v *Visit) T(key string, args ...i18n.Args) string { return v.Printer.T(key, args...) }

// Reads gives the languages that the visitor reads, the dearest first: what the
// address asks for by lang, the cookie, then the browser's. The interface speaks
// some of them only, and none may be known; then v.Lang is all there is.
func (v *Visit) Reads() []facts.Lang {
	return i18n.Reads(v.request.URL.Query().Get("lang"), v.site.cookie(v.request, "lang"), v.request.Header.Get("Accept-Language"))
}

// Private marks the answer as meant for this visitor alone: no cache keeps it.
func (v *Visit) Private() { v.private = true }

// newVisit reads language, theme and id from the request, before anybody is asked
// who it is, so that every fault can be told in the right language.
func (s *Site) newVisit(w http.ResponseWriter, r *http.Request) *Visit {
	v := &Visit{ID: requestID(), Now: s.opts.Now(), site: s, request: r, writer: w}
	v.Address, _ = s.origin(r)
	cookie := s.cookie(r, "lang")
	asked := ""
	if strings.Contains(r.URL.RawQuery, "lang=") {
		asked = r.URL.Query().Get("lang")
	}
	v.Lang = s.opts.Catalog.Negotiate(asked, cookie, r.Header.Get("Accept-Language"))
	v.Printer = s.opts.Catalog.Printer(v.Lang)
	if theme := s.cookie(r, "theme"); theme == "light" || theme == "dark" {
		v.Theme = theme
	}
	if asked != "" && !isAPI(r.URL.Path) && !strings.HasSuffix(r.URL.Path, ".atom") && facts.LangOf(asked) == v.Lang &&
		s.opts.Catalog.Negotiate("", cookie, r.Header.Get("Accept-Language")) != v.Lang {
		s.SetCookie(w, r, "lang", string(v.Lang), 365*24*time.Hour)
		v.private = true
	}
	return v
}

func requestID() string {
	var b [10]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}
