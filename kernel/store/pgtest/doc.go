// Package pgtest starts a private PostgreSQL server for tests and stops it: in a
// folder of its own, reachable only through a socket in that folder. It uses the
// binaries of the system and installs nothing.
//
// It is for tests and for nodetest/withpg, never for a node that people use: the
// server does not force its writes to the disk. Its invariant: when the process
// that started the server ends, however it ends, the server stops and its folder
// is removed.
package pgtest
