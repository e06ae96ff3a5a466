package langid

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"sameboat/engines/retrieval/analysis"
)

// Learner counts n-grams of texts whose language is known.
type Learner struct {
	counts map[string]map[gram]float64
	total  map[string]float64
}

// NewLearner returns a learner that has seen nothing.
func NewLearner() *Learner {
	return &Learner{counts: make(map[string]map[gram]float64), total: make(map[string]float64)}
}

// Bounds of what a learner keeps.
const (
	maxLearned = 200     // languages
	maxCounted = 400_000 // distinct n-grams of one language
)

// Add counts one text. Texts of languages beyond the bound are ignored.
func (l *Learner) Add(lang, text string) {
	lang = analysis.Canonical(lang)
	c := l.counts[lang]
	if c == nil {
		if len(l.counts) >= maxLearned || lang == analysis.NeutralLang {
			return
		}
		c = make(map[gram]float64)
		l.counts[lang] = c
	}
	home := familyOf(text)
	if home == noFamily {
		return
	}
	eachGram(text, func(g gram) {
		if _, known := c[g]; !known && len(c) >= maxCounted {
			return
		}
		if !ofFamily(g, home) {
			return
		}
		c[g]++
		l.total[lang]++
	})
}

// ofFamily says that the letters of an n-gram are of the script, so that
// Latin names do not teach a language Latin.
func ofFamily(g gram, home int) bool {
	for ; g != 0; g >>= 16 {
		r := rune(g & 0xFFFF)
		if f := familyOfRune(r); f != noFamily && f != home {
			return false
		}
	}
	return true
}

// Numbers of the model, chosen on held-out documents.
const (
	keptGrams = 2200 // n-grams kept of one language
	// doubt is how many n-grams of its script's average a language is
	// thought to have shown before any of its own.
	doubt = 3000
)

// Detector returns what the learner knows as a detector of its own.
func (l *Learner) Detector() *Detector {
	d := &Detector{grams: make(map[gram][]logProb)}
	for _, lang := range slices.Sorted(maps.Keys(l.counts)) {
		if l.total[lang] > 0 {
			d.langs = append(d.langs, lang)
			d.family = append(d.family, homeOf(l.counts[lang]))
		}
	}
	average := l.averages(d)
	for id := range d.langs {
		d.add(uint16(id), l.counts[d.langs[id]], l.total[d.langs[id]], average[d.family[id]])
	}
	return d
}

// averages returns how frequent each n-gram is over the languages of each
// script, every language counting the same.
func (l *Learner) averages(d *Detector) []map[gram]float64 {
	out := make([]map[gram]float64, len(families))
	size := make([]float64, len(families))
	for _, f := range d.family {
		size[f]++
	}
	for id, lang := range d.langs {
		f := d.family[id]
		if out[f] == nil {
			out[f] = make(map[gram]float64)
		}
		for g, n := range l.counts[lang] {
			out[f][g] += n / l.total[lang] / size[f]
		}
	}
	return out
}

// homeOf returns the script of most single letters.
func homeOf(counts map[gram]float64) int {
	inFamily := make([]float64, len(families))
	for g, n := range counts {
		if g <= 0xFFFF {
			if f := familyOfRune(rune(g)); f != noFamily {
				inFamily[f] += n
			}
		}
	}
	home := 0
	for f, n := range inFamily {
		if n > inFamily[home] {
			home = f
		}
	}
	return home
}

type counted struct {
	g gram
	n float64
}

// add gives one language the n-grams that tell most about it: the logarithms
// of how much more frequent they are in it than in the average of its script.
// All others share one value, from what they amount to together.
func (d *Detector) add(id uint16, counts map[gram]float64, total float64, average map[gram]float64) {
	all := make([]counted, 0, len(counts))
	for g, n := range counts {
		ratio := math.Log((n/average[g] + doubt) / (total + doubt))
		all = append(all, counted{g, n * (math.Abs(ratio) + .5)})
	}
	slices.SortFunc(all, func(x, y counted) int { return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.g, y.g)) })
	own, others := total, 0.0
	for _, g := range slices.Sorted(maps.Keys(average)) {
		others += average[g]
	}
	for _, c := range all[:min(len(all), keptGrams)] {
		n, mean := counts[c.g], average[c.g]
		own, others = own-n, others-mean
		d.grams[c.g] = append(d.grams[c.g], logProb{id, float32(math.Log((n/mean + doubt) / (total + doubt)))})
	}
	rest := max(others, 1e-6)
	d.floor = append(d.floor, float32(max(-5, math.Log((max(own, 0)/rest+doubt)/(total+doubt)))))
}

// With returns a detector that knows what d knows, except that languages the
// learner has seen enough of follow the learner.
func (d *Detector) With(l *Learner) *Detector {
	out := &Detector{grams: make(map[gram][]logProb)}
	fresh := l.Detector()
	enough := func(lang string) bool { return l.total[lang] >= minLearned }
	for _, from := range []struct {
		d    *Detector
		take func(string) bool
	}{{d, func(lang string) bool { return !enough(lang) }}, {fresh, enough}} {
		out.merge(from.d, from.take)
	}
	return out
}

// minLearned is how many n-grams make a language known better than built in:
// about fifty pages.
const minLearned = 400_000

func (d *Detector) merge(from *Detector, take func(string) bool) {
	number := make(map[uint16]uint16)
	for i, lang := range from.langs {
		if !take(lang) {
			continue
		}
		number[uint16(i)] = uint16(len(d.langs))
		d.langs = append(d.langs, lang)
		d.family = append(d.family, from.family[i])
		d.floor = append(d.floor, from.floor[i])
	}
	for g, list := range from.grams {
		for _, lp := range list {
			if to, ok := number[lp.lang]; ok {
				d.grams[g] = append(d.grams[g], logProb{to, lp.p})
			}
		}
	}
}
