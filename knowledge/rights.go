package knowledge

import (
	"net/http"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// thing is a resource as the policy sees it. What stands in the public views is
// public: drafts have a table of their own.
func thing(owner facts.ID, state string) identity.Thing {
	return identity.Thing{Room: "knowledge", Owner: owner, State: state, Public: true}
}

// may reports whether the actor of the library may do the verb to a resource.
func (l *Library) may(verb identity.Verb, r *Resource) bool {
	return identity.Can(l.actor, verb, thing(r.Owner, r.State))
}

// readable gives the condition on rows of knowledge_resources that the actor may
// read, and its arguments, numbered from first on. alias is "r." or "".
func readable(actor identity.Actor, alias string, first int) (string, []any) {
	return identity.ScopeOf(actor, identity.Read).SQL(alias+"owner", alias+"state", first)
}

// shelf is the library as whoever makes the request may see it.
func (m *Room) shelf(r *http.Request) *Library { return m.shelfOf(web.VisitOf(r)) }

func (m *Room) shelfOf(v *web.Visit) *Library {
	actor, _ := v.Who.Actor.(identity.Actor) // anything else is anybody
	return m.library.For(actor)
}
