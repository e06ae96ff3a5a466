// Command withpg runs a command with a private PostgreSQL server for tests, whose
// address it gives in SAMEBOAT_TEST_POSTGRES:
//
//	go run ./nodetest/withpg -- go test ./...
//
// The server is stopped and its folder removed when the command ends. When the
// variable is already set, or this machine has no PostgreSQL and CI is not
// "true", the command runs without one. withpg is not for real data.
package main
