package knowledge

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations gives the files that make the room's registers, for whoever fills
// them from a backup.
func Migrations() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return files
}

// Migrate brings the room's registers up to date.
func (l *Library) Migrate(ctx context.Context) error {
	if err := l.db.Migrate(ctx, "knowledge", Migrations()); err != nil {
		return fmt.Errorf("open the room's registers: %w", err)
	}
	return nil
}

// Bounds of working copies. One that nobody touched for KeepWorkings is dropped.
const (
	maxWorkings  = 200 // of one person
	KeepWorkings = 90 * 24 * time.Hour
)

// Working is what a person is typing: a whole draft, made from one version of a
// thing, that nobody else sees and no fact tells of.
type Working struct {
	Thing   facts.ID
	Base    int64
	Title   string
	Draft   Draft
	Blocks  map[facts.Lang][]Block // as they stand in the editor, empty ones too, where they were touched
	Updated time.Time
}

// typed is what the column draft holds.
type typed struct {
	Draft  Draft
	Blocks map[facts.Lang][]Block `json:",omitempty"`
}

// Working gives a person's working copy of a thing, or NotFound.
func (l *Library) Working(ctx context.Context, person, thing facts.ID) (w Working, err error) {
	w.Thing = thing
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		var draft string
		var updated int64
		err := tx.QueryRow(ctx, `select base, title, draft, updated from knowledge_workings where person = $1 and thing = $2`, person, thing).
			Scan(&w.Base, &w.Title, &draft, &updated)
		if errors.Is(err, store.ErrNoRows) {
			return fault.New(fault.NotFound, "knowledge.resource.unknown", nil)
		}
		if err != nil {
			return err
		}
		w.Updated = store.Time(updated)
		var t typed
		if err := json.Unmarshal([]byte(draft), &t); err != nil {
			return err
		}
		w.Draft, w.Blocks = t.Draft, t.Blocks
		return nil
	})
	return w, err
}

// Workings lists a person's working copies without their words, the last touched
// first.
func (l *Library) Workings(ctx context.Context, person facts.ID) (list []Working, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		list = nil
		return each(ctx, tx, func(rows *store.Rows) error {
			var w Working
			var updated int64
			if err := rows.Scan(&w.Thing, &w.Base, &w.Title, &updated); err != nil {
				return err
			}
			w.Updated = store.Time(updated)
			list = append(list, w)
			return nil
		}, `select thing, base, title, updated from knowledge_workings where person = $1 order by updated desc, thing`, person)
	})
	return list, err
}

// Keep keeps a person's working copy. It checks nothing but its size: what is
// half typed may be wrong. It gives TooLarge for more words than an edition
// holds, and for more copies than a person may have.
func (l *Library) Keep(ctx context.Context, person facts.ID, w Working) error {
	if w.Draft.size() > maxEdition {
		return fault.New(fault.TooLarge, "knowledge.draft.too_long", fault.Args{"max": maxEdition})
	}
	draft, now := marshal(typed{w.Draft, w.Blocks}), l.now()
	if title := w.Draft.Text.Variants[w.Draft.Edition.Original].Title; title != "" {
		w.Title = clip(title)
	}
	return l.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `delete from knowledge_workings where updated < $1`, store.Micros(now.Add(-KeepWorkings))); err != nil {
			return err
		}
		var others int
		if err := tx.QueryRow(ctx, `select count(*) from knowledge_workings where person = $1 and thing <> $2`, person, w.Thing).Scan(&others); err != nil {
			return err
		}
		if others >= maxWorkings {
			return fault.New(fault.TooLarge, "knowledge.working.many", fault.Args{"max": maxWorkings})
		}
		_, err := tx.Exec(ctx, `insert into knowledge_workings (person, thing, base, title, draft, updated) values ($1, $2, $3, $4, $5, $6)
			on conflict (person, thing) do update set base = excluded.base, title = excluded.title, draft = excluded.draft, updated = excluded.updated`,
			person, w.Thing, w.Base, w.Title, draft, store.Micros(now))
		return err
	})
}

// Drop drops a person's working copy of a thing; one that is not there is no
// error.
func (l *Library) Drop(ctx context.Context, person, thing facts.ID) error {
	return l.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `delete from knowledge_workings where person = $1 and thing = $2`, person, thing)
		return err
	})
}

// Forget drops everything that is kept about a person here.
func (l *Library) Forget(ctx context.Context, person facts.ID) error {
	return l.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `delete from knowledge_workings where person = $1`, person)
		return err
	})
}

// Begin makes a working copy of a resource that is not there yet, in its
// original language, for the organisation that the actor acts for.
func (l *Library) Begin(ctx context.Context, actor identity.Actor, kind string, original facts.Lang, title string) (Working, error) {
	e := facts.Edition{Owner: actor.Org, Kind: kind, Original: original, Certainty: "not_graded",
		Variants: []facts.Variant{{Lang: original, Origin: "original"}}}
	if !identity.Can(actor, identity.Create, identity.Thing{Room: "knowledge", Owner: actor.Org, State: Drafted}) {
		return Working{}, fault.New(fault.Refused, "fault.refused", nil)
	}
	f := fault.New(fault.Invalid, "knowledge.draft.invalid", nil)
	if !known("kind", kind) {
		f.With("kind", "knowledge.write.no-kind", nil)
	}
	if original == "" {
		f.With("original", "knowledge.draft.bad_language", fault.Args{"text": ""})
	}
	if title == "" {
		f.With("title", "knowledge.draft.no_title", fault.Args{"lang": original})
	}
	checkText(f, "title", title, maxTitle)
	if len(f.Fields) > 0 {
		return Working{}, f
	}
	w := Working{Thing: facts.NewID(l.now()), Draft: Draft{Edition: e, Text: facts.EditionText{
		Variants: map[facts.Lang]facts.VariantText{original: {Title: title}}}}}
	return w, l.Keep(ctx, actor.Person, w)
}

// Open gives what a person goes on writing: their working copy, else one made
// from the draft or the public edition, which is not kept before something is
// typed.
func (l *Library) Open(ctx context.Context, actor identity.Actor, thing facts.ID) (Working, Current, error) {
	w, err := l.Working(ctx, actor.Person, thing)
	mine := err == nil
	if err != nil && !fault.Is(err, fault.NotFound) {
		return w, Current{}, err
	}
	if mine && w.Base == 0 {
		// It may have been saved in another window, by the same person.
		v, err := l.journal.Version(ctx, thing)
		if err != nil || v == 0 {
			return w, Current{}, err
		}
	}
	cur, err := l.Current(ctx, actor, thing)
	if err != nil || mine {
		return w, cur, err
	}
	if cur.State == Withdrawn {
		return w, cur, fault.New(fault.Refused, "knowledge.resource.withdrawn", nil)
	}
	return Working{Thing: thing, Base: cur.Version, Draft: cur.base(Drafted).clone()}, cur, nil
}
