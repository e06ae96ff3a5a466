package house

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// planted are breaches of the rules, each with a part of what must be said
// about it. A rule that nothing can break is no rule.
var planted = []struct{ name, path, text, want string }{
	{"another room", "desk/planted.go", "package desk\nimport _ \"sameboat/knowledge\"", `room "desk" may not import room "knowledge"`},
	{"another room from a test", "knowledge/planted_test.go", "package knowledge\nimport _ \"sameboat/desk\"", `room "knowledge" may not import room "desk"`},
	{"a new room that reaches over", "needs/planted.go", "// Package needs is new.\npackage needs\nimport _ \"sameboat/desk\"", `room "needs" may not import room "desk"`},
	{"cmd from a room", "desk/planted.go", "package desk\nimport _ \"sameboat/cmd/sameboat/node\"", `room "desk" may not import room "cmd"`},
	{"upwards in the kernel", "kernel/store/planted.go", "package store\nimport _ \"sameboat/kernel/journal\"", "stands above it"},
	{"search below identity", "kernel/identity/planted.go", "package identity\nimport _ \"sameboat/kernel/search\"", "stands above it"},
	{"a kernel package without a place", "kernel/odd/planted.go", "// Package odd is odd.\npackage odd\nimport _ \"sameboat/kernel/fault\"", "a place in kernelOrder"},
	{"an engine that knows the house", "engines/prose/planted.go", "package prose\nimport _ \"sameboat/facts\"", `room "engines" may not import room "facts"`},
	{"facts that lean on an engine", "facts/planted.go", "package facts\nimport _ \"sameboat/engines/prose\"", `room "facts" may not import room "engines"`},
	{"SQL outside the store", "knowledge/planted.go", "package knowledge\nimport _ \"database/sql\"", "only kernel/store may"},
	{"SQL in another file of facts", "facts/planted.go", "package facts\nimport _ \"database/sql/driver\"", "only kernel/store may"},
	{"templates outside web", "knowledge/planted.go", "package knowledge\nimport _ \"html/template\"", "only kernel/web, kernel/notify may"},
	{"a file format outside reading", "knowledge/planted.go", "package knowledge\nimport _ \"github.com/xuri/excelize/v2\"", "only engines/reading may"},
	{"Markdown outside prose", "kernel/web/planted.go", "package web\nimport _ \"github.com/yuin/goldmark\"", "only engines/prose may"},
	{"collation outside i18n", "engines/prose/planted.go", "package prose\nimport _ \"golang.org/x/text/collate\"", "only kernel/i18n may"},
	{"a stranger", "kernel/web/planted.go", "package web\nimport _ \"example.org/framework\"", "which has no place here"},
	{"a test's probe in the program", "knowledge/planted.go", "package knowledge\nimport _ \"github.com/mmcdole/gofeed\"", "which has no place here"},
	{"no package comment", "engines/odd/planted.go", "package odd", "engines/odd: the package has no doc comment"},
	{"a planned package that has come", "kernel/wire/planted.go", "// Package wire is here.\npackage wire", "kernel/wire exists"},
}

func TestRoomsFindWhatIsPlanted(t *testing.T) {
	if os.Getenv("HOUSE_ROOT") != "" {
		t.Skip("HOUSE_ROOT names a copy that is being tried already")
	}
	root := copyTree(t)
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			path := filepath.Join(root, filepath.FromSlash(p.path))
			plant(t, path, p.text)
			found := checkRooms(t, root)
			if !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, p.want) && strings.Contains(s, filepath.Dir(p.path)) }) {
				t.Errorf("%s holds %q; want a problem that says %q, got %q", p.path, p.text, p.want, found)
			}
		})
	}
	if left := checkRooms(t, root); len(left) > 0 {
		t.Errorf("the copy without anything planted has problems: %q", left)
	}
}

// TestRoomsFindStaleRules takes away what rules are about.
func TestRoomsFindStaleRules(t *testing.T) {
	root := copyTree(t)
	for gone, want := range map[string]string{
		"engines/prose": "nothing imports github.com/yuin/goldmark any more",
		"facts/id.go":   "facts/id.go no longer imports database/sql/driver",
		"kernel/blobs":  "kernelOrder names blobs",
		"kernel/store":  "names kernel/store, which no longer exists",
	} {
		if err := os.RemoveAll(filepath.Join(root, gone)); err != nil {
			t.Fatal(err)
		}
		found := checkRooms(t, root)
		if !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "stale rule") && strings.Contains(s, want) }) {
			t.Errorf("without %s: want a stale rule that says %q, got %q", gone, want, found)
		}
	}
}

// plant writes a file, and takes it away again at the test's end with the
// folder it needed.
func plant(t *testing.T, path, text string) {
	t.Helper()
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		t.Cleanup(func() { os.RemoveAll(filepath.Dir(path)) })
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(path) })
}

// copyTree copies the Go files of the repository as far as the rules read them:
// down to the last import.
func copyTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, path := range append(goFiles(t, ".."), "go.mod") {
		text := read(t, "..", path)
		to := filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
