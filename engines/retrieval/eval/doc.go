// Package eval measures how well questions in one language find passages in
// others: it builds a real index, trains a real lexicon and asks every
// question with it and without.
//
// It does not rank, translate or analyse by itself: what it measures is what
// the product runs. It keeps nothing on disk.
//
// Invariant: a report is a function of its input.
package eval
