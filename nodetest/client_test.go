package nodetest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/kernel/identity"
	"sameboat/nodetest"
)

// operation is what a client made from the API's document knows of one call.
type operation struct {
	*huma.Operation
	method, path string
}

// operations lists the calls in the document, those that read first and those
// that delete last.
func operations(n *nodetest.Node) (list []operation) {
	for path, item := range n.Site.API().OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil {
				list = append(list, operation{op, method, path})
			}
		}
	}
	order := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	slices.SortFunc(list, func(a, b operation) int {
		if a.method != b.method {
			return slices.Index(order, a.method) - slices.Index(order, b.method)
		}
		return strings.Compare(a.path, b.path)
	})
	return list
}

// called is what tests put where an operation's path has a name, and what an
// operation must answer somebody who may do everything, where that is not a
// success: each with the reason.
type called struct {
	parts map[string]string
	want  map[string]int // by operation ID
}

// TestAClientMadeFromTheDocument calls every operation with the examples of the
// document, as anybody and as the administrator. Every answer is one that the
// document tells of and fits its schema; none is a failure of ours.
func TestAClientMadeFromTheDocument(t *testing.T) {
	t.Parallel()
	n := nodetest.Start(t, nodetest.Sample, nodetest.Unhurried)
	n.Learn()
	n.SetUp()
	can := called{
		parts: map[string]string{"/resources/{id}": n.Find("fever clinic", "en").Hits[0].ID.String()},
		want:  map[string]int{},
	}
	list := operations(n)
	if len(list) < 2 {
		t.Fatalf("the document tells of %d operations", len(list))
	}
	token := apiToken(t, n)
	for _, op := range list {
		for _, who := range []string{"", token} {
			a := call(t, n, op, can, who)
			check(t, n, op, a, who != "")
			want := can.want[op.OperationID]
			if who != "" && (want == 0 && a.Status >= 300 || want != 0 && a.Status != want) {
				t.Errorf("%s %s (%s) with the examples of the document, by who may: %d, want %d or a success: %.500s", op.method, op.path, op.OperationID, a.Status, want, a.Body)
			}
		}
	}
}

// call sends what the examples of the document make of an operation.
func call(t *testing.T, n *nodetest.Node, op operation, can called, token string) nodetest.Answer {
	t.Helper()
	path, query, header := op.path, url.Values{}, []string{}
	registry := n.Site.API().OpenAPI().Components.Schemas
	for _, p := range op.Parameters {
		switch p.In {
		case "path":
			value, ok := can.parts[op.path]
			if !ok {
				value, ok = can.parts[p.Name]
			}
			if !ok {
				value = fmt.Sprint(example(registry, p.Schema, p.Example))
			}
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
		case "query":
			if v := example(registry, p.Schema, p.Example); v != nil && (p.Required || p.Example != nil) {
				query.Set(p.Name, fmt.Sprint(v))
			}
		case "header":
			if p.Required {
				header = append(header, p.Name, fmt.Sprint(example(registry, p.Schema, p.Example)))
			}
		}
	}
	var body *strings.Reader
	if op.RequestBody != nil {
		for media, m := range op.RequestBody.Content {
			raw, err := json.Marshal(example(registry, m.Schema, m.Example))
			if err != nil {
				t.Fatal(err)
			}
			body = strings.NewReader(string(raw))
			header = append(header, "Content-Type", media)
			break
		}
	}
	if token != "" {
		header = append(header, "Authorization", "Bearer "+token)
	}
	address := "/api/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	client := nodetest.NewVisitor(t, n.URL)
	if body == nil {
		return client.Do(op.method, address, nil, header...)
	}
	return client.Do(op.method, address, body, header...)
}

// example makes a value that fits a schema: the example given, else one of the
// schema's own.
func example(registry huma.Registry, s *huma.Schema, given any) any {
	if given != nil || s == nil {
		return given
	}
	if s.Ref != "" {
		s = registry.SchemaFromRef(s.Ref)
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case "object":
		object := map[string]any{}
		for name, p := range s.Properties {
			inner := p
			if p.Ref != "" {
				inner = registry.SchemaFromRef(p.Ref)
			}
			if slices.Contains(s.Required, name) || len(inner.Examples) > 0 {
				object[name] = example(registry, p, nil)
			}
		}
		return object
	case "array":
		return []any{example(registry, s.Items, nil)}
	case "integer", "number":
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case "boolean":
		return true
	}
	return "x"
}

// check holds an answer to what the document says of its operation.
func check(t *testing.T, n *nodetest.Node, op operation, a nodetest.Answer, signedIn bool) {
	t.Helper()
	what := fmt.Sprintf("%s %s (%s), signed in %v: %d", op.method, op.path, op.OperationID, signedIn, a.Status)
	if a.Status >= 500 {
		t.Errorf("%s: %.500s", what, a.Body)
		return
	}
	said := op.Responses[fmt.Sprint(a.Status)]
	if said == nil {
		t.Errorf("%s is not in the document: %.500s", what, a.Body)
		return
	}
	media, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if !strings.HasSuffix(media, "json") || len(said.Content) == 0 {
		return
	}
	content := said.Content[media]
	if content == nil {
		t.Errorf("%s: the document does not tell of %s", what, media)
		return
	}
	registry := n.Site.API().OpenAPI().Components.Schemas
	schema := content.Schema
	if schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	var body any
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	var result huma.ValidateResult
	huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &result)
	for _, err := range result.Errors {
		t.Errorf("%s: the body does not fit: %v", what, err)
	}
}

// TestTheDocumentIsValid asks a validator from outside.
func TestTheDocumentIsValid(t *testing.T) {
	t.Parallel()
	const validator = "outside/node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js"
	outside(t, validator)
	n := nodetest.Start(t, nodetest.Unhurried)
	file := filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, []byte(n.Get("/api/v1/openapi.json").Body), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("node", validator, file).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"openapi": "3.1.0", "info": {}, "paths": {}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("node", validator, bad).CombinedOutput(); err == nil {
		t.Errorf("the validator takes a document without a title: %s", out)
	}
}

// outside skips a test where what it sees with from outside is not installed.
func outside(t *testing.T, file string) {
	t.Helper()
	if _, err := os.Stat(file); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: make needs installs it", file)
		}
		t.Skipf("%s is missing: make needs installs it", file)
	}
}

// apiToken makes a token that may do everything its person may.
func apiToken(t *testing.T, n *nodetest.Node) string {
	t.Helper()
	person, err := n.Identity.PersonByEmail(t.Context(), nodetest.AdminEmail)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := n.Identity.MakeToken(t.Context(), identity.NewToken{Person: person.ID, Org: person.Memberships[0].Org, Name: "test", Scopes: identity.Verbs(), Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return token
}
