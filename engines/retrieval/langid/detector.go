package langid

import (
	"cmp"
	"math"
	"slices"

	"sameboat/engines/retrieval/analysis"
)

// Guess is a language and how probable it is.
type Guess struct {
	Lang string
	P    float64
}

// Detector tells languages apart. It does not change and may be used
// concurrently; [Detector.With] makes one that knows more.
type Detector struct {
	langs  []string           // of the model
	family []int              // script of each
	floor  []float32          // logarithm of the ratio for n-grams not kept of the language
	grams  map[gram][]logProb // by n-gram
}

// logProb is the logarithm of how much more frequent an n-gram is in one
// language than in the average of its script.
type logProb struct {
	lang uint16
	p    float32
}

// maxGuesses bounds the answer.
const maxGuesses = 5

// Detect returns the most probable languages of a text, best first, and none
// if it holds no letters. The prior gives languages (tags are reduced as in
// analysis) a weight by which they are expected, such as those of the reader;
// those it does not name keep a small weight of their own.
func (d *Detector) Detect(text string, prior map[string]float64) []Guess {
	f := familyOf(text)
	if f == noFamily {
		return nil
	}
	var candidates []uint16
	for i, of := range d.family {
		if of == f {
			candidates = append(candidates, uint16(i))
		}
	}
	if len(candidates) == 0 {
		return []Guess{{families[f].langs[0], 1}}
	}
	scores, n := d.scores(text)
	weights := canonicalPrior(prior)
	guesses := make([]Guess, 0, len(candidates))
	for _, c := range candidates {
		lang := d.langs[c]
		s := scores[c]*sharpness/(1+math.Sqrt(float64(n))/20) + math.Log(weights[lang]+unexpected)
		guesses = append(guesses, Guess{lang, s})
	}
	return probabilities(guesses)
}

const (
	// sharpness tempers the scores: n-grams of one word are not independent.
	sharpness = .35
	// unexpected is the weight of a language that the prior does not name.
	unexpected = .02
)

func canonicalPrior(prior map[string]float64) map[string]float64 {
	out := make(map[string]float64, len(prior))
	sum := 0.0
	for _, w := range prior {
		if w > 0 && !math.IsInf(w, 0) {
			sum += w
		}
	}
	for tag, w := range prior {
		if w > 0 && sum > 0 && !math.IsInf(w, 0) {
			out[analysis.Canonical(tag)] += w / sum
		}
	}
	return out
}

// scores sums the log probabilities of the n-grams of a text by language.
func (d *Detector) scores(text string) ([]float64, int) {
	scores := make([]float64, len(d.langs))
	n := 0
	eachGram(text, func(g gram) {
		list := d.grams[g]
		if len(list) == 0 {
			return // no language had it: it tells nothing
		}
		n++
		for i := range scores {
			scores[i] += float64(d.floor[i])
		}
		for _, lp := range list {
			scores[lp.lang] += float64(lp.p - d.floor[lp.lang])
		}
	})
	return scores, n
}

// probabilities turns log scores into probabilities and keeps the best.
func probabilities(guesses []Guess) []Guess {
	slices.SortFunc(guesses, func(a, b Guess) int {
		return cmp.Or(cmp.Compare(b.P, a.P), cmp.Compare(a.Lang, b.Lang))
	})
	top, sum := guesses[0].P, 0.0
	for i := range guesses {
		guesses[i].P = math.Exp(guesses[i].P - top)
		sum += guesses[i].P
	}
	for i := range guesses {
		guesses[i].P /= sum
	}
	keep := guesses[:min(len(guesses), maxGuesses)]
	for len(keep) > 1 && keep[len(keep)-1].P < 1e-4 {
		keep = keep[:len(keep)-1]
	}
	return keep
}
