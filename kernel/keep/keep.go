package keep

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io/fs"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

// The message keys of this package's faults.
const (
	KeyForeign  = "keep.foreign"   // no backup of this program
	KeyTorn     = "keep.torn"      // the file ends too early or is damaged
	KeyPart     = "keep.part"      // a part is not what the manifest says; args: part
	KeyNewer    = "keep.newer"     // made by a newer version
	KeySealed   = "keep.sealed"    // encrypted, and no key was given
	KeyOtherKey = "keep.other-key" // encrypted to other keys
	KeyKey      = "keep.key"       // a recipient or an identity that is none; args: where
	KeyChanged  = "keep.changed"   // a blob changed while it was being kept; args: hash
	KeyErasures = "keep.erasures"  // the list of erasures cannot be read; args: line
)

// Format counts up when older programs can no longer read what is written.
const Format = 1

// Bounds of what is read from a file that may be anybody's.
const (
	maxManifest = 256 << 20 // bytes
	maxPart     = 96 << 20
	maxMissing  = 10_000
	partSize    = 4 << 20 // a part of a table is closed once it is this long
)

// Registers names the packages whose tables are in the backup, by the prefix of
// their tables, with the migrations that make them.
type Registers map[string]fs.FS

// fleeting are tables that only make sense while a node runs, or that must not
// come back: a session that was ended after the backup would live again. The
// list of the views describes views, which are made anew.
var fleeting = map[string]bool{"journal_leases": true, "journal_views": true, "identity_sessions": true}

// Names tells which blobs a fact names.
type Names func(kind facts.Kind, payload []byte) ([]facts.Hash, error)

// Manifest says what a backup holds. It stands at the end of the file; a copy
// without Parts, Blobs and Missing stands at its beginning.
type Manifest struct {
	What      string           `json:"what"`
	Format    int              `json:"format"`
	Program   string           `json:"program,omitempty"` // its version
	Made      time.Time        `json:"made"`
	Node      facts.ID         `json:"node"`
	Last      facts.Seq        `json:"last"`      // the last fact
	Database  string           `json:"database"`  // where it was kept
	Registers map[string]int64 `json:"registers"` // version of each package's tables
	Parts     []Part           `json:"parts,omitempty"`
	Blobs     Blobs            `json:"blobs"`
	Missing   []facts.Hash     `json:"missing,omitempty"` // blobs that were lost or damaged already
	Lost      int              `json:"lost,omitempty"`    // how many those are
}

// Part is one stretch of a table.
type Part struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Blobs sums up the blobs, each of which is named by its own SHA-256.
type Blobs struct {
	Count  int    `json:"count"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // of the lines "hash size\n" in the order of the file
}

const what = "sameboat backup"

// Rows counts the rows of each table.
func (m *Manifest) Rows() map[string]int {
	rows := map[string]int{}
	for _, p := range m.Parts {
		table, _, _ := strings.Cut(strings.TrimPrefix(p.Name, tablesDir), "/")
		rows[table] += p.Rows
	}
	return rows
}

// The names of the entries of the tar.
const (
	headName     = "sameboat.json"
	manifestName = "manifest.json"
	tablesDir    = "tables/"
	blobsDir     = "blobs/"
)

// tally sums blobs up as they pass.
type tally struct {
	Blobs
	sum hash.Hash
}

func newTally() *tally { return &tally{sum: sha256.New()} }

func (t *tally) add(h facts.Hash, size int64) {
	t.Count++
	t.Bytes += size
	line, _ := json.Marshal(size) // a number always becomes JSON
	t.sum.Write([]byte(string(h) + " " + string(line) + "\n"))
}

func (t *tally) end() Blobs {
	t.Blobs.SHA256 = hex.EncodeToString(t.sum.Sum(nil))
	return t.Blobs
}

func sumOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func torn(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(fault.Invalid, KeyTorn, err)
}

func badPart(name string) error {
	return fault.New(fault.Invalid, KeyPart, fault.Args{"part": name})
}
