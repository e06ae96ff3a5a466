// Package house holds tests about the repository itself: which room may import
// which, which third party lives where, that facts keep their shape, that every
// text exists in every language, and that files keep to the rules of the house.
// It is imported by nobody and holds nothing that runs in the program.
//
// Its one invariant: every failure says why the rule is there, or what to do
// instead, and a rule about something that is gone fails too.
package house
