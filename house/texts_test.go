package house

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/i18n"
)

func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	c, err := node.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestTextsAreComplete holds every language to every key, plural and named
// value of the others.
func TestTextsAreComplete(t *testing.T) {
	c := catalog(t)
	for _, p := range c.Complete() {
		t.Errorf("%s (whoever reads this language would meet a gap here; add it to text/%s.json)", p, p.Lang)
	}
	for _, lang := range []facts.Lang{"ar", "en", "es", "fr", "ru", "zh"} {
		if !c.Speaks(lang) {
			t.Errorf("the interface does not speak %s", lang)
		}
	}
}

// TestTermsSpeakSixLanguages holds the names of codes, which stand beside texts
// in all six official languages of the United Nations, to the same keys.
func TestTermsSpeakSixLanguages(t *testing.T) {
	var first map[string]string
	for _, lang := range []string{"en", "ar", "es", "fr", "ru", "zh"} {
		var names map[string]string
		if err := json.Unmarshal([]byte(read(t, "..", "knowledge/terms/text/"+lang+".json")), &names); err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		if first == nil {
			first = names
		}
		for key := range first {
			if strings.TrimSpace(names[key]) == "" {
				t.Errorf("knowledge/terms/text/%s.json: no name for %s", lang, key)
			}
		}
		for key := range names {
			if _, ok := first[key]; !ok {
				t.Errorf("knowledge/terms/text/%s.json names %s, which English does not", lang, key)
			}
		}
	}
	var lists map[string]any
	if err := json.Unmarshal([]byte(read(t, "..", "knowledge/terms/codes.json")), &lists); err != nil {
		t.Fatal(err)
	}
	for vocabulary, list := range lists {
		codes, _ := list.([]any) // what is no list has no names of its own
		for _, code := range codes {
			if key := vocabulary + "." + code.(string); first[key] == "" {
				t.Errorf("the code %s has no name in knowledge/terms/text/en.json", key)
			}
		}
	}
}

// use is a place in the sources that speaks a message.
type use struct {
	at     string
	key    string
	prefix bool // the rest of the key is put on when the program runs
}

// TestEveryKeyExists looks up every message that Go sources and templates speak.
func TestEveryKeyExists(t *testing.T) {
	c := catalog(t)
	keys := c.Keys()
	uses := append(goUses(t), templateUses(t)...)
	if len(uses) < 300 {
		t.Fatalf("found only %d uses of messages: this test no longer sees how they are spoken", len(uses))
	}
	for _, u := range uses {
		switch {
		case u.prefix && !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, u.key) }):
			t.Errorf("%s: no message begins with %q", u.at, u.key)
		case !u.prefix && !c.Has(u.key):
			t.Errorf("%s speaks %q, which no text/*.json holds: people would read the bare key", u.at, u.key)
		}
	}
	for _, code := range readingCodes(t) {
		if key := "knowledge.reading." + code; !c.Has(key) {
			t.Errorf("engines/reading refuses with the code %q; knowledge/text/*.json must say it to people as %s", code, key)
		}
	}
}

// keyShaped is what a key looks like, and keyStart what the beginning of one
// looks like to which a code is added.
var (
	keyShaped = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9_-]+)+$`)
	keyStart  = regexp.MustCompile(`^[a-z0-9]+(\.[a-z0-9_-]+)*[.-]$`)
)

// goUses finds the messages of the Go sources: what is given to T, fault.New,
// fault.Wrap, With, fields named Key, and constants named Key….
func goUses(t *testing.T) []use {
	t.Helper()
	var uses []use
	for _, path := range files(t, "..", func(p string) bool {
		return strings.HasSuffix(p, ".go") && !strings.HasSuffix(p, "_test.go") && !underAny(p, []string{"engines", "house", "nodetest"})
	}) {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join("..", path), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, e := range spoken(n) {
				if key, prefix, ok := literal(e); ok {
					pos := fset.Position(e.Pos())
					uses = append(uses, use{path + ":" + strconv.Itoa(pos.Line), key, prefix})
				}
			}
			return true
		})
	}
	return uses
}

// spoken gives the expressions in a node that stand where a key belongs.
func spoken(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		sel, ok := n.Fun.(*ast.SelectorExpr)
		if !ok {
			return nil
		}
		of, _ := sel.X.(*ast.Ident)
		switch {
		case sel.Sel.Name == "T" && len(n.Args) > 0:
			return n.Args[:1]
		case of != nil && of.Name == "fault" && (sel.Sel.Name == "New" || sel.Sel.Name == "Wrap") && len(n.Args) == 3,
			sel.Sel.Name == "With" && len(n.Args) == 3:
			return n.Args[1:2]
		}
	case *ast.KeyValueExpr:
		if name, ok := n.Key.(*ast.Ident); ok && name.Name == "Key" {
			return []ast.Expr{n.Value}
		}
	case *ast.ValueSpec:
		if name := n.Names[0].Name; strings.HasPrefix(name, "Key") || strings.HasPrefix(name, "key") {
			return n.Values
		}
	}
	return nil
}

// literal reads a key, or the beginning of one that is put together.
func literal(e ast.Expr) (key string, prefix, ok bool) {
	if sum, is := e.(*ast.BinaryExpr); is {
		e, prefix = sum.X, true
		for {
			inner, is := e.(*ast.BinaryExpr)
			if !is {
				break
			}
			e = inner.X
		}
	}
	lit, is := e.(*ast.BasicLit)
	if !is || lit.Kind != token.STRING {
		return "", false, false
	}
	key, err := strconv.Unquote(lit.Value)
	if err != nil {
		return "", false, false
	}
	if prefix {
		return key, true, keyStart.MatchString(key)
	}
	return key, false, keyShaped.MatchString(key)
}

// readingCodes lists the codes with which engines/reading refuses.
func readingCodes(t *testing.T) []string {
	t.Helper()
	codes := map[string]bool{}
	for _, path := range files(t, "../engines/reading", func(p string) bool { return p == "errors.go" }) {
		for _, m := range regexp.MustCompile(`(?m)^\s*Code\w+\s+(?:Code\s+)?= "([a-z0-9-]+)"`).FindAllStringSubmatch(read(t, "../engines/reading", path), -1) {
			codes[m[1]] = true
		}
	}
	if len(codes) < 10 {
		t.Fatalf("found only the codes %v in engines/reading/errors.go", codes)
	}
	return slices.Sorted(maps.Keys(codes))
}
