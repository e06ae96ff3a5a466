package house

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// maxTracked is the largest file that belongs into the repository: it stays in
// everybody's copy for good.
const maxTracked = 2 << 20 // bytes

// TestNothingBuiltIsTracked: a program once slipped in, and everybody carried it.
func TestNothingBuiltIsTracked(t *testing.T) {
	if _, err := os.Lstat("../.git"); err != nil {
		t.Skip("this copy is no repository of git")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	// Whoever runs the tests may not own the files, as in a container.
	list, err := exec.Command("git", "-c", "safe.directory=*", "-C", "..", "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	paths := strings.FieldsFunc(string(list), func(r rune) bool { return r == 0 })
	if len(paths) < 100 {
		t.Fatalf("git lists %d files: this test looks in the wrong place", len(paths))
	}
	for _, path := range paths {
		why, err := unfit(filepath.Join("..", filepath.FromSlash(path)))
		if err != nil {
			t.Error(err)
		}
		if why != "" {
			t.Errorf("%s is tracked and %s; take it out with git rm --cached, and ignore it", path, why)
		}
	}
}

// unfit says why a file does not belong into the repository, or "".
func unfit(path string) (string, error) {
	stat, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !stat.Mode().IsRegular() {
		return "", nil // deleted but not committed yet; a link
	}
	if err != nil {
		return "", err
	}
	if stat.Size() > maxTracked {
		return fmt.Sprintf("has %d bytes, over the bound of %d", stat.Size(), maxTracked), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 4)
	if _, err := io.ReadFull(f, head); err != nil {
		return "", nil // shorter than any program
	}
	for _, magic := range []string{"\x7fELF", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "MZ\x90\x00"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return "is a built program", nil
		}
	}
	return "", nil
}

func TestUnfitFiles(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ content, want string }{
		"program": {"\x7fELF\x02\x01\x01", "built program"},
		"large":   {strings.Repeat("x", maxTracked+1), "over the bound"},
		"just":    {strings.Repeat("x", maxTracked), ""},
		"text":    {"ELF is a word", ""},
		"short":   {"\x7f", ""},
		"empty":   {"", ""},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if why, err := unfit(path); err != nil || (why == "") != (c.want == "") || !strings.Contains(why, c.want) {
			t.Errorf("%s: %q, %v", name, why, err)
		}
	}
	if why, err := unfit(filepath.Join(dir, "gone")); why != "" || err != nil {
		t.Errorf("gone: %q, %v", why, err)
	}
}
