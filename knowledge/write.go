package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
)

// Current is what a rule reads of a resource before it decides: its newest
// edition, be it public or a draft. The zero Current is a resource that does
// not exist yet.
type Current struct {
	Version int64
	State   string // the public state, or that of the draft when nothing is public
	Public  bool   // an edition was published
	Edition facts.Edition
	Text    facts.EditionText
}

// Write decides what writing a draft over a resource means: nothing when it
// says what is already there, else the one fact of a new edition. Languages
// that the draft does not bring stay as they were: a translation that arrives
// later joins its original.
func Write(id facts.ID, cur Current, d Draft) (*journal.New, error) {
	d = merge(cur, d)
	d.Edition.Content = content(d)
	if cur.Version > 0 && cur.Edition.Content == d.Edition.Content {
		return writeSame(id, cur, d.Edition.State)
	}
	if cur.State == Withdrawn {
		return nil, fault.New(fault.Refused, "knowledge.resource.withdrawn", nil)
	}
	return newEdition(id, cur, d), nil
}

// writeSame decides what the same words in another state mean. It never lifts
// a mark: what the desk made historical or withdrew stays so when the same file
// comes again.
func writeSame(id facts.ID, cur Current, to string) (*journal.New, error) {
	switch {
	case cur.Public && cur.State == Published && to == Historical:
		return ChangeState(id, cur, Historical, facts.ID{}, "")
	case !cur.Public && rank(to) > rank(cur.State):
		d := Draft{Edition: cur.Edition, Text: cur.Text}
		d.Edition.State = to
		return newEdition(id, cur, d), nil
	}
	return nil, nil
}

func newEdition(id facts.ID, cur Current, d Draft) *journal.New {
	d.Edition.Number = cur.Edition.Number + 1
	if !cur.Public && cur.Version > 0 {
		d.Edition.Number = max(cur.Edition.Number, 1) // a draft that goes on is the same edition
	}
	placePassages(cur, &d)
	fact := &journal.New{Thing: id, Kind: facts.EditionPublished, Audience: facts.Public, Payload: d.Edition, Body: []byte(marshal(d.Text))}
	if d.Edition.State == Drafted || d.Edition.State == InReview {
		fact.Kind, fact.Audience = facts.EditionDrafted, facts.Node
	}
	return fact
}

// rank orders states by how far they are published.
func rank(state string) int {
	return slices.Index([]string{Drafted, InReview, Withdrawn, Superseded, Historical, Published}, state)
}

// merge lays a draft over the current edition: what the draft names wins,
// languages it does not name stay.
func merge(cur Current, d Draft) Draft {
	d.Text.Variants = maps.Clone(d.Text.Variants)
	d.Text.FileNames = maps.Clone(d.Text.FileNames)
	d.Edition.Variants = slices.Clone(d.Edition.Variants)
	if d.Text.FileNames == nil && len(cur.Text.FileNames) > 0 {
		d.Text.FileNames = map[facts.Hash]string{}
	}
	for _, old := range cur.Edition.Variants {
		if slices.ContainsFunc(d.Edition.Variants, func(v facts.Variant) bool { return v.Lang == old.Lang }) {
			continue
		}
		d.Edition.Variants = append(d.Edition.Variants, old)
		d.Text.Variants[old.Lang] = cur.Text.Variants[old.Lang]
		for _, file := range old.Files {
			d.Text.FileNames[file.Hash] = cur.Text.FileNames[file.Hash]
		}
	}
	slices.SortFunc(d.Edition.Variants, func(a, b facts.Variant) int { return compareLang(d.Edition.Original, a.Lang, b.Lang) })
	if cur.Version > 0 && !slices.ContainsFunc(d.Edition.Variants, func(v facts.Variant) bool { return v.Lang == d.Edition.Original }) {
		d.Edition.Original = cur.Edition.Original
	}
	return d
}

// compareLang puts the original first, then by tag.
func compareLang(original, a, b facts.Lang) int {
	switch {
	case a == b:
		return 0
	case a == original:
		return -1
	case b == original, a > b:
		return 1
	}
	return -1
}

// content hashes what an edition says, so that the same again is seen to be
// the same: everything but its number, state and the places of passages.
func content(d Draft) facts.Hash {
	e := d.Edition
	e.Number, e.State, e.Content = 0, "", ""
	text := facts.EditionText{Authors: d.Text.Authors, FileNames: d.Text.FileNames, Variants: map[facts.Lang]facts.VariantText{}}
	for lang, words := range d.Text.Variants {
		words.Passages = nil
		text.Variants[lang] = words
	}
	h := sha256.New()
	enc := json.NewEncoder(h) // map keys are sorted by encoding/json
	if err := enc.Encode(e); err != nil {
		panic(err) // plain values only
	}
	if err := enc.Encode(text); err != nil {
		panic(err)
	}
	return facts.Hash(hex.EncodeToString(h.Sum(nil)))
}

// ChangeState decides a mark on a public resource: superseded (by another),
// historical, withdrawn, or published again. reason is free text.
func ChangeState(id facts.ID, cur Current, to string, by facts.ID, reason string) (*journal.New, error) {
	if !cur.Public {
		return nil, fault.New(fault.NotFound, "knowledge.resource.not_public", nil)
	}
	if !slices.Contains(moves[cur.State], to) {
		return nil, fault.New(fault.Invalid, "knowledge.mark.no_way", nil).
			With("state", "knowledge.mark.from_to", fault.Args{"from": cur.State, "to": clip(to)})
	}
	if to == Superseded && (by.IsZero() || by == id) {
		return nil, fault.New(fault.Invalid, "knowledge.mark.no_way", nil).With("superseded_by", "knowledge.mark.by_what", nil)
	}
	if to != Superseded {
		by = facts.ID{}
	}
	return &journal.New{Thing: id, Kind: facts.ResourceMarked, Audience: facts.Public,
		Payload: facts.Mark{State: to, SupersededBy: by}, Body: []byte(reason)}, nil
}
