package reading

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// archive is a ZIP container whose sizes have been checked. The sizes it claims
// bound what can come out: archive/zip stops a part that unpacks to more.
type archive struct {
	zip    *zip.Reader
	limits Limits
	parts  map[string]*zip.File
}

// openArchive refuses a container that is broken or would unpack to more than
// the limits allow; broken is the code for the former.
func openArchive(ctx context.Context, src Source, opt Options) (*archive, error) {
	at := &meteredAt{ctx: ctx, r: src.Body, size: src.Size, progress: opt.Progress}
	var first [8]byte
	if _, err := src.Body.ReadAt(first[:], 0); err == nil && bytes.HasPrefix(first[:], []byte("\xd0\xcf\x11\xe0")) {
		return nil, &Error{Code: CodeOfficeEncrypted}
	}
	z, err := zip.NewReader(at, src.Size)
	if err != nil {
		return nil, zipError(err, "")
	}
	l := opt.Limits
	if len(z.File) > l.Parts {
		return nil, bomb("", int64(l.Parts))
	}
	a := &archive{zip: z, limits: l, parts: make(map[string]*zip.File, len(z.File))}
	var total uint64
	for _, f := range z.File {
		if f.UncompressedSize64 > uint64(l.Part) {
			return nil, bomb(f.Name, l.Part)
		}
		if total += f.UncompressedSize64; total > uint64(l.Unpacked) {
			return nil, bomb(f.Name, l.Unpacked)
		}
		if f.Flags&1 != 0 {
			return nil, &Error{Code: CodeOfficeEncrypted}
		}
		if a.parts[f.Name] == nil {
			a.parts[f.Name] = f
		}
	}
	return a, nil
}

func bomb(part string, limit int64) *Error {
	e := limitError(CodeZipBomb, limit)
	e.Detail["part"] = part
	return e
}

func zipError(err error, part string) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeZipBroken, Detail: map[string]string{"part": part}, Err: err}
}

// open gives the bytes of a part, or nil when there is none of that name.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f := a.parts[name]
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, zipError(err, name)
	}
	return &partReader{r: r, name: name, left: int64(f.UncompressedSize64), limit: a.limits.Part}, nil
}

// partReader stops where a part passes the size it claims.
type partReader struct {
	r     io.ReadCloser
	name  string
	left  int64
	limit int64
}

func (p *partReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, bomb(p.name, p.limit)
	}
	if err != nil && err != io.EOF {
		err = zipError(fmt.Errorf("part %s: %w", p.name, err), p.name)
	}
	return n, err
}

func (p *partReader) Close() error { return p.r.Close() }
