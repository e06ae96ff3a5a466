package doctor

import (
	"context"
	"encoding/hex"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// maxNamed bounds how many files are named in findings; the rest is counted.
const maxNamed = 20

// files compares every blob with its hash, and what is there with what the
// facts name.
func (e *examination) files(ctx context.Context) {
	named, err := e.named(ctx)
	if err != nil {
		e.say("files", Bad, "doctor.files.unread", "doctor.journal.advice", nil, err)
		return
	}
	if e.Blobs == nil {
		e.say("files", Bad, "doctor.files.none", "doctor.files.none-advice", nil, nil)
		return
	}
	n, damaged, orphans, bytes := int64(0), 0, 0, int64(0)
	err = e.Blobs.Walk(ctx, func(h facts.Hash, size int64, _ time.Time) error {
		n++
		bytes += size
		var key [32]byte
		if _, err := hex.Decode(key[:], []byte(h)); err != nil {
			return err
		}
		if _, known := named[key]; !known {
			orphans++
		}
		delete(named, key)
		f, err := e.Blobs.OpenVerified(ctx, h)
		if err == nil {
			err = f.Close()
		}
		if notThere(err) {
			return nil // erased meanwhile
		}
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			if damaged++; damaged <= maxNamed {
				key := "doctor.files.unreadable"
				if fault.Of(err).Key == blobs.KeyDamaged {
					key = "doctor.files.damaged"
				}
				e.say("files", Bad, key, "doctor.files.advice", fault.Args{"hash": string(h)}, err)
			}
		}
		e.Progress("files", n, 0)
		return nil
	})
	if err != nil {
		e.say("files", Bad, "doctor.files.unread", "doctor.files.advice", nil, err)
		return
	}
	missing := 0
	for key, excused := range named {
		if excused {
			continue
		}
		if missing++; missing <= maxNamed {
			e.say("files", Bad, "doctor.files.missing", "doctor.files.advice", fault.Args{"hash": hex.EncodeToString(key[:])}, nil)
		}
	}
	if more := damaged - maxNamed; more > 0 {
		e.say("files", Bad, "doctor.files.more", "doctor.files.advice", fault.Args{"n": more}, nil)
	}
	if more := missing - maxNamed; more > 0 {
		e.say("files", Bad, "doctor.files.more", "doctor.files.advice", fault.Args{"n": more}, nil)
	}
	if damaged+missing == 0 {
		e.say("files", OK, "doctor.files.ok", "", fault.Args{"n": n, "size": megabytes(bytes)}, nil)
	}
	if orphans > 0 {
		e.say("files", OK, "doctor.files.orphans", "", fault.Args{"n": orphans}, nil)
	}
}

// named gives the blobs that facts name; true where one of the facts is erased,
// and the blob may be with it.
func (e *examination) named(ctx context.Context) (map[[32]byte]bool, error) {
	list := map[[32]byte]bool{}
	err := e.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `select f.kind, f.payload, case when f.body_hash is not null and b.seq is null then 1 else 0 end
			from journal_facts f left join journal_bodies b on b.seq = f.seq`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var kind facts.Kind
			var payload string
			var erased int64
			if err := rows.Scan(&kind, &payload, &erased); err != nil {
				return err
			}
			hashes, err := e.Names(kind, []byte(payload))
			if err != nil {
				return err
			}
			for _, h := range hashes {
				var key [32]byte
				if _, err := hex.Decode(key[:], []byte(h)); err == nil && len(h) == 64 {
					list[key] = list[key] || erased == 1
				}
			}
		}
		return rows.Err()
	})
	return list, err
}
