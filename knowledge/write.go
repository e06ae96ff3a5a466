package knowledge

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
)

// Current is what a rule reads of a resource before it decides. The zero
// Current is a resource that does not exist yet.
type Current struct {
	Version      int64  // of the thing in the journal
	Public       bool   // an edition was published
	State        string // of the public edition; "" when there is none
	Edition      facts.Edition
	Text         facts.EditionText
	SupersededBy facts.ID
	Draft        *Draft // words that nobody outside may see yet, newer than the public ones
}

// open reports whether an edition in this state may be seen by anybody.
func open(state string) bool { return state != Drafted && state != InReview }

// base is what a draft in a state is laid over: a draft goes on from the draft
// that is there, and what is published only from what is public. So nobody's
// unpublished words come out along with another language.
func (c Current) base(state string) Draft {
	if c.Draft != nil && !open(state) {
		return *c.Draft
	}
	return Draft{Edition: c.Edition, Text: c.Text}
}

// Write decides what writing a draft over a resource means: no fact when it
// says what is already there, else a new edition. Languages that the draft does
// not bring stay as they were: a translation that arrives later joins its
// original.
//
// It never lifts a mark: what was made historical or superseded stays so
// through new words, until somebody marks it otherwise.
func Write(id facts.ID, cur Current, d Draft) ([]journal.New, error) {
	base := cur.base(d.Edition.State)
	d = merge(base, d)
	d.Edition.Content = content(d)
	if base.Edition.Content == d.Edition.Content {
		return writeSame(id, cur, base, d.Edition.State)
	}
	if cur.State == Withdrawn {
		return nil, fault.New(fault.Refused, "knowledge.resource.withdrawn", nil)
	}
	return newEdition(id, cur, base, d), nil
}

// writeSame decides what the same words in another state mean.
func writeSame(id facts.ID, cur Current, base Draft, to string) ([]journal.New, error) {
	switch {
	case cur.State == Published && to == Historical:
		mark, err := ChangeState(id, cur, Historical, facts.ID{}, "")
		if err != nil {
			return nil, err
		}
		return []journal.New{*mark}, nil
	case to == InReview && base.Edition.State == Drafted:
		d := base
		d.Edition.State = to
		return newEdition(id, cur, base, d), nil
	}
	return nil, nil
}

func newEdition(id facts.ID, cur Current, base, d Draft) []journal.New {
	d.Edition.Number = cur.Edition.Number + 1 // a draft that goes on is the same edition
	kind, audience, again := facts.EditionPublished, facts.Public, false
	switch {
	case !open(d.Edition.State):
		kind, audience = facts.EditionDrafted, facts.Node
	case cur.State == Historical:
		d.Edition.State = Historical
	case cur.State == Superseded && d.Edition.State != Historical:
		again = true
	}
	placePassages(base.Text, &d)
	list := []journal.New{{Thing: id, Kind: kind, Audience: audience, Payload: d.Edition, Body: bodyOf(d.Text)}}
	if again {
		list = append(list, journal.New{Thing: id, Kind: facts.ResourceMarked, Audience: facts.Public,
			Payload: facts.Mark{State: Superseded, SupersededBy: cur.SupersededBy}})
	}
	if waiting, ok := cur.waiting(d); ok && kind == facts.EditionPublished {
		list = append(list, journal.New{Thing: id, Kind: facts.EditionDrafted, Audience: facts.Node, Payload: waiting.Edition, Body: bodyOf(waiting.Text)})
	}
	return list
}

// waiting gives what is left of the draft over a resource once an edition is
// published: the languages in which it says something that was not public, and
// of which the edition brings nothing new. They are laid over that edition and
// written again, for a new edition takes the place of the draft before it.
func (c Current) waiting(published Draft) (Draft, bool) {
	if c.Draft == nil {
		return Draft{}, false
	}
	public := Draft{Edition: c.Edition, Text: c.Text}
	left := *c.Draft
	left.Edition.Variants, left.Text.Variants = nil, map[facts.Lang]facts.VariantText{}
	for _, v := range c.Draft.Edition.Variants {
		if c.Draft.saysSame(public, v.Lang) || !published.saysSame(public, v.Lang) {
			continue
		}
		left.Edition.Variants = append(left.Edition.Variants, v)
		left.Text.Variants[v.Lang] = c.Draft.Text.Variants[v.Lang]
	}
	if len(left.Edition.Variants) == 0 {
		return Draft{}, false
	}
	left.keepFileNames()
	left = merge(published, left)
	left.Edition.Number, left.Edition.Content = published.Edition.Number+1, content(left)
	placePassages(published.Text, &left)
	return left, true
}

// saysSame reports whether two drafts hold the same words and files in a
// language, or neither holds any.
func (d Draft) saysSame(other Draft, lang facts.Lang) bool {
	return d.inOne(lang) == other.inOne(lang)
}

// inOne is what a draft says in one language, to compare; "" for nothing.
func (d Draft) inOne(lang facts.Lang) string {
	words, ok := d.Text.Variants[lang]
	if !ok {
		return ""
	}
	s := strings.Join([]string{words.Title, words.Summary, words.Body}, "\x00")
	for _, v := range d.Edition.Variants {
		if v.Lang == lang {
			for _, f := range v.Files {
				s += "\x00" + string(f.Hash)
			}
		}
	}
	return s
}

// keepFileNames drops the names of files that no language of a draft has.
func (d *Draft) keepFileNames() {
	names := d.Text.FileNames
	d.Text.FileNames = nil
	for _, v := range d.Edition.Variants {
		for _, f := range v.Files {
			if d.Text.FileNames == nil {
				d.Text.FileNames = map[facts.Hash]string{}
			}
			d.Text.FileNames[f.Hash] = names[f.Hash]
		}
	}
}

// bodyOf writes words as the body of a fact. Nothing is escaped that JSON does
// not ask for, so that a body is at most twice as long as its words.
func bodyOf(text facts.EditionText) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		panic(err) // plain values only
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// merge lays a draft over an edition. Languages that the draft does not name
// stay, unless their words were erased. Whoever brings the leading language says
// what the resource is; a translation alone changes nothing but itself. So the
// rows of one resource can come in any order and any number of times.
func merge(base, d Draft) Draft {
	d.Text.Variants = maps.Clone(d.Text.Variants)
	d.Text.FileNames = maps.Clone(d.Text.FileNames)
	if lead := leading(base); lead != "" && !d.has(lead) {
		variants, state := d.Edition.Variants, d.Edition.State
		d.Edition, d.Text.Authors = base.Edition, base.Text.Authors
		d.Edition.Variants, d.Edition.State = variants, state
	}
	d.Edition.Variants = slices.Clone(d.Edition.Variants)
	for i, v := range d.Edition.Variants {
		if v.Origin == "original" && v.Lang != d.Edition.Original {
			d.Edition.Variants[i].Origin = "human_translation"
		}
	}
	for _, old := range base.Edition.Variants {
		words, ok := base.Text.Variants[old.Lang]
		if !ok || d.has(old.Lang) {
			continue
		}
		d.Edition.Variants = append(d.Edition.Variants, old)
		d.Text.Variants[old.Lang] = words
		for _, file := range old.Files {
			if d.Text.FileNames == nil {
				d.Text.FileNames = map[facts.Hash]string{}
			}
			d.Text.FileNames[file.Hash] = base.Text.FileNames[file.Hash]
		}
	}
	d.sort()
	return d
}

func (d Draft) has(lang facts.Lang) bool {
	return slices.ContainsFunc(d.Edition.Variants, func(v facts.Variant) bool { return v.Lang == lang })
}

// leading is the language whose row says what a resource is: its original, else
// the first there is; "" for no edition.
func leading(d Draft) facts.Lang {
	if len(d.Edition.Variants) == 0 || d.has(d.Edition.Original) {
		return d.Edition.Original
	}
	return d.Edition.Variants[0].Lang
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

// clone copies a draft as deep as rules change one.
func (d Draft) clone() Draft {
	d.Edition.Variants = slices.Clone(d.Edition.Variants)
	d.Text.Variants, d.Text.FileNames = maps.Clone(d.Text.Variants), maps.Clone(d.Text.FileNames)
	return d
}

// sort puts the original first, then by tag.
func (d *Draft) sort() {
	slices.SortFunc(d.Edition.Variants, func(a, b facts.Variant) int { return compareLang(d.Edition.Original, a.Lang, b.Lang) })
}

// dropStaleChecks takes the marks of trust from languages whose words or files
// are no longer those that were checked.
func (d *Draft) dropStaleChecks(was Draft) {
	for i, v := range d.Edition.Variants {
		d.Edition.Variants[i].Checks = nil
		if at := slices.IndexFunc(was.Edition.Variants, func(o facts.Variant) bool { return o.Lang == v.Lang }); at >= 0 && d.saysSame(was, v.Lang) {
			d.Edition.Variants[i].Checks = was.Edition.Variants[at].Checks
		}
	}
}
