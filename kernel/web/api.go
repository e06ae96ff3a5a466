package web

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"sameboat/kernel/fault"
)

// apiRoot is where the JSON API lives.
const apiRoot = "/api/v1"

// apiMux lets huma declare its operations as routes with a rule.
type apiMux struct{ site *Site }

// HandleFunc declares one operation; huma calls it.
func (m apiMux) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	verb, ok := m.site.verbs[pattern]
	if !ok {
		panic("web: API operation " + pattern + " has no rule: declare it with web.Operate")
	}
	m.site.Handle(Route{Name: "api " + path, Method: method, Pattern: path, Verb: verb, Handler: func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Add("Vary", "Accept-Language, Cookie, Authorization")
		if unsafe(method) && m.site.opts.Once != nil && r.Header.Get(keyHeader) != "" {
			return m.site.once(w, r, handler)
		}
		if method != http.MethodGet || r.Header.Get("Authorization") != "" {
			handler(w, r)
			return nil
		}
		kept := &keeper{ResponseWriter: w}
		handler(kept, r)
		if kept.status != http.StatusOK || w.Header().Get("Cache-Control") != "" {
			w.WriteHeader(max(kept.status, http.StatusOK))
			_, _ = w.Write(kept.body.Bytes()) // the client is gone; there is nobody left to tell
			return nil
		}
		return send(w, r, VisitOf(r), http.StatusOK, kept.body.Bytes())
	}})
}

// keeper holds an API answer until its ETag is known. Answers are bounded by the
// limits of the queries behind them; files do not go this way.
type keeper struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (k *keeper) WriteHeader(status int) { k.status = status }

// Write keeps the body.
func (k *keeper) Write(b []byte) (int, error) { return k.body.Write(b) }

// ServeHTTP is asked for by huma's test kit only.
func (m apiMux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.site.ServeHTTP(w, r) }

func (s *Site) newAPI() huma.API {
	config := huma.DefaultConfig("Sameboat", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links: the document is one address
	config.Transformers = []huma.Transformer{s.translateError}
	config.Servers = []*huma.Server{{URL: s.Absolute("") + apiRoot}}
	config.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[huma.ErrorModel](), reflect.TypeFor[Problem]()) // errors look like ours
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{tokenScheme: {Type: "http", Scheme: "bearer",
		Description: "A token that a person made for a program. What anybody may read needs none."}}
	api := humago.NewWithPrefix(apiMux{s}, apiRoot, config)
	document := sync.OnceValues(func() ([]byte, error) { return json.Marshal(api.OpenAPI()) })
	s.Get("api.openapi", apiRoot+"/openapi.json", Open, func(w http.ResponseWriter, r *http.Request) error {
		raw, err := document()
		if err != nil {
			return err
		}
		return Send(w, r, "application/json", false, raw)
	})
	return api
}

// API gives huma's API, to add schemas or look at the document. Operations are
// declared with Operate.
func (s *Site) API() huma.API { return s.api }

// tokenScheme names API tokens in the document.
const tokenScheme = "token"

// refusals lists what any operation may answer instead of what is asked, beside
// what its own handler adds.
func refusals(method string) []int {
	list := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if unsafe(method) {
		list = append(list, http.StatusBadRequest, http.StatusConflict, http.StatusUnsupportedMediaType)
	}
	return list
}

// Operate declares an API operation with its rule. Errors of the operation are
// the statuses its handler answers with beyond those of every operation. The path is below /api/v1. An
// error of the handler becomes a Problem in the reader's language and one log
// line.
func Operate[I, O any](s *Site, op huma.Operation, verb string, handler func(context.Context, *I) (*O, error)) {
	s.verbs[strings.ToUpper(op.Method)+" "+apiRoot+op.Path] = verb
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = apiLimit
	}
	op.Errors = append(op.Errors, refusals(op.Method)...)
	if unsafe(op.Method) {
		op.Parameters = append(op.Parameters, keyParameter())
	}
	op.Security = []map[string][]string{{}, {tokenScheme: {}}} // with or without a token
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		v := VisitIn(ctx)
		f := faultOf(err)
		s.logFault(v.request, v, f, StatusOf(f))
		s.problemHeaders(v, f)
		return nil, NewProblem(v, f)
	})
}

func (s *Site) problemHeaders(v *Visit, f *fault.Fault) {
	h := v.writer.Header()
	h.Set("Content-Language", string(v.Lang))
	Retry(h, f)
	if f.Kind == fault.SignIn {
		h.Set("WWW-Authenticate", `Bearer realm="api"`)
	}
}

// translateError turns huma's own refusals (validation, unreadable JSON) into our
// problems. The names of the fields come from huma, the words are ours.
func (s *Site) translateError(ctx huma.Context, _ string, body any) (any, error) {
	model, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	v := VisitIn(ctx.Context())
	f := fault.New(fault.Invalid, "web.api.invalid", nil)
	switch model.Status {
	case http.StatusRequestEntityTooLarge:
		f = fault.New(fault.TooLarge, "fault.too-large", fault.Args{"n": apiLimit})
	case http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		f = fault.New(fault.Invalid, "web.api.media", nil)
	case http.StatusBadRequest:
		f = fault.New(fault.Invalid, "web.api.unreadable", nil)
	case http.StatusInternalServerError:
		f = fault.New(fault.Internal, "fault.internal", nil)
	}
	for _, e := range model.Errors {
		withReason(f, e.Location, e.Message)
	}
	p := NewProblem(v, f)
	p.Status = model.Status
	s.logFault(v.request, v, f, model.Status)
	return p, nil
}
