package web

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"
)

// RequestHeader names the header that carries the id of a request, which stands
// on fault pages and in every log line of the request.
const RequestHeader = "X-Request-Id"

// Served tells of one request, in words of which there are few.
type Served struct {
	Route  string // the pattern, or "none"
	Method string // or "other"
	Class  string // of the status: "2xx"
	Took   time.Duration
}

func (s *Site) observe(v *Visit, method string, status int, start time.Time) {
	if s.opts.Observe == nil {
		return
	}
	o := Served{Route: "none", Method: "other", Class: strconv.Itoa(status/100) + "xx", Took: time.Since(start)}
	if v.route != nil {
		o.Route = v.route.Pattern
	}
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		o.Method = method
	}
	s.opts.Observe(o)
}

// NameRequests gives a log handler that adds the id of the request to every line
// that is written with a request's context and does not hold it yet.
func NameRequests(h slog.Handler) slog.Handler { return naming{h} }

type naming struct{ slog.Handler }

// Handle adds the id.
func (n naming) Handle(ctx context.Context, r slog.Record) error {
	v, ok := ctx.Value(visitKey{}).(*Visit)
	if ok {
		named := false
		r.Attrs(func(a slog.Attr) bool {
			named = a.Key == "id"
			return !named
		})
		if !named {
			r = r.Clone()
			r.AddAttrs(slog.String("id", v.ID))
		}
	}
	return n.Handler.Handle(ctx, r)
}

// WithAttrs keeps naming.
func (n naming) WithAttrs(attrs []slog.Attr) slog.Handler { return naming{n.Handler.WithAttrs(attrs)} }

// WithGroup keeps naming.
func (n naming) WithGroup(name string) slog.Handler { return naming{n.Handler.WithGroup(name)} }
