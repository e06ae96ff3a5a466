package journal

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Append writes a batch: facts, projections and registers in one transaction,
// durable when it returns. It gives a Conflict fault with KeyMoved when a thing
// of Reads has another version by now, and writes nothing then.
//
// Appends that wait at the same time share one commit; each still succeeds or
// fails alone. Its context is not looked at once the writing has begun.
func (j *Journal) Append(ctx context.Context, b Batch) ([]Fact, error) {
	if j.o.Room != nil {
		if err := j.o.Room(); err != nil {
			return nil, fmt.Errorf("append: %w", err)
		}
	}
	drafts, err := prepare(b, j.o.Clock())
	if err != nil {
		return nil, fmt.Errorf("append: %w", err)
	}
	written, err := j.submit(ctx, func(ctx context.Context, tx *store.Tx, h *head) ([]Fact, error) {
		if err := checkReads(ctx, tx, b.Reads); err != nil {
			return nil, err
		}
		list, err := j.write(ctx, tx, h, b.Actor, drafts, b.Reads)
		if err == nil && b.Registers != nil {
			err = b.Registers(ctx, tx, list)
		}
		return list, err
	}, len(drafts))
	if err != nil {
		return nil, fmt.Errorf("append: %w", err)
	}
	return written, nil
}

// draft is a new fact made ready outside the transaction.
type draft struct {
	New
	payload    []byte
	salt, hash []byte
}

// prepare checks all that needs no database.
func prepare(b Batch, now time.Time) ([]draft, error) {
	if len(b.Facts) > MaxFacts || len(b.Reads) > 4*MaxFacts {
		return nil, fault.New(fault.TooLarge, KeyTooMany, fault.Args{"count": max(len(b.Facts), len(b.Reads)), "most": MaxFacts})
	}
	read := make(map[facts.ID]bool, len(b.Reads))
	for _, r := range b.Reads {
		read[r.Thing] = true
	}
	drafts, size := make([]draft, len(b.Facts)), 0
	for i, n := range b.Facts {
		if n.Kind.Room() == facts.BodyErased.Room() || n.Thing.IsZero() || n.Kind == "" {
			return nil, fault.New(fault.Internal, KeyRefused, fault.Args{"kind": string(n.Kind)})
		}
		if !read[n.Thing] {
			return nil, fault.New(fault.Internal, KeyUnread, fault.Args{"thing": n.Thing.String()})
		}
		d, err := prepareOne(n, now)
		if err != nil {
			return nil, err
		}
		if size += len(d.payload) + len(d.Body); size > MaxBatch {
			return nil, tooLong(n.Kind, size, MaxBatch)
		}
		drafts[i] = d
	}
	return drafts, nil
}

func prepareOne(n New, now time.Time) (d draft, err error) {
	d.New = n
	if d.Happened.IsZero() {
		d.Happened = now
	}
	switch n.Audience {
	case facts.Public, facts.Partners, facts.Parties, facts.Node:
	default:
		return d, fault.Wrap(fault.Internal, KeyRefused, fmt.Errorf("%s: audience %q", n.Kind, n.Audience))
	}
	if d.payload, err = json.Marshal(n.Payload); err != nil {
		return d, fmt.Errorf("payload of %s: %w", n.Kind, err)
	}
	if len(d.payload) > MaxPayload {
		return d, tooLong(n.Kind, len(d.payload), MaxPayload)
	}
	if len(n.Body) > MaxBody {
		return d, tooLong(n.Kind, len(n.Body), MaxBody)
	}
	// PostgreSQL stores no NUL in text, and a projection must not fail.
	if holdsNUL(d.payload) || bytes.IndexByte(n.Body, 0) >= 0 || !utf8.Valid(n.Body) {
		return d, fault.New(fault.Invalid, KeyText, fault.Args{"kind": string(n.Kind)})
	}
	if len(n.Body) > 0 {
		d.salt = make([]byte, 16)
		rand.Read(d.salt) // never fails since Go 1.24: it aborts the program instead
		d.hash = BodyHash(d.salt, n.Body)
	}
	return d, nil
}

// BodyHash is how a fact names its body: SHA-256 over the salt and the body.
func BodyHash(salt, body []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(body)
	return h.Sum(nil)
}

// holdsNUL looks for the escape of U+0000 in JSON, and not for an escaped
// backslash before "u0000".
func holdsNUL(payload []byte) bool {
	for rest := payload; ; {
		i := bytes.Index(rest, []byte(`\u0000`))
		if i < 0 {
			return false
		}
		slashes := 0
		for i-1-slashes >= 0 && rest[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return true
		}
		rest = rest[i+6:]
	}
}

func tooLong(kind facts.Kind, size, most int) error {
	return fault.New(fault.TooLarge, KeyTooLong, fault.Args{"kind": string(kind), "size": size, "most": most})
}

func checkReads(ctx context.Context, tx *store.Tx, reads []Read) error {
	now := make(map[facts.ID]int64, len(reads))
	things := make([]any, len(reads))
	for i, r := range reads {
		things[i] = r.Thing
	}
	err := tx.QueryList(ctx, "select thing, version from journal_things where thing in", things, func(rows *store.Rows) error {
		var thing facts.ID
		var version int64
		err := rows.Scan(&thing, &version)
		now[thing] = version
		return err
	})
	if err != nil {
		return fmt.Errorf("versions: %w", err)
	}
	var moved []facts.ID
	for _, r := range reads {
		if now[r.Thing] != r.Version {
			moved = append(moved, r.Thing)
		}
	}
	if moved != nil {
		return conflict(moved)
	}
	return nil
}

// write puts the drafts after h and applies the projections.
func (j *Journal) write(ctx context.Context, tx *store.Tx, h *head, actor facts.ID, drafts []draft, reads []Read) ([]Fact, error) {
	version := make(map[facts.ID]int64, len(reads))
	for _, r := range reads {
		version[r.Thing] = r.Version
	}
	now := store.Time(store.Micros(j.o.Clock()))
	list := make([]Fact, len(drafts))
	for i, d := range drafts {
		h.seq++
		version[d.Thing]++
		f := Fact{Seq: h.seq, Node: j.node, Thing: d.Thing, Version: version[d.Thing], Kind: d.Kind, Audience: d.Audience, Actor: actor,
			Happened: store.Time(store.Micros(d.Happened)), Recorded: now, Payload: d.payload, BodyHash: d.hash}
		if len(d.Body) > 0 {
			f.Body = d.Body
		}
		if f.Audience == facts.Public {
			h.public++
			f.Public = h.public
		}
		list[i] = f
	}
	if err := insert(ctx, tx, list, drafts, version); err != nil {
		return nil, err
	}
	return list, j.apply(ctx, tx, j.views, list)
}

// insert writes the journal's own tables. version holds the last version of each
// thing.
func insert(ctx context.Context, tx *store.Tx, list []Fact, drafts []draft, version map[facts.ID]int64) error {
	var rows, bodies, things [][]any
	for i, f := range list {
		var public, hash any
		if f.Public > 0 {
			public = f.Public
		}
		if f.BodyHash != nil {
			hash = f.BodyHash
			bodies = append(bodies, []any{f.Seq, drafts[i].salt, f.Body})
		}
		rows = append(rows, []any{f.Seq, public, f.Node, f.Thing, f.Version, f.Kind, f.Audience, f.Actor,
			store.Micros(f.Happened), store.Micros(f.Recorded), f.Payload, hash})
		if f.Version == version[f.Thing] {
			things = append(things, []any{f.Thing, f.Version})
		}
	}
	err := tx.ExecRows(ctx, `insert into journal_facts
		(seq, public, node, thing, version, kind, audience, actor, happened, recorded, payload, body_hash) values`, "", rows)
	if err == nil {
		err = tx.ExecRows(ctx, "insert into journal_bodies (seq, salt, body) values", "", bodies)
	}
	if err == nil {
		err = tx.ExecRows(ctx, "insert into journal_things (thing, version) values",
			"on conflict (thing) do update set version = excluded.version", things)
	}
	return err
}
