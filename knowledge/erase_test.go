package knowledge

import (
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
)

// TestErasureTakesTheFilesAlong: a file holds the same words as the body it was
// read from, so it goes with the last edition that has it.
func TestErasureTakesTheFilesAlong(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		hash, size, err := l.blobs.Put(t.Context(), strings.NewReader("the words of a scan"), 100)
		if err != nil {
			t.Fatal(err)
		}
		write := func(title string) facts.Seq {
			d := Draft{Edition: facts.Edition{State: Published, Owner: testOwner, Kind: "qa", Certainty: "not_graded", Original: "en",
				Source: "scans", Key: title,
				Variants: []facts.Variant{{Lang: "en", Origin: "original", Files: []facts.File{{Hash: hash, Type: "application/pdf", Size: size}}}}},
				Text: facts.EditionText{FileNames: map[facts.Hash]string{hash: "scan.pdf"}, Variants: map[facts.Lang]facts.VariantText{"en": {Title: title, Body: "Words."}}}}
			id := facts.NewID(time.Now())
			list, err := Write(id, Current{}, d)
			if err != nil {
				t.Fatal(err)
			}
			written, err := l.journal.Append(t.Context(), journal.Batch{Reads: []journal.Read{{Thing: id}}, Facts: list})
			if err != nil {
				t.Fatal(err)
			}
			return written[0].Seq
		}
		first, second := write("One"), write("Two")
		for _, c := range []struct {
			seq  facts.Seq
			gone bool
		}{{first, false}, {second, true}, {second, true}} {
			if err := l.Erase(t.Context(), facts.ID{}, c.seq, "person"); err != nil {
				t.Fatal(err)
			}
			f, err := l.blobs.Open(hash)
			if err == nil {
				f.Close()
			}
			if gone := err != nil; gone != c.gone {
				t.Errorf("after erasing fact %d the file is gone: %v, want %v", c.seq, gone, c.gone)
			}
		}
	})
}
