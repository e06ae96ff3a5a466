package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// testSite serves one room with the pages given, by file name.
func testSite(t *testing.T, opts Options, pages map[string]string) *Site {
	t.Helper()
	catalog, err := i18n.Load("en", Texts())
	if err != nil {
		t.Fatal(err)
	}
	opts.Catalog = catalog
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	files := fstest.MapFS{}
	for name, text := range pages {
		files["page/"+name+".html"] = &fstest.MapFile{Data: []byte(text)}
	}
	site, err := New(opts, Room{Name: "room", Pages: files})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// ask sends one request; headers are name, value by turns.
func ask(site *Site, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, in)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

func TestAPIOperationRoundTrip(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	type out struct {
		Body struct {
			Says string `json:"says"`
		}
	}
	Operate(site, huma.Operation{OperationID: "echo", Method: "GET", Path: "/echo"}, Open,
		func(ctx context.Context, in *struct {
			N int `query:"n" minimum:"1"`
		}) (*out, error) {
			if in.N == 7 {
				return nil, fault.New(fault.NotFound, "fault.address", nil)
			}
			o := &out{}
			o.Body.Says = VisitIn(ctx).T("web.copy.act")
			return o, nil
		})
	if w := ask(site, "GET", "/api/v1/echo?n=2", ""); w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"says":"Copy"}` {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	for target, want := range map[string]int{"/api/v1/echo?n=7": 404, "/api/v1/echo?n=x": 422, "/api/v1/echo?n=0": 422, "/api/v1/none": 404} {
		w := ask(site, "GET", target, "")
		if w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), `"type":"urn:sameboat:problem:`) {
			t.Errorf("%s: got %d %v %s", target, w.Code, w.Header(), w.Body)
		}
	}
	first := ask(site, "GET", "/api/v1/echo?n=2", "")
	if tag := first.Header().Get("ETag"); tag == "" || ask(site, "GET", "/api/v1/echo?n=2", "", "If-None-Match", tag).Code != 304 || ask(site, "GET", "/api/v1/echo?n=3", "", "If-None-Match", tag, "Accept-Language", "zh").Code != 200 {
		t.Errorf("the API does not know when nothing has changed: %v", first.Header())
	}
	if w := ask(site, "GET", "/api/v1/echo?n=2", "", "Authorization", "Bearer x"); w.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("an answer to a token may be kept: %v", w.Header())
	}
	if w := ask(site, "GET", "/api/v1/openapi.json", ""); !strings.Contains(w.Body.String(), `"/echo"`) || !strings.Contains(w.Body.String(), `"3.1.0"`) {
		t.Errorf("no document: %d %s", w.Code, w.Body)
	}
	if w := ask(site, "GET", "/style", "", "Accept-Language", "zh"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `<html lang="zh" dir="ltr" class="s-hans"`) {
		t.Errorf("style: %d %s", w.Code, w.Body)
	}
	if w := ask(site, "GET", "/nowhere", ""); w.Code != 404 || !strings.Contains(w.Body.String(), "Not here") {
		t.Errorf("nowhere: %d %s", w.Code, w.Body)
	}
}

func TestALateHandlerIsStopped(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	site.Handle(Route{Name: "room.slow", Method: "GET", Pattern: "/slow", Verb: Open, Timeout: time.Millisecond, Handler: func(w http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}})
	if w := ask(site, "GET", "/slow", ""); w.Code != 503 {
		t.Errorf("got %d, want 503", w.Code)
	}
}
