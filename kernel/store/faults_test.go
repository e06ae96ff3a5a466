package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
	"sameboat/kernel/store/pgtest"
	"sameboat/kernel/store/storetest"
)

// expect fails unless err is a fault of the kind with the key.
func expect(t *testing.T, what string, err error, kind fault.Kind, key string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.Of(err).Key != key {
		t.Errorf("%s: %v, want %s %s", what, err, kind, key)
	}
}

func make1(db *store.DB) error {
	return exec1(db, "create table t (k text primary key, v text)")
}

func exec1(db *store.DB, query string, args ...any) error {
	ctx := context.Background()
	return db.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(ctx, query, args...); return err })
}

// The test binary starts itself with this to hold a folder in another process.
const holdFolder = "SAMEBOAT_HOLD_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdFolder); dir != "" {
		if _, err := store.Lock(dir); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("held\n")
		time.Sleep(time.Minute)
	}
	os.Exit(m.Run())
}

func TestTwoServersOnOneFolder(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "made", "when needed")
	db, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(ctx, store.Config{Dir: dir})
	expect(t, "a second server", err, fault.Busy, store.KeyHeld)
	if got := fault.Of(err).Args; got["folder"] != dir || got["process"] != os.Getpid() {
		t.Errorf("the fault names %v", got)
	}
	_, err = store.Open(ctx, store.Config{Dir: t.TempDir(), URL: "sqlite:" + filepath.Join(dir, store.FileName)})
	if err == nil { // another folder, and only the file is shared: its own lock must show it
		_, err = store.Open(ctx, store.Config{Dir: t.TempDir(), URL: "sqlite:" + filepath.Join(dir, store.FileName)})
	}
	expect(t, "two servers on one file", err, fault.Busy, store.KeyHeld)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, store.Config{Dir: dir})
}

func TestFolderIsFreeAfterACrash(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), holdFolder+"="+dir)
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	_, err = store.Lock(dir)
	expect(t, "while another process holds it", err, fault.Busy, store.KeyHeld)
	if got := fault.Of(err).Args["process"]; got != child.Process.Pid {
		t.Errorf("the fault names process %v, want %d", got, child.Process.Pid)
	}
	child.Process.Kill()
	child.Wait() // it ended by being killed
	lock, err := store.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"mysql://x", "nonsense", "sqlite:", "postgres://user:hidden@host:port/x"} {
		_, err := store.Open(context.Background(), store.Config{Dir: t.TempDir(), URL: address})
		expect(t, address, err, fault.Invalid, store.KeyAddress)
		if strings.Contains(err.Error(), "hidden") {
			t.Errorf("%v tells the password", err)
		}
	}
	_, err := store.Open(context.Background(), store.Config{})
	expect(t, "nothing", err, fault.Invalid, store.KeyAddress)
	db := storetest.Open(t, store.Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "odd name?#%20.db")})
	if err := make1(db); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(db.Path()); err != nil {
		t.Errorf("the file is not where the address says: %v", err)
	}
}

func TestDamagedFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(context.Background(), store.Config{Dir: dir})
	expect(t, "a file that is no database", err, fault.Away, store.KeyBroken)
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := mount(t, "size=2m")
	db := storetest.Open(t, store.Config{Dir: dir})
	if err := make1(db); err != nil {
		t.Fatal(err)
	}
	if err := exec1(db, "insert into t (k, v) values ($1, $2)", "kept", "small"); err != nil {
		t.Fatal(err)
	}
	err := exec1(db, "insert into t (k, v) values ($1, $2)", "large", strings.Repeat("x", 4<<20))
	expect(t, "more than the disk holds", err, fault.Away, store.KeyFull)
	var n int64
	ctx := context.Background()
	if err := db.Read(ctx, func(tx *store.Tx) error { return tx.QueryRow(ctx, "select count(*) from t").Scan(&n) }); err != nil || n != 1 {
		t.Errorf("after the full disk %d rows, %v", n, err)
	}
	if err := exec1(db, "insert into t (k, v) values ($1, $2)", "next", "small"); err != nil {
		t.Errorf("a small row after the full disk: %v", err)
	}
	other := mount(t, "size=8k")
	if err := os.WriteFile(filepath.Join(other, "filler"), make([]byte, 8<<10), 0o600); err != nil {
		t.Logf("filler: %v", err)
	}
	_, err = store.Open(ctx, store.Config{Dir: other})
	expect(t, "a disk that is full from the start", err, fault.Away, store.KeyFull)
}

func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir := mount(t, "size=4m")
	db, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(make1(db), db.Close()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(context.Background(), store.Config{Dir: dir})
	expect(t, "a folder on a read-only disk", err, fault.Away, store.KeyReadOnly)
	_, err = store.Open(context.Background(), store.Config{Dir: filepath.Join(dir, "new")})
	expect(t, "a new folder on a read-only disk", err, fault.Away, store.KeyReadOnly)
}

func TestFolderThatIsDenied(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("SKIPPED: nothing is denied to root")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(context.Background(), store.Config{Dir: filepath.Join(dir, "new")})
	expect(t, "a folder where we may not write", err, fault.Away, store.KeyDenied)
}

func mount(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("SKIPPED: mounting a small disk needs root: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) // the folder's removal would tell
	return dir
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, address := range []string{"postgres://sameboat@127.0.0.1:1/x", "postgres:///x?host=" + t.TempDir() + "&user=x"} {
		_, err := store.Open(ctx, store.Config{URL: address})
		expect(t, address, err, fault.Away, store.KeyAway)
	}
	storetest.Postgres(t) // skips where there is no server to be had
	s, err := pgtest.Start(ctx)
	if err != nil {
		t.Skipf("SKIPPED: a server of its own to stop: %v", err)
	}
	defer s.Stop() // the test's result matters more
	_, err = store.Open(ctx, store.Config{URL: strings.Replace(s.URL(), "dbname=postgres", "dbname=nobody", 1)})
	expect(t, "a database that is not there", err, fault.Away, store.KeyAway)
	db := storetest.Open(t, store.Config{URL: s.URL()})
	if err := make1(db); err != nil {
		t.Fatal(err)
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		if err := s.Crash(); err != nil {
			t.Fatal(err)
		}
		_, err := tx.Exec(ctx, "insert into t (k) values ($1)", "lost")
		return err
	})
	expect(t, "the server goes in the middle", err, fault.Away, store.KeyAway)
	expect(t, "the server is gone", exec1(db, "insert into t (k) values ($1)", "x"), fault.Away, store.KeyAway)
	if err := s.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if err := exec1(db, "insert into t (k) values ($1)", "lost"); err != nil {
		t.Errorf("the server is back, but %v", err)
	}
}
