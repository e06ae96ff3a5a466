package house

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// files lists every file below root that match takes, slash-separated and from
// the root. Hidden folders and what is not ours are left out.
func files(t *testing.T, root string, match func(path string) bool) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch n := d.Name(); {
			case rel == ".":
				return nil
			case n == "testdata", n == "node_modules", n[0] == '.', rel == "data", rel == "bin":
				return filepath.SkipDir
			}
			return nil
		}
		if rel = filepath.ToSlash(rel); match(rel) {
			list = append(list, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("found no files: this test looks in the wrong place")
	}
	return list
}

func goFiles(t *testing.T, root string) []string {
	t.Helper()
	return files(t, root, func(path string) bool { return filepath.Ext(path) == ".go" })
}

func read(t *testing.T, root, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
