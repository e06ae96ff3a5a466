package reading

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// readPDF lets poppler's pdftotext say where each word stands and makes the
// structure of that: what repeats at the edges of pages goes, larger lines are
// headings, aligned columns are tables. pdftohtml, of the same package, adds
// bold lines and Arabic ligatures where it is installed.
func readPDF(ctx context.Context, src Source, opt Options) (*Document, error) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		return nil, &Error{Code: CodePDFToTextMissing, Err: err}
	}
	dir, err := os.MkdirTemp("", "reading-pdf-")
	if err != nil {
		return nil, &Error{Code: CodeReadFailed, Err: err}
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "in.pdf")
	if err := copyTo(ctx, file, src, opt); err != nil {
		return nil, err
	}
	layout := &pdfLayout{meta: map[string][]string{}}
	complaint, err := runPoppler(ctx, opt, []string{tool, "-bbox-layout", "-enc", "UTF-8", file, "-"}, layout.read)
	if err != nil {
		return nil, err
	}
	hints := pdfHints{}
	if more, err := exec.LookPath("pdftohtml"); err == nil {
		// Hints only: without them the text is still whole.
		_, _ = runPoppler(ctx, opt, []string{more, "-xml", "-i", "-stdout", "-enc", "UTF-8", file}, hints.read)
	}
	if err := ctx.Err(); err != nil {
		return nil, &Error{Code: CodeStopped, Err: err}
	}
	layout.settleWords(hints)
	if err := layout.sane(opt.Lang); err != nil {
		return nil, err
	}
	doc := &Document{Meta: layout.meta}
	if strings.Contains(complaint, "Error") {
		// The tool mends what it can of a damaged file; pages may be missing.
		doc.Warnings = append(doc.Warnings, Warning{Code: CodePDFBroken, Detail: map[string]string{"tool": "pdftotext"}})
	}
	layout.dropEdges()
	layout.write(doc, hints)
	if strings.TrimSpace(doc.Markdown) == "" {
		return nil, &Error{Code: CodePDFNoText, Detail: map[string]string{"pages": strconv.Itoa(len(layout.pages))}}
	}
	if title := first(layout.meta["title"]); usefulTitle(title) {
		doc.Title = title
	}
	return doc, nil
}

func copyTo(ctx context.Context, file string, src Source, opt Options) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return &Error{Code: CodeReadFailed, Err: err}
	}
	_, err = io.Copy(f, newMeter(ctx, src.reader(), opt))
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return asError(err)
	}
	return nil
}

// usefulTitle tells a title from the file name that programs put there.
func usefulTitle(s string) bool {
	low := strings.ToLower(s)
	ext := filepath.Ext(low)
	return s != "" && !strings.HasPrefix(low, "microsoft word") && !strings.HasPrefix(low, "untitled") &&
		(len(ext) < 3 || len(ext) > 6 || strings.Contains(ext, " "))
}

// runPoppler runs a tool under limits of time, memory and output, and lets
// parse read what it prints. It returns what the tool complained of.
func runPoppler(ctx context.Context, opt Options, argv []string, parse func(*lineReader) error) (string, error) {
	l := opt.Limits
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	cmd := limited(ctx, argv, l)
	cmd.WaitDelay = 2 * time.Second
	cmd.Env = []string{"LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	var complaint tail
	cmd.Stderr = &complaint
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", &Error{Code: CodeReadFailed, Err: err}
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return "", pdfTimeout(l, err)
		}
		return "", &Error{Code: CodePDFToTextMissing, Err: err}
	}
	bounded := &io.LimitedReader{R: out, N: l.Part}
	parseErr := parse(&lineReader{br: bufio.NewReaderSize(bounded, 64<<10), limit: 1 << 20})
	over := bounded.N <= 0
	if over || parseErr != nil {
		cancel()
	}
	waitErr := cmd.Wait()
	switch {
	case over:
		return "", limitError(CodePDFToTextMemory, l.Part)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", pdfTimeout(l, ctx.Err())
	case waitErr != nil && parseErr == nil:
		return "", popplerError(waitErr, complaint.String(), l)
	}
	return complaint.String(), parseErr
}

func pdfTimeout(l Limits, err error) *Error {
	return &Error{Code: CodePDFToTextTimeout, Detail: map[string]string{"seconds": strconv.Itoa(int(l.Time.Seconds()))}, Err: err}
}

// popplerError reads the exit of a tool and what it complained of.
func popplerError(err error, complaint string, l Limits) error {
	low := strings.ToLower(complaint)
	wrapped := fmt.Errorf("%w: %s", err, complaint)
	var exit *exec.ExitError
	switch {
	case strings.Contains(low, "password"), strings.Contains(low, "encrypt"), errors.As(err, &exit) && exit.ExitCode() == 3:
		return &Error{Code: CodePDFEncrypted, Err: wrapped}
	case strings.Contains(low, "memory"), strings.Contains(low, "bad_alloc"), strings.Contains(low, "failed to map"), errors.As(err, &exit) && exit.ExitCode() < 0:
		e := limitError(CodePDFToTextMemory, l.Memory)
		e.Err = wrapped
		return e
	}
	return &Error{Code: CodePDFBroken, Detail: map[string]string{"tool": "pdftotext"}, Err: wrapped}
}

// tail keeps the first kilobyte written to it.
type tail struct{ bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if room := 1024 - t.Len(); room > 0 {
		t.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}
