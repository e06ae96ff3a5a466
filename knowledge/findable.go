package knowledge

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// The library is a source of kernel/search. What it gives there is what anybody
// may read, whatever actor the library is for: decision 2.
var _ search.Source = (*Library)(nil)

// Concerns implements search.Source.
func (l *Library) Concerns(kind facts.Kind) (index, learn bool) {
	switch kind {
	case facts.EditionPublished, facts.ResourceMarked, facts.BodyErased:
		return true, true
	case facts.MemoryAdded, facts.GlossaryAdded:
		return false, true
	}
	return false, false
}

// Each implements search.Source.
func (l *Library) Each(ctx context.Context, fn func([]facts.ID) error) error {
	const portion = 500
	after := ""
	for {
		var ids []facts.ID
		err := l.db.Read(ctx, func(tx *store.Tx) (err error) {
			where, args := Filter{}.where(identity.Actor{})
			args = append(args, after, portion)
			ids, err = readIDs(ctx, tx, fmt.Sprintf(`select r.id from knowledge_resources r where %s and r.id > $%d order by r.id limit $%d`,
				where, len(args)-1, len(args)), args...)
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := fn(ids); err != nil {
			return err
		}
		after = ids[len(ids)-1].String()
	}
}

// Documents implements search.Source.
func (l *Library) Documents(ctx context.Context, things []facts.ID) (docs []search.Document, err error) {
	if len(things) == 0 {
		return nil, nil
	}
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		docs, err = readDocuments(ctx, tx, things)
		return err
	})
	return docs, err
}

func readDocuments(ctx context.Context, tx *store.Tx, things []facts.ID) ([]search.Document, error) {
	in, args := inList(things)
	mayRead, scoped := readable(identity.Actor{}, "", len(args)+1)
	byID := map[facts.ID]*search.Document{}
	var order []facts.ID
	err := each(ctx, tx, func(rows *store.Rows) error {
		var id facts.ID
		var state, meta string
		var updated int64
		var year int
		if err := rows.Scan(&id, &state, &updated, &year, &meta); err != nil {
			return err
		}
		var e facts.Edition
		if err := json.Unmarshal([]byte(meta), &e); err != nil {
			return err
		}
		d := &search.Document{ID: id, Boost: demotion(state), Order: updated}
		for _, t := range tagsOf(e, year) {
			d.Tags = append(d.Tags, search.Tag(t))
		}
		d.Tags = append(d.Tags, search.Tag{Dim: "state", Value: state})
		byID[id], order = d, append(order, id)
		return nil
	}, `select id, state, updated, year, meta from knowledge_resources where erased = 0 and id in (`+in+`) and `+mayRead, append(slices.Clone(args), scoped...)...)
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, func(rows *store.Rows) error {
		var id facts.ID
		var v search.Variant
		if err := rows.Scan(&id, &v.Lang, &v.Title, &v.Summary); err != nil {
			return err
		}
		if d := byID[id]; d != nil {
			d.Variants = append(d.Variants, v)
		}
		return nil
	}, `select v.resource, v.lang, v.title, v.summary from knowledge_variants v join knowledge_resources r on r.id = v.resource and r.edition = v.edition
		where r.id in (`+in+`) order by v.resource, v.lang`, args...)
	if err != nil {
		return nil, err
	}
	err = each(ctx, tx, func(rows *store.Rows) error {
		var id facts.ID
		var lang facts.Lang
		var headings string
		var p search.Passage
		if err := rows.Scan(&id, &lang, &p.Anchor, &headings, &p.Text); err != nil {
			return err
		}
		p.Heading = joinHeadings(headings)
		d := byID[id]
		if d == nil {
			return nil
		}
		if i := slices.IndexFunc(d.Variants, func(v search.Variant) bool { return v.Lang == lang }); i >= 0 {
			d.Variants[i].Passages = append(d.Variants[i].Passages, p)
		}
		return nil
	}, `select resource, lang, anchor, headings, words from knowledge_passages where resource in (`+in+`) order by resource, lang, ord`, args...)
	docs := make([]search.Document, 0, len(order))
	for _, id := range order {
		docs = append(docs, *byID[id])
	}
	return docs, err
}

// each runs a query and calls fn for every row.
func each(ctx context.Context, tx *store.Tx, fn func(*store.Rows) error, query string, args ...any) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func joinHeadings(list string) string {
	var headings []string
	if json.Unmarshal([]byte(list), &headings) != nil {
		return ""
	}
	return strings.Join(headings, " › ")
}

// Show implements search.Source.
func (l *Library) Show(ctx context.Context, want []search.Want) (shown []search.Shown, err error) {
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		shown, err = show(ctx, tx, want)
		return err
	})
	return shown, err
}

func show(ctx context.Context, tx *store.Tx, want []search.Want) ([]search.Shown, error) {
	if len(want) == 0 {
		return nil, nil
	}
	ids, wants := make([]facts.ID, len(want)), map[facts.ID]search.Want{}
	for i, w := range want {
		ids[i], wants[w.ID] = w.ID, w
	}
	cards, err := readCards(ctx, tx, identity.Actor{}, ids, want[0].Reader...) // answers are shared among readers
	if err != nil {
		return nil, err
	}
	out := make([]search.Shown, 0, len(want))
	for _, c := range cards {
		out = append(out, search.Shown{ID: c.ID, Kind: c.Kind, State: c.State, Lang: c.Lang, Title: c.Title, Issuer: c.Issuer, Date: c.Date, Languages: c.Languages,
			Original: c.Original, Certainty: c.Certainty, Sample: c.Sample, PassageLang: c.Lang, Text: c.Summary})
	}
	return out, showPassages(ctx, tx, wants, out)
}

// variantKey names one language of a resource.
type variantKey struct {
	id   facts.ID
	lang facts.Lang
}

// showPassages fills in the passages the hits were found by and, where the
// reader reads another language, the passage of theirs that is aligned with it:
// one statement for all that was found, one for all that is aligned.
func showPassages(ctx context.Context, tx *store.Tx, wants map[facts.ID]search.Want, shown []search.Shown) error {
	var keys []any
	for _, s := range shown {
		if w := wants[s.ID]; w.Anchor != "" {
			keys = append(keys, s.ID, string(w.Lang), w.Anchor)
		}
	}
	found, err := readPassages(ctx, tx, " and anchor = $%d", 3, keys)
	if err != nil {
		return err
	}
	keys = nil
	for i := range shown {
		s := &shown[i]
		ps := found[variantKey{s.ID, wants[s.ID].Lang}]
		if len(ps) == 0 {
			continue // browsing, or the index is a moment behind: the summary stands in
		}
		if s.Lang != wants[s.ID].Lang {
			keys = append(keys, s.ID, string(s.Lang))
		}
		ps[0].fill(s, wants[s.ID].Lang)
	}
	aligned, err := readPassages(ctx, tx, "", 2, keys)
	if err != nil {
		return err
	}
	for i := range shown {
		s, lang := &shown[i], wants[shown[i].ID].Lang
		for _, p := range aligned[variantKey{s.ID, s.Lang}] {
			if found[variantKey{s.ID, lang}][0].beside(p, lang == s.Original, s.Lang == s.Original) {
				s.FoundText = s.Text
				p.fill(s, s.Lang)
				break
			}
		}
	}
	return nil
}

// readPassages reads passages by several keys of resource, language and
// whatever else more says, per values a key, in one statement.
func readPassages(ctx context.Context, tx *store.Tx, more string, per int, keys []any) (map[variantKey][]storedPassage, error) {
	out := map[variantKey][]storedPassage{}
	if len(keys) == 0 {
		return out, nil
	}
	var parts []string
	for i := 0; i < len(keys); i += per {
		where := fmt.Sprintf("resource = $%d and lang = $%d", i+1, i+2)
		if more != "" {
			where += fmt.Sprintf(more, i+3)
		}
		parts = append(parts, "select resource, lang, ord, anchor, headings, words, aligned from knowledge_passages where "+where)
	}
	err := each(ctx, tx, func(rows *store.Rows) error {
		var k variantKey
		var p storedPassage
		var ord int
		var with string
		if err := rows.Scan(&k.id, &k.lang, &ord, &p.anchor, &p.headings, &p.text, &with); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(with), &p.with); err != nil {
			return err
		}
		out[k] = append(out[k], p)
		return nil
	}, strings.Join(parts, " union all ")+" order by 1, 2, 3", keys...)
	if err != nil {
		return nil, fmt.Errorf("passages of hits: %w", err)
	}
	return out, nil
}

// storedPassage is a row of knowledge_passages.
type storedPassage struct {
	anchor, headings, text string
	with                   []string
}

// fill shows the passage, which is in lang.
func (p storedPassage) fill(s *search.Shown, lang facts.Lang) {
	s.PassageLang, s.Anchor, s.Heading, s.Text = lang, p.anchor, joinHeadings(p.headings), p.text
}

// beside reports whether two passages of two languages translate one another,
// directly or through the original.
func (p storedPassage) beside(q storedPassage, pIsOriginal, qIsOriginal bool) bool {
	switch {
	case pIsOriginal:
		return slices.Contains(q.with, p.anchor)
	case qIsOriginal:
		return slices.Contains(p.with, q.anchor)
	}
	return slices.ContainsFunc(p.with, func(a string) bool { return slices.Contains(q.with, a) })
}

// Learn implements search.Source: the passages of every published resource
// beside one another, then translation memories and glossaries.
func (l *Library) Learn(ctx context.Context, text func(map[facts.Lang]string) error, term func(map[facts.Lang][]string) error) error {
	err := l.Each(ctx, func(ids []facts.ID) error {
		return l.db.Read(ctx, func(tx *store.Tx) error { return eachAligned(ctx, tx, ids, text) })
	})
	if err != nil {
		return err
	}
	return l.eachUnit(ctx, func(u unit) error {
		if len(u.Terms) > 0 {
			return term(u.Terms)
		}
		return text(u.Text)
	})
}

// eachAligned gives, for every passage of an original, its text in all
// languages that have a passage aligned with it and with nothing else.
func eachAligned(ctx context.Context, tx *store.Tx, ids []facts.ID, text func(map[facts.Lang]string) error) error {
	ids, err := inSeveralLanguages(ctx, tx, ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	in, args := inList(ids)
	type key struct {
		id     facts.ID
		anchor string
	}
	var order []key
	texts := map[key]map[facts.Lang]string{}
	err = each(ctx, tx, func(rows *store.Rows) error {
		var id facts.ID
		var lang facts.Lang
		var anchor, words, aligned string
		var with []string
		if err := rows.Scan(&id, &lang, &anchor, &words, &aligned); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(aligned), &with); err != nil {
			return err
		}
		if len(with) == 0 {
			with = []string{anchor} // a passage of the original
		}
		if len(with) > 1 {
			return nil
		}
		k := key{id, with[0]}
		if texts[k] == nil {
			texts[k] = map[facts.Lang]string{}
			order = append(order, k)
		}
		if texts[k][lang] != "" {
			words = texts[k][lang] + "\n" + words
		}
		texts[k][lang] = words
		return nil
	}, `select resource, lang, anchor, words, aligned from knowledge_passages where resource in (`+in+`) order by resource, lang, ord`, args...)
	if err != nil {
		return err
	}
	for _, k := range order {
		if len(texts[k]) > 1 {
			if err := text(texts[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

// inSeveralLanguages gives those resources that exist in more than one language.
func inSeveralLanguages(ctx context.Context, tx *store.Tx, ids []facts.ID) ([]facts.ID, error) {
	in, args := inList(ids)
	return readIDs(ctx, tx, `select resource from knowledge_tags where dim = 'language' and resource in (`+in+`)
		group by resource having count(*) > 1 order by resource`, args...)
}
