package house

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sameboat/facts"
)

// record writes golden files for kinds that have none. It never overwrites one:
// a payload that was published is for ever.
var record = flag.Bool("record", false, "write golden files for fact kinds that have none")

const goldenDir = "../facts/testdata"

// payloads gives an example of every fact's payload with every field filled, and
// of its body where it has one.
var payloads = map[facts.Kind]struct{ payload, body any }{
	facts.BodyErased:       {payload: facts.BodyErasedPayload{Seq: 41, Kind: facts.EditionPublished, Reason: "person"}},
	facts.EditionDrafted:   {payload: fullEdition, body: fullText},
	facts.DraftDiscarded:   {payload: facts.Discarded{Number: 3}},
	facts.EditionPublished: {payload: fullEdition, body: fullText},
	facts.ResourceMarked:   {payload: facts.Mark{State: "superseded", SupersededBy: idOf(2)}},
	facts.MemoryAdded:      {payload: fullMemory},
	facts.GlossaryAdded:    {payload: fullMemory},
}

var fullEdition = facts.Edition{
	Number: 3, State: "published", Owner: idOf(1), Source: "faq.csv", Key: "id:7", Content: hash,
	Kind: "guideline", Topics: []string{"triage"}, Audiences: []string{"clinician"}, Hazards: []string{"covid-19"}, Countries: []facts.Country{"CN", "IT"},
	Setting: "hospital", Issuer: "Institute", Licence: "CC-BY-4.0", SourceURL: "https://example.org/a", SourceDate: "2020-03", Supersedes: idOf(2),
	ReviewDue: "2021-01-31", Certainty: "low", Strength: "conditional", Original: "zh", Sample: true,
	Variants: []facts.Variant{{Lang: "zh", Origin: "original",
		Checks: []facts.Check{{Mark: "translation_checked", By: idOf(3), On: "2020-04-01"}},
		Files:  []facts.File{{Hash: hash, Type: "application/pdf", Size: 12345}}}},
}

var fullText = facts.EditionText{
	Authors: []string{"A. Author"}, FileNames: map[facts.Hash]string{hash: "a.pdf"},
	Variants: map[facts.Lang]facts.VariantText{"zh": {Title: "分诊", Summary: "概要", Body: "# 分诊\n\n正文。\n",
		Passages: []facts.PassageMark{{Anchor: "p1", With: []string{"p0"}}}}},
}

var fullMemory = facts.Memory{Name: "memory.tmx", Owner: idOf(1), Content: hash, Langs: []facts.Lang{"en", "fr"}, Units: 12, Licence: "CC0-1.0"}

const hash = facts.Hash("2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")

func idOf(n byte) facts.ID { return facts.ID{6: 0x70, 8: 0x80, 15: n} }

// TestFactsKeepTheirShape holds every payload to its golden file.
func TestFactsKeepTheirShape(t *testing.T) {
	for _, kind := range kindsDeclared(t) {
		p, ok := payloads[kind]
		if !ok {
			t.Errorf("%s has no example here; add one to payloads with every field filled, then run: go test ./house -record", kind)
			continue
		}
		golden(t, string(kind)+".golden.json", p.payload)
		if p.body != nil {
			golden(t, string(kind)+".body.golden.json", p.body)
		}
	}
	for kind := range payloads {
		if !slices.Contains(kindsDeclared(t), kind) {
			t.Errorf("payloads has %s, which facts no longer declares: facts written years ago still hold it", kind)
		}
	}
	entries, err := os.ReadDir(goldenDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".golden.json"), ".body"), ".golden")
		if _, ok := payloads[facts.Kind(name)]; !ok {
			t.Errorf("%s/%s belongs to no fact: a kind never goes away while a journal may hold it", goldenDir, e.Name())
		}
	}
}

// golden compares a value's JSON with the file, and reads the file back into
// the value: both what is written and what is understood must stay.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	filled(t, name, reflect.ValueOf(v), "")
	got, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	path := filepath.Join(goldenDir, name)
	want, err := os.ReadFile(path)
	if os.IsNotExist(err) && *record {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v (for a new kind run: go test ./house -record)", name, err)
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: the payload has changed. Journals hold the old shape for ever and every rebuild reads it, so a changed payload is a new kind with a golden file of its own.\ngot:\n%s\nwant:\n%s", name, got, want)
	}
	back := reflect.New(reflect.TypeOf(v))
	if err := json.Unmarshal(want, back.Interface()); err != nil {
		t.Errorf("%s can no longer be read: %v", name, err)
	} else if !reflect.DeepEqual(back.Elem().Interface(), v) {
		t.Errorf("%s is read as something else: got %+v, want %+v", name, back.Elem().Interface(), v)
	}
}

// filled refuses examples with an empty field: a golden file says nothing of a
// field that is not in it.
func filled(t *testing.T, name string, v reflect.Value, at string) {
	t.Helper()
	if v.IsZero() {
		t.Errorf("%s: the example leaves %s empty; fill it, or the golden file does not guard it", name, at)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			filled(t, name, v.Field(i), at+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice:
		for i := range v.Len() {
			if v.Index(i).Kind() == reflect.Struct {
				filled(t, name, v.Index(i), at)
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			filled(t, name, v.MapIndex(key), at)
		}
	}
}

// kindsDeclared reads the constants of type Kind from the sources of facts.
func kindsDeclared(t *testing.T) []facts.Kind {
	t.Helper()
	var kinds []facts.Kind
	for _, path := range files(t, "../facts", func(p string) bool { return strings.HasSuffix(p, ".go") }) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../facts", path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			named, ok := spec.Type.(*ast.Ident)
			value, isText := spec.Values[0].(*ast.BasicLit)
			if ok && isText && named.Name == "Kind" && spec.Names[0].IsExported() {
				text, err := strconv.Unquote(value.Value)
				if err != nil {
					t.Fatal(err)
				}
				kinds = append(kinds, facts.Kind(text))
			}
			return true
		})
	}
	if len(kinds) < 6 {
		t.Fatalf("found only the kinds %v: this test no longer sees how they are declared", kinds)
	}
	return kinds
}
