// Package langid says which language a question is probably in: first by its
// script, then, where several languages share one, by how frequent its
// character n-grams are in each.
//
// It does not split mixed texts and does not claim to know every language; a
// prior (the reader's languages) decides between close guesses. The built-in
// statistics in profile.bin were counted from the TICO-19 development set
// (CC0) and from sentences of our own in learn/seed; "go generate" makes them
// again where that data is at hand.
//
// Invariant: the probabilities of the guesses are positive, fall, and add up
// to at most 1.
package langid

//go:generate go run ./learn
