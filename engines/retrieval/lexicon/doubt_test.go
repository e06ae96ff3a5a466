package lexicon

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// inventedPairs says n sentences of eight words in two invented languages,
// optionally with every fifth text in the place of another.
func inventedPairs(n int, outOfOrder bool) []Pair {
	rnd := rand.New(rand.NewPCG(1, 2))
	syllables := strings.Fields("ba ke di mo lu fa re ni go tu")
	word := func(i int, end string) string { return syllables[i%10] + syllables[i/10%10] + syllables[i/100] + end }
	var out []Pair
	for range n {
		var a, b []string
		for range 8 {
			w := int(rnd.ExpFloat64()*60) % 300
			a, b = append(a, word(w, "x")), append(b, word(999-w, "z"))
		}
		out = append(out, Pair{LangA: "xq", TextA: strings.Join(a, " "), LangB: "xr", TextB: strings.Join(b, " ")})
	}
	for i := 0; outOfOrder && i+2 < n; i += 10 {
		out[i].TextB, out[i+2].TextB = out[i+2].TextB, out[i].TextB
	}
	return out
}

// doubted returns the pairs that are left out of the counts.
func doubted(pairs []Pair) map[int]bool {
	t := newTrainer(Options{}.withDefaults())
	for _, p := range pairs {
		t.addText(p.LangA, p.TextA, p.LangB, p.TextB, 1)
	}
	al := &aligner{model: t.model, corpus: *t.bitexts[langPair{"xq", "xr"}]}
	al.number()
	al.start(len(t.words["xq"].terms), len(t.words["xr"].terms))
	for round := range t.model.doubt {
		al.round(round >= t.model.alone)
	}
	al.doubt()
	out := make(map[int]bool)
	for k, w := range al.corpus.weights {
		if w == 0 {
			out[k] = true
		}
	}
	return out
}

func TestPairsThatSayDifferentThingsAreLeftOut(t *testing.T) {
	if out := doubted(inventedPairs(600, false)); len(out) > 0 {
		t.Errorf("left out of pairs that say the same: %v", out)
	}
	out := doubted(inventedPairs(600, true))
	for k := range 600 {
		if bad := k%10 == 0 || k%10 == 2; out[k] != bad {
			t.Errorf("pair %d: left out %v, out of order %v", k, out[k], bad)
		}
	}
}

func TestFewPairsAreNotDoubted(t *testing.T) {
	if out := doubted(inventedPairs(90, true)); len(out) > 0 {
		t.Errorf("left out though nothing is usual yet: %v", out)
	}
}
