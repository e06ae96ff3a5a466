package i18n

import (
	"slices"
	"testing"

	"sameboat/facts"
)

// TestOrder: names stand where readers of the language look for them.
func TestOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang facts.Lang
		want []string
	}{
		{"en", []string{"Åland Islands", "Albania", "Côte d’Ivoire", "Croatia", "Cuba", "Zimbabwe"}},
		{"sv", []string{"Albania", "Croatia", "Cuba", "Zimbabwe", "Åland Islands"}},
		{"ar", []string{"الأردن", "تونس", "مصر"}},
		{"zh", []string{"阿富汗", "德国", "中国"}}, // by sound
	} {
		got := slices.Clone(c.want)
		slices.Reverse(got)
		slices.SortFunc(got, (&Printer{lang: c.lang}).Order())
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.lang, got, c.want)
		}
	}
}
