package keep

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// sealedMark is how a file of age begins, and packedMark how one of zstd does.
var (
	sealedMark = []byte("age-encryption.org/v1\n")
	packedMark = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// sink takes the parts of a backup as they are read. What it took counts only
// when the reading ends without an error.
type sink interface {
	head(*Manifest) error
	rows(t store.Table, rows [][]any) error
	blob(h facts.Hash, size int64, r io.Reader) error
}

// Sealed reports whether a backup is encrypted, and to how many recipients; it
// needs no key. A file that is no backup gives a fault with KeyForeign.
func Sealed(r io.Reader) (sealed bool, recipients int, err error) {
	in := bufio.NewReader(io.LimitReader(r, 1<<20))
	start, err := in.Peek(len(packedMark))
	if err == nil && bytes.Equal(start, packedMark) {
		return false, 0, nil
	}
	line, err := in.ReadSlice('\n')
	if err != nil || !bytes.Equal(line, sealedMark) {
		return false, 0, fault.Wrap(fault.Invalid, KeyForeign, err)
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return true, recipients, torn(err)
		}
		if strings.HasPrefix(line, "---") {
			return true, recipients, nil
		}
		if strings.HasPrefix(line, "-> ") {
			recipients++
		}
	}
}

// Verify reads a backup to its end, compares every part with the manifest and
// gives the manifest. It writes nothing.
func Verify(ctx context.Context, in io.Reader, keys []age.Identity, known Registers, p Progress) (*Manifest, error) {
	return read(ctx, in, keys, known, p, nothing{})
}

type nothing struct{}

func (nothing) head(*Manifest) error            { return nil }
func (nothing) rows(store.Table, [][]any) error { return nil }
func (nothing) blob(_ facts.Hash, _ int64, r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

func read(ctx context.Context, in io.Reader, keys []age.Identity, known Registers, p Progress, to sink) (*Manifest, error) {
	plain, err := unseal(in, keys)
	if err != nil {
		return nil, err
	}
	packed, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<30), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, torn(err)
	}
	defer packed.Close()
	if p == nil {
		p = func(string, int64, int64) {}
	}
	r := &reader{tar: tar.NewReader(packed), known: known, progress: p, to: to, sum: newTally()}
	if err := r.read(ctx); err != nil {
		return nil, torn(err)
	}
	// To the very end: age and zstd notice there whether anything was cut off.
	if n, err := io.Copy(io.Discard, io.LimitReader(packed, 1<<20)); err != nil || n >= 1<<20 {
		return nil, torn(errors.Join(err, fmt.Errorf("%d bytes after the manifest", n)))
	}
	return r.manifest, nil
}

func unseal(in io.Reader, keys []age.Identity) (io.Reader, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	start, err := b.Peek(len(sealedMark))
	if len(start) >= len(packedMark) && bytes.HasPrefix(start, packedMark) {
		return b, nil
	}
	if !bytes.Equal(start, sealedMark) {
		return nil, fault.Wrap(fault.Invalid, KeyForeign, err)
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.Invalid, KeySealed, nil)
	}
	plain, err := age.Decrypt(b, keys...)
	var other *age.NoIdentityMatchError
	if errors.As(err, &other) {
		return nil, fault.Wrap(fault.Invalid, KeyOtherKey, err)
	}
	if err != nil {
		return nil, torn(err)
	}
	return plain, nil
}

type reader struct {
	tar      *tar.Reader
	known    Registers
	progress Progress
	to       sink
	first    *Manifest
	parts    []Part
	sum      *tally
	last     string // the blob before
	manifest *Manifest
}

func (r *reader) read(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return fault.Wrap(fault.Away, "fault.late", err)
		}
		h, err := r.tar.Next()
		if err == io.EOF {
			if r.first == nil {
				return fault.New(fault.Invalid, KeyForeign, nil)
			}
			if r.manifest == nil {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			if r.first == nil && errors.Is(err, tar.ErrHeader) {
				return fault.Wrap(fault.Invalid, KeyForeign, err)
			}
			return err
		}
		if err := r.entry(h); err != nil {
			return err
		}
	}
}

func (r *reader) entry(h *tar.Header) error {
	switch {
	case h.Typeflag != tar.TypeReg || r.manifest != nil:
		return fault.New(fault.Invalid, KeyForeign, nil)
	case r.first == nil:
		return r.head(h)
	case h.Name == manifestName:
		return r.end(h)
	case strings.HasPrefix(h.Name, tablesDir):
		return r.table(h)
	case strings.HasPrefix(h.Name, blobsDir):
		return r.blob(h)
	}
	return badPart(h.Name)
}

// head reads the first entry, which tells a backup from any other tar, and a
// newer program's from ours.
func (r *reader) head(h *tar.Header) error {
	var m Manifest
	if h.Name != headName || h.Size > 1<<20 {
		return fault.New(fault.Invalid, KeyForeign, nil)
	}
	if err := json.NewDecoder(r.tar).Decode(&m); err != nil || m.What != what {
		return fault.Wrap(fault.Invalid, KeyForeign, err)
	}
	if m.Format > Format {
		return fault.New(fault.Invalid, KeyNewer, nil)
	}
	for name, version := range m.Registers {
		if r.known[name] == nil || version > newest(r.known[name]) {
			return fault.Wrap(fault.Invalid, KeyNewer, fmt.Errorf("registers of %s at version %d", name, version))
		}
	}
	r.first = &m
	return r.to.head(&m)
}

func (r *reader) table(h *tar.Header) error {
	if h.Size > maxPart {
		return badPart(h.Name)
	}
	content, err := io.ReadAll(r.tar)
	if err != nil {
		return err
	}
	t, rows, err := decode(content)
	if err != nil || !strings.HasPrefix(h.Name, tablesDir+t.Name+"/") {
		return badPart(h.Name)
	}
	r.parts = append(r.parts, Part{Name: h.Name, Rows: len(rows), SHA256: sumOf(content)})
	if i := slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == "seq" }); i >= 0 && t.Name == "journal_facts" && len(rows) > 0 {
		if seq, ok := rows[len(rows)-1][i].(int64); ok {
			r.progress("records", seq, int64(r.first.Last))
		}
	}
	return r.to.rows(t, rows)
}

func (r *reader) blob(h *tar.Header) error {
	name := strings.TrimPrefix(h.Name, blobsDir)
	if len(name) != 64 || strings.Trim(name, "0123456789abcdef") != "" || name <= r.last {
		return badPart(h.Name)
	}
	r.last = name
	sum := &summing{r: r.tar, sum: newHash()}
	if err := r.to.blob(facts.Hash(name), h.Size, sum); err != nil {
		return err
	}
	if sum.n != h.Size || sum.hex() != name {
		return badPart(h.Name)
	}
	r.sum.add(facts.Hash(name), h.Size)
	r.progress("files", int64(r.sum.Count), 0)
	return nil
}

// end compares what was read with the manifest.
func (r *reader) end(h *tar.Header) error {
	var m Manifest
	if h.Size > maxManifest {
		return badPart(h.Name)
	}
	if err := json.NewDecoder(r.tar).Decode(&m); err != nil {
		return err
	}
	for i, p := range r.parts {
		if i >= len(m.Parts) || m.Parts[i] != p {
			return badPart(p.Name)
		}
	}
	if len(m.Parts) > len(r.parts) {
		return badPart(m.Parts[len(r.parts)].Name)
	}
	if got := r.sum.end(); got != m.Blobs {
		return badPart(blobsDir)
	}
	if m.Node != r.first.Node || m.Last != r.first.Last || m.What != what {
		return badPart(headName)
	}
	r.manifest = &m
	return nil
}
