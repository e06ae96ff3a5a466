package journaltest

import (
	"context"
	"errors"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// The kinds of the sample room.
const (
	Opened  facts.Kind = "sample.Opened"  // with a body: the text
	Renamed facts.Kind = "sample.Renamed" // with a body: a new text
	Closed  facts.Kind = "sample.Closed"
	Refused facts.Kind = "sample.Refused" // its projection fails
	Panics  facts.Kind = "sample.Panics"  // its projection panics
)

// Title is the payload of Opened and Renamed.
type Title struct {
	Title string `json:"title"`
}

// ErrRefused is what the projection says to a fact of the kind Refused.
var ErrRefused = errors.New("the sample view refuses")

// Sample is the projection of the sample room: items with their text, and the
// words of the texts.
func Sample(version int) journal.Projection {
	return journal.Projection{Name: "sample", Version: version, Tables: []string{"sample_items", "sample_words"}, Apply: apply, Schema: `
		create table sample_items (thing text primary key, title text not null, state text not null, version bigint not null, body_seq bigint, body text);
		create table sample_words (thing text not null, word text not null, n bigint not null, primary key (thing, word));
		create index sample_words_word on sample_words (word);`}
}

func apply(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	switch f.Kind {
	case Opened, Renamed:
		var p Title
		if err := f.Decode(&p); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into sample_items (thing, title, state, version) values ($1, $2, 'open', $3)
			on conflict (thing) do update set title = excluded.title, version = excluded.version`, f.Thing, p.Title, f.Version); err != nil {
			return err
		}
		if f.BodyHash == nil {
			return nil
		}
		return setBody(ctx, tx, f)
	case Closed:
		_, err := tx.Exec(ctx, "update sample_items set state = 'closed', version = $2 where thing = $1", f.Thing, f.Version)
		return err
	case facts.BodyErased:
		var p facts.BodyErasedPayload
		if err := f.Decode(&p); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "update sample_items set body = null where thing = $1 and body_seq = $2", f.Thing, p.Seq)
		if err != nil || n == 0 {
			return err // a later text stands
		}
		_, err = tx.Exec(ctx, "delete from sample_words where thing = $1", f.Thing)
		return err
	case Refused:
		return ErrRefused
	case Panics:
		panic("the sample view panics")
	}
	return nil
}

func setBody(ctx context.Context, tx *store.Tx, f journal.Fact) error {
	var body any
	if !f.Erased {
		body = string(f.Body)
	}
	if _, err := tx.Exec(ctx, "update sample_items set body_seq = $2, body = $3 where thing = $1", f.Thing, f.Seq, body); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "delete from sample_words where thing = $1", f.Thing); err != nil {
		return err
	}
	for word := range strings.FieldsSeq(string(f.Body)) {
		if _, err := tx.Exec(ctx, `insert into sample_words (thing, word, n) values ($1, $2, 1)
			on conflict (thing, word) do update set n = sample_words.n + 1`, f.Thing, word); err != nil {
			return err
		}
	}
	return nil
}
