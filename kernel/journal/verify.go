package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// KeyDamaged is the key of the fault that Verify gives; args: seq.
const KeyDamaged = "journal.damaged"

// Verify reads the whole journal of a database, which need not be open as one,
// and gives a fault with KeyDamaged at the first fact that is not as it was
// written: a gap in the numbers, a body that is not what its hash says, a thing
// whose last version is another. progress may be nil.
func Verify(ctx context.Context, db *store.DB, progress func(done, total int64)) (last facts.Seq, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		last, err = verify(ctx, tx, progress)
		return err
	})
	if err != nil {
		return last, fmt.Errorf("verify the journal: %w", err)
	}
	return last, nil
}

func verify(ctx context.Context, tx *store.Tx, progress func(done, total int64)) (facts.Seq, error) {
	total, _, _, err := heads(ctx, tx)
	if err != nil {
		return 0, err
	}
	var seq facts.Seq
	var public int64
	for seq < total {
		list, err := read(ctx, tx, saltedColumns+"where f.seq > $1 order by f.seq limit $2", seq, rebuildPage)
		if err != nil {
			return seq, err
		}
		if len(list) == 0 {
			return seq, damaged(seq + 1)
		}
		for _, f := range list {
			seq++
			if f.Audience == facts.Public {
				public++
			}
			if f.Seq != seq || (f.Audience == facts.Public) != (f.Public > 0) || f.Public > 0 && f.Public != public || !genuine(f) {
				return seq, damaged(seq)
			}
		}
		if progress != nil {
			progress(int64(seq), int64(total))
		}
	}
	return seq, verifyThings(ctx, tx)
}

// saltedColumns is columns with the salt before the body in one value, so that
// the hash can be made from it.
const saltedColumns = `f.seq, coalesce(f.public, 0), f.node, f.thing, f.version, f.kind, f.audience, f.actor,
	f.happened, f.recorded, f.payload, f.body_hash, b.salt || b.body
	from journal_facts f left join journal_bodies b on b.seq = f.seq `

func genuine(f Fact) bool {
	return f.Body == nil || f.BodyHash != nil && bytes.Equal(f.BodyHash, BodyHash(nil, f.Body))
}

// verifyThings compares the versions kept with those counted.
func verifyThings(ctx context.Context, tx *store.Tx) error {
	var seq facts.Seq
	err := tx.QueryRow(ctx, `select f.seq from (select thing, max(version) as version, count(*) as n, max(seq) as seq from journal_facts group by thing) f
		left join journal_things t on t.thing = f.thing where t.version is null or t.version <> f.version or f.n <> f.version order by 1 limit 1`).Scan(&seq)
	if errors.Is(err, store.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return damaged(seq)
}

func damaged(seq facts.Seq) error {
	return fault.New(fault.Away, KeyDamaged, fault.Args{"seq": int64(seq)})
}
