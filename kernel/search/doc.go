// Package search finds public things by a question in any language. It keeps
// one index per replica, fed by the journal's cursor, and one lexicon, trained
// in the background from every translation that the rooms hold; it detects the
// language of a question, widens its words by their translations, and explains
// each hit by the words that led to it.
//
// It knows nothing of resources: a room gives documents, texts and translations
// through the interface Source. Ranking, analysis and learning are those of
// engines/retrieval.
//
// Its one invariant: the index and the lexicon hold public text only, and can
// be thrown away at any time; what a room stops giving is gone from both.
package search
