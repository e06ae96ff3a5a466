package retrieval

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A snapshot is the magic, a version, the stamp of the caller, the columns of
// the store, and a CRC-32C (Castagnoli) of all before it. Numbers are
// little-endian; every column starts with its count. Postings and texts are
// both kept, so that nothing has to be inverted again.
const (
	snapshotMagic   = "sbretrie"
	snapshotVersion = 1
	maxStamp        = 1 << 16
)

// ErrSnapshot marks a snapshot that is torn, foreign or of another version.
// The caller rebuilds the index from its sources.
var ErrSnapshot = errors.New("not a usable index snapshot")

// Save writes the index and a stamp of the caller's, such as how far its
// source was read. Searches go on meanwhile, writers wait.
func (x *Index) Save(w io.Writer, stamp []byte) error {
	if len(stamp) > maxStamp {
		return fmt.Errorf("%w: stamp of %d bytes", ErrInvalid, len(stamp))
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	if len(x.store.docs.id) > x.store.live {
		x.compact()
	}
	out := newColumnWriter(w)
	out.raw([]byte(snapshotMagic))
	out.uint32(snapshotVersion)
	out.bytes(stamp)
	out.store(x.store)
	if err := out.close(); err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	return nil
}

// SaveFile writes a snapshot atomically: a crash leaves the old file or the
// new one.
func (x *Index) SaveFile(path string, stamp []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp-*")
	if err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	defer func() {
		if err != nil {
			// The first error is the one to tell; what is left is a stray file.
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err := x.Save(f, stamp); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("save index: %w", err)
	}
	return nil
}

// Load reads a snapshot and returns the index with the stamp it was saved
// with. Memory grows with what is really there, not with what lengths claim.
func Load(r io.Reader, o Options) (*Index, []byte, error) {
	size := int64(1 << 20)
	if known, ok := r.(interface{ Len() int }); ok {
		size = int64(known.Len())
	}
	return load(r, size, o)
}

func load(r io.Reader, size int64, o Options) (*Index, []byte, error) {
	in := newColumnReader(r, size)
	if string(in.raw(len(snapshotMagic))) != snapshotMagic {
		return nil, nil, fmt.Errorf("load index: %w: no magic", errors.Join(ErrSnapshot, in.err))
	}
	if v := in.uint32(); v != snapshotVersion {
		return nil, nil, fmt.Errorf("load index: %w: version %d", errors.Join(ErrSnapshot, in.err), v)
	}
	stamp := in.bytes(maxStamp)
	s := in.store()
	in.end()
	if in.err == nil {
		in.err = s.link()
	}
	if in.err != nil {
		return nil, nil, fmt.Errorf("load index: %w", errors.Join(ErrSnapshot, in.err))
	}
	x := New(o)
	x.store = s
	return x, stamp, nil
}

// Open loads a snapshot file. A missing file gives an error that is
// fs.ErrNotExist, an unusable one ErrSnapshot.
func Open(path string, o Options) (*Index, []byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("load index: %w", err)
	}
	// A read-only file that does not close leaves nothing undone.
	defer func() { _ = f.Close() }()
	at, err := f.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("load index: %w", err)
	}
	return load(bufio.NewReaderSize(f, 1<<20), at.Size(), o)
}
