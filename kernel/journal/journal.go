package journal

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// The message keys of the journal's faults.
const (
	KeyMoved        = "journal.moved"         // a thing was changed meanwhile; args: thing
	KeyUnread       = "journal.unread"        // a fact about a thing that the batch does not name; args: thing
	KeyOtherVersion = "journal.other-version" // the database's views belong to another version
	KeyNewer        = "journal.newer"         // a view was made by a newer version; args: view, found, known
	KeyTooMany      = "journal.too-many"      // more facts than one batch may hold; args: count, most
	KeyTooLong      = "journal.too-long"      // a payload or body over its bound; args: kind, size, most
	KeyText         = "journal.text"          // text that is not UTF-8 or holds NUL; args: kind
	KeyNoFact       = "journal.no-fact"       // there is no such fact; args: seq
	KeyNoBody       = "journal.no-body"       // the fact has no body to erase; args: seq
	KeyReason       = "journal.reason"        // an erasure without a known reason; args: reason
	KeyNoView       = "journal.no-view"       // there is no such view; args: view
	KeyRefused      = "journal.refused"       // a fact that no room may write, or without a thing; args: kind
)

// Bounds of one batch.
const (
	MaxFacts   = 500
	MaxPayload = 1 << 20
	MaxBody    = 16 << 20
	MaxBatch   = 64 << 20 // payloads and bodies together
)

// appendLock is the advisory lock under which PostgreSQL appends (the number is
// ours, with no meaning).
const appendLock = 7268352002

//go:embed schema
var schema embed.FS

// Fact is something that happened, as the journal keeps it.
type Fact struct {
	Seq      facts.Seq // place in this node's journal, from 1 without gaps
	Public   int64     // place among the public facts, from 1 without gaps; 0 for the others
	Node     facts.ID  // where it was written
	Thing    facts.ID  // what it is about
	Version  int64     // of the thing: its first fact is 1
	Kind     facts.Kind
	Audience facts.Audience
	Actor    facts.ID  // zero: nobody who is signed in
	Happened time.Time // UTC, microseconds
	Recorded time.Time // UTC, microseconds
	Payload  json.RawMessage
	BodyHash []byte // of salt and body; nil: the fact never had a body
	Body     []byte // nil: none, or erased
	Erased   bool   // there was a body and it is gone
}

// Decode reads the payload into v.
func (f Fact) Decode(v any) error {
	if err := json.Unmarshal(f.Payload, v); err != nil {
		return fmt.Errorf("payload of fact %d (%s): %w", f.Seq, f.Kind, err)
	}
	return nil
}

// New is a fact to be appended.
type New struct {
	Thing    facts.ID
	Kind     facts.Kind
	Audience facts.Audience
	Payload  any       // becomes JSON; names no person but by ID
	Body     []byte    // free text in UTF-8; nil or empty: none
	Happened time.Time // zero: now
}

// Read names a thing whose state the caller's rule read.
type Read struct {
	Thing   facts.ID
	Version int64 // as read; 0: the thing must not exist yet
}

// Batch is what one Append writes, whole or not at all.
type Batch struct {
	Actor facts.ID
	Reads []Read // every thing read, and every thing the facts are about
	Facts []New
	// Registers writes registers in the same transaction, after the facts and
	// their projections; an error refuses the batch. It may run several times.
	Registers func(ctx context.Context, tx *store.Tx, written []Fact) error
}

// Options configure a journal. The zero value works.
type Options struct {
	Projections []Projection
	Clock       func() time.Time        // nil: time.Now
	Log         *slog.Logger            // nil: slog.Default(); reactors that fail are told here
	Lease       time.Duration           // how long a reactor's holder may be silent; 0: 15 s
	Poll        time.Duration           // how often PostgreSQL is asked for other replicas' facts; 0: 200 ms
	Progress    func(done, total int64) // of rebuilding while opening; may be nil
	Room        func() error            // asked before every Append, which an error refuses; nil: there is always room
}

// Journal is an open journal.
type Journal struct {
	db     *store.DB
	o      Options
	node   facts.ID
	views  []Projection
	hash   string // of all views together
	queue  queue
	head   atomic.Int64  // last sequence number known
	signal chan struct{} // closed at the next fact
	mu     sync.Mutex    // of signal and polled
	polled time.Time
}

// Open opens the journal of a database, makes its tables when there are none,
// and rebuilds the views whose version differs from the projections given.
func Open(ctx context.Context, db *store.DB, o Options) (*Journal, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Lease <= 0 {
		o.Lease = 15 * time.Second
	}
	if o.Poll <= 0 {
		o.Poll = 200 * time.Millisecond
	}
	if err := checkProjections(o.Projections); err != nil {
		return nil, err
	}
	j := &Journal{db: db, o: o, views: o.Projections, hash: hashAll(o.Projections), signal: make(chan struct{})}
	j.queue.turn = make(chan struct{}, 1)
	files, err := fs.Sub(schema, "schema")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "journal", files); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := j.start(ctx); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	return j, nil
}

// start makes sure of the node's ID, of the views and of the last number.
func (j *Journal) start(ctx context.Context) error {
	return j.db.WriteInOrder(ctx, appendLock, func(tx *store.Tx) error {
		err := tx.QueryRow(ctx, "select id from journal_node").Scan(&j.node)
		if errors.Is(err, store.ErrNoRows) {
			now := j.o.Clock()
			j.node = facts.NewID(now)
			_, err = tx.Exec(ctx, "insert into journal_node (one, id, created, views) values (1, $1, $2, '')", j.node, store.Micros(now))
		}
		if err != nil {
			return err
		}
		if tx.Dialect() == store.SQLite { // nobody else has the folder: leases are left over
			if _, err := tx.Exec(ctx, "delete from journal_leases"); err != nil {
				return err
			}
		}
		if err := j.settleViews(ctx, tx); err != nil {
			return err
		}
		head, _, _, err := heads(ctx, tx)
		j.head.Store(int64(head))
		return err
	})
}

// Node is the ID of this node, made when its journal was first opened.
func (j *Journal) Node() facts.ID { return j.node }

func conflict(things []facts.ID) error {
	f := fault.New(fault.Conflict, KeyMoved, fault.Args{"thing": things[0].String()})
	for _, t := range things {
		f.With(t.String(), KeyMoved, fault.Args{"thing": t.String()})
	}
	return f
}
