// Package fault is the one error type of the house. A fault has a kind that
// decides the status, a message key that is translated for the person who made
// the request, and a wrapped error for the operator who reads the log.
//
// It knows nothing of HTTP or of languages; kernel/web and the command line turn
// a fault into a page, a problem+json body (RFC 9457), an exit code. Its one
// invariant: the wrapped error never reaches a person's screen.
package fault
