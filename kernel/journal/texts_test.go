package journal_test

import (
	"testing"

	"sameboat/kernel/i18n"
	"sameboat/kernel/journal"
)

func TestEveryFaultHasItsText(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", journal.Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
	for _, key := range []string{
		journal.KeyMoved, journal.KeyUnread, journal.KeyOtherVersion, journal.KeyNewer, journal.KeyTooMany, journal.KeyTooLong, journal.KeyText, journal.KeyNoFact, journal.KeyNoBody, journal.KeyReason, journal.KeyNoView, journal.KeyRefused,
	} {
		if !c.Has(key) {
			t.Errorf("no text for %s", key)
		}
	}
}
