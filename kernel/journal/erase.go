package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Erase removes the body of a fact for good: the text and its salt go, a fact
// facts.BodyErased about the same thing says so, the projections drop what they
// took from it, and the database's files are cleaned of the bytes. The reason is
// "person", "law" or "mistake". A body that is erased already is cleaned again.
func (j *Journal) Erase(ctx context.Context, actor facts.ID, seq facts.Seq, reason string) error {
	if !slices.Contains([]string{"person", "law", "mistake"}, reason) {
		return fault.New(fault.Invalid, KeyReason, fault.Args{"reason": reason})
	}
	_, err := j.submit(ctx, func(ctx context.Context, tx *store.Tx, h *head) ([]Fact, error) {
		return j.erase(ctx, tx, h, actor, seq, reason)
	}, 1)
	if err == nil {
		tables := []string{"journal_bodies"}
		for _, p := range j.views {
			tables = append(tables, p.Tables...)
		}
		err = j.db.Scrub(ctx, tables...)
	}
	if err != nil {
		return fmt.Errorf("erase the body of fact %d: %w", seq, err)
	}
	return nil
}

func (j *Journal) erase(ctx context.Context, tx *store.Tx, h *head, actor facts.ID, seq facts.Seq, reason string) ([]Fact, error) {
	old, err := get(ctx, tx, seq)
	if err != nil || old.Erased {
		return nil, err
	}
	if old.BodyHash == nil {
		return nil, fault.New(fault.NotFound, KeyNoBody, fault.Args{"seq": int64(seq)})
	}
	if _, err := tx.Exec(ctx, "delete from journal_bodies where seq = $1", seq); err != nil {
		return nil, err
	}
	version, err := Version(ctx, tx, old.Thing)
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(facts.BodyErasedPayload{Seq: seq, Kind: old.Kind, Reason: reason})
	if err != nil {
		return nil, err
	}
	d := draft{New: New{Thing: old.Thing, Kind: facts.BodyErased, Audience: old.Audience, Happened: j.o.Clock()}, payload: payload}
	return j.write(ctx, tx, h, actor, []draft{d}, []Read{{Thing: old.Thing, Version: version}})
}
