// Package node puts the rooms together into one running node: it opens the
// database, the journal, the blobs and the index, declares every room's routes,
// and serves them. The command line and the tests both start nodes through it.
//
// It holds no rule of its own. Its one invariant: rooms.go is the only place
// where one room learns of another.
package node
