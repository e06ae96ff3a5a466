package blobs_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/blobs/blobstest"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

func TestContract(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	blobstest.Contract(t, s)
	left, err := os.ReadDir(filepath.Join(dir, "unfinished"))
	if err != nil || len(left) != 0 {
		t.Errorf("unfinished files are left: %v %v", left, err)
	}
}

func open(t *testing.T, dir string) *blobs.Store {
	t.Helper()
	s, err := blobs.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDamagedFileIsNoticedAndHealed(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), context.Background()
	s := open(t, dir)
	hash, _, err := s.Put(ctx, strings.NewReader("protocol"), 100)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, string(hash[:2]), string(hash[2:]))
	if err := os.WriteFile(path, []byte("pro"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.OpenVerified(ctx, hash); fault.Of(err).Key != blobs.KeyDamaged {
		t.Errorf("damaged file: %v", err)
	}
	if _, _, err := s.Put(ctx, strings.NewReader("protocol"), 100); err != nil {
		t.Fatal(err)
	}
	if f, err := s.OpenVerified(ctx, hash); err != nil {
		t.Errorf("after putting it again: %v", err)
	} else {
		f.Close()
	}
}

func TestTidyRemovesWhatACrashLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	left := filepath.Join(dir, "unfinished", "123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Tidy(time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("a young file: %d %v", n, err)
	}
	if n, err := s.Tidy(time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Errorf("an old file: %d %v", n, err)
	}
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
}

func TestDisksThatWillNot(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	full := mount(t, "size=2m")
	s := open(t, full)
	_, _, err := s.Put(ctx, strings.NewReader(strings.Repeat("x", 4<<20)), 1<<30)
	if fault.Of(err).Key != store.KeyFull || !fault.Is(err, fault.Away) {
		t.Errorf("full disk: %v", err)
	}
	files := 0
	filepath.WalkDir(full, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	})
	if files != 0 {
		t.Errorf("%d files are left on the full disk", files)
	}
	hash, _, err := s.Put(ctx, strings.NewReader("small"), 100)
	if err != nil {
		t.Fatalf("a small file after the large one: %v", err)
	}
	if err := syscall.Mount("tmpfs", full, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Put(ctx, strings.NewReader("more"), 100); fault.Of(err).Key != store.KeyReadOnly {
		t.Errorf("read-only disk: %v", err)
	}
	if err := s.Delete(hash); fault.Of(err).Key != store.KeyReadOnly {
		t.Errorf("delete on a read-only disk: %v", err)
	}
	if f, err := s.Open(hash); err != nil {
		t.Errorf("reading on a read-only disk: %v", err)
	} else {
		f.Close()
	}
}

func TestFolderThatIsDenied(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blobs.Open(filepath.Join(file, "blobs")); err == nil {
		t.Error("a folder inside a file was made")
	}
	if _, err := open(t, t.TempDir()).Open(facts.Hash("../" + strings.Repeat("a", 61))); !fault.Is(err, fault.NotFound) {
		t.Errorf("a path for a hash: %v", err)
	}
}

// mount gives a small disk of its own, where the test may mount.
func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("SKIPPED: mounting a small disk needs root: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}
