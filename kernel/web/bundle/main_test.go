package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The files that the binary embeds must be what the sources give; after a change
// of kernel/web/assets/source run `make assets`.
func TestCommittedAssetsAreWhatTheSourcesGive(t *testing.T) {
	t.Parallel()
	fresh := t.TempDir()
	if err := build("../assets/source", fresh); err != nil {
		t.Fatal(err)
	}
	built, err := os.ReadDir(fresh)
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadDir("../assets/built")
	if err != nil {
		t.Fatal(err)
	}
	if len(built) != len(committed) {
		t.Errorf("the sources give %d files, %d are committed", len(built), len(committed))
	}
	for _, file := range built {
		want, err := os.ReadFile(filepath.Join(fresh, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("../assets/built", file.Name()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what its sources give: run make assets (%v)", file.Name(), err)
		}
	}
}

func TestABrokenSourceIsToldWithItsPlace(t *testing.T) {
	t.Parallel()
	from := t.TempDir()
	for name, text := range map[string]string{"style.css": "a{color:red}", "app.js": "let x = ;", "mark.svg": ""} {
		if err := os.WriteFile(filepath.Join(from, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := build(from, t.TempDir()); err == nil || !bytes.Contains([]byte(err.Error()), []byte("app.js:1")) {
		t.Errorf("got %v, want the place in app.js", err)
	}
}
