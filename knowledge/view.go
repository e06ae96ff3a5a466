package knowledge

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// schema makes the room's views. Times are Unix microseconds, truth is 0 or 1.
// Drafts stand apart from what is public, so that no public query can meet one.
const schema = `
create table knowledge_resources (
	id text primary key,
	owner text not null,
	version bigint not null,
	state text not null,
	edition bigint not null,
	kind text not null,
	original text not null,
	issuer text not null,
	setting text not null,
	year bigint not null,
	sample bigint not null,
	erased bigint not null,
	supersedes text not null,
	superseded_by text not null,
	first_published bigint not null,
	updated bigint not null,
	seq bigint not null,
	meta text not null
);
create index knowledge_resources_updated on knowledge_resources (updated desc, id);
create table knowledge_editions (
	resource text not null,
	edition bigint not null,
	published bigint not null,
	state text not null,
	seq bigint not null,
	meta text not null,
	primary key (resource, edition)
);
create index knowledge_editions_seq on knowledge_editions (seq);
create table knowledge_variants (
	resource text not null,
	edition bigint not null,
	lang text not null,
	origin text not null,
	title text not null,
	summary text not null,
	body text not null,
	marks text not null,
	primary key (resource, edition, lang)
);
create table knowledge_texts (
	resource text not null,
	edition bigint not null,
	authors text not null,
	file_names text not null,
	primary key (resource, edition)
);
create table knowledge_passages (
	resource text not null,
	lang text not null,
	ord bigint not null,
	anchor text not null,
	headings text not null,
	words text not null,
	aligned text not null,
	primary key (resource, lang, ord)
);
create table knowledge_tags (
	dim text not null,
	value text not null,
	resource text not null,
	primary key (dim, value, resource)
);
create index knowledge_tags_resource on knowledge_tags (resource);
create table knowledge_drafts (
	id text primary key,
	owner text not null,
	version bigint not null,
	state text not null,
	kind text not null,
	updated bigint not null,
	seq bigint not null,
	meta text not null,
	words text not null
);
create table knowledge_identities (
	owner text not null,
	source text not null,
	row_key text not null,
	resource text not null,
	primary key (owner, source, row_key)
);
create table knowledge_memories (
	id text primary key,
	glossary bigint not null,
	name text not null,
	owner text not null,
	content text not null,
	langs text not null,
	units bigint not null,
	added bigint not null
);
`

// Projection keeps the room's views.
func Projection() journal.Projection {
	return journal.Projection{
		Name:    "knowledge",
		Version: 2,
		Schema:  schema,
		Tables: []string{"knowledge_resources", "knowledge_editions", "knowledge_variants", "knowledge_texts",
			"knowledge_passages", "knowledge_tags", "knowledge_drafts", "knowledge_identities", "knowledge_memories"},
		Apply: apply,
	}
}

// apply lets one fact change the views. Whatever the journal accepted it can
// take: it decodes with types that the rules have filled.
func apply(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	switch f.Kind {
	case facts.EditionDrafted, facts.EditionPublished:
		return applyEdition(ctx, tx, f)
	case facts.DraftDiscarded:
		_, err := tx.Exec(ctx, `delete from knowledge_drafts where id = $1`, f.Thing)
		return err
	case facts.ResourceMarked:
		return applyMark(ctx, tx, f)
	case facts.MemoryAdded, facts.GlossaryAdded:
		return applyMemory(ctx, tx, f)
	case facts.BodyErased:
		return applyErasure(ctx, tx, f)
	}
	return nil
}

func applyEdition(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	var e facts.Edition
	if err := json.Unmarshal(f.Payload, &e); err != nil {
		return fmt.Errorf("edition of %s: %w", f.Thing, err)
	}
	var text facts.EditionText
	if f.Body != nil {
		if err := json.Unmarshal(f.Body, &text); err != nil {
			return fmt.Errorf("words of %s: %w", f.Thing, err)
		}
	}
	if _, err := tx.Exec(ctx, `delete from knowledge_drafts where id = $1`, f.Thing); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `insert into knowledge_identities (owner, source, row_key, resource) values ($1, $2, $3, $4)
		on conflict (owner, source, row_key) do nothing`, e.Owner, e.Source, e.Key, f.Thing); err != nil {
		return err
	}
	if f.Kind == facts.EditionDrafted {
		return insertDraft(ctx, tx, f, e)
	}
	return publish(ctx, tx, f, e, text)
}

func insertDraft(ctx context.Context, tx *store.Tx, f journal.Fact, e facts.Edition) error {
	if f.Body == nil {
		return nil // erased: a draft without words is no draft
	}
	_, err := tx.Exec(ctx, `insert into knowledge_drafts (id, owner, version, state, kind, updated, seq, meta, words)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.Thing, e.Owner, f.Version, e.State, e.Kind, f.Happened.UnixMicro(), f.Seq, string(f.Payload), string(f.Body))
	return err
}

// publish makes e the current public edition of its resource.
func publish(ctx context.Context, tx *store.Tx, f journal.Fact, e facts.Edition, text facts.EditionText) error {
	erased := 0
	if f.Body == nil {
		erased = 1
	}
	_, err := tx.Exec(ctx, `insert into knowledge_resources (id, owner, version, state, edition, kind, original, issuer, setting,
			year, sample, erased, supersedes, superseded_by, first_published, updated, seq, meta)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $14, $15, $16)
		on conflict (id) do update set owner = excluded.owner, version = excluded.version, state = excluded.state, edition = excluded.edition,
			kind = excluded.kind, original = excluded.original, issuer = excluded.issuer, setting = excluded.setting, year = excluded.year,
			sample = excluded.sample, erased = excluded.erased, supersedes = excluded.supersedes, superseded_by = '',
			updated = excluded.updated, seq = excluded.seq, meta = excluded.meta`,
		f.Thing, e.Owner, f.Version, e.State, e.Number, e.Kind, string(e.Original), e.Issuer, e.Setting, yearOf(e, f), bit(e.Sample), erased,
		e.Supersedes, f.Happened.UnixMicro(), f.Seq, string(f.Payload))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `insert into knowledge_editions (resource, edition, published, state, seq, meta) values ($1, $2, $3, $4, $5, $6)`,
		f.Thing, e.Number, f.Happened.UnixMicro(), e.State, f.Seq, string(f.Payload))
	if err != nil {
		return err
	}
	if err := replaceWords(ctx, tx, f.Thing, e, text); err != nil {
		return err
	}
	return replaceTags(ctx, tx, f.Thing, e, yearOf(e, f))
}

// replaceWords writes the words of an edition and makes its passages the
// current ones.
func replaceWords(ctx context.Context, tx *store.Tx, id facts.ID, e facts.Edition, text facts.EditionText) error {
	if _, err := tx.Exec(ctx, `delete from knowledge_passages where resource = $1`, id); err != nil {
		return err
	}
	if text.Variants == nil {
		return nil
	}
	if _, err := tx.Exec(ctx, `insert into knowledge_texts (resource, edition, authors, file_names) values ($1, $2, $3, $4)`,
		id, e.Number, marshal(text.Authors), marshal(text.FileNames)); err != nil {
		return err
	}
	for _, v := range e.Variants {
		words := text.Variants[v.Lang]
		if _, err := tx.Exec(ctx, `insert into knowledge_variants (resource, edition, lang, origin, title, summary, body, marks)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			id, e.Number, string(v.Lang), v.Origin, words.Title, words.Summary, words.Body, marshal(words.Passages)); err != nil {
			return err
		}
		for i, p := range passagesOf(v.Lang, words) {
			if _, err := tx.Exec(ctx, `insert into knowledge_passages (resource, lang, ord, anchor, headings, words, aligned)
				values ($1, $2, $3, $4, $5, $6, $7)`,
				id, string(v.Lang), i, p.Anchor, marshal(p.Headings), p.Text, marshal(p.With)); err != nil {
				return err
			}
		}
	}
	return nil
}

func replaceTags(ctx context.Context, tx *store.Tx, id facts.ID, e facts.Edition, year int) error {
	if _, err := tx.Exec(ctx, `delete from knowledge_tags where resource = $1`, id); err != nil {
		return err
	}
	for _, tag := range tagsOf(e, year) {
		if _, err := tx.Exec(ctx, `insert into knowledge_tags (dim, value, resource) values ($1, $2, $3) on conflict do nothing`,
			tag.Dim, tag.Value, id); err != nil {
			return err
		}
	}
	return nil
}

// Tag is one value by which resources are filtered and counted.
type Tag struct{ Dim, Value string }

// tagsOf gives all the tags of an edition, in a fixed order.
func tagsOf(e facts.Edition, year int) []Tag {
	tags := []Tag{{"kind", e.Kind}}
	add := func(dim, value string) {
		if value != "" {
			tags = append(tags, Tag{dim, value})
		}
	}
	for _, t := range e.Topics {
		add("topic", t)
	}
	for _, a := range e.Audiences {
		add("audience", a)
	}
	for _, h := range e.Hazards {
		add("hazard", h)
	}
	for _, c := range e.Countries {
		add("country", string(c))
	}
	for _, v := range e.Variants {
		add("language", string(v.Lang))
	}
	add("issuer", e.Issuer)
	add("setting", e.Setting)
	if year > 0 {
		add("year", strconv.Itoa(year))
	}
	return tags
}

func applyMark(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	var m facts.Mark
	if err := json.Unmarshal(f.Payload, &m); err != nil {
		return fmt.Errorf("mark of %s: %w", f.Thing, err)
	}
	if _, err := tx.Exec(ctx, `update knowledge_resources set state = $2, superseded_by = $3, version = $4, updated = $5, seq = $6 where id = $1`,
		f.Thing, m.State, m.SupersededBy, f.Version, f.Happened.UnixMicro(), f.Seq); err != nil {
		return err
	}
	if m.State != "withdrawn" {
		return nil
	}
	_, err := tx.Exec(ctx, `delete from knowledge_tags where resource = $1`, f.Thing)
	return err
}

func applyMemory(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	var m facts.Memory
	if err := json.Unmarshal(f.Payload, &m); err != nil {
		return fmt.Errorf("memory %s: %w", f.Thing, err)
	}
	_, err := tx.Exec(ctx, `insert into knowledge_memories (id, glossary, name, owner, content, langs, units, added)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (id) do update set name = excluded.name, content = excluded.content, langs = excluded.langs, units = excluded.units, added = excluded.added`,
		f.Thing, bit(f.Kind == facts.GlossaryAdded), m.Name, m.Owner, string(m.Content), marshal(m.Langs), m.Units, f.Happened.UnixMicro())
	return err
}

// applyErasure drops every word that came from an erased body. What is left of
// a resource whose current edition was erased is a tombstone.
func applyErasure(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	var p facts.BodyErasedPayload
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		return fmt.Errorf("erasure in %s: %w", f.Thing, err)
	}
	for _, table := range []string{"knowledge_variants", "knowledge_texts"} {
		if _, err := tx.Exec(ctx, `delete from `+table+` where resource = $1
			and edition in (select edition from knowledge_editions where resource = $1 and seq = $2)`, f.Thing, p.Seq); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `delete from knowledge_passages where resource = $1 and not exists (
		select 1 from knowledge_variants v join knowledge_resources r on r.id = v.resource and r.edition = v.edition where v.resource = $1)`, f.Thing); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from knowledge_drafts where id = $1 and seq = $2`, f.Thing, p.Seq); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `update knowledge_resources set version = $2, erased = case when exists (
			select 1 from knowledge_variants v where v.resource = knowledge_resources.id and v.edition = knowledge_resources.edition) then 0 else 1 end
		where id = $1`, f.Thing, f.Version)
	return err
}

// yearOf gives the year an edition belongs to: that of its source, else that of
// its publication here.
func yearOf(e facts.Edition, f journal.Fact) int {
	if len(e.SourceDate) >= 4 {
		if y, err := strconv.Atoi(e.SourceDate[:4]); err == nil {
			return y
		}
	}
	return f.Happened.Year()
}

// marshal writes a value whose types cannot fail to encode.
func marshal(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("knowledge: encode %T: %v", v, err))
	}
	return string(b)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
