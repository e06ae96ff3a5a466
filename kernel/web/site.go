package web

import (
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"crypto/rand"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web/once"
)

//go:embed page/*.html
var ownPages embed.FS

//go:embed text/*.json
var ownTexts embed.FS

// Texts are the messages of the shell, the components and the kernel's faults,
// for the catalog.
func Texts() fs.FS { return ownTexts }

// Operator is who runs this node. Its name and crest stand first on every page.
type Operator struct {
	Name    string                // as the operator writes it
	Names   map[facts.Lang]string // in other languages, where it has them
	Crest   string                // path of an image on this site; "" shows the mark
	Contact string                // an address people can write to; may be ""
}

// NameIn gives the operator's name for a reader of lang.
func (o Operator) NameIn(lang facts.Lang) string {
	if name := o.Names[lang]; name != "" {
		return name
	}
	return o.Name
}

// Link is one entry of the navigation. Key is its text; Name is what a page
// gives as Page.Nav when it belongs there.
type Link struct {
	Name string
	Key  string
	Href string
}

// Who is behind a request, as the caller's Options.Who says.
type Who struct {
	Actor   any    // the caller's own type, opaque here
	Name    string // shown to the person themself; "" when nobody is signed in
	Session string // binds CSRF tokens to the session; never shown or logged
}

// SignedIn reports whether a person is signed in.
func (w Who) SignedIn() bool { return w.Name != "" || w.Session != "" }

// Options is everything a site needs from outside. Catalog is required; the zero
// value of the rest works, and then only routes with the rule Open answer.
type Options struct {
	Catalog  *i18n.Catalog
	Operator Operator
	URL      string       // public address, "https://help.example"; "" behaves as plain http without absolute links
	Secret   []byte       // 32 bytes that all replicas share; made at random when empty
	Log      *slog.Logger // slog.Default() when nil
	Nav      []Link
	Foot     []Link // more links in the footer, such as about
	Search   string // path that takes ?q=; "" hides the box in the header
	SignIn   string // path of the sign-in page; "" shows a 401 page instead of going there
	SignOut  string // path that takes a POST to sign out
	MaxOpen  int    // requests served at once; 0 means 512
	// Proxies are the addresses of proxies whose word is taken for where a
	// visitor comes from and whether they speak https. Anybody else's is not.
	Proxies []netip.Prefix

	// Who tells who makes the request; nil means nobody ever signs in. An error
	// is answered as a fault.
	Who func(r *http.Request) (Who, error)
	// Authorise returns a fault when who may not use the verb; nil refuses every
	// verb but Open.
	Authorise func(r *http.Request, who Who, verb string) error
	// Menu gives what stands in the menu of somebody who is signed in, in their
	// language; nil: nothing but the way out.
	Menu func(r *http.Request) []MenuItem
	// Once keeps the answers to API writes that carry an Idempotency-Key; nil
	// means that the header says nothing.
	Once *once.Register
	// Sample says that this node holds sample material; every page then says so.
	Sample bool
	// Observe is told of every request when it is answered; may be nil.
	Observe func(Served)
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// MenuItem is one line of the menu of somebody who is signed in. Count, when
// there is one, is of what is new behind it.
type MenuItem struct {
	Text, Href string
	Count      int
}

// Room is what a room brings to the face: its name, which prefixes its templates,
// and page/*.html.
type Room struct {
	Name  string
	Pages fs.FS
}

// Site serves everything. Make it with New, declare the routes, then serve it.
type Site struct {
	opts   Options
	runner atomic.Pointer[Operator]
	url    *url.URL
	mux    *http.ServeMux
	routes []*Route
	pages  map[facts.Lang]*pageSet
	assets *assets
	guard  *http.CrossOriginProtection
	pools  packPools
	slots  chan struct{}
	api    huma.API
	verbs  map[string]string // rules of API operations, by "METHOD path"

	unnamedProxy sync.Once // the warning of it
}

// New makes a site with the pages of the rooms. An error is a mistake in a
// template or in the options.
func New(opts Options, rooms ...Room) (*Site, error) {
	if opts.Catalog == nil {
		return nil, fmt.Errorf("web: no catalog")
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if len(opts.Secret) == 0 {
		opts.Secret = make([]byte, 32)
		rand.Read(opts.Secret) // never fails since Go 1.24
	}
	if opts.MaxOpen <= 0 {
		opts.MaxOpen = 512
	}
	s := &Site{opts: opts, mux: http.NewServeMux(), guard: http.NewCrossOriginProtection(), slots: make(chan struct{}, opts.MaxOpen), verbs: map[string]string{}}
	s.SetOperator(opts.Operator)
	if opts.URL != "" {
		u, err := url.Parse(strings.TrimSuffix(opts.URL, "/"))
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("web: public address %q: want scheme://host", opts.URL)
		}
		s.url = u
		if err := s.guard.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("web: public address: %w", err)
		}
	}
	var err error
	if s.assets, err = loadedAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(s, append([]Room{{Name: "web", Pages: ownPages}}, rooms...)); err != nil {
		return nil, err
	}
	s.ownRoutes()
	s.api = s.newAPI()
	return s, nil
}

// SetOperator changes whose name and crest stand first, from the next page on.
func (s *Site) SetOperator(o Operator) { s.runner.Store(&o) }

// Operator is who runs the node now.
func (s *Site) Operator() Operator { return *s.runner.Load() }

// Absolute gives the public address of a path, or the path itself when the site
// does not know its public address.
func (s *Site) Absolute(path string) string {
	if s.url == nil {
		return path
	}
	return s.url.String() + path
}

// secure reports whether visitors reach the site over https.
func (s *Site) secure(r *http.Request) bool {
	if r.TLS != nil || s.url != nil && s.url.Scheme == "https" {
		return true
	}
	_, https := s.origin(r)
	return https
}
