package knowledge

import (
	"context"
	"slices"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// clinicalKinds are the kinds by which people are treated: nobody makes one
// public whose draft they wrote themselves.
var clinicalKinds = []string{"guideline", "protocol", "case-report"}

// Clinical reports whether resources of a kind need a second person.
func Clinical(kind string) bool { return slices.Contains(clinicalKinds, kind) }

// Standing tells what an organisation may post: a part of identity.Register.
type Standing interface {
	Organisation(ctx context.Context, id facts.ID) (identity.Organisation, error)
}

// Posted is what the rule of publishing looks at beside the draft.
type Posted struct {
	Actor   identity.Actor
	Posting identity.Posting // of the owner
	Wrote   bool             // the actor wrote some of the draft
}

// Outcome is the state that a draft gets when somebody posts it: in_review,
// to_review or published, by the standing of its owner (identity.FirstState). A
// clinical one stays in review until somebody who may publish it and wrote none
// of it says so.
func Outcome(e facts.Edition, p Posted) (string, error) {
	state, err := identity.FirstState(p.Actor, e.Owner, p.Posting)
	if err != nil {
		return "", err
	}
	if Clinical(e.Kind) && (p.Wrote || !identity.Can(p.Actor, identity.Publish, thing(e.Owner, InReview))) {
		return InReview, nil
	}
	return state, nil
}

// errMoved says that somebody else wrote meanwhile.
func errMoved() error { return fault.New(fault.Conflict, "knowledge.conflict.moved", nil) }

// Written is what a write left behind.
type Written struct {
	ID      facts.ID
	Version int64  // of the thing from now on
	State   string // of the draft, or of the public edition when there is none
}

// Save keeps a draft of a resource for its organisation. base is the version of
// the thing that the draft was made from, 0 for a resource that is not there yet;
// when it has moved since, Save gives Conflict and keeps nothing. The draft must
// hold all that the resource says: what it leaves out of a language is gone.
func (l *Library) Save(ctx context.Context, actor identity.Actor, id facts.ID, d Draft, base int64) (Written, error) {
	return l.compose(ctx, actor, id, base, func(id facts.ID, cur Current) ([]journal.New, error) {
		return save(id, cur, actor, d)
	})
}

func save(id facts.ID, cur Current, actor identity.Actor, d Draft) ([]journal.New, error) {
	verb, was := identity.Create, Draft{Edition: facts.Edition{Owner: d.Edition.Owner, Source: ownSource, Key: id.String()}}
	if cur.Version > 0 {
		verb, was = identity.Edit, cur.base(Drafted)
	}
	if !identity.Can(actor, verb, cur.thing(was.Edition)) {
		return nil, fault.New(fault.Refused, "fault.refused", nil)
	}
	d = d.clone()
	d.Edition.Owner, d.Edition.Source, d.Edition.Key, d.Edition.Sample = was.Edition.Owner, was.Edition.Source, was.Edition.Key, was.Edition.Sample
	d.Edition.State = Drafted
	d.dropStaleChecks(was)
	d.sort()
	d.Edition.Content = content(d)
	if was.Edition.Content == d.Edition.Content {
		return nil, nil
	}
	if cur.State == Withdrawn {
		return nil, fault.New(fault.Refused, "knowledge.resource.withdrawn", nil)
	}
	return newEdition(id, cur, was, d), nil
}

// ownSource is the source of resources that were written here.
const ownSource = "written here"

// Send puts the draft of a resource up for review.
func (l *Library) Send(ctx context.Context, actor identity.Actor, id facts.ID, base int64) (Written, error) {
	return l.compose(ctx, actor, id, base, func(id facts.ID, cur Current) ([]journal.New, error) {
		if err := cur.waits(actor, identity.Edit); err != nil {
			return nil, err
		}
		return send(id, cur)
	})
}

func send(id facts.ID, cur Current) ([]journal.New, error) {
	d := cur.Draft.clone()
	d.Edition.State = InReview
	return Write(id, cur, d)
}

// Publish makes the draft of a resource public, or puts it up for review where
// the actor alone may not: Outcome says which, and Written.State tells.
func (l *Library) Publish(ctx context.Context, actor identity.Actor, id facts.ID, base int64) (Written, error) {
	return l.compose(ctx, actor, id, base, func(id facts.ID, cur Current) ([]journal.New, error) {
		if err := cur.waits(actor, identity.Edit); err != nil {
			return nil, err
		}
		state, err := l.outcome(ctx, actor, id, cur)
		if err != nil {
			return nil, err
		}
		if state == InReview {
			return send(id, cur)
		}
		return publishDraft(id, cur, state), nil
	})
}

// outcome asks what publishing the draft over a resource would make of it.
func (l *Library) outcome(ctx context.Context, actor identity.Actor, id facts.ID, cur Current) (string, error) {
	posting, err := l.postingOf(ctx, cur.Draft.Edition.Owner)
	if err != nil {
		return "", err
	}
	writers, err := l.writers(ctx, id)
	if err != nil {
		return "", err
	}
	return Outcome(cur.Draft.Edition, Posted{Actor: actor, Posting: posting, Wrote: slices.Contains(writers, actor.Person)})
}

// writers lists who wrote the draft over a resource: whoever changed its words
// since they were last public or given up.
func (l *Library) writers(ctx context.Context, id facts.ID) (list []facts.ID, err error) {
	history, err := l.journal.History(ctx, id)
	if err != nil {
		return nil, err
	}
	var said facts.Hash
	for _, f := range history {
		switch f.Kind {
		case facts.EditionPublished, facts.DraftDiscarded:
			list, said = nil, ""
		case facts.EditionDrafted:
			var e facts.Edition
			if err := f.Decode(&e); err != nil {
				return nil, err
			}
			if e.Content != said { // sending it for review writes nothing
				list, said = append(list, f.Actor), e.Content
			}
		}
	}
	return list, nil
}

// publishDraft makes the words of the draft public as they are.
func publishDraft(id facts.ID, cur Current, state string) []journal.New {
	d := cur.Draft.clone()
	d.Edition.State, d.Rows = state, rowsOf(d.Text)
	base := Draft{Edition: cur.Edition, Text: cur.Text}
	cur.Draft = nil // nothing of it waits any longer
	return newEdition(id, cur, base, d)
}

// Discard gives the draft of a resource up. Its words stay in the history of its
// organisation.
func (l *Library) Discard(ctx context.Context, actor identity.Actor, id facts.ID, base int64) (Written, error) {
	return l.compose(ctx, actor, id, base, func(id facts.ID, cur Current) ([]journal.New, error) {
		if err := cur.waits(actor, identity.Edit); err != nil {
			return nil, err
		}
		return []journal.New{{Thing: id, Kind: facts.DraftDiscarded, Audience: facts.Node, Payload: facts.Discarded{Number: cur.Draft.Edition.Number}}}, nil
	})
}

// compose reads a resource, lets a rule decide, and appends what it says. A
// resource that the actor may not know of is NotFound.
func (l *Library) compose(ctx context.Context, actor identity.Actor, id facts.ID, base int64, rule func(facts.ID, Current) ([]journal.New, error)) (w Written, err error) {
	var cur Current
	if base == 0 {
		if id.IsZero() {
			id = facts.NewID(l.now())
		}
		cur.Version, err = l.journal.Version(ctx, id)
	} else {
		cur, err = l.known(ctx, actor, id)
	}
	if err != nil {
		return w, err
	}
	if cur.Version != base {
		return w, errMoved()
	}
	list, err := rule(id, cur)
	if err != nil {
		return w, err
	}
	w = Written{ID: id, Version: cur.Version, State: cur.standing()}
	if len(list) == 0 {
		return w, nil
	}
	if slices.ContainsFunc(list, func(n journal.New) bool { return len(n.Body) > journal.MaxBody }) {
		return w, fault.New(fault.Invalid, "knowledge.draft.invalid", nil).With("body", "knowledge.draft.too_long", fault.Args{"max": journal.MaxBody})
	}
	written, err := l.journal.Append(ctx, journal.Batch{Actor: actor.Person, Reads: []journal.Read{{Thing: id, Version: cur.Version}}, Facts: list})
	if fault.Is(err, fault.Conflict) {
		return w, errMoved()
	}
	if err != nil {
		return w, err
	}
	w.Version, w.State = written[len(written)-1].Version, stateAfter(cur, list)
	return w, nil
}

// stateAfter is the state that facts leave a resource in.
func stateAfter(cur Current, list []journal.New) string {
	state := cur.State
	for _, n := range list {
		switch p := n.Payload.(type) {
		case facts.Edition:
			state = p.State
		case facts.Mark:
			state = p.State
		}
	}
	return state
}

// Current reads what there is of a resource for somebody who writes: its public
// edition and the draft over it. It gives NotFound for what the actor may not
// know of, and Refused for what they may not edit.
func (l *Library) Current(ctx context.Context, actor identity.Actor, id facts.ID) (Current, error) {
	cur, err := l.known(ctx, actor, id)
	if err == nil && !identity.Can(actor, identity.Edit, cur.thing(cur.base(Drafted).Edition)) {
		err = fault.New(fault.Refused, "fault.refused", nil)
	}
	return cur, err
}

// known reads a resource, unless the actor may not know of it.
func (l *Library) known(ctx context.Context, actor identity.Actor, id facts.ID) (cur Current, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		cur, err = readCurrent(ctx, tx, id)
		return err
	})
	if err != nil {
		return cur, err
	}
	if cur.Version == 0 || !cur.Public && (cur.Draft == nil || !identity.Can(actor, identity.Trace, cur.thing(cur.Draft.Edition))) {
		return cur, errNoResource()
	}
	return cur, nil
}

// thing is a resource, with its draft, as the policy sees it.
func (c Current) thing(e facts.Edition) identity.Thing {
	if c.Public {
		return thing(c.Edition.Owner, c.State)
	}
	state := e.State
	if state == "" {
		state = Drafted
	}
	return identity.Thing{Room: "knowledge", Owner: e.Owner, State: state}
}

// standing is the state of the draft, or of the public edition when there is none.
func (c Current) standing() string {
	if c.Draft != nil {
		return c.Draft.Edition.State
	}
	return c.State
}

// waits gives a fault unless there is a draft and the actor may do the verb to it.
func (c Current) waits(actor identity.Actor, verb identity.Verb) error {
	if c.Draft == nil {
		return fault.New(fault.Conflict, "knowledge.draft.none", nil)
	}
	if !identity.Can(actor, verb, c.thing(c.Draft.Edition)) {
		return fault.New(fault.Refused, "fault.refused", nil)
	}
	return nil
}
