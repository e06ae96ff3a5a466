package langid

import "testing"

// TestEvidenceDecidesAWord: the letters of one word yield to other evidence,
// those of a sentence do not.
func TestEvidenceDecidesAWord(t *testing.T) {
	d := detector(t)
	for _, c := range []struct {
		text, speaks, want string
		nats               float64
	}{
		{"маски", "ru", "ru", 4},
		{"oksijeni", "sw", "sw", 10},
		{"where can I get tested for this disease", "fr", "en", 10},
	} {
		got := d.Weigh(c.text, func(lang string) float64 {
			if lang == c.speaks {
				return c.nats
			}
			return 0
		})
		if len(got) == 0 || got[0].Lang != c.want {
			t.Errorf("%q with %v for %s: %v, want %s", c.text, c.nats, c.speaks, got, c.want)
		}
	}
}

func TestFits(t *testing.T) {
	d := detector(t)
	for _, c := range []struct {
		lang, text string
		want       bool
	}{{"ru", "маски", true}, {"en", "маски", false}, {"zh", "口罩", true}, {"zh-Hant", "口罩", true}, {"ja", "口罩", false}, {"xx", "маски", true}, {"fr", "123", true}} {
		if got := d.Fits(c.lang, c.text); got != c.want {
			t.Errorf("Fits(%s, %s) = %v", c.lang, c.text, got)
		}
	}
}
