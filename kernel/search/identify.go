package search

import (
	"context"
	"math"
	"slices"

	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/langid"
	"sameboat/facts"
)

// How likely a question is in a language before a letter of it is read, as
// logarithms, against a language of the library. A word or two tell so little
// that what is known of the reader and of the library must count for much.
const (
	ofReader    = 2.7  // the first of the reader's languages
	alsoReader  = 1.0  // any other of them
	ofEverybody = 0.5  // English, in which people ask who have nothing else in common
	ofMany      = 0.3  // for every e-fold of texts the library has in it
	ofLexicon   = -2.0 // a language that only the lexicon knows
	ofNobody    = -6.0 // any other: hardly anything would be found in it
)

// What the words of a question tell of its language, apart from their letters.
const (
	toldBy    = 6      // the first words of a question that are looked up
	rareShare = 2e-6   // the share in a language's words that counts as none
	thinText  = 20_000 // words that a language is thought to have shown of others
	translate = 4.5    // for a word that the lexicon translates: it keeps no shares
	mostTold  = 8.0    // for one word
	toldText  = 400    // bytes of a question that are looked at
)

// identify decides which language the question is in, and returns the languages
// that are so likely too that they are worth trying when little is found. The
// pages after the first stay with what the first decided.
func (s *Service) identify(ctx context.Context, q *Query, r *Result) (doubtful []facts.Lang, err error) {
	if q.Text == "" {
		r.QLang = q.QLang
		return nil, nil
	}
	if q.QLang == "" && q.After != "" {
		first := *q
		first.After = ""
		known, err := s.Search(ctx, first)
		if err != nil {
			return nil, err
		}
		q.QLang = known.QLang
		r.QLang, r.Guessed, r.Guesses, r.Instead, r.sure = known.QLang, true, known.Guesses, known.Instead, known.sure
		return nil, nil
	}
	guesses := s.detect(q.Text, q.known())
	chosen := q.QLang != ""
	if !chosen {
		r.Guessed = true
		switch {
		case len(guesses) > 0:
			q.QLang = facts.Lang(guesses[0].Lang)
		default:
			q.QLang = slices.Concat(q.Reader, []facts.Lang{q.Face})[0]
		}
	}
	r.QLang, r.Guesses = q.QLang, s.offered(*q, guesses)
	r.sure = chosen || len(guesses) == 0 || guesses[0].P >= sureEnough
	if chosen {
		return nil, nil
	}
	for _, g := range guesses[min(1, len(guesses)):] {
		if g.P >= worthTrying && len(doubtful) < maxTries {
			doubtful = append(doubtful, facts.Lang(g.Lang))
		}
	}
	return doubtful, nil
}

// known gives the languages that speak for what a question is in.
func (q Query) known() []facts.Lang {
	if len(q.Reader) == 0 && q.Face != "" {
		return []facts.Lang{q.Face}
	}
	return q.Reader
}

// readers gives the languages in which hits are shown if they can be: those of
// the reader, then that of the question if there is no doubt of it, because who
// writes a language reads it, then that of the page.
func (q Query) readers(r *Result) []facts.Lang {
	out := slices.Clone(q.Reader)
	if q.Text != "" && r.sure && r.QLang != "" {
		out = append(out, r.QLang)
	}
	if q.Face != "" {
		out = append(out, q.Face)
	}
	return out
}

// sureEnough is how likely a language must be to leave no doubt.
const sureEnough = 0.9

// Another reading of a question is tried when it is at least worthTrying
// likely, and at most maxTries of them.
const (
	worthTrying = 0.01
	maxTries    = 2
)

// detect gives the languages a question may be in, the likeliest first: by its
// letters, by who asks, and by which languages of the library and the lexicon
// know its words.
func (s *Service) detect(text string, reader []facts.Lang) []langid.Guess {
	expected := s.expected(reader)
	var words []string // the same for all languages of a script
	return s.ident.Weigh(text, func(lang string) float64 {
		before, ok := expected[lang]
		if !ok {
			return ofNobody
		}
		if words == nil {
			words = s.analyzer.Words(lang, text[:min(len(text), toldText)])
		}
		return before + s.told(lang, words[:min(len(words), toldBy)])
	})
}

// expected gives the languages that questions may be in, each with how likely
// it is, as a logarithm.
func (s *Service) expected(reader []facts.Lang) map[string]float64 {
	out := map[string]float64{}
	for _, lang := range s.lexicon.Load().langs {
		out[lang] = ofLexicon
	}
	library := s.targets.Load()
	for i, lang := range library.langs {
		out[analysis.Canonical(lang)] = ofMany * math.Log1p(float64(library.texts[i]))
	}
	out[hub] += ofEverybody
	for i, lang := range reader {
		weight := ofReader
		if i > 0 {
			weight = alsoReader
		}
		out[analysis.Canonical(string(lang))] += weight
	}
	return out
}

// told sums up what the words of a question tell for a language: how frequent
// they are in its texts here, or that the lexicon knows them.
func (s *Service) told(lang string, words []string) float64 {
	vocabulary := s.words.Load()
	sum := 0.0
	for _, w := range words {
		n, total := vocabulary.Frequency(lang, w)
		sure := math.Log1p(float64(n) / float64(total+thinText) / rareShare)
		if sure < translate && s.knows(facts.Lang(lang), w) {
			sure = translate
		}
		sum += min(sure, mostTold)
	}
	return sum
}

// offered gives the languages in which a question may be read instead: the
// other guesses, then the reader's languages, the hub, those of the library that
// are written like it, and the lexicon's by how likely they are.
func (s *Service) offered(q Query, guesses []langid.Guess) []Guess {
	const least, most = 0.02, 10
	var out []Guess
	taken := []string{analysis.Canonical(string(q.QLang)), analysis.NeutralLang}
	add := func(lang facts.Lang, p float64) {
		if c := analysis.Canonical(string(lang)); len(out) < most && !slices.Contains(taken, c) {
			taken = append(taken, c)
			out = append(out, Guess{lang, p})
		}
	}
	chance := func(lang facts.Lang) float64 {
		for _, g := range guesses {
			if g.Lang == analysis.Canonical(string(lang)) {
				return g.P
			}
		}
		return 0
	}
	for _, g := range guesses {
		if g.P >= least {
			add(facts.Lang(g.Lang), g.P)
		}
	}
	for _, lang := range slices.Concat(q.Reader, []facts.Lang{q.Face, hub}) {
		add(lang, chance(lang))
	}
	for _, lang := range s.targets.Load().langs {
		if s.ident.Fits(lang, q.Text) {
			add(facts.Lang(lang), chance(facts.Lang(lang)))
		}
	}
	for _, g := range guesses {
		if slices.Contains(s.lexicon.Load().langs, g.Lang) {
			add(facts.Lang(g.Lang), g.P)
		}
	}
	return out
}
