// Package once lets a program send a write again without doing it twice: it
// keeps the answers to requests that carry an Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header), for a day, in a register that all
// replicas share.
//
// It does not decide what an answer is (kernel/web does), and keeps only answers
// to what was done: what was refused changed nothing and may simply be tried
// again.
//
// Its one invariant: of requests with one key, by one person, to one address, at
// most one is at work at a time, and once one has been done the others get its
// answer. Should the program end between doing and noting it down, the key is
// free again after Stale; the version or the natural key of what is written then
// decides. An answer can hold a secret that is shown this once (an API token),
// so it is sealed with the key of the request, which is kept nowhere.
package once
