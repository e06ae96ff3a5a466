package identity

import (
	"slices"
	"strconv"
	"strings"

	"sameboat/facts"
)

// Scope is everything an actor may do one verb to: Can for whole lists. Every
// list, count, export and feed puts it into its query, because filtering
// afterwards leaks through counts and breaks pages. The index of kernel/search
// is narrowed when it is made and not when it is asked: it takes in only what is
// in the scope of anybody, the zero Actor.
type Scope struct {
	every     reach    // in things of any organisation
	own       reach    // in things of org
	org       facts.ID // zero when own reaches nothing
	country   reach    // in things of the countries
	countries []facts.Country
}

// reach is a set of states, or all there are.
type reach struct {
	all    bool
	states []string // sorted, without repeats
}

// ScopeOf gathers what the actor may do the verb to from the same rules as Can.
func ScopeOf(actor Actor, verb Verb) Scope {
	s := Scope{org: actor.Org, countries: actor.Countries}
	for _, r := range policy {
		if !r.grants(actor, verb) {
			continue
		}
		switch r.reach {
		case ofOwn:
			s.own.widen(r.states)
		case ofCountry:
			s.country.widen(r.states)
		default:
			s.every.widen(r.states)
		}
	}
	return s
}

func (r *reach) widen(states []string) {
	if states == nil {
		r.all = true
		return
	}
	r.states = append(r.states, states...)
	slices.Sort(r.states)
	r.states = slices.Compact(r.states)
}

func (r reach) has(state string) bool { return r.all || slices.Contains(r.states, state) }

func (r reach) empty() bool { return !r.all && len(r.states) == 0 }

// Allows reports whether the thing is in the scope. It agrees with Can.
func (s Scope) Allows(thing Thing) bool {
	state := thing.standing()
	return s.every.has(state) || thing.Owner == s.org && s.own.has(state) ||
		thing.Country != "" && slices.Contains(s.countries, thing.Country) && s.country.has(state)
}

// Everything reports whether the scope leaves nothing out, so that an index may
// skip the filter.
func (s Scope) Everything() bool { return s.every.all }

// Nothing reports whether the scope is empty.
func (s Scope) Nothing() bool { return s.every.empty() && s.own.empty() && s.country.empty() }

// SQL gives the scope as a condition for a where clause, in parentheses, and
// the arguments of its placeholders, which are numbered from firstArg. The
// columns (not null) hold Thing.Owner and Thing.State and are written into the
// text as they are: they must be constants of the program. Where a row can hold
// an open state without being public, stateColumn is the expression Standing.
// It is for things without a country; SQLWithCountry is for those with one.
func (s Scope) SQL(ownerColumn, stateColumn string, firstArg int) (clause string, args []any) {
	return s.SQLWithCountry(ownerColumn, stateColumn, "", firstArg)
}

// SQLWithCountry is SQL with the column (not null) that holds Thing.Country.
func (s Scope) SQLWithCountry(ownerColumn, stateColumn, countryColumn string, firstArg int) (clause string, args []any) {
	if s.every.all {
		return "(1 = 1)", nil
	}
	var parts []string
	next := func(arg any) string {
		args = append(args, arg)
		return "$" + strconv.Itoa(firstArg+len(args)-1)
	}
	part := func(whose string, r reach) {
		if !r.all {
			whose += stateColumn + " in (" + marks(r.states, next) + ")"
		}
		parts = append(parts, "("+strings.TrimSuffix(whose, " and ")+")")
	}
	if !s.every.empty() {
		part("", s.every)
	}
	if !s.own.empty() {
		part(ownerColumn+" = "+next(s.org)+" and ", s.own)
	}
	if !s.country.empty() && countryColumn != "" {
		part(countryColumn+" in ("+marks(s.countries, next)+") and ", s.country)
	}
	if len(parts) == 0 {
		return "(1 = 0)", nil
	}
	return "(" + strings.Join(parts, " or ") + ")", args
}

// marks gives a placeholder for each value.
func marks[T any](values []T, next func(any) string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = next(v)
	}
	return strings.Join(list, ", ")
}

// Standing gives the SQL expression for the stateColumn of Scope.SQL where
// another column (boolean) says whether the row is public.
func Standing(stateColumn, publicColumn string) string {
	return "case when " + publicColumn + " or " + stateColumn + " not in ('" + statePublished + "', '" + stateToReview + "', '" +
		stateSuperseded + "', '" + stateHistorical + "', '" + stateWithdrawn + "') then " + stateColumn +
		" else '" + stateHeld + "' end"
}
