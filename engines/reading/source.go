package reading

import (
	"bytes"
	"context"
	"io"
)

// Source is a file from outside. The name serves detection only; nothing is
// opened by it.
type Source struct {
	Name string
	Body io.ReaderAt
	Size int64
}

// FromBytes makes a Source of bytes in memory.
func FromBytes(name string, b []byte) Source {
	return Source{Name: name, Body: bytes.NewReader(b), Size: int64(len(b))}
}

// head returns the first bytes of the source, at most 8 KiB.
func (s Source) head() ([]byte, error) {
	b := make([]byte, min(s.Size, 8192))
	n, err := s.Body.ReadAt(b, 0)
	if err != nil && err != io.EOF {
		return nil, &Error{Code: CodeReadFailed, Err: err}
	}
	return b[:n], nil
}

// format is the one the options say, else the one the first bytes show.
func (s Source) format(opt Options) (Format, error) {
	if opt.Format != "" {
		return opt.Format, nil
	}
	return s.Detect()
}

// Detect tells the format of the file from its first bytes and its name, as the
// function Detect does.
func (s Source) Detect() (Format, error) {
	head, err := s.head()
	if err != nil {
		return "", err
	}
	return Detect(s.Name, head), nil
}

// check refuses a source that is empty or over the limit before any work.
func (s Source) check(l Limits) error {
	if s.Size == 0 {
		return &Error{Code: CodeEmpty}
	}
	if s.Size > l.File {
		return limitError(CodeTooLarge, l.File)
	}
	return nil
}

func (s Source) reader() io.Reader { return io.NewSectionReader(s.Body, 0, s.Size) }

const progressStep = 64 << 10

// meter passes bytes through, stops at the file limit and at the end of the
// context, and reports progress.
type meter struct {
	ctx      context.Context
	r        io.Reader
	limit    int64
	read     int64
	told     int64
	progress func(int64)
}

func newMeter(ctx context.Context, r io.Reader, opt Options) *meter {
	return &meter{ctx: ctx, r: r, limit: opt.Limits.File, progress: opt.Progress}
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, &Error{Code: CodeStopped, Offset: m.read, Err: err}
	}
	n, err := m.r.Read(p)
	m.read += int64(n)
	if m.read > m.limit {
		return 0, limitError(CodeTooLarge, m.limit)
	}
	if m.progress != nil && (m.read-m.told >= progressStep || err == io.EOF) {
		m.told = m.read
		m.progress(m.read)
	}
	if err != nil && err != io.EOF {
		err = asError(err)
	}
	return n, err
}

// meteredAt is meter for containers, which are read out of order: it counts
// what is read and stops at the end of the context.
type meteredAt struct {
	ctx      context.Context
	r        io.ReaderAt
	size     int64
	read     int64
	told     int64
	progress func(int64)
}

func (m *meteredAt) ReadAt(p []byte, off int64) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, &Error{Code: CodeStopped, Err: err}
	}
	n, err := m.r.ReadAt(p, off)
	m.read += int64(n)
	if m.progress != nil && m.read-m.told >= progressStep {
		m.told = m.read
		m.progress(min(m.read, m.size))
	}
	return n, err
}
