// Package desk is the front of the house: the home page, the door (sign-in,
// sign-out, the set-up of a new node) and what the operator says about the
// site.
//
// It holds no documents and answers no questions: what the home page shows of
// other rooms comes through the interface Shelf, which cmd wires. Who somebody
// is and what they may do is decided in kernel/identity.
//
// Its one invariant: whatever is wrong with a sign-in, the page says the same
// and takes as long, so that nobody learns here who has an account.
package desk
