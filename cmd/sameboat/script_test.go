package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets this test binary be the program itself when a script asks for
// it: each command of a script is a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sameboat": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		os.Exit(Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}})
}

// TestScripts runs testdata/*.txtar: what people type, and what they read.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SAMEBOAT_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("SAMEBOAT_LANG", "en")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "port": port, "serving": serving, "http": request, "upload": upload,
			"docx": makeDOCX, "pdf": makePDF, "xlsx": makeXLSX, "zipbomb": makeZipBomb, "deep": makeDeep, "long": makeLong,
			"encode": encode, "truncate": truncate, "smalldisk": smallDisk, "readonly": readOnly, "noise": makeNoise, "changebit": changeBit, "tamper": tamper, "newer": newer,
		},
	})
}

// exits runs a program and wants its exit code: exits 3 sameboat import ….
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if ended := new(exec.ExitError); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

// port finds a free port: port NAME sets the variable.
func port(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, p, err := net.SplitHostPort(l.Addr().String())
	ts.Check(errors.Join(err, l.Close()))
	ts.Setenv(args[0], p)
}

// patience bounds waiting in scripts; they share a busy machine.
const patience = 60 * time.Second

// serving waits until a server answers: serving PORT.
func serving(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		answer, err := http.Get("http://127.0.0.1:" + args[0] + "/healthz")
		if err == nil {
			answer.Body.Close()
			return
		}
	}
	ts.Fatalf("nothing answers on port %s", args[0])
}

// request sends one HTTP request, prints the body, and wants the status:
// http STATUS METHOD URL [NAME:VALUE…] [@BODYFILE].
func request(ts *testscript.TestScript, _ bool, args []string) {
	var body io.Reader
	header := http.Header{}
	for _, a := range args[3:] {
		if file, ok := strings.CutPrefix(a, "@"); ok {
			body = strings.NewReader(ts.ReadFile(file))
			continue
		}
		name, value, _ := strings.Cut(a, ":")
		header.Set(name, value)
	}
	r, err := http.NewRequest(args[1], args[2], body)
	ts.Check(err)
	r.Header = header
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	ts.Check(err)
	ts.Stdout().Write(text)
	if strconv.Itoa(answer.StatusCode) != args[0] {
		ts.Fatalf("%s %s: %d, want %s", args[1], args[2], answer.StatusCode, args[0])
	}
}

// upload sends a body of a size to a page and says how much of it was taken:
// upload STATUS URL SIZE. A server that reads to the end fails it.
func upload(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[2], 10, 64)
	ts.Check(err)
	sent := &counted{r: io.LimitReader(zeros{}, size)}
	r, err := http.NewRequest(http.MethodPost, args[1], io.NopCloser(sent))
	ts.Check(err)
	r.ContentLength = size
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{Timeout: patience}).Do(r)
	ts.Check(err)
	answer.Body.Close()
	if strconv.Itoa(answer.StatusCode) != args[0] {
		ts.Fatalf("an upload of %d bytes: %d, want %s", size, answer.StatusCode, args[0])
	}
	if n := sent.n.Load(); n > 64<<20 {
		ts.Fatalf("%d bytes of %d were taken before the upload was refused", n, size)
	}
}

type zeros struct{}

// Read gives letters without end.
func (zeros) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte("x"), len(p)))
	return len(p), nil
}

type counted struct {
	r io.Reader
	n atomic.Int64 // the client still sends when the answer is there
}

// Read counts.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// smallDisk mounts a small file system, or skips the script where that is not
// allowed: smalldisk FOLDER SIZE.
func smallDisk(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+args[1], "tmpfs", dir).CombinedOutput(); err != nil {
		ts.Fatalf("skip: mounting is not allowed here: %s", bytes.TrimSpace(out))
	}
	ts.Defer(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "umount %s: %s\n", dir, out)
		}
	})
}

// readOnly makes a file system that smalldisk mounted read-only.
func readOnly(ts *testscript.TestScript, _ bool, args []string) {
	if out, err := exec.Command("mount", "-o", "remount,ro", ts.MkAbs(args[0])).CombinedOutput(); err != nil {
		ts.Fatalf("remount: %s", out)
	}
}
