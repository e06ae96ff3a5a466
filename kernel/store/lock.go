package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"sameboat/kernel/fault"
)

// LockName is the file in the data folder by which a server holds it.
const LockName = "sameboat.lock"

// FolderLock is the hold of one process on a data folder. The operating system
// lets go of it when the process ends, however it ends.
type FolderLock struct{ file *os.File }

// Lock takes the data folder for this process, making the folder when it is not
// there, and gives a fault with KeyHeld when another process has it.
func Lock(dir string) (*FolderLock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, folderTrouble(dir, err)
	}
	return lockFile(filepath.Join(dir, LockName), dir)
}

func lockFile(path, held string) (*FolderLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderTrouble(held, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, folderTrouble(held, err)
		}
		text, _ := io.ReadAll(io.LimitReader(f, 20)) // only to name the other process; may be empty
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		return nil, &fault.Fault{Kind: fault.Busy, Key: KeyHeld, Args: fault.Args{"folder": held, "process": pid},
			Err: fmt.Errorf("lock %s: %w", path, err)}
	}
	if err := errors.Join(f.Truncate(0), writeAt(f, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		f.Close()
		return nil, folderTrouble(held, err)
	}
	return &FolderLock{file: f}, nil
}

// Unlock gives the folder free. The file stays: removing it would let two
// processes lock two files of one name.
func (l *FolderLock) Unlock() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

func writeAt(f *os.File, text string) error {
	_, err := f.WriteAt([]byte(text), 0)
	return err
}

func folderTrouble(dir string, err error) error {
	kind, key := fault.Away, KeyDenied
	if k := classifySystem(err); k != "" {
		key = k
	}
	return &fault.Fault{Kind: kind, Key: key, Args: fault.Args{"folder": dir}, Err: fmt.Errorf("data folder %s: %w", dir, err)}
}
