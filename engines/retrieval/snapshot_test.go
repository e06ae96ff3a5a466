package retrieval

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// sampleIndex holds n random documents, some of them replaced and removed.
func sampleIndex(tb testing.TB, n int, seed uint64) (*Index, oracle) {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	x, o := New(Options{}), oracle{}
	for range n {
		d := randomDocument(r, fmt.Sprintf("d%02d", r.IntN(n)))
		if err := x.Put(d); err != nil {
			tb.Fatal(err)
		}
		o[d.ID] = d
	}
	x.Remove("d01")
	delete(o, "d01")
	return x, o
}

func snapshotOf(tb testing.TB, x *Index) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := x.Save(&b, []byte("stamp")); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestSnapshotRoundTrip(t *testing.T) {
	t.Parallel()
	x, o := sampleIndex(t, 60, 1)
	y, stamp, err := Load(bytes.NewReader(snapshotOf(t, x)), Options{})
	if err != nil || string(stamp) != "stamp" {
		t.Fatalf("stamp %q, error %v", stamp, err)
	}
	if x.Stats() != y.Stats() {
		t.Fatalf("stats %+v, want %+v", y.Stats(), x.Stats())
	}
	r := rand.New(rand.NewPCG(2, 2))
	for range 60 {
		o.check(t, y, randomQuery(r))
	}
	for i := range 40 { // it must go on living
		d := randomDocument(r, fmt.Sprintf("d%02d", r.IntN(60)))
		if err := y.Put(d); err != nil {
			t.Fatal(err)
		}
		o[d.ID] = d
		if id := fmt.Sprintf("d%02d", i); y.Remove(id) == 1 {
			delete(o, id)
		}
		o.check(t, y, randomQuery(r))
	}
}

// TestTornSnapshot cuts a snapshot at every length and flips a bit in every
// byte: each must be told, never taken.
func TestTornSnapshot(t *testing.T) {
	t.Parallel()
	x, _ := sampleIndex(t, 4, 3)
	whole := snapshotOf(t, x)
	refused := func(b []byte, what string, at int) {
		t.Helper()
		if _, _, err := Load(bytes.NewReader(b), Options{}); !errors.Is(err, ErrSnapshot) {
			t.Fatalf("%s at %d of %d: error %v", what, at, len(whole), err)
		}
	}
	for n := range whole {
		refused(whole[:n], "cut", n)
		broken := bytes.Clone(whole)
		broken[n] ^= 1 << (n % 8)
		refused(broken, "flipped", n)
	}
	refused(append(bytes.Clone(whole), 0), "appended", len(whole))
}

func TestSaveFileIsAtomic(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "index")
	if _, _, err := Open(path, Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("missing file: %v", err)
	}
	x, o := sampleIndex(t, 20, 4)
	for range 2 {
		if err := x.SaveFile(path, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SaveFile(filepath.Join(dir, "absent", "index"), nil); err == nil {
		t.Fatal("no error for a folder that is not there")
	}
	if err := x.SaveFile(path, make([]byte, maxStamp+1)); !errors.Is(err, ErrInvalid) {
		t.Fatalf("long stamp: %v", err)
	}
	y, _, err := Open(path, Options{})
	if err != nil || y.Len() != len(o) {
		t.Fatalf("%v documents, error %v", y.Len(), err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Fatalf("stray files: %v", files)
	}
}

// FuzzLoad repairs the checksum, so that the checks behind it are reached. A
// snapshot that loads must answer and save again the same.
func FuzzLoad(f *testing.F) {
	for n := range 4 {
		x, _ := sampleIndex(f, 1+2*n, uint64(n))
		f.Add(snapshotOf(f, x))
	}
	f.Add([]byte(snapshotMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 4 {
			sum := newChecksum()
			sum.Write(b[:len(b)-4])
			binary.LittleEndian.PutUint32(b[len(b)-4:], sum.Sum32())
		}
		x, _, err := Load(bytes.NewReader(b), Options{})
		if err != nil {
			if !errors.Is(err, ErrSnapshot) {
				t.Fatal(err)
			}
			return
		}
		q := Query{Limit: 5, FacetDims: []string{"kind"}, Groups: []Group{
			{Terms: []Weighted{{"w0", 1}, {"w1", .5}}}, {Terms: []Weighted{{"w2", 1}}}}}
		first, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := x.Save(&out, nil); err != nil {
			t.Fatal(err)
		}
		y, _, err := Load(&out, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := y.Search(context.Background(), q); err != nil || !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v then %+v, %v", first, again, err)
		}
		for _, id := range x.store.docs.id {
			x.Remove(id)
		}
	})
}
