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
const maxGuesses = 10

// Detect returns the most probable languages of a text, best first, and none
// if it holds no letters. The prior gives languages (tags are reduced as in
// analysis) a weight by which they are expected, such as those of the reader;
// those it does not name keep a small weight of their own.
func (d *Detector) Detect(text string, prior map[string]float64) []Guess {
	weights := canonicalPrior(prior)
	return d.Weigh(text, func(lang string) float64 { return math.Log(weights[lang] + unexpected) })
}

// Weigh is Detect for a caller who knows more than which languages are
// expected: evidence gives, for each language the text may be in, what speaks
// for it apart from its letters, as a logarithm of a likelihood.
func (d *Detector) Weigh(text string, evidence func(lang string) float64) []Guess {
	f := familyOf(text)
	if f == noFamily {
		return nil
	}
	var guesses []Guess
	scores, n := d.scores(text)
	sharp := sharpness / (1 + math.Sqrt(float64(n))/20) * float64(n) / float64(n+aWord)
	best := math.Inf(-1)
	for i, of := range d.family {
		if of == f {
			s := scores[i] * sharp
			best = max(best, s)
			guesses = append(guesses, Guess{d.langs[i], s})
		}
	}
	if len(guesses) == 0 {
		return []Guess{{families[f].langs[0], 1}}
	}
	for i, g := range guesses {
		guesses[i].P = max(g.P, best-mostTold*float64(n)) + evidence(g.Lang)
	}
	return probabilities(guesses)
}

// Fits reports whether a text may be in a language as far as its script tells.
// Of a language that the detector does not know it says yes.
func (d *Detector) Fits(lang, text string) bool {
	f := familyOf(text)
	if f == noFamily {
		return true
	}
	lang = analysis.Canonical(lang)
	if i := slices.Index(d.langs, lang); i >= 0 {
		return d.family[i] == f
	}
	for i := range families {
		if families[i].langs[0] == lang {
			return i == f || i == hani && f == kana
		}
	}
	return true
}

const (
	// sharpness tempers the scores: n-grams of one word are not independent.
	sharpness = .35
	// aWord is how many n-grams are believed half: those of one word may be
	// of a name, and tell less each than those of a sentence.
	aWord = 20
	// mostTold is the most that an n-gram counts against a language, when all
	// are taken together: however rare its letters are there, a single word
	// may be a name, or a form that nothing was learned from.
	mostTold = .25
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
		for _, lp := range list {
			scores[lp.lang] += float64(lp.p - d.floor[lp.lang])
		}
	})
	for i := range scores {
		scores[i] += float64(n) * float64(d.floor[i])
	}
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
