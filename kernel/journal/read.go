package journal

import (
	"context"
	"errors"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

const columns = `f.seq, coalesce(f.public, 0), f.node, f.thing, f.version, f.kind, f.audience, f.actor,
	f.happened, f.recorded, f.payload, f.body_hash, b.body
	from journal_facts f left join journal_bodies b on b.seq = f.seq `

// Version gives the version of a thing within tx, so that a rule's state and its
// version come from one snapshot; 0 when there is no such thing.
func Version(ctx context.Context, tx *store.Tx, thing facts.ID) (int64, error) {
	var v int64
	err := tx.QueryRow(ctx, "select version from journal_things where thing = $1", thing).Scan(&v)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return 0, fmt.Errorf("version of %s: %w", thing, err)
	}
	return v, nil
}

// Version gives the version of a thing; 0 when there is no such thing.
func (j *Journal) Version(ctx context.Context, thing facts.ID) (v int64, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		v, err = Version(ctx, tx, thing)
		return err
	})
	return v, err
}

// History gives all facts of a thing, the oldest first; none when there is no
// such thing.
func (j *Journal) History(ctx context.Context, thing facts.ID) (list []Fact, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		list, err = read(ctx, tx, columns+"where f.thing = $1 order by f.version", thing)
		return err
	})
	return list, err
}

// After gives at most limit facts that come after seq, in order.
func (j *Journal) After(ctx context.Context, seq facts.Seq, limit int) (list []Fact, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		list, err = after(ctx, tx, seq, limit)
		return err
	})
	return list, err
}

// Get gives one fact, or a NotFound fault.
func (j *Journal) Get(ctx context.Context, seq facts.Seq) (f Fact, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		f, err = get(ctx, tx, seq)
		return err
	})
	return f, err
}

// Last gives the number of the last fact; 0 when there is none.
func (j *Journal) Last(ctx context.Context) (last facts.Seq, err error) {
	err = j.db.Read(ctx, func(tx *store.Tx) error {
		last, _, _, err = heads(ctx, tx)
		return err
	})
	return last, err
}

// heads gives the last number, the last public number and the version of all
// views, in one statement.
func heads(ctx context.Context, tx *store.Tx) (seq facts.Seq, public int64, views string, err error) {
	err = tx.QueryRow(ctx, `select coalesce((select max(seq) from journal_facts), 0),
		coalesce((select max(public) from journal_facts), 0), views from journal_node`).Scan(&seq, &public, &views)
	if err != nil {
		err = fmt.Errorf("last fact: %w", err)
	}
	return seq, public, views, err
}

func after(ctx context.Context, tx *store.Tx, seq facts.Seq, limit int) ([]Fact, error) {
	return read(ctx, tx, columns+"where f.seq > $1 order by f.seq limit $2", seq, limit)
}

func get(ctx context.Context, tx *store.Tx, seq facts.Seq) (Fact, error) {
	list, err := read(ctx, tx, columns+"where f.seq = $1", seq)
	if err != nil {
		return Fact{}, err
	}
	if len(list) == 0 {
		return Fact{}, fault.New(fault.NotFound, KeyNoFact, fault.Args{"seq": int64(seq)})
	}
	return list[0], nil
}

func read(ctx context.Context, tx *store.Tx, query string, args ...any) ([]Fact, error) {
	rows, err := tx.Query(ctx, "select "+query, args...)
	if err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	defer rows.Close()
	var list []Fact
	for rows.Next() {
		var f Fact
		var happened, recorded int64
		var payload string
		if err := rows.Scan(&f.Seq, &f.Public, &f.Node, &f.Thing, &f.Version, &f.Kind, &f.Audience, &f.Actor,
			&happened, &recorded, &payload, &f.BodyHash, &f.Body); err != nil {
			return nil, fmt.Errorf("read facts: %w", err)
		}
		f.Happened, f.Recorded, f.Payload = store.Time(happened), store.Time(recorded), []byte(payload)
		f.Erased = f.BodyHash != nil && f.Body == nil
		list = append(list, f)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	return list, nil
}
