package knowledge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Resource reads the current public edition of a resource. One that is erased,
// or whose traces alone the actor may see, such as a withdrawn one, is returned
// without words, so that a page can say so; one that was never published, or
// that the actor may not know of, is NotFound.
func (l *Library) Resource(ctx context.Context, id facts.ID) (*Resource, error) {
	var r *Resource
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		r, err = readResource(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !l.may(identity.Trace, r) {
		return nil, errNoResource()
	}
	if !l.may(identity.Read, r) {
		r.Text = facts.EditionText{}
	}
	return r, nil
}

// Edition reads one edition of a resource, current or not.
func (l *Library) Edition(ctx context.Context, id facts.ID, number int) (*Resource, error) {
	var r *Resource
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		var err error
		if r, err = readResource(ctx, tx, id); err != nil {
			return err
		}
		if !l.may(identity.Read, r) {
			return errNoResource()
		}
		if r.Edition.Number == number {
			return nil
		}
		var meta string
		var published int64
		err = tx.QueryRow(ctx, `select meta, published from knowledge_editions where resource = $1 and edition = $2`, id, number).Scan(&meta, &published)
		if errors.Is(err, store.ErrNoRows) {
			return errNoResource()
		}
		if err != nil {
			return err
		}
		r.Edition = facts.Edition{}
		if err := json.Unmarshal([]byte(meta), &r.Edition); err != nil {
			return err
		}
		r.State, r.Updated = Superseded, time.UnixMicro(published).UTC()
		r.Text, err = readText(ctx, tx, id, number)
		r.Erased = r.Text.Variants == nil
		return err
	})
	return r, err
}

func errNoResource() error { return fault.New(fault.NotFound, "knowledge.resource.unknown", nil) }

func readResource(ctx context.Context, tx *store.Tx, id facts.ID) (*Resource, error) {
	r := &Resource{ID: id}
	var meta string
	var first, updated int64
	err := tx.QueryRow(ctx, `select version, owner, state, superseded_by, erased, first_published, updated, meta from knowledge_resources where id = $1`, id).
		Scan(&r.Version, &r.Owner, &r.State, &r.SupersededBy, &r.Erased, &first, &updated, &meta)
	if errors.Is(err, store.ErrNoRows) {
		return nil, errNoResource()
	}
	if err != nil {
		return nil, fmt.Errorf("read resource %s: %w", id, err)
	}
	if err := json.Unmarshal([]byte(meta), &r.Edition); err != nil {
		return nil, fmt.Errorf("read resource %s: %w", id, err)
	}
	r.FirstPublished, r.Updated = time.UnixMicro(first).UTC(), time.UnixMicro(updated).UTC()
	r.Text, err = readText(ctx, tx, id, r.Edition.Number)
	return r, err
}

// readText reads the words of an edition; an erased one has none.
func readText(ctx context.Context, tx *store.Tx, id facts.ID, edition int) (facts.EditionText, error) {
	var text facts.EditionText
	var authors, names string
	err := tx.QueryRow(ctx, `select authors, file_names from knowledge_texts where resource = $1 and edition = $2`, id, edition).Scan(&authors, &names)
	if errors.Is(err, store.ErrNoRows) {
		return text, nil
	}
	if err != nil {
		return text, err
	}
	if err := errors.Join(json.Unmarshal([]byte(authors), &text.Authors), json.Unmarshal([]byte(names), &text.FileNames)); err != nil {
		return text, err
	}
	rows, err := tx.Query(ctx, `select lang, title, summary, body, marks from knowledge_variants where resource = $1 and edition = $2`, id, edition)
	if err != nil {
		return text, err
	}
	defer rows.Close()
	text.Variants = map[facts.Lang]facts.VariantText{}
	for rows.Next() {
		var lang, marks string
		var v facts.VariantText
		if err := rows.Scan(&lang, &v.Title, &v.Summary, &v.Body, &marks); err != nil {
			return text, err
		}
		if err := json.Unmarshal([]byte(marks), &v.Passages); err != nil {
			return text, err
		}
		text.Variants[facts.Lang(lang)] = v
	}
	return text, rows.Err()
}

// readCurrent reads what the rules need of a resource: its public edition, and
// the draft over it. The zero Current is a resource not yet there.
func readCurrent(ctx context.Context, tx *store.Tx, id facts.ID) (cur Current, err error) {
	// The journal's own count: a view misses facts that left nothing in it.
	if cur.Version, err = journal.Version(ctx, tx, id); err != nil {
		return cur, err
	}
	r, err := readResource(ctx, tx, id)
	if err == nil {
		cur.Public, cur.State, cur.Edition, cur.Text, cur.SupersededBy = true, r.State, r.Edition, r.Text, r.SupersededBy
	} else if !fault.Is(err, fault.NotFound) {
		return cur, err
	}
	var meta, words string
	err = tx.QueryRow(ctx, `select meta, words from knowledge_drafts where id = $1`, id).Scan(&meta, &words)
	if errors.Is(err, store.ErrNoRows) {
		return cur, nil
	}
	if err != nil {
		return cur, err
	}
	cur.Draft = new(Draft)
	return cur, errors.Join(json.Unmarshal([]byte(meta), &cur.Draft.Edition), json.Unmarshal([]byte(words), &cur.Draft.Text))
}

// Filter chooses resources for a list: every tag given must hold (values of one
// dimension are alternatives).
type Filter struct {
	Tags   []Tag
	Limit  int
	Offset int
}

// List gives the resources a filter chooses among those that the actor may
// read, the latest change first, as cards in the reader's languages, and how
// many there are in all. What is withdrawn is listed only when it is asked for.
func (l *Library) List(ctx context.Context, f Filter, reader ...facts.Lang) (cards []Card, total int, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		where, args := f.where(l.actor)
		if err := tx.QueryRow(ctx, `select count(*) from knowledge_resources r where `+where, args...).Scan(&total); err != nil {
			return err
		}
		limit := min(max(f.Limit, 1), 200)
		args = append(args, limit, max(f.Offset, 0))
		ids, err := readIDs(ctx, tx, fmt.Sprintf(`select r.id from knowledge_resources r where %s order by r.updated desc, r.id limit $%d offset $%d`,
			where, len(args)-1, len(args)), args...)
		if err != nil {
			return err
		}
		cards, err = readCards(ctx, tx, l.actor, ids, reader...)
		return err
	})
	return cards, total, err
}

// where writes the condition of a filter: what the actor may read, with words,
// in all dimensions.
func (f Filter) where(actor identity.Actor) (string, []any) {
	mayRead, args := readable(actor, "r.", 1)
	clauses := []string{`r.erased = 0`, mayRead}
	if !slices.ContainsFunc(f.Tags, func(t Tag) bool { return t.Dim == "state" }) {
		clauses = append(clauses, current)
	}
	byDim := map[string][]string{}
	var dims []string
	for _, tag := range f.Tags {
		if !slices.Contains(dims, tag.Dim) {
			dims = append(dims, tag.Dim)
		}
		byDim[tag.Dim] = append(byDim[tag.Dim], tag.Value)
	}
	for _, dim := range dims {
		args = append(args, dim)
		n := len(args)
		var marks []string
		for _, value := range byDim[dim] {
			args = append(args, value)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		if dim == "state" { // of the resource, not of its edition: it has no tag
			clauses = append(clauses, fmt.Sprintf(`$%d = 'state' and r.state in (%s)`, n, strings.Join(marks, ", ")))
			continue
		}
		clauses = append(clauses, fmt.Sprintf(`exists (select 1 from knowledge_tags t where t.resource = r.id and t.dim = $%d and t.value in (%s))`,
			n, strings.Join(marks, ", ")))
	}
	return strings.Join(clauses, " and "), args
}

// current leaves out what is withdrawn: not by right, which is the scope's, but
// because it is no part of what a library offers.
const current = `r.state <> '` + Withdrawn + `'`

func readIDs(ctx context.Context, tx *store.Tx, query string, args ...any) ([]facts.ID, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []facts.ID
	for rows.Next() {
		var id facts.ID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Cards gives the cards of resources by ID, in the order asked; those that
// the actor may not read are left out.
func (l *Library) Cards(ctx context.Context, ids []facts.ID, reader ...facts.Lang) (cards []Card, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		cards, err = readCards(ctx, tx, l.actor, ids, reader...)
		return err
	})
	return cards, err
}

func readCards(ctx context.Context, tx *store.Tx, actor identity.Actor, ids []facts.ID, reader ...facts.Lang) ([]Card, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := inList(ids)
	mayRead, scoped := readable(actor, "r.", len(args)+1)
	rows, err := tx.Query(ctx, `select r.id, r.state, r.updated, r.meta, v.lang, v.title, v.summary
		from knowledge_resources r join knowledge_variants v on v.resource = r.id and v.edition = r.edition
		where r.id in (`+in+`) and `+mayRead, append(args, scoped...)...)
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	defer rows.Close()
	type words struct{ title, summary string }
	cards, texts := map[facts.ID]*Card{}, map[facts.ID]map[facts.Lang]words{}
	for rows.Next() {
		var id facts.ID
		var state, meta, lang string
		var updated int64
		var w words
		if err := rows.Scan(&id, &state, &updated, &meta, &lang, &w.title, &w.summary); err != nil {
			return nil, err
		}
		if cards[id] == nil {
			var e facts.Edition
			if err := json.Unmarshal([]byte(meta), &e); err != nil {
				return nil, err
			}
			cards[id], texts[id] = cardOf(id, state, time.UnixMicro(updated).UTC(), e), map[facts.Lang]words{}
		}
		texts[id][facts.Lang(lang)] = w
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	out := make([]Card, 0, len(ids))
	for _, id := range ids {
		if c := cards[id]; c != nil {
			c.Lang = Best(c.Languages, c.Original, reader...)
			c.Title, c.Summary = texts[id][c.Lang].title, texts[id][c.Lang].summary
			out = append(out, *c)
		}
	}
	return out, nil
}

func cardOf(id facts.ID, state string, updated time.Time, e facts.Edition) *Card {
	c := &Card{ID: id, State: state, Kind: e.Kind, Issuer: e.Issuer, Date: e.SourceDate, Original: e.Original, Certainty: e.Certainty,
		Sample: e.Sample, Updated: updated, Edition: e.Number, Countries: e.Countries, Topics: e.Topics}
	for _, v := range e.Variants {
		c.Languages = append(c.Languages, v.Lang)
	}
	return c
}

// inList writes the placeholders and arguments of an `in (…)`.
func inList(ids []facts.ID) (string, []any) {
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	return strings.Join(marks, ", "), args
}

// Counts tells for a dimension how many resources that the actor may read have
// each value, the most frequent first.
func (l *Library) Counts(ctx context.Context, dim string) (counts []Count, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		where, args := Filter{}.where(l.actor)
		args = append(args, dim)
		rows, err := tx.Query(ctx, fmt.Sprintf(`select t.value, count(*) from knowledge_tags t join knowledge_resources r on r.id = t.resource
			where %s and t.dim = $%d group by t.value order by 2 desc, 1`, where, len(args)), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c Count
			if err := rows.Scan(&c.Value, &c.N); err != nil {
				return err
			}
			counts = append(counts, c)
		}
		return rows.Err()
	})
	return counts, err
}

// History lists the public editions of a resource, the newest first.
func (l *Library) History(ctx context.Context, r *Resource) (lines []EditionLine, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `select e.edition, e.published, e.state, e.meta, exists (select 1 from knowledge_texts t
				where t.resource = e.resource and t.edition = e.edition)
			from knowledge_editions e where e.resource = $1 order by e.edition desc`, r.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line EditionLine
			var published int64
			var meta string
			var there bool
			if err := rows.Scan(&line.Number, &published, &line.State, &meta, &there); err != nil {
				return err
			}
			var e facts.Edition
			if err := json.Unmarshal([]byte(meta), &e); err != nil {
				return err
			}
			for _, v := range e.Variants {
				line.Languages = append(line.Languages, v.Lang)
			}
			line.Published, line.Erased, line.Current = time.UnixMicro(published).UTC(), !there, len(lines) == 0
			lines = append(lines, line)
		}
		return rows.Err()
	})
	return lines, err
}

// Totals counts what the actor may read: resources, the languages that any of
// them has words in, and the organisations that own one.
func (l *Library) Totals(ctx context.Context) (resources, languages, owners int, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		where, args := Filter{}.where(l.actor)
		err := tx.QueryRow(ctx, `select count(*), count(distinct r.owner) from knowledge_resources r where `+where, args...).Scan(&resources, &owners)
		if err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select count(distinct t.value) from knowledge_tags t join knowledge_resources r on r.id = t.resource
			where t.dim = 'language' and `+where, args...).Scan(&languages)
	})
	return resources, languages, owners, err
}
