package i18n_test

import (
	"slices"
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

func TestReads(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address, cookie, accept string
		want                    []facts.Lang
	}{
		{"", "", "", nil},
		{"", "", "fr-FR,fr;q=0.9,sw;q=0.5", []facts.Lang{"fr", "sw"}},
		{"", "", "sw;q=0.5, zh-TW, en;q=0.1", []facts.Lang{"zh-Hant", "zh", "sw", "en"}},
		{"ru", "ar", "fr", []facts.Lang{"ru", "ar", "fr"}},
		{"no tag at all", "", "*", nil},
		{"fr", "", "fr;q=", []facts.Lang{"fr"}},
		{"fr", "", strings.Repeat("en,", 1000), []facts.Lang{"fr"}},
		{"", "", "a1,b1,c1", nil},
		{"", "", "aa,ab,ae,af,ak,am,an,ar,as", []facts.Lang{"aa", "ab", "ae", "af", "ak", "am", "an", "ar"}},
	} {
		if got := i18n.Reads(c.address, c.cookie, c.accept); !slices.Equal(got, c.want) {
			t.Errorf("Reads(%q, %q, %.40q) = %v, want %v", c.address, c.cookie, c.accept, got, c.want)
		}
	}
}
