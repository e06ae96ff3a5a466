// Package analysis turns text in any language into the terms that the index
// holds and the lexicon translates: it finds words, normalises them, and stems
// them with the stemmer of their language (bleve's where one exists, light
// ones of our own elsewhere).
//
// It does not detect languages (see langid), translate, weigh or store terms,
// and it never changes a text.
//
// Invariant: for every token t of a text, text[t.Start:t.End] == t.Surface,
// and the same surface in the same language always gives the same term.
package analysis
