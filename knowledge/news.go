package knowledge

import (
	"encoding/json"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/notify"
)

// Followed is the room to those who follow a search: what of it is news, and
// what a message says of it.
func Followed(l *Library) notify.Room {
	return notify.Room{
		Name:   "knowledge",
		Source: l,
		Kinds:  []facts.Kind{facts.EditionPublished, facts.ResourceMarked},
		News:   newsOf,
		Path:   func(id facts.ID, lang facts.Lang) string { return resourcePath(id, lang, "") },
		Value:  nameOf,
	}
}

// newsOf reports whether a fact is news to followers: an edition, or a mark that
// leaves something to read. Whose the resource is matters to nobody here, since
// all of these are public.
func newsOf(f journal.Fact) (identity.Thing, bool) {
	var p struct {
		State string   `json:"state"`
		Owner facts.ID `json:"owner"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil || f.Audience != facts.Public || p.State == Withdrawn {
		return identity.Thing{}, false
	}
	return thing(p.Owner, p.State), true
}

// nameOf gives a value of a dimension in the reader's language.
func nameOf(p *i18n.Printer, dim, value string) string {
	switch dim {
	case "kind", "topic", "audience", "hazard", "setting", "state":
		if p.Has(dim + "." + value) {
			return p.T(dim + "." + value)
		}
	case "language":
		return p.LangName(facts.Lang(value))
	case "country":
		return p.Country(facts.Country(value))
	}
	return value
}
