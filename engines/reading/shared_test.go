package reading

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// shared gives the path of a file of real data, or skips the test where the
// data is absent, as in a user's clone.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data absent: ../shared/data/%s", name)
	}
	return path
}

// openShared opens a file of real data as a Source until the test ends.
func openShared(t testing.TB, name string) Source {
	t.Helper()
	f, err := os.Open(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return Source{Name: name, Body: f, Size: st.Size()}
}

// collect reads a whole table.
func collect(t testing.TB, src Source, opt Options) ([]Record, error) {
	t.Helper()
	var out []Record
	for r, err := range Records(context.Background(), src, opt) {
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// broken gives the records that have an error.
func broken(rs []Record) []*Error {
	var out []*Error
	for _, r := range rs {
		if r.Err != nil {
			out = append(out, r.Err)
		}
	}
	return out
}

func wantError(t testing.TB, err error, code Code, line int) {
	t.Helper()
	if CodeOf(err) != code {
		t.Fatalf("got error %v, want code %q", err, code)
	}
	if e := asError(err); e.Line != line {
		t.Errorf("got line %d, want %d (%v)", e.Line, line, err)
	}
}
