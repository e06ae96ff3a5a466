package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"sameboat/kernel/fault"
)

// ServeHTTP answers one request. It never panics and never leaves a request
// without the security headers.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secureHeaders(w.Header(), s.secure(r))
	p := s.newPacker(w, r)
	v := s.newVisit(p, r)
	p.visit = v
	w.Header().Set(RequestHeader, v.ID)
	start := time.Now()
	defer func() { p.close(); s.observe(v, r.Method, p.status, start) }()
	r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
	v.request = r
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		s.fail(p, r, fault.New(fault.Busy, "fault.crowded", nil))
		return
	}
	if len(r.URL.RawQuery) > maxQuery || len(r.URL.Path) > maxQuery {
		s.fail(p, shortened(r), fault.New(fault.TooLarge, "fault.address-long", fault.Args{"n": maxQuery}))
		return
	}
	if handler, pattern := s.mux.Handler(r); pattern == "" {
		s.noRoute(p, r, handler)
		return
	}
	s.mux.ServeHTTP(p, r)
}

// noRoute answers what no route matches: 405 where another method would, else 404.
func (s *Site) noRoute(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	probe := &probeWriter{header: http.Header{}}
	handler.ServeHTTP(probe, r)
	if probe.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.fail(w, r, fault.Wrap(fault.Invalid, "fault.method", errMethod))
		return
	}
	s.fail(w, r, fault.New(fault.NotFound, "fault.address", nil))
}

// probeWriter learns what the mux would answer.
type probeWriter struct {
	header http.Header
	status int
	bytes.Buffer
}

// Header gives the headers the mux would send.
func (p *probeWriter) Header() http.Header { return p.header }

// WriteHeader notes the status.
func (p *probeWriter) WriteHeader(status int) { p.status = status }

// serve puts a route's rule, bounds and the shared refusals before its handler.
func (s *Site) serve(route *Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := VisitOf(r)
		v.route = route
		v.request = r
		err := s.guarded(w, r, v)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.opts.Log.Debug("served", "id", v.ID, "route", route.Name, "method", r.Method, "took", time.Since(start))
	})
}

// guarded runs the handler and turns a panic into an error.
func (s *Site) guarded(w http.ResponseWriter, r *http.Request, v *Visit) (err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			if thrown == http.ErrAbortHandler {
				panic(thrown)
			}
			err = fault.Wrap(fault.Internal, "fault.internal", fmt.Errorf("panic: %v\n%s", thrown, debug.Stack()))
		}
	}()
	r.Body = http.MaxBytesReader(w, r.Body, v.route.MaxBody)
	if s.opts.Who != nil {
		if v.Who, err = s.opts.Who(r); err != nil {
			return err
		}
		if v.Who.SignedIn() {
			v.private = true
		}
	}
	if r.Header.Get("Authorization") != "" {
		v.private = true
	}
	if err := s.checkForgery(v, r); err != nil {
		return err
	}
	if err := s.authorise(r, v); err != nil {
		return err
	}
	if v.route.Timeout > 0 {
		ctx, cancel := context.WithTimeout(r.Context(), v.route.Timeout)
		defer cancel()
		r = r.WithContext(ctx)
	}
	return v.route.Handler(w, r)
}

// maxQuery bounds the path and the query of an address, each in bytes.
const maxQuery = 32 << 10 // a question of 2,000 Chinese characters takes 18,000

// shortened is the request without what was too long, so that no page repeats it.
func shortened(r *http.Request) *http.Request {
	short := r.Clone(r.Context())
	short.URL.RawQuery = ""
	if len(short.URL.Path) > maxQuery {
		short.URL.Path, short.URL.RawPath = short.URL.Path[:len(apiRoot)+1], ""
	}
	short.RequestURI = short.URL.RequestURI()
	return short
}

func (s *Site) authorise(r *http.Request, v *Visit) error {
	if v.route.Verb == Open {
		return nil
	}
	if s.opts.Authorise == nil {
		return fault.New(fault.Refused, "fault.refused", nil)
	}
	return s.opts.Authorise(r, v.Who, v.route.Verb)
}

// Redirect sends the visitor on with 303 after an act. A target that is not a
// path of this site becomes the home page.
func Redirect(w http.ResponseWriter, r *http.Request, target string) error {
	VisitOf(r).Private()
	http.Redirect(w, r, LocalPath(target), http.StatusSeeOther)
	return nil
}

// LocalPath gives the target when it is a path of this site, and "/" otherwise,
// so that no address of ours can send a person elsewhere.
func LocalPath(target string) string {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n\t") {
		return "/"
	}
	return target
}
