package lexicon

import (
	"math"
	"slices"
)

// Lines that are out of order in one of two files, or cut differently, make
// pairs that say different things, and teach nonsense. After some rounds they
// are told by their words: what other pairs know as translations is missing.
// Measured on TICO-19, where a fifth of the French lines translate others:
// MRR of French .973 to .975, as without those lines; in other languages nothing.
const (
	leastJudged = 8   // words of a pair that others know, to judge it
	leastTexts  = 100 // judged, to know what is usual
	usual       = 1   // evidence of the middle pair, to be sure of anything
	doubtful    = .4  // of the evidence of the middle pair
)

// doubt takes the pairs that say different things out of the counts.
func (al *aligner) doubt() {
	evidence := al.evidence()
	judged := make([]float32, 0, len(evidence))
	for _, e := range evidence {
		if !math.IsInf(float64(e), 1) {
			judged = append(judged, e)
		}
	}
	if len(judged) < leastTexts {
		return
	}
	slices.Sort(judged)
	middle := judged[len(judged)/2]
	if middle < usual {
		return
	}
	for k, e := range evidence {
		if e < doubtful*middle {
			al.corpus.weights[k] = 0
		}
	}
}

// evidence is, for every pair of texts, the mean log likelihood ratio of its
// words: as translations of the other text, as far as other pairs taught
// them, against as words of any text. Pairs of too few known words have +Inf.
func (al *aligner) evidence() []float32 {
	sumA, sumB := sumsOf(al.cab, al.links.a, len(al.nullA)), sumsOf(al.cba, al.links.b, len(al.nullB))
	out := make([]float32, al.corpus.texts)
	at := 0
	for k := range out {
		a, b := al.corpus.a[k], al.corpus.b[k]
		la, lb := len(a.terms), len(b.terms)
		row := al.flat[at : at+la*lb]
		at += len(row)
		al.posteriors(a, b, row)
		j := judge{weight: al.corpus.weights[k]}
		for y, term := range b.terms {
			j.begin(al.nullB[term])
			for x, from := range a.terms {
				z := y*la + x
				j.hear(al.cab[row[z]], sumA[from], al.pab[z]*al.pba[z])
			}
			j.settle()
		}
		for x, term := range a.terms {
			j.begin(al.nullA[term])
			for y, from := range b.terms {
				z := y*la + x
				j.hear(al.cba[row[z]], sumB[from], al.pab[z]*al.pba[z])
			}
			j.settle()
		}
		out[k] = float32(math.Inf(1))
		if j.words >= leastJudged {
			out[k] = float32(j.sum / float64(j.words))
		}
	}
	return out
}

// judge adds up the evidence of the words of one pair.
type judge struct {
	weight float32 // of the pair in the counts
	sum    float64
	words  int

	chance, likely float32 // of the word at hand
	heard, of      int
}

func (j *judge) begin(chance float32) { j.chance, j.likely, j.heard, j.of = chance, 0, 0, 0 }

// hear adds a word of the other text with its count together with the word at
// hand and its count at all, less what this very pair gave to both.
func (j *judge) hear(together, all, agreed float32) {
	own := j.weight * float32(math.Sqrt(float64(agreed)))
	j.of++
	if all-own < .5 {
		return
	}
	j.heard++
	j.likely += max(0, together-own) / (all - own + 1)
}

// settle adds the word at hand. The empty word takes half.
func (j *judge) settle() {
	if j.heard*2 < j.of {
		return
	}
	j.words++
	j.sum += math.Log(.5 + .5*float64(j.likely/(float32(j.of)*j.chance)))
}
