// Package identity knows who acts and what they may do: people, organisations,
// memberships, passwords, second factors, sessions, API tokens and one-time links
// (set-up, invitation, recovery), and the one policy (Can and its twin ScopeOf)
// that every page, list, search, feed and export asks. Beside the table of the
// policy stand two more rules: MayGrant, who may make whom what, and FirstState,
// what a posted thing is at first by the standing of its organisation.
//
// Who has set up a second factor and not shown it in the session acts without
// the roles of desk, admin and coordinator. To set one up is compulsory for these
// only where Options.DemandFactor says so, which waits for the pages that let
// people do it. The node always keeps an active administrator.
//
// What names a person lives here, in registers that can be corrected and
// erased, and nowhere in facts: those carry only IDs. The package draws no page
// and sends no mail.
//
// Its one invariant: deny by default, and Can and ScopeOf are two readings of
// one table of rules, so that what a list shows is exactly what a page allows.
// Secrets (passwords, session and API tokens, link tokens, recovery codes) are
// stored only as hashes; those of second factors, which must be read again, are
// sealed with the node's key.
package identity
