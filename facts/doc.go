// Package facts is the vocabulary the rooms share: the types that name things
// (IDs, languages, countries, hashes), and for each room one file with its fact
// kinds and payloads.
//
// It is append-only: a published kind or field never changes meaning, because
// facts written years ago are read again at every rebuild. A changed payload is
// a new kind with a golden file of its own (see testdata). It imports only the
// standard library and holds no behaviour beyond parsing and printing.
package facts
