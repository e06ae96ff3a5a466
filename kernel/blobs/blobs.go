package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// The message keys of the faults of this package. A disk that is full, read-only
// or closed to us gives the keys of package store.
const (
	KeyTooLarge = "blobs.too-large" // args: most, in bytes
	KeyNone     = "blobs.none"      // no such file; args: hash
	KeyDamaged  = "blobs.damaged"   // the content is not what the hash says; args: hash
)

// unfinished is the folder of files that are still being written.
const unfinished = "unfinished"

// Store is a folder of blobs: "ab/cdef…" for the hash "abcdef…".
type Store struct {
	dir  string
	room func() error // nil: there is always room
}

// Refuse makes Put ask room first, whose error refuses the file. It is called
// before the store is used.
func (s *Store) Refuse(room func() error) { s.room = room }

// Open makes the folder when it is not there.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(filepath.Join(dir, unfinished), 0o700); err != nil {
		return nil, fmt.Errorf("open blobs: %w", store.Trouble(err))
	}
	if err := makeShelves(dir); err != nil {
		return nil, fmt.Errorf("open blobs: %w", store.Trouble(err))
	}
	return &Store{dir: dir}, nil
}

// makeShelves makes all 256 folders at once, so that Put need not ask whether a
// shelf made by another Put is durable yet.
func makeShelves(dir string) error {
	made := false
	for i := range 256 {
		err := os.Mkdir(filepath.Join(dir, fmt.Sprintf("%02x", i)), 0o700)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		made = made || err == nil
	}
	if !made {
		return nil
	}
	return errors.Join(syncFolder(dir), syncFolder(filepath.Dir(dir)))
}

// Put keeps what r gives, at most limit bytes of it, and gives its hash and its
// size when it is safely on the disk. The same content again costs no room. More
// than limit bytes give a TooLarge fault, and nothing is kept.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (facts.Hash, int64, error) {
	if s.room != nil {
		if err := s.room(); err != nil {
			return "", 0, fmt.Errorf("keep a file: %w", err)
		}
	}
	hash, size, err := s.put(ctx, r, limit)
	if err != nil {
		return "", 0, fmt.Errorf("keep a file: %w", store.Trouble(err))
	}
	return hash, size, nil
}

func (s *Store) put(ctx context.Context, r io.Reader, limit int64) (facts.Hash, int64, error) {
	f, err := os.CreateTemp(filepath.Join(s.dir, unfinished), "*")
	if err != nil {
		return "", 0, err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	defer f.Close()           // only matters after an error, which says more
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(&patient{ctx, r}, limit+1))
	if err != nil {
		return "", 0, err
	}
	if size > limit {
		return "", 0, fault.New(fault.TooLarge, KeyTooLarge, fault.Args{"most": limit})
	}
	hash := facts.Hash(hex.EncodeToString(sum.Sum(nil)))
	path := s.path(hash)
	if old, err := os.Stat(path); err == nil && old.Size() == size {
		return hash, size, nil
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return "", 0, err
	}
	return hash, size, s.place(f.Name(), path)
}

// place renames and makes the rename durable.
func (s *Store) place(from, path string) error {
	if err := os.Rename(from, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open opens a blob for reading; a NotFound fault when there is none.
func (s *Store) Open(hash facts.Hash) (io.ReadSeekCloser, error) {
	f, err := s.open(hash)
	if err != nil {
		return nil, err // a nil *os.File must not become a non-nil interface
	}
	return f, nil
}

// OpenVerified is Open after reading the whole blob and comparing its hash; a
// damaged file gives an Away fault with KeyDamaged.
func (s *Store) OpenVerified(ctx context.Context, hash facts.Hash) (io.ReadSeekCloser, error) {
	f, err := s.open(hash)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, &patient{ctx, f})
	if err == nil && hex.EncodeToString(sum.Sum(nil)) != string(hash) {
		err = fault.New(fault.Away, KeyDamaged, fault.Args{"hash": string(hash)})
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("verify file %s: %w", hash, store.Trouble(err))
	}
	return f, nil
}

func (s *Store) open(hash facts.Hash) (*os.File, error) {
	if !valid(hash) {
		return nil, none(hash)
	}
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none(hash)
	}
	if err != nil {
		return nil, fmt.Errorf("open file: %w", store.Trouble(err))
	}
	return f, nil
}

// Delete removes a blob for good; one that is not there is no error.
func (s *Store) Delete(hash facts.Hash) error {
	if !valid(hash) {
		return none(hash)
	}
	path := s.path(hash)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("delete file: %w", store.Trouble(err))
	}
	return nil
}

// Walk calls fn for every blob in the order of their hashes, with its size and
// the moment it was first kept, and ends with fn's error. It does not read them.
func (s *Store) Walk(ctx context.Context, fn func(hash facts.Hash, size int64, kept time.Time) error) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return store.Trouble(err)
		}
		shelf := filepath.Base(filepath.Dir(path))
		hash := facts.Hash(shelf + d.Name())
		if d.IsDir() || len(shelf) != 2 || !valid(hash) {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return store.Trouble(err)
		}
		return fn(hash, info.Size(), info.ModTime().UTC())
	})
}

// Tidy removes files whose writing began before a moment and never ended, and
// gives their number.
func (s *Store) Tidy(before time.Time) (int, error) {
	list, err := os.ReadDir(filepath.Join(s.dir, unfinished))
	if err != nil {
		return 0, store.Trouble(err)
	}
	n := 0
	for _, d := range list {
		if info, err := d.Info(); err != nil || !info.ModTime().Before(before) {
			continue // finished meanwhile, or young
		}
		if err := os.Remove(filepath.Join(s.dir, unfinished, d.Name())); err == nil {
			n++
		} else if !errors.Is(err, fs.ErrNotExist) {
			return n, store.Trouble(err)
		}
	}
	return n, nil
}

func (s *Store) path(hash facts.Hash) string {
	return filepath.Join(s.dir, string(hash[:2]), string(hash[2:]))
}

// valid keeps anything but a hash from becoming a path.
func valid(hash facts.Hash) bool {
	return len(hash) == 64 && strings.Trim(string(hash), "0123456789abcdef") == ""
}

func none(hash facts.Hash) error {
	if !valid(hash) {
		hash = "" // not ours to repeat
	}
	return fault.New(fault.NotFound, KeyNone, fault.Args{"hash": string(hash)})
}

// patient is a reader that gives up with its context.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
