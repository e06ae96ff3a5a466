package search

import (
	"sameboat/engines/retrieval/langid"
	"sameboat/facts"
)

// readerWeight is how much likelier a question is in a language of the reader
// than in any other, before a letter of it is read.
const readerWeight = 4

// detect gives the languages a question may be in, the likeliest first.
func (s *Service) detect(text string, reader []facts.Lang) []Guess {
	prior := map[string]float64{}
	for _, lang := range *s.targets.Load() {
		prior[lang] = 1
	}
	for _, lang := range reader {
		prior[string(lang)] = readerWeight
	}
	return guesses(s.ident.Detect(text, prior))
}

func guesses(list []langid.Guess) []Guess {
	out := make([]Guess, 0, len(list))
	for _, g := range list {
		out = append(out, Guess{Lang: facts.Lang(g.Lang), P: g.P})
	}
	return out
}
