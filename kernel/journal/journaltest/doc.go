// Package journaltest holds the contract of the journal on either database, a
// small room to try it with, and the checks that a room's own tests call: Check
// for the journal's invariant and SameWhenRebuilt for the views.
//
// It is for tests only. Its invariant: it looks at the journal from outside,
// through its methods and its tables, never through its insides.
package journaltest
