package node

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"time"

	"filippo.io/age"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/keep"
	"sameboat/kernel/notify"
	"sameboat/kernel/store"
	"sameboat/kernel/web/once"
	"sameboat/knowledge"
)

// Registers lists whose tables a backup holds.
func Registers() keep.Registers {
	return keep.Registers{"journal": journal.Migrations(), "identity": identity.Migrations(), "notify": notify.Migrations(), "once": once.Migrations(), "knowledge": knowledge.Migrations()}
}

// Named gives the blobs that a fact of any room names.
func Named(kind facts.Kind, payload []byte) ([]facts.Hash, error) {
	return knowledge.Named(kind, payload)
}

// BackupArgs are the arguments of the command backup.
type BackupArgs struct {
	To []string `json:"to"` // public keys of age; none: the backup is open to everybody
}

// StepMessage tells how far long work has come.
type StepMessage struct {
	Step  string `json:"step"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

// chunk is how many bytes of a backup are told at once.
const chunk = 256 << 10

// backup tells the bytes of a backup in messages "bytes", and its manifest,
// without the list of parts, at the end: the file belongs to whoever asked, who
// may write where the server may not.
func backup(ctx context.Context, n *Node, c Call) error {
	var a BackupArgs
	if err := json.Unmarshal(c.Args, &a); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	out := bufio.NewWriterSize(said{c}, chunk)
	m, err := keep.Write(ctx, out, keep.Source{DB: n.DB, Blobs: n.Blobs, Registers: Registers(), Names: Named, Program: Version(), Now: n.now(), Progress: c.steps()}, a.To)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	return c.say("result", contents(m))
}

func backupErasures(ctx context.Context, n *Node, c Call) error {
	out := bufio.NewWriterSize(said{c}, chunk)
	count, err := keep.WriteErasures(ctx, n.DB, out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	return c.say("result", count)
}

// said is a writer that tells what is written.
type said struct{ c Call }

// Write tells one message.
func (s said) Write(b []byte) (int, error) { return len(b), s.c.say("bytes", b) }

// steps tells progress, a few times a second at most.
func (c Call) steps() keep.Progress {
	var last time.Time
	step := ""
	return func(name string, done, total int64) {
		if now := time.Now(); name != step || done == total || now.Sub(last) > 200*time.Millisecond {
			step, last = name, now
			// A caller that went away is noticed at the next bytes.
			_ = c.say("progress", StepMessage{name, done, total})
		}
	}
}

// ContentsMessage says what is in a backup.
type ContentsMessage struct {
	*keep.Manifest
	Rows map[string]int `json:"rows"`
}

func contents(m *keep.Manifest) ContentsMessage {
	short := *m
	short.Parts = nil
	return ContentsMessage{&short, m.Rows()}
}

// VerifyBackup reads a backup to its end and tells what is in it.
func VerifyBackup(ctx context.Context, in io.Reader, keys []age.Identity, say func(Message) error) (ContentsMessage, error) {
	m, err := keep.Verify(ctx, in, keys, Registers(), Call{Say: say}.steps())
	if err != nil {
		return ContentsMessage{}, err
	}
	return contents(m), nil
}

// RestoreMessage tells what a restore has done.
type RestoreMessage struct {
	ContentsMessage
	Erased  int `json:"erased"`
	Unknown int `json:"unknown"`
}

// Restore makes a node of a backup in an empty place.
func Restore(ctx context.Context, config Config, in io.Reader, keys []age.Identity, erasures io.Reader, say func(Message) error) (RestoreMessage, error) {
	list, err := keep.ReadErasures(erasures)
	if err != nil {
		return RestoreMessage{}, err
	}
	res, err := keep.Restore(ctx, in, keys, keep.Place{Store: store.Config{Dir: config.Data, URL: config.Database}, Registers: Registers(), Names: Named,
		Erasures: list, Progress: Call{Say: say}.steps(), Open: func(ctx context.Context, db *store.DB, b *blobs.Store) (keep.Eraser, error) {
			j, err := journal.Open(ctx, db, journal.Options{Projections: Projections(), Log: config.Log})
			if err != nil {
				return nil, err
			}
			library := knowledge.NewLibrary(db, j, b, time.Now)
			return func(ctx context.Context, seq facts.Seq, reason string) error {
				return library.Erase(ctx, facts.ID{}, seq, reason)
			}, nil
		}})
	if err != nil {
		return RestoreMessage{}, err
	}
	return RestoreMessage{contents(res.Manifest), res.Erased, res.Unknown}, nil
}

// NoErasures is an empty list of erasures.
func NoErasures() io.Reader { return bytes.NewReader(nil) }

// Version is the revision this program was built from.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "development"
}

// BlobsDir is the folder of the blobs of a data folder.
func BlobsDir(data string) string { return filepath.Join(data, keep.BlobsDir) }
