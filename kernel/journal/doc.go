// Package journal is the one log of facts from which every view is made.
//
// Append writes facts, the rooms' projections of them and, if asked, registers
// in one transaction, refusing when anything the caller's rule read has moved
// since. Reactors run after the commit. The journal never looks into a payload
// and decides nothing about who may see what: that is identity's and the rooms'.
//
// Its invariant: the facts are numbered without gaps in the order of their
// commits, a view always equals the one rebuilt from the facts, and a fact is
// never changed or removed. Only the body of a fact, its free text, can be
// erased, and a fact then says so.
package journal
