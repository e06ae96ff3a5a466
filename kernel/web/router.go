package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Handler answers a request or returns an error, which the site turns into a
// page or a problem. A handler that returns an error has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Open is the rule of a route that anybody may use and that shows nothing that
// rights could hide: health, assets, the style page.
const Open = "open"

// The bounds of a request body in bytes, where a route states none.
const (
	formLimit = 256 << 10
	apiLimit  = 1 << 20
)

// Route is one address of the site.
type Route struct {
	Name    string // for logs and lists: "knowledge.resource"
	Method  string // "GET" also answers HEAD
	Pattern string // net/http pattern without method and host: "/r/{id}"
	Verb    string // the rule, asked of Options.Authorise; Open for none
	MaxBody int64  // bytes; 0 means 256 KiB for forms and 1 MiB for the API
	Token   bool   // false on unsafe methods under /api/, where other proof is asked; set by Handle
	// Timeout bounds the handler's context: 0 means 30 seconds, a negative one no
	// bound, for downloads that take as long as the line needs.
	Timeout time.Duration
	// Carry lets a form that is refused for want of a session or a token be shown
	// with all that was typed, to be sent again. It is for forms that hold words
	// and no secrets.
	Carry   bool
	Handler Handler
}

// Handle declares a route. A route without a name, a rule or a handler is a
// programmer's mistake and panics, and so does a pattern declared twice.
func (s *Site) Handle(route Route) {
	if route.Name == "" || route.Verb == "" || route.Handler == nil || route.Method == "" || !strings.HasPrefix(route.Pattern, "/") {
		panic(fmt.Sprintf("web: route %q %s %s has no name, rule, method, path or handler", route.Name, route.Method, route.Pattern))
	}
	if route.MaxBody == 0 {
		route.MaxBody = formLimit
		if isAPI(route.Pattern) {
			route.MaxBody = apiLimit
		}
	}
	if route.Timeout == 0 {
		route.Timeout = 30 * time.Second
	}
	route.Token = unsafe(route.Method) && !isAPI(route.Pattern)
	kept := &route
	s.routes = append(s.routes, kept)
	s.mux.Handle(route.Method+" "+route.Pattern, s.serve(kept))
}

// Get declares a page.
func (s *Site) Get(name, pattern, verb string, h Handler) {
	s.Handle(Route{Name: name, Method: http.MethodGet, Pattern: pattern, Verb: verb, Handler: h})
}

// Post declares an act that a form of this site sends.
func (s *Site) Post(name, pattern, verb string, h Handler) {
	s.Handle(Route{Name: name, Method: http.MethodPost, Pattern: pattern, Verb: verb, Handler: h})
}

// Routes lists every route in the order of its pattern and method, for tests
// that walk them.
func (s *Site) Routes() []Route {
	var list []Route
	for _, r := range s.routes {
		list = append(list, *r)
	}
	slices.SortStableFunc(list, func(a, b Route) int {
		return strings.Compare(a.Pattern+" "+a.Method, b.Pattern+" "+b.Method)
	})
	return list
}

func isAPI(path string) bool { return strings.HasPrefix(path, "/api/") }

func unsafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return false
	}
	return true
}
