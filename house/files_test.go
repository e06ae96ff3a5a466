package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wornNames are package names that say nothing, and so attract everything.
var wornNames = []string{"util", "utils", "common", "helper", "helpers", "manager", "base", "data", "info", "misc"}

// TestFilesKeepTheRules reads every Go file for what no linter asks.
func TestFilesKeepTheRules(t *testing.T) {
	todo := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	numbered := regexp.MustCompile(`\bTO` + `DO\(#\d+\)`)
	for _, path := range goFiles(t, "..") {
		text := read(t, "..", path)
		for i, line := range strings.Split(text, "\n") {
			if todo.MatchString(line) && !numbered.MatchString(line) {
				t.Errorf("%s:%d: a promise without an issue is forgotten; write TO"+"DO(#number) and file it", path, i+1)
			}
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range append([]string{file.Name.Name}, strings.Split(filepath.ToSlash(filepath.Dir(path)), "/")...) {
			if slices.Contains(wornNames, name) {
				t.Errorf("%s: %q says nothing about what it holds; name it after its idea", path, name)
			}
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: init runs before anybody can pass it anything; wire by hand in cmd/sameboat/node", path)
			}
		}
	}
}

// TestNoHostIsNamed finds places of one developer's machine.
func TestNoHostIsNamed(t *testing.T) {
	place := regexp.MustCompile(`(^|[^\w.])/(home|Users|wor` + `k)/\w+`)
	for _, path := range files(t, "..", func(p string) bool {
		return slices.Contains([]string{".go", ".md", ".html", ".json", ".txtar", ".css", ".js", ".sql"}, filepath.Ext(p)) || filepath.Base(p) == "Makefile"
	}) {
		for i, line := range strings.Split(read(t, "..", path), "\n") {
			if found := place.FindString(line); found != "" {
				t.Errorf("%s:%d names %s, which is on one machine only", path, i+1, found)
			}
		}
	}
}

// TestReadmeCommandsExist holds the README to the Makefile and to the program:
// whoever types what it says must not be told that there is no such thing.
func TestReadmeCommandsExist(t *testing.T) {
	b, err := os.ReadFile("../README.md")
	if os.IsNotExist(err) {
		t.Skip("there is no README yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	makefile := read(t, "..", "Makefile")
	for _, m := range regexp.MustCompile("(?m)(?:^|`|\\$ )make ([a-z]+)").FindAllStringSubmatch(string(b), -1) {
		if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
			t.Errorf("the README says make %s, and the Makefile has no such target", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(b), -1) {
		if _, err := os.Stat(filepath.Join("..", m[1])); err != nil {
			t.Errorf("the README points at %s, which is not there", m[1])
		}
	}
	for _, must := range []string{"make run", "make test"} {
		if !strings.Contains(string(b), must) {
			t.Errorf("the README does not say %q; these two commands are how anybody starts", must)
		}
	}
}
