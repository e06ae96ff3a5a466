// Package corpusbench makes a large library out of the small real one, to
// measure indexes on: resources of about 120 words in several languages,
// recombined from the sentences of real answers and parallel texts, with
// facets of realistic skew, and the questions that real people typed.
//
// It is test support. Nothing outside tests and benchmarks may import it, it
// reads only the folder it is given, and it ships no text of its own.
//
// Invariant: the same folder, number and seed give the same resources.
package corpusbench
