package store_test

import (
	"testing"

	"sameboat/kernel/i18n"
	"sameboat/kernel/store"
)

func TestEveryFaultHasItsText(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", store.Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
	for _, key := range []string{
		store.KeyAway, store.KeyFull, store.KeyReadOnly, store.KeyDenied, store.KeyBroken, store.KeyAddress, store.KeyHeld, store.KeyNewer, store.KeyBusy, store.KeyText,
	} {
		if !c.Has(key) {
			t.Errorf("no text for %s", key)
		}
	}
}
