package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"os"
	"path/filepath"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// newborn is a file that gets its name when it is whole and on the disk.
type newborn struct {
	*os.File
	name string
	n    int64
	sum  hash.Hash
}

// newFile begins a file that must not be there yet.
func newFile(name string) (*newborn, error) {
	if _, err := os.Lstat(name); err == nil {
		return nil, fault.New(fault.Conflict, "node.backup.exists", fault.Args{"file": name})
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".part-*")
	if err != nil {
		return nil, store.Trouble(err)
	}
	return &newborn{File: f, name: name, sum: sha256.New()}, nil
}

// Write writes and sums.
func (f *newborn) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	f.n += int64(n)
	f.sum.Write(b[:n]) // a hash never fails
	return n, err
}

func (f *newborn) hex() string { return hex.EncodeToString(f.sum.Sum(nil)) }

// keep gives the file its name for good, unless somebody was quicker.
func (f *newborn) keep() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return store.Trouble(err)
	}
	if err := os.Link(f.File.Name(), f.name); errors.Is(err, os.ErrExist) {
		return fault.New(fault.Conflict, "node.backup.exists", fault.Args{"file": f.name})
	} else if err != nil { // a file system without links
		if err := os.Rename(f.File.Name(), f.name); err != nil {
			return store.Trouble(err)
		}
	}
	dir, err := os.Open(filepath.Dir(f.name))
	if err != nil {
		return store.Trouble(err)
	}
	return store.Trouble(errors.Join(dir.Sync(), dir.Close()))
}

// drop removes what has no name yet.
func (f *newborn) drop() {
	f.Close()
	os.Remove(f.File.Name()) // gone already when it was kept by renaming
}
