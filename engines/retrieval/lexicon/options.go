package lexicon

import "sameboat/engines/retrieval/analysis"

// Pair is two texts that say the same in two languages.
type Pair struct {
	LangA, TextA string
	LangB, TextB string
	Weight       float32 // 0 stands for 1
}

// Entry is two terms of a glossary that mean the same.
type Entry struct {
	LangA, TermA string
	LangB, TermB string
}

// Options are the knobs of training. The zero value holds what measured best
// on held-out documents in ten languages.
type Options struct {
	// Analyzer finds the terms; nil makes a new one. Use the index's own.
	Analyzer *analysis.Analyzer
	// Progress, if set, is told after each pair of languages.
	Progress func(done, total int)
	// MaxLinks bounds the word-to-word links held in memory at a time, 4
	// bytes each and about 12 more for each distinct one. Texts beyond the
	// bound are left out. 0 stands for 16 million.
	MaxLinks int
	// GlossaryWeight is how many texts one glossary entry counts for; 0
	// stands for 2.
	GlossaryWeight float32

	model model
}

// model holds the numbers of the alignment model.
type model struct {
	rounds   int     // of expectation maximisation
	alone    int     // rounds before the two directions must agree
	null     float64 // prior of the empty word, against 1 for every word
	diagonal float64 // how strongly words at similar places are preferred
	forward  float64 // share of P(target|source) in a weight; the rest is P(source|target)
	keep     int     // translations kept of a word
	least    float64 // smallest weight kept
	doubt    int     // round before which pairs that say different things are looked for
	unsure   float64 // unseen occurrences of every word
}

func (o Options) withDefaults() Options {
	if o.Analyzer == nil {
		o.Analyzer = analysis.New()
	}
	if o.MaxLinks <= 0 {
		o.MaxLinks = 16 << 20
	}
	if o.GlossaryWeight <= 0 {
		o.GlossaryWeight = 2
	}
	if o.model == (model{}) {
		o.model = model{rounds: 8, alone: 3, null: 1, diagonal: 4, forward: .2, keep: 12, least: .01, doubt: 5, unsure: .5}
	}
	return o
}

// maxTerms bounds the terms of one text that are aligned; the rest of a
// longer text is left out.
const maxTerms = 400
