package lexicon

import (
	"context"
	"fmt"
	"math"
)

// text is one side of a pair: its terms by number, and the place of each in
// the text from 0 to 1.
type text struct {
	terms  []int32
	places []float32
}

// bitext is the training material of one pair of languages.
type bitext struct {
	a, b    []text
	weights []float32
	texts   int // the first pairs are texts, the others entries of glossaries
}

// tables is what is learned about one pair of languages. Both directions
// share the numbering of links.
type tables struct {
	links *links
	ab    []float32 // P(b|a) of each link
	ba    []float32 // P(a|b) of each link
}

// aligner holds the state of expectation maximisation. It is IBM Model 1 in
// both directions at once, with a prior for similar places; from some round on
// a link counts only as far as both directions agree (the geometric mean of
// their posteriors), which keeps rare words from collecting everything.
type aligner struct {
	model
	tables
	corpus       bitext
	flat         []int32   // link of every (j, i) of every pair, row by row
	nullA, nullB []float32 // P(term|no word)
	cab, cba     []float32 // expected counts
	pab, pba     []float32 // posteriors of the pair at hand
}

func align(ctx context.Context, corpus bitext, nA, nB int, m model) (tables, error) {
	al := &aligner{model: m, corpus: corpus}
	al.number()
	al.start(nA, nB)
	for round := range m.rounds {
		if err := ctx.Err(); err != nil {
			return tables{}, fmt.Errorf("align words: %w", err)
		}
		if round == m.doubt {
			al.doubt()
		}
		al.round(round >= m.alone)
	}
	al.settle(float32(m.unsure))
	return al.tables, nil
}

// settle turns the counts of the last round into the probabilities that are
// kept. Every word is taken to have occurred a little more, with other words,
// so that a word met once is not as sure as one met often: it is easily taken
// for a translation of whatever stood in its sentence and nobody explains.
func (al *aligner) settle(unsure float32) {
	normalize(al.cab, al.ab, al.links.a, len(al.nullA), unsure)
	normalize(al.cba, al.ba, al.links.b, len(al.nullB), unsure)
}

// number gives every pair of terms that meet its number.
func (al *aligner) number() {
	total, most := 0, 0
	for k, a := range al.corpus.a {
		n := len(a.terms) * len(al.corpus.b[k].terms)
		total += n
		most = max(most, n)
	}
	al.links = newLinks(total / 3)
	al.flat = make([]int32, 0, total)
	for k, a := range al.corpus.a {
		for _, b := range al.corpus.b[k].terms {
			for _, a := range a.terms {
				al.flat = append(al.flat, al.links.id(a, b))
			}
		}
	}
	al.links.slots = nil
	al.pab, al.pba = make([]float32, most), make([]float32, most)
}

// start begins with the plain frequencies of the terms.
func (al *aligner) start(nA, nB int) {
	al.nullA = frequencies(al.corpus.a, al.corpus.weights, nA)
	al.nullB = frequencies(al.corpus.b, al.corpus.weights, nB)
	n := len(al.links.a)
	al.ab, al.ba = make([]float32, n), make([]float32, n)
	al.cab, al.cba = make([]float32, n), make([]float32, n)
	for i := range n {
		al.ab[i] = al.nullB[al.links.b[i]]
		al.ba[i] = al.nullA[al.links.a[i]]
	}
}

func frequencies(texts []text, weights []float32, n int) []float32 {
	counts := make([]float32, n)
	var sum float32
	for k, t := range texts {
		for _, id := range t.terms {
			counts[id] += weights[k]
			sum += weights[k]
		}
	}
	for i := range counts {
		counts[i] /= sum
	}
	return counts
}

// round is one expectation and one maximisation step.
func (al *aligner) round(agree bool) {
	clear(al.cab)
	clear(al.cba)
	at := 0
	for k := range al.corpus.a {
		a, b := al.corpus.a[k], al.corpus.b[k]
		row := al.flat[at : at+len(a.terms)*len(b.terms)]
		at += len(row)
		al.posteriors(a, b, row)
		al.count(row, al.corpus.weights[k], agree)
	}
	normalize(al.cab, al.ab, al.links.a, len(al.nullA), 0)
	normalize(al.cba, al.ba, al.links.b, len(al.nullB), 0)
}

// posteriors fills pab and pba for one pair of texts.
func (al *aligner) posteriors(a, b text, row []int32) {
	la, lb := len(a.terms), len(b.terms)
	for j := range b.terms {
		sum := float32(al.null) * float32(la) * al.nullB[b.terms[j]]
		for i := range a.terms {
			x := j*la + i
			near := al.near(a.places[i], b.places[j])
			al.pab[x] = al.ab[row[x]] * near
			al.pba[x] = al.ba[row[x]] * near
			sum += al.pab[x]
		}
		divide(al.pab[j*la:(j+1)*la], 1, la, sum)
	}
	for i := range a.terms {
		sum := float32(al.null) * float32(lb) * al.nullA[a.terms[i]]
		for j := range b.terms {
			sum += al.pba[j*la+i]
		}
		divide(al.pba[i:], la, lb, sum)
	}
}

// divide scales n values, every step-th, to parts of the sum.
func divide(values []float32, step, n int, sum float32) {
	if sum <= 0 {
		return
	}
	for k := range n {
		values[k*step] /= sum
	}
}

func (al *aligner) count(row []int32, weight float32, agree bool) {
	for x, id := range row {
		if !agree {
			al.cab[id] += weight * al.pab[x]
			al.cba[id] += weight * al.pba[x]
			continue
		}
		both := weight * float32(math.Sqrt(float64(al.pab[x]*al.pba[x])))
		al.cab[id] += both
		al.cba[id] += both
	}
}

// near is the prior that words at similar places of both texts correspond.
func (al *aligner) near(a, b float32) float32 {
	d := a - b
	if d < 0 {
		d = -d
	}
	return 1 / (1 + float32(al.diagonal)*d)
}

// normalize turns counts into probabilities given the term of one side, which
// has unseen more occurrences than were counted.
func normalize(counts, probs []float32, given []int32, n int, unseen float32) {
	sums := sumsOf(counts, given, n)
	for i, c := range counts {
		probs[i] = 0
		if s := sums[given[i]]; s > 0 {
			probs[i] = c / (s + unseen)
		}
	}
}

// sumsOf adds up the counts of each term of one side.
func sumsOf(counts []float32, given []int32, n int) []float32 {
	sums := make([]float32, n)
	for i, c := range counts {
		sums[given[i]] += c
	}
	return sums
}
