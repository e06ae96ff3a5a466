package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sameboat/kernel/store"
)

// Variable names the environment variable that holds the address of a
// PostgreSQL server for tests.
const Variable = "SAMEBOAT_TEST_POSTGRES"

// ErrMissing says that this machine has no PostgreSQL server to start.
var ErrMissing = errors.New("no PostgreSQL server binaries found (Debian: apt-get install postgresql)")

// script runs the server until the standard input ends, as it does when the
// process that holds its other end dies, and then stops it and removes all.
// The word "keep" makes it wait for the server's end and leave the folder.
const script = `"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 \
 -c shared_buffers=64MB -c max_wal_size=256MB -c autovacuum_naptime=300 >>"$2/log" 2>&1 &
if read word && [ "$word" = keep ]; then wait $!; exit 0; fi
kill -INT $! 2>/dev/null
wait $!
rm -rf "$2"`

// Server is a running PostgreSQL server.
type Server struct {
	bin, dir string
	as       *syscall.Credential // nil: as we are
	shell    *exec.Cmd
	stdin    io.WriteCloser
}

// Start starts a server; the first one of a folder takes about a second.
func Start(ctx context.Context) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin}
	if err := s.folder(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	init := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", s.dir+"/data", "-U", "sameboat", "-A", "trust",
		"-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	s.prepare(init)
	if out, err := init.CombinedOutput(); err != nil {
		os.RemoveAll(s.dir) // the failure above is what matters
		return nil, fmt.Errorf("start PostgreSQL: initdb: %w: %s", err, out)
	}
	if err := s.Run(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// binaries finds the folder of the newest server installed.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // only a bad pattern is an error
	if len(found) > 0 {
		return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return release(a) - release(b) })), nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", ErrMissing
}

func release(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // 0 for a name that is no number
	return n
}

// folder makes the server's folder. PostgreSQL refuses to run as root, so root
// hands folder and server to the user postgres.
func (s *Server) folder() (err error) {
	base := os.TempDir()
	if len(base) > 60 { // a socket's path has at most 107 bytes
		base = "/tmp"
	}
	if s.dir, err = os.MkdirTemp(base, "sameboat-pg-"); err != nil || os.Getuid() != 0 {
		return err
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return errors.Join(ErrMissing, err, os.Remove(s.dir))
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, int(uid), int(gid))
}

// prepare runs a command as the server's user, in a group of its own so that an
// interrupt at the terminal reaches the tests first.
func (s *Server) prepare(c *exec.Cmd) {
	c.Dir = s.dir
	c.Env = append(os.Environ(), "HOME="+s.dir, "LC_ALL=C.UTF-8")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.as}
}

// Run starts the server on its folder again, after Crash, and waits until it
// answers.
func (s *Server) Run(ctx context.Context) (err error) {
	s.shell = exec.Command("/bin/sh", "-c", script, "sh", filepath.Join(s.bin, "postgres"), s.dir)
	s.prepare(s.shell)
	if s.stdin, err = s.shell.StdinPipe(); err != nil {
		return err
	}
	if err := s.shell.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		db, err := store.Open(ctx, store.Config{URL: s.URL()})
		if err == nil {
			return db.Close()
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			log, _ := os.ReadFile(s.dir + "/log") // only to explain
			return fmt.Errorf("start PostgreSQL: %w: %s", err, log)
		}
	}
}

// URL is the address of the server's database.
func (s *Server) URL() string {
	q := url.Values{"host": {s.dir}, "user": {"sameboat"}, "dbname": {"postgres"}}
	return "postgres:///?" + q.Encode()
}

// Folder is where the server keeps its files.
func (s *Server) Folder() string { return s.dir }

// Crash ends the server at once, as a loss of power to it alone would: nothing
// is finished, and the next Run recovers from its log.
func (s *Server) Crash() error {
	text, err := os.ReadFile(s.dir + "/data/postmaster.pid")
	if err != nil {
		return err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil || pid <= 1 {
		return fmt.Errorf("postmaster.pid: %q", line)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return err
	}
	_, err = io.WriteString(s.stdin, "keep\n")
	return errors.Join(err, s.stdin.Close(), s.shell.Wait())
}

// Stop ends the server and removes its folder.
func (s *Server) Stop() error {
	if s.shell == nil {
		return os.RemoveAll(s.dir)
	}
	return errors.Join(s.stdin.Close(), s.shell.Wait(), os.RemoveAll(s.dir))
}
