package keep_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/journal"
	"sameboat/kernel/keep"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

func TestEveryFaultHasItsText(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", keep.Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
	for _, key := range []string{keep.KeyForeign, keep.KeyTorn, keep.KeyPart, keep.KeyNewer, keep.KeySealed, keep.KeyOtherKey, keep.KeyKey, keep.KeyChanged, keep.KeyErasures} {
		if !c.Has(key) {
			t.Errorf("no text for %s", key)
		}
	}
}

var registers = keep.Registers{"journal": journal.Migrations()}

// small gives an unsealed backup of a journal with a few facts and one blob.
func small(t testing.TB) []byte {
	t.Helper()
	ctx := context.Background()
	db := storetest.Open(t, store.Config{Dir: t.TempDir()})
	j, err := journal.Open(ctx, db, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := blobs.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	hash, _, err := b.Put(ctx, bytes.NewReader([]byte("a file")), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		thing := facts.NewID(time.Now())
		_, err := j.Append(ctx, journal.Batch{Reads: []journal.Read{{Thing: thing}}, Facts: []journal.New{{Thing: thing, Kind: "sample.Opened", Audience: facts.Public, Payload: map[string]int{"n": 1}, Body: []byte("text ماء")}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	names := func(facts.Kind, []byte) ([]facts.Hash, error) { return []facts.Hash{hash}, nil }
	if _, err := keep.Write(ctx, &out, keep.Source{DB: db, Blobs: b, Registers: registers, Names: names, Now: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestNewerIsRefused: a backup of registers that this program does not know, or
// knows only older, says so.
func TestNewerIsRefused(t *testing.T) {
	t.Parallel()
	file := small(t)
	for name, known := range map[string]keep.Registers{"unknown": {}, "older": {"journal": fstest.MapFS{}}} {
		_, err := keep.Verify(context.Background(), bytes.NewReader(file), nil, known, nil)
		if f := fault.Of(err); f == nil || f.Key != keep.KeyNewer {
			t.Errorf("%s: %v", name, err)
		}
	}
	m, err := keep.Verify(context.Background(), bytes.NewReader(file), nil, registers, nil)
	if err != nil || m.Last != 3 || m.Blobs.Count != 1 || fmt.Sprint(m.Rows()) != "map[journal_bodies:3 journal_facts:3 journal_node:1 journal_things:3]" {
		t.Errorf("%+v %v", m, err)
	}
}

// FuzzVerify gives the reader of backups anybody's bytes: it may refuse them,
// and nothing else.
func FuzzVerify(f *testing.F) {
	file := small(f)
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte("age-encryption.org/v1\n-> X25519 abc\n"))
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := keep.Verify(context.Background(), bytes.NewReader(b), nil, registers, nil)
		if err == nil && (m == nil || m.What == "") {
			t.Error("taken without a manifest")
		}
		if f := fault.Of(err); err != nil && f.Kind != fault.Invalid {
			t.Errorf("a file's fault is told as %v", err)
		}
		_, _, _ = keep.Sealed(bytes.NewReader(b)) // must only end
	})
}

// FuzzErasures does the same to lists of erasures and of keys.
func FuzzErasures(f *testing.F) {
	f.Add([]byte(`{"node":"06h0b5vn7nw2z025my22t3j7bg","seq":1,"hash":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","reason":"person"}` + "\n"))
	f.Add([]byte("AGE-SECRET-KEY-1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if list, err := keep.ReadErasures(bytes.NewReader(b)); err == nil {
			for _, e := range list {
				if len(e.Hash) != 64 {
					t.Errorf("%+v", e)
				}
			}
		}
		_, _ = keep.Recipients("x", bytes.NewReader(b)) // must only end
		_, _ = keep.Identities("x", bytes.NewReader(b))
	})
}
