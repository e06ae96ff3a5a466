package lexicon

import "sameboat/engines/retrieval"

// Numbers of words between which a question turns from a question into a
// passage of its own.
const (
	shortQuestion = 6
	longQuestion  = 12
)

const (
	bodyField  = 2   // of a passage, after title and heading
	fullLength = .95 // how far the length of a passage counts against it
)

// Ranking returns how to rank what the question finds. Short questions rank as
// the index does by default. Long ones, such as a sentence looking for its like,
// are compared with passages as wholes: length counts more, nearness less. And
// translated words are never all found, so less of the question must match: a
// share of .12 measured as good as none at all on TICO-19 segments (ar, zh, sw),
// .2 cost .001 to .003 MRR, .3 cost .01 to .04. Without any share every document
// would match, and totals and counts would say nothing.
//
// A translated word stands for many, which long passages hold by chance: length
// counts in full however short the question is. Measured on TICO-19 segments:
// .003 to .01 MRR in each of thirteen languages; it cost .002 on questions in
// English to passages of one length.
func (q Query) Ranking() *retrieval.Ranking {
	r := retrieval.DefaultRanking()
	t := length(len(q.Groups))
	r.K1 += t * (1.2 - r.K1)
	for i := range r.B {
		r.B[i] += t * (fullLength - r.B[i])
	}
	r.Near *= 1 - t
	if q.Translated {
		r.B[bodyField] = fullLength
		r.Share = min(r.Share, .2-.05*t)
	}
	return &r
}

// length places a number of words between a short question, 0, and a long
// one, 1.
func length(words int) float64 {
	t := float64(words-shortQuestion) / (longQuestion - shortQuestion)
	return min(max(t, 0), 1)
}
