package identity

import (
	"slices"

	"sameboat/facts"
)

// Verb names something an actor may want to do to a thing. Verbs are also the
// scopes of API tokens.
type Verb string

// The verbs of the policy.
const (
	Trace      Verb = "trace"      // learn that it exists or existed: title, state, reason; for tombstones
	Read       Verb = "read"       // see its content, find it, export it
	Create     Verb = "create"     // make a draft owned by an organisation
	Import     Verb = "import"     // take in many at once for an organisation
	Edit       Verb = "edit"       // write a new edition of it, or change a draft
	Review     Verb = "review"     // give it a mark of trust, or send it back
	Publish    Verb = "publish"    // make it public; mark it superseded or historical
	Withdraw   Verb = "withdraw"   // take it out of public sight, leaving a tombstone
	Erase      Verb = "erase"      // destroy free text that must not be kept
	Endorse    Verb = "endorse"    // say a country's yes to it
	Invite     Verb = "invite"     // bring people into an organisation; MayGrant says as what
	Vet        Verb = "vet"        // decide what an organisation may post
	Administer Verb = "administer" // people, organisations, settings
)

// Verbs lists every verb, for tests, forms and the checking of token scopes.
func Verbs() []Verb {
	return []Verb{Trace, Read, Create, Import, Edit, Review, Publish, Withdraw, Erase, Endorse, Invite, Vet, Administer}
}

// The states the rules name. A room may have others: a rule that names no state
// holds for them too.
const (
	stateDraft      = "draft"
	stateInReview   = "in_review"
	stateToReview   = "to_review" // public, with a banner that nobody has reviewed it
	statePublished  = "published"
	stateSuperseded = "superseded"
	stateHistorical = "historical"
	stateWithdrawn  = "withdrawn"
	// stateHeld stands for a state that would be open on a thing that is not
	// Public: an embargo, an audience of partners. See Thing.standing.
	stateHeld = "held"
)

// Thing is what the policy needs to know of whatever is acted on.
type Thing struct {
	Room   string   // "knowledge"; no rule looks at it yet
	Owner  facts.ID // organisation
	State  string   // draft, in_review, to_review, published, superseded, historical, withdrawn, or the room's own
	Public bool     // its public facts are out; false holds an open state back
	// Country is the one whose coordinators govern it, and "" for most things:
	// a room that fills it in gives it to Scope.SQL as a column too.
	Country facts.Country
}

// rule lets whoever holds one of the roles do the verbs to things in the states
// within reach.
type rule struct {
	roles  Roles // one of them is enough; 0 is anybody, signed in or not
	reach  reachOf
	verbs  []Verb
	states []string // nil for every state
}

// reachOf says whose things a rule speaks of.
type reachOf uint8

const (
	ofAny     reachOf = iota // every organisation's
	ofOwn                    // those of the actor's organisation
	ofCountry                // those of the countries that the actor coordinates
)

// Sets that several rules name.
var (
	open          = []string{statePublished, stateToReview, stateSuperseded, stateHistorical}
	writers Roles = Contributor | Reviewer | Desk | Admin
	// nodeVerbs are all but Endorse: who operates the node does not speak for a
	// country.
	nodeVerbs = slices.DeleteFunc(Verbs(), func(v Verb) bool { return v == Endorse })
)

// policy is the whole of it; nothing changes it. What no rule allows is refused.
var policy = []rule{
	{verbs: []Verb{Read}, states: open},
	{verbs: []Verb{Trace}, states: append([]string{stateWithdrawn}, open...)},

	{roles: Reader, reach: ofOwn, verbs: []Verb{Read, Trace}, states: []string{stateInReview, stateHeld}},
	{roles: writers, reach: ofOwn, verbs: []Verb{Read, Trace, Create, Import, Edit}},
	{roles: Reviewer, reach: ofOwn, verbs: []Verb{Review, Publish, Withdraw, Invite}},

	{roles: Coordinator, reach: ofCountry, verbs: []Verb{Read, Trace}, states: []string{stateInReview, stateHeld}},
	{roles: Coordinator, reach: ofCountry, verbs: []Verb{Endorse}, states: append([]string{stateInReview, stateHeld}, open...)},

	{roles: Desk, verbs: []Verb{Trace, Read, Create, Import, Edit, Review, Publish, Withdraw, Invite, Vet}},
	{roles: Admin, verbs: nodeVerbs},
}

// Can reports whether the actor may do the verb to the thing.
func Can(actor Actor, verb Verb, thing Thing) bool {
	for _, r := range policy {
		if r.grants(actor, verb) && r.covers(actor, thing) {
			return true
		}
	}
	return false
}

// grants reports whether the rule gives the actor the verb at all.
func (r rule) grants(actor Actor, verb Verb) bool {
	if !slices.Contains(r.verbs, verb) {
		return false
	}
	if r.reach == ofCountry && len(actor.Countries) == 0 {
		return false
	}
	return r.roles == 0 || actor.counted()&r.roles != 0 && !actor.limited(verb)
}

// covers reports whether the thing is one the rule speaks of.
func (r rule) covers(actor Actor, thing Thing) bool {
	switch {
	case r.states != nil && !slices.Contains(r.states, thing.standing()):
		return false
	case r.reach == ofOwn:
		return thing.Owner == actor.Org
	case r.reach == ofCountry:
		return thing.Country != "" && slices.Contains(actor.Countries, thing.Country)
	}
	return true
}

// standing is the state as the policy sees it: an open state counts as open
// only when the thing is public.
func (t Thing) standing() string {
	if !t.Public {
		switch t.State {
		case statePublished, stateToReview, stateSuperseded, stateHistorical, stateWithdrawn:
			return stateHeld
		}
	}
	return t.State
}
