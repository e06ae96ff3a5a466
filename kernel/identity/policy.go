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
	Administer Verb = "administer" // people, organisations, settings
)

// Verbs lists every verb, for tests, forms and the checking of token scopes.
func Verbs() []Verb {
	return []Verb{Trace, Read, Create, Import, Edit, Review, Publish, Withdraw, Erase, Administer}
}

// The states the rules name. A room may have others: a rule that names no state
// holds for them too.
const (
	stateDraft      = "draft"
	stateInReview   = "in_review"
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
	State  string   // draft, in_review, published, superseded, historical, withdrawn, or the room's own
	Public bool     // its public facts are out; false holds an open state back
}

// rule lets whoever holds one of the roles do the verbs to things in the states
// of their own organisation, or of any.
type rule struct {
	roles  Roles // one of them is enough; 0 is anybody, signed in or not
	own    bool  // only what the actor's organisation owns
	verbs  []Verb
	states []string // nil for every state
}

// Sets that several rules name.
var (
	open          = []string{statePublished, stateSuperseded, stateHistorical}
	writers Roles = Contributor | Reviewer | Desk | Admin
)

// policy is the whole of it; nothing changes it. What no rule allows is refused.
var policy = []rule{
	{verbs: []Verb{Read}, states: open},
	{verbs: []Verb{Trace}, states: append([]string{stateWithdrawn}, open...)},

	{roles: Reader, own: true, verbs: []Verb{Read, Trace}, states: []string{stateInReview, stateHeld}},
	{roles: writers, own: true, verbs: []Verb{Read, Trace, Create, Import, Edit}},
	{roles: Reviewer, own: true, verbs: []Verb{Review, Publish, Withdraw}},

	{roles: Desk, verbs: []Verb{Trace, Read, Create, Import, Edit, Review, Publish, Withdraw}},
	{roles: Admin, verbs: Verbs()},
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
	return r.roles == 0 || actor.counted()&r.roles != 0 && !actor.limited(verb)
}

// covers reports whether the thing is one the rule speaks of.
func (r rule) covers(actor Actor, thing Thing) bool {
	return (!r.own || thing.Owner == actor.Org) &&
		(r.states == nil || slices.Contains(r.states, thing.standing()))
}

// standing is the state as the policy sees it: an open state counts as open
// only when the thing is public.
func (t Thing) standing() string {
	if !t.Public {
		switch t.State {
		case statePublished, stateSuperseded, stateHistorical, stateWithdrawn:
			return stateHeld
		}
	}
	return t.State
}
