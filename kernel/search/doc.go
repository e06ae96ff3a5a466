// Package search finds public things by a question in any language. It keeps
// one index per replica, fed by the journal's cursor, and one lexicon, trained
// in the background from every translation that the rooms hold; it detects the
// language of a question by its letters, by who asks and by which languages know
// its words, widens its words by their translations, and explains each hit by
// the words that led to it. A doubtful question that finds little is read in the
// next likely language, which the result says.
//
// It knows nothing of resources: a room gives documents, texts and translations
// through the interface Source. Ranking, analysis and learning are those of
// engines/retrieval.
//
// Its one invariant: the index and the lexicon hold public text only, and can
// be thrown away at any time; what a room stops giving is gone from both.
package search
