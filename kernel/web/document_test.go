package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/kernel/fault"
)

// documented holds an answer to the document that the site serves: its status
// and media type are listed for the operation, and its body fits the schema.
func documented(t *testing.T, site *Site, path, method string, w *httptest.ResponseRecorder) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct {
					Schema struct {
						Ref string `json:"$ref"`
					} `json:"schema"`
				} `json:"content"`
			} `json:"responses"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(ask(site, "GET", "/api/v1/openapi.json", "").Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	response, ok := document.Paths[path][method].Responses[fmt.Sprint(w.Code)]
	if !ok {
		t.Errorf("%s %s: the status %d is not in the document", method, path, w.Code)
		return
	}
	ref := response.Content[w.Header().Get("Content-Type")].Schema.Ref
	registry := site.API().OpenAPI().Components.Schemas
	schema := registry.SchemaFromRef(ref)
	if ref == "" || schema == nil {
		t.Errorf("%s %s, %d: no schema for %s", method, path, w.Code, w.Header().Get("Content-Type"))
		return
	}
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	var result huma.ValidateResult
	huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &result)
	for _, err := range result.Errors {
		t.Errorf("%s %s, %d: the body does not fit %s: %v\n%s", method, path, w.Code, ref, err, w.Body)
	}
}

// TestTheDocumentIsTrue asks for every refusal there is, in every language, and
// holds it to the document; no English of the framework's stands in another
// language's answer.
func TestTheDocumentIsTrue(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{
		Who: func(r *http.Request) (Who, error) {
			if r.Header.Get("Authorization") != "" {
				return Who{}, fault.New(fault.SignIn, "fault.refused", nil)
			}
			return Who{}, nil
		},
		Authorise: func(r *http.Request, _ Who, verb string) error {
			if verb == "closed" {
				return fault.New(fault.Refused, "fault.refused", nil)
			}
			return nil
		},
	}, nil)
	type out struct {
		Body struct {
			Says string `json:"says"`
		}
	}
	troubles := map[string]error{
		"none": fault.New(fault.NotFound, "fault.address", nil), "wrong": fault.New(fault.Invalid, "fault.address", nil).With("a", "fault.address", nil),
		"busy": fault.New(fault.Busy, "fault.crowded", nil), "away": fault.New(fault.Away, "fault.late", nil), "ours": errors.New("disk"),
		"again": fault.New(fault.Conflict, "fault.address", nil),
	}
	type in struct {
		N     int     `query:"n" default:"1" minimum:"1" maximum:"9"`
		X     float64 `query:"x"`
		Whole bool    `query:"whole"`
		Kind  string  `query:"kind" enum:"a,b"`
		Name  string  `query:"name" maxLength:"3"`
		Say   string  `query:"say"`
	}
	type posted struct {
		Say  string `query:"say"`
		Body struct {
			Title string   `json:"title" minLength:"2"`
			When  string   `json:"when,omitempty" format:"date"`
			List  []string `json:"list,omitempty" minItems:"1" maxItems:"2"`
		}
	}
	answer := func(say string) (*out, error) { return &out{}, troubles[say] }
	Operate(site, huma.Operation{OperationID: "get", Method: "GET", Path: "/thing", Errors: []int{404}}, Open,
		func(_ context.Context, in *in) (*out, error) { return answer(in.Say) })
	Operate(site, huma.Operation{OperationID: "post", Method: "POST", Path: "/thing", MaxBodyBytes: 100}, Open,
		func(_ context.Context, in *posted) (*out, error) { return answer(in.Say) })
	Operate(site, huma.Operation{OperationID: "closed", Method: "GET", Path: "/closed"}, "closed",
		func(context.Context, *struct{}) (*out, error) { return &out{}, nil })
	words := 0
	for _, c := range []struct {
		method, target, body string
		status               int
		code                 string // of the first field
		headers              []string
	}{
		{"get", "/thing", "", 200, "", nil},
		{"get", "/thing", "", 401, "", []string{"Authorization", "Bearer x"}},
		{"get", "/closed", "", 403, "", nil},
		{"get", "/thing?say=none", "", 404, "", nil},
		{"get", "/thing?say=" + strings.Repeat("a", 40_000), "", 413, "", nil},
		{"get", "/thing?say=wrong", "", 422, "fault.address", nil},
		{"get", "/thing?n=abc", "", 422, "web.api.reason.integer", nil},
		{"get", "/thing?n=0", "", 422, "web.api.reason.least", nil},
		{"get", "/thing?n=10", "", 422, "web.api.reason.most", nil},
		{"get", "/thing?x=abc", "", 422, "web.api.reason.number", nil},
		{"get", "/thing?whole=abc", "", 422, "web.api.reason.boolean", nil},
		{"get", "/thing?kind=c", "", 422, "web.api.reason.one-of", nil},
		{"get", "/thing?name=abcd", "", 422, "web.api.reason.longest", nil},
		{"get", "/thing?say=busy", "", 429, "", nil},
		{"get", "/thing?say=ours", "", 500, "", nil},
		{"get", "/thing?say=away", "", 503, "", nil},
		{"post", "/thing", `{"title":"ab"}`, 200, "", nil},
		{"post", "/thing", `{"title":`, 400, "web.api.reason.other", nil},
		{"post", "/thing?say=again", `{"title":"ab"}`, 409, "", nil},
		{"post", "/thing", `{"title":"` + strings.Repeat("a", 200) + `"}`, 413, "", nil},
		{"post", "/thing", `x`, 415, "", []string{"Content-Type", "application/x-none"}},
		{"post", "/thing", `{}`, 422, "web.api.reason.missing", nil},
		{"post", "/thing", `{"title":"a"}`, 422, "web.api.reason.shortest", nil},
		{"post", "/thing", `{"title":7}`, 422, "web.api.reason.text", nil},
		{"post", "/thing", `{"title":"ab","more":1}`, 422, "web.api.reason.unknown", nil},
		{"post", "/thing", `{"title":"ab","when":"soon"}`, 422, "web.api.reason.date", nil},
		{"post", "/thing", `{"title":"ab","list":[]}`, 422, "web.api.reason.fewest", nil},
		{"post", "/thing", `{"title":"ab","list":["1","2","3"]}`, 422, "web.api.reason.many", nil},
	} {
		for _, lang := range []string{"en", "ar", "zh", "fr", "es", "ru"} {
			w := ask(site, strings.ToUpper(c.method), "/api/v1"+c.target, c.body, append(c.headers, "Accept-Language", lang)...)
			if w.Code != c.status {
				t.Errorf("%s %.40s: %d, want %d: %s", c.method, c.target, w.Code, c.status, w.Body)
				continue
			}
			path, _, _ := strings.Cut(c.target, "?")
			documented(t, site, path, c.method, w)
			var p Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if c.code != "" && (len(p.Errors) == 0 || p.Errors[0].Code != c.code) {
				t.Errorf("%s %.40s: %+v, want %s", c.method, c.target, p.Errors, c.code)
			}
			for _, said := range p.Errors {
				words++
				if strings.Contains(said.Detail, "⟦") || lang != "en" && (strings.Contains(said.Detail, "expected") || strings.Contains(said.Detail, "invalid")) {
					t.Errorf("%s, %s: %q", lang, c.target, said.Detail)
				}
			}
		}
	}
	if words < 3*15 {
		t.Errorf("only %d reasons were told", words)
	}
	w := ask(site, "GET", "/api/v1/openapi.json", "")
	if body := w.Body.String(); !strings.Contains(body, `"scheme":"bearer"`) || !strings.Contains(body, `"security":[{},{"token":[]}]`) || strings.Contains(body, "ErrorDetail") {
		t.Errorf("tokens are not in the document, or somebody else's errors are: %s", body)
	}
}

// TestLongAddressesAreRefusedInOurWords: net/http would answer 431 in English, so
// it lets such addresses through to us.
func TestLongAddressesAreRefusedInOurWords(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	server := httptest.NewUnstartedServer(nil)
	server.Config = NewServer(site)
	server.Start()
	t.Cleanup(server.Close)
	for target, mediaType := range map[string]string{"/style?lang=zh&q=": "text/html; charset=utf-8", "/api/v1/search?q=": "application/problem+json", "/r/": "text/html; charset=utf-8"} {
		r, err := http.NewRequest("GET", server.URL+target+strings.Repeat("%D8%A7", 50_000), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Language", "zh")
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if answer.Body.Close(); err != nil {
			t.Fatal(err)
		}
		n := len(body)
		if got := answer.Header.Get("Content-Type"); answer.StatusCode != 413 || got != mediaType || n > 50_000 || !strings.Contains(strings.ReplaceAll(string(body), ",", ""), fmt.Sprint(maxQuery)) {
			t.Errorf("%s: %d, %s, %d bytes", target, answer.StatusCode, got, n)
		}
		if answer.Header.Get("Content-Language") != "zh" || answer.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: %v", target, answer.Header)
		}
	}
}
