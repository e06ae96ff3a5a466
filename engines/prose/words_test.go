package prose

import "testing"

// TestWordsMeanTheSameInScriptsWithoutSpaces holds the weights of words.go to
// translations: they should count about as many words as their originals.
func TestWordsMeanTheSameInScriptsWithoutSpaces(t *testing.T) {
	t.Parallel()
	docs, _ := documents(t, 30)
	counts := make(map[string]int)
	for _, segments := range docs {
		for _, s := range segments {
			for _, lang := range []string{"en", "zh", "km", "my"} {
				counts[lang] += Words(s[lang])
			}
		}
	}
	for _, lang := range []string{"zh", "km", "my"} {
		ratio := float64(counts[lang]) / float64(counts["en"])
		t.Logf("%s counts %.2f words for one of English (%d)", lang, ratio, counts["en"])
		if ratio < 0.85 || ratio > 1.35 {
			t.Errorf("%s counts %.2f words for one of English; want about 1", lang, ratio)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0}, {" \n\t ", 0}, {"wash your hands", 3}, {"two\u00a0words", 2}, {"اغسل يديك جيدا", 3}, {"अपने हाथ धोएं", 3}, {"osha mikono", 2},
		{"мойте руки", 2}, {"lave-toi", 1}, {"洗手", 2}, {"发热。咳嗽", 3}, {"ក្អក", 1}, {"ล้างมือ", 2}, {"COVID-19疫苗", 3},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 2},
	} {
		if got := Words(c.text); got != c.want {
			t.Errorf("%q has %d words; want %d", c.text, got, c.want)
		}
	}
}
