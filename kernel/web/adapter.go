package web

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// errUnparsable marks input that could not be read at all: 400 instead of 422.
var errUnparsable = errors.New("unparsable input")

// errMethod marks an address that exists for another method: 405.
var errMethod = errors.New("no such method here")

// StatusOf gives the HTTP status of a fault.
func StatusOf(f *fault.Fault) int {
	switch f.Kind {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.SignIn:
		return http.StatusUnauthorized
	case fault.Refused:
		return http.StatusForbidden
	case fault.Invalid:
		switch {
		case errors.Is(f.Err, errUnparsable):
			return http.StatusBadRequest
		case errors.Is(f.Err, errMethod):
			return http.StatusMethodNotAllowed
		}
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Away:
		if f.Key == store.KeyLow || f.Key == store.KeyFull {
			return http.StatusInsufficientStorage
		}
		return http.StatusServiceUnavailable
	case fault.Busy:
		return http.StatusTooManyRequests
	}
	return http.StatusInternalServerError
}

// faultOf classifies an error at the edge: what net/http says about bodies that
// are too large is a fault of ours too.
func faultOf(err error) *fault.Fault {
	if big := new(http.MaxBytesError); errors.As(err, &big) {
		return &fault.Fault{Kind: fault.TooLarge, Key: "fault.too-large", Args: fault.Args{"n": big.Limit}, Err: err}
	}
	return fault.Of(err)
}

// fail is the one place where an error becomes an answer and a log line.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	v := VisitOf(r)
	f := faultOf(err)
	status := StatusOf(f)
	s.logFault(r, v, f, status)
	if p, ok := w.(*packer); ok && p.started() {
		panic(http.ErrAbortHandler) // half an answer is out: cut the connection rather than pretend it is whole
	}
	v.private = true
	h := w.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Disposition", "ETag", "Last-Modified", "Content-Encoding"} {
		h.Del(name)
	}
	Retry(h, f)
	if wantsJSON(r) {
		if status == http.StatusUnauthorized {
			h.Set("WWW-Authenticate", `Bearer realm="api"`)
		}
		writeProblem(w, r, v, NewProblem(v, f))
		return
	}
	if f.Kind == fault.SignIn && !unsafe(r.Method) && s.opts.SignIn != "" && r.URL.Path != s.opts.SignIn {
		http.Redirect(w, r, s.opts.SignIn+"?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	page := Page{Title: v.T(ownOr(v, f.Key+"-title", "web.fault."+f.Kind.String()+".title")), Data: newTrouble(v, f, status), NoIndex: true}
	if err := Render(w, r, status, "web/fault", page); err != nil {
		s.opts.Log.Error("the fault page failed", "id", v.ID, "err", err)
		http.Error(w, page.Title, status)
	}
}

// Retry says in an answer's header when to come again, where that would help: as
// long as the fault's own error tells by a method RetryAfter, or else some
// seconds. Pages that show a fault themselves call it too.
func Retry(h http.Header, f *fault.Fault) {
	var told interface{ RetryAfter() time.Duration }
	switch {
	case f.Kind != fault.Busy && f.Kind != fault.Away:
		return
	case errors.As(f.Err, &told):
		h.Set("Retry-After", strconv.FormatInt(int64((told.RetryAfter()+time.Second-1)/time.Second), 10))
	case f.Kind == fault.Away:
		h.Set("Retry-After", "30")
	default:
		h.Set("Retry-After", "10")
	}
}

// Trouble is what the fault page shows.
type Trouble struct {
	Kind   string
	Status int
	Says   string
	Help   string
	Fields []FieldTrouble
	ID     string
	SignIn string
	Carry  []Option // the fields of a form to be sent again
	Action string   // where it goes
}

// FieldTrouble is one field's message, in the reader's language.
type FieldTrouble struct{ Name, Says string }

func newTrouble(v *Visit, f *fault.Fault, status int) Trouble {
	t := Trouble{Kind: f.Kind.String(), Status: status, Says: v.T(f.Key, f.Args), ID: v.ID, SignIn: v.site.opts.SignIn}
	t.Help = v.T(ownOr(v, f.Key+"-help", "web.fault."+t.Kind+".help"))
	for _, field := range f.Fields {
		t.Fields = append(t.Fields, FieldTrouble{field.Name, v.T(field.Key, field.Args)})
	}
	t.Carry, t.Action = carried(v, f)
	return t
}

// carried gives the fields of a form whose words would be lost: one that a page
// of this site sent, by the browser's own word, when its session was over.
func carried(v *Visit, f *fault.Fault) (list []Option, action string) {
	r := v.request
	if v.route == nil || !v.route.Carry || r.Header.Get("Sec-Fetch-Site") != "same-origin" || f.Kind != fault.SignIn && f.Kind != fault.Refused {
		return nil, ""
	}
	names := slices.Sorted(maps.Keys(r.PostForm))
	for _, name := range names {
		if name == tokenField {
			continue
		}
		for _, value := range r.PostForm[name] {
			list = append(list, Option{Value: name, Text: value})
		}
	}
	return list, r.URL.RequestURI()
}

// ownOr gives the key of a fault's own words where it has some, because those of
// its kind would say something else.
func ownOr(v *Visit, own, kind string) string {
	if v.Printer.Has(own) {
		return own
	}
	return kind
}

// wantsJSON reports whether the client is a program: under /api/, or one that
// takes JSON and no HTML.
func wantsJSON(r *http.Request) bool {
	if isAPI(r.URL.Path) {
		return true
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "json") && !strings.Contains(accept, "html")
}

// logFault writes the one line of a failed request: the route, never the address
// as typed, because addresses hold what people ask.
func (s *Site) logFault(r *http.Request, v *Visit, f *fault.Fault, status int) {
	level := slog.LevelInfo
	switch {
	case errors.Is(f, context.Canceled):
		level = slog.LevelDebug
	case f.Kind == fault.Internal || f.Kind == fault.Away:
		level = slog.LevelError
	case f.Kind == fault.NotFound:
		level = slog.LevelDebug
	}
	name := "none"
	if v.route != nil {
		name = v.route.Name
	}
	attrs := []slog.Attr{
		slog.String("id", v.ID), slog.String("route", name), slog.String("method", r.Method), slog.Int("status", status),
		slog.String("kind", f.Kind.String()), slog.String("key", f.Key),
	}
	if f.Err != nil {
		attrs = append(attrs, slog.Any("err", f.Err))
	}
	s.opts.Log.LogAttrs(r.Context(), level, "request failed", attrs...)
}
