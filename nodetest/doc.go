// Package nodetest starts a whole node inside a test: the real one, with its
// database, journal, index and pages, in a temporary folder and on a free port.
//
// It fakes nothing and holds no rule. It is not for the tests of a kernel
// package or an engine, which stand below it. Its one invariant: when a test
// ends, the journal is without gaps, every view equals the one rebuilt from the
// facts, the index holds what a fresh one would, and the node stops by itself.
package nodetest
