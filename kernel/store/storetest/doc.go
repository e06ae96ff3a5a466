// Package storetest runs tests on both databases and holds the contract that
// both must meet.
//
// SQLite lives in the test's temporary folder. PostgreSQL is the server named by
// SAMEBOAT_TEST_POSTGRES (as nodetest/withpg sets it), or one that is started
// once per test binary from the system's binaries; each test has a schema of its
// own in it. Without either, that half is skipped and says so, except when CI is
// "true": then it fails. Its invariant: no test sees another one's tables.
package storetest
