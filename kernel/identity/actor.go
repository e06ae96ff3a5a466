package identity

import (
	"slices"
	"strings"

	"sameboat/facts"
)

// Roles is a set of roles that a person holds in one organisation.
type Roles uint16

// The roles. Desk and admin count only in the organisation that operates the
// node; a coordinator's right reaches the countries named with it and no
// further. A set keeps no order: an admin who also reviews holds both.
const (
	Reader      Roles = 1 << iota // reads what the organisation has in review
	Contributor                   // writes for the organisation
	Reviewer                      // reviews, publishes and withdraws what the organisation owns
	Desk                          // the same for every organisation on the node
	Admin                         // everything of the node's, people and settings included
	Coordinator                   // sees and endorses what institutions of certain countries file
)

// roleNames is in the order of the bits.
var roleNames = [...]string{"reader", "contributor", "reviewer", "desk", "admin", "coordinator"}

// operatorOnly are the roles that count only in the operating organisation.
const operatorOnly = Desk | Admin

// ParseRoles reads role names separated by commas: "reviewer,desk". It reports
// false when one of them is no role or there is none.
func ParseRoles(text string) (Roles, bool) {
	var set Roles
	for name := range strings.SplitSeq(text, ",") {
		i := slices.Index(roleNames[:], strings.ToLower(strings.TrimSpace(name)))
		if i < 0 {
			return 0, false
		}
		set |= 1 << i
	}
	return set, true
}

// Has reports whether all the roles are in the set.
func (r Roles) Has(roles Roles) bool { return r&roles == roles }

// Names lists the set's roles by name, in the order of the constants.
func (r Roles) Names() []string {
	var names []string
	for i, name := range roleNames {
		if r.Has(1 << i) {
			names = append(names, name)
		}
	}
	return names
}

// String gives the names separated by commas, as ParseRoles reads them.
func (r Roles) String() string { return strings.Join(r.Names(), ",") }

// Actor is who does something: a person acting for one organisation, in a
// session or through an API token. The zero value is anybody: a visitor who has
// not signed in.
type Actor struct {
	Person   facts.ID
	Name     string     // to greet the person with; never in facts or logs
	Lang     facts.Lang // the interface language the person chose, or ""
	Org      facts.ID   // the organisation acted for
	Operator bool       // Org operates this node
	Roles    Roles      // in Org
	// Countries are those that the role of coordinator reaches.
	Countries []facts.Country
	Factor    Factor   // in a session
	Token     facts.ID // the API token used; zero in a session
	Scopes    []Verb   // what a token may do beyond what anybody may; no limit in a session
}

// Anonymous reports whether nobody has signed in.
func (a Actor) Anonymous() bool { return a.Person.IsZero() && a.Org.IsZero() }

// CommandLine is the actor behind commands run on the machine itself: whoever
// holds the data folder holds everything in it. It acts for the operating
// organisation.
func CommandLine(operating facts.ID) Actor {
	return Actor{Org: operating, Operator: true, Roles: Admin}
}

// counted gives the roles that count: desk and admin drop out elsewhere than in
// the operating organisation, the privileged ones as long as a second factor is
// owed, and nothing counts without an organisation.
func (a Actor) counted() Roles {
	roles := a.Roles
	switch {
	case a.Org.IsZero():
		return 0
	case !a.Operator:
		roles &^= operatorOnly
	}
	if a.Factor == FactorDue || a.Factor == FactorMissing {
		roles &^= privileged
	}
	return roles
}

// limited reports whether the actor's token leaves the verb out.
func (a Actor) limited(verb Verb) bool {
	return !a.Token.IsZero() && !slices.Contains(a.Scopes, verb)
}
