package facts

import (
	"strings"
	"testing"
	"time"
)

// TestOneTextAnID: of all texts that could mean one ID, differing in the two
// spare bits of the last character, only the one that String writes is read.
func TestOneTextAnID(t *testing.T) {
	t.Parallel()
	for range 100 {
		id := NewID(time.UnixMilli(1_584_000_000_000))
		text := id.String()
		read := 0
		for _, last := range "0123456789abcdefghjkmnpqrstvwxyz" {
			got, err := ParseID(text[:25] + string(last))
			if err != nil {
				continue
			}
			if read++; got.String() != text[:25]+string(last) {
				t.Fatalf("%s%c is read as %s", text[:25], last, got)
			}
		}
		if read != 8 {
			t.Fatalf("%d of the 32 last characters are read, want 8", read)
		}
		if got, err := ParseID(strings.ToUpper(text)); err != nil || got != id {
			t.Errorf("in capitals: %s, %v", got, err)
		}
	}
	if id, err := ParseID(strings.Repeat("o", 26)); err != nil || !id.IsZero() {
		t.Errorf("misread zeros: %s, %v", id, err)
	}
	if _, err := ParseID(strings.Repeat("0", 25) + "1"); err == nil {
		t.Error("spare bits of the zero ID were read")
	}
}
