package knowledge

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/facts"
)

// TestAnswersFitTheDocument: what programs are told they get is what they get,
// of what is found, read, kept for the record, gone, and refused.
func TestAnswersFitTheDocument(t *testing.T) {
	s := newShown(t)
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
	if err := json.Unmarshal([]byte(s.get(t, "/api/v1/openapi.json", 200)), &document); err != nil {
		t.Fatal(err)
	}
	registry := s.site.API().OpenAPI().Components.Schemas
	old := s.take(t, "protocol.tsv", bilingualTable, Options{State: Historical, Bilingual: []facts.Lang{"zh", "en"},
		Titles: map[facts.Lang]string{"zh": "方案", "en": "A protocol"}})
	kept := s.take(t, "faq.csv", "title,body,lang,kind,topics,source_url\nMasks,Do masks help? Yes.,en,qa,ipc,https://example.org/1\n", Options{})
	gone := s.shelve(t, s.owner, Withdrawn)
	if err := s.finding.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, target string
		status       int
	}{
		{"/search", "/search?q=masks", 200},
		{"/search", "/search?q=virus&kind=public-info", 200},
		{"/search", "/search?q=nothing-like-it", 200},
		{"/search", "/search", 200},
		{"/search", "/search?limit=abc", 422},
		{"/search", "/search?limit=1000", 422},
		{"/search", "/search?q=" + strings.Repeat("a", 3000), 422},
		{"/search", "/search?q=" + strings.Repeat("a", 40_000), 413},
		{"/search", "/search?cursor=" + strings.Repeat("a", 300), 422},
		{"/search", "/search?cursor=nonsense", 422},
		{"/resources/{id}", "/resources/" + kept.String(), 200},
		{"/resources/{id}", "/resources/" + old.String(), 200},
		{"/resources/{id}", "/resources/" + gone.String(), 200},
		{"/resources/{id}", "/resources/nothing", 404},
		{"/resources/{id}", "/resources/" + strings.Repeat("a", 50), 422},
	} {
		w := httptest.NewRecorder()
		s.site.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1"+c.target, nil))
		if w.Code != c.status {
			t.Errorf("%.60s: %d, want %d: %s", c.target, w.Code, c.status, w.Body)
			continue
		}
		ref := document.Paths[c.path]["get"].Responses[fmt.Sprint(c.status)].Content[w.Header().Get("Content-Type")].Schema.Ref
		schema := registry.SchemaFromRef(ref)
		if ref == "" || schema == nil {
			t.Errorf("%.60s: the document says nothing of %d, %s", c.target, c.status, w.Header().Get("Content-Type"))
			continue
		}
		var body any
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		var result huma.ValidateResult
		huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &result)
		for _, err := range result.Errors {
			t.Errorf("%.60s: %v\n%s", c.target, err, w.Body)
		}
	}
}
