// Package lexicon learns which words of one language translate which words
// of another from texts that say the same in both, and expands a question
// into weighted terms of every language of the library.
//
// It does not find words (see analysis), rank documents (see retrieval) or
// translate sentences. It learns from what it is given and keeps no text:
// only words, their most frequent spelling, and probabilities.
//
// Invariant: training is a function of its input; the same pairs in the same
// order give the same lexicon, byte for byte.
package lexicon
