package blobstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
)

// Blobs is what the contract asks of a store.
type Blobs interface {
	Put(ctx context.Context, r io.Reader, limit int64) (facts.Hash, int64, error)
	Open(hash facts.Hash) (io.ReadSeekCloser, error)
	OpenVerified(ctx context.Context, hash facts.Hash) (io.ReadSeekCloser, error)
	Delete(hash facts.Hash) error
	Walk(ctx context.Context, fn func(hash facts.Hash, size int64, kept time.Time) error) error
}

// Contract checks an empty store.
func Contract(t *testing.T, s Blobs) {
	ctx := context.Background()
	big := make([]byte, 1<<20)
	rand.Read(big)
	for _, content := range [][]byte{{}, []byte("hand washing"), big} {
		roundTrip(t, s, content)
	}
	if got := walk(t, s); len(got) != 3 {
		t.Errorf("Walk found %d files, want 3: %v", len(got), got)
	}
	refusals(t, s)
	hash, _, err := s.Put(ctx, strings.NewReader("to be deleted"), 100)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing to delete
		if err := s.Delete(hash); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	if _, err := s.Open(hash); !fault.Is(err, fault.NotFound) {
		t.Errorf("Open after Delete: %v", err)
	}
	if got := walk(t, s); len(got) != 3 {
		t.Errorf("at the end Walk found %d files, want 3", len(got))
	}
}

func roundTrip(t *testing.T, s Blobs, content []byte) {
	t.Helper()
	ctx := context.Background()
	sum := sha256.Sum256(content)
	want := facts.Hash(hex.EncodeToString(sum[:]))
	for range 2 {
		hash, size, err := s.Put(ctx, bytes.NewReader(content), int64(len(content)))
		if err != nil || hash != want || size != int64(len(content)) {
			t.Fatalf("Put of %d bytes: %s %d %v", len(content), hash, size, err)
		}
	}
	plain, err := s.Open(want)
	verified, err2 := s.OpenVerified(ctx, want)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, f := range []io.ReadSeekCloser{plain, verified} {
		if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, content) {
			t.Errorf("read %d bytes, %v; want %d", len(got), err, len(content))
		}
		half := int64(len(content) / 2)
		if _, err := f.Seek(half, io.SeekStart); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, content[half:]) {
			t.Errorf("after Seek read %d bytes, %v", len(got), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func refusals(t *testing.T, s Blobs) {
	t.Helper()
	ctx := context.Background()
	if _, _, err := s.Put(ctx, strings.NewReader("four"), 3); !fault.Is(err, fault.TooLarge) {
		t.Errorf("four bytes where three may be: %v", err)
	}
	broken := errors.New("the line was cut")
	if _, _, err := s.Put(ctx, io.MultiReader(strings.NewReader("half"), reader(func() error { return broken })), 100); !errors.Is(err, broken) {
		t.Errorf("a reader that breaks: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	endless := io.MultiReader(strings.NewReader("begun"), reader(func() error { cancel(); return nil }))
	if _, _, err := s.Put(ended, endless, 1<<40); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that went away: %v", err)
	}
	for _, bad := range []facts.Hash{"", "ab", "../../etc/passwd", facts.Hash(strings.Repeat("A", 64)), facts.Hash(strings.Repeat("a", 64)), facts.Hash(strings.Repeat("a/", 32))} {
		_, err := s.Open(bad)
		_, err2 := s.OpenVerified(ctx, bad)
		if f := fault.Of(err); !fault.Is(err, fault.NotFound) || !fault.Is(err2, fault.NotFound) || f.Key != blobs.KeyNone {
			t.Errorf("Open(%q): %v, %v", bad, err, err2)
		}
	}
	stop := errors.New("stop")
	if err := s.Walk(ctx, func(facts.Hash, int64, time.Time) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Walk stopped by its caller: %v", err)
	}
}

func walk(t *testing.T, s Blobs) map[facts.Hash]int64 {
	t.Helper()
	found := map[facts.Hash]int64{}
	err := s.Walk(context.Background(), func(hash facts.Hash, size int64, kept time.Time) error {
		if time.Since(kept) > time.Hour || kept.Location() != time.UTC {
			t.Errorf("kept at %v", kept)
		}
		found[hash] = size
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return found
}

// reader gives one byte a time for ever, or the function's error.
type reader func() error

func (r reader) Read(b []byte) (int, error) {
	if err := r(); err != nil {
		return 0, err
	}
	b[0] = 'x'
	return 1, nil
}
