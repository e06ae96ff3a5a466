// Package identity knows who acts and what they may do: people, organisations,
// memberships, passwords, sessions, API tokens and one-time links, and the one
// policy (Can and its twin ScopeOf) that every page, list, search, feed and
// export asks.
//
// What names a person lives here, in registers that can be corrected and
// erased, and nowhere in facts: those carry only IDs. The package draws no page
// and sends no mail.
//
// Its one invariant: deny by default, and Can and ScopeOf are two readings of
// one table of rules, so that what a list shows is exactly what a page allows.
// Secrets (passwords, session and API tokens, link tokens) are stored only as
// hashes.
package identity
