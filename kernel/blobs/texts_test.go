package blobs_test

import (
	"testing"

	"sameboat/kernel/blobs"
	"sameboat/kernel/i18n"
)

func TestEveryFaultHasItsText(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", blobs.Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
	for _, key := range []string{
		blobs.KeyTooLarge, blobs.KeyNone, blobs.KeyDamaged,
	} {
		if !c.Has(key) {
			t.Errorf("no text for %s", key)
		}
	}
}
