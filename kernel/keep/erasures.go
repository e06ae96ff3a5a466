package keep

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Erasure names words that were erased, without the words: by the hash that the
// fact keeps of them, so that it fits any backup that still holds them.
type Erasure struct {
	Node   facts.ID  `json:"node"`
	Seq    facts.Seq `json:"seq"`
	Hash   string    `json:"hash"`
	Reason string    `json:"reason"`
}

// maxErasure bounds one line of a list.
const maxErasure = 4 << 10

// WriteErasures lists all erasures of a node's journal, one JSON object a line,
// and gives their number. A list holds nothing that could be read.
func WriteErasures(ctx context.Context, db *store.DB, w io.Writer) (n int, err error) {
	enc := json.NewEncoder(w)
	err = db.Read(ctx, func(tx *store.Tx) error {
		var node facts.ID
		if err := tx.QueryRow(ctx, "select id from journal_node").Scan(&node); err != nil {
			return err
		}
		reasons, err := reasonsOf(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "select f.seq, f.body_hash from journal_facts f left join journal_bodies b on b.seq = f.seq where f.body_hash is not null and b.seq is null order by f.seq")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e := Erasure{Node: node}
			var sum []byte
			if err := rows.Scan(&e.Seq, &sum); err != nil {
				return err
			}
			e.Hash, e.Reason = hex.EncodeToString(sum), reasons[e.Seq]
			if err := enc.Encode(e); err != nil {
				return err
			}
			n++
		}
		return rows.Err()
	})
	return n, err
}

func reasonsOf(ctx context.Context, tx *store.Tx) (map[facts.Seq]string, error) {
	rows, err := tx.Query(ctx, "select payload from journal_facts where kind = $1", facts.BodyErased)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	reasons := map[facts.Seq]string{}
	for rows.Next() {
		var payload string
		var p facts.BodyErasedPayload
		if err := rows.Scan(&payload); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(payload), &p); err != nil {
			return nil, err
		}
		reasons[p.Seq] = p.Reason
	}
	return reasons, rows.Err()
}

// ReadErasures reads such a list.
func ReadErasures(r io.Reader) (list []Erasure, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxErasure)
	for n := 1; lines.Scan(); n++ {
		var e Erasure
		err := json.Unmarshal(lines.Bytes(), &e)
		if sum, bad := hex.DecodeString(e.Hash); err != nil || bad != nil || len(sum) != 32 || e.Node.IsZero() {
			return nil, &fault.Fault{Kind: fault.Invalid, Key: KeyErasures, Args: fault.Args{"line": n}, Err: errors.Join(err, bad)}
		}
		list = append(list, e)
	}
	if err := lines.Err(); err != nil {
		return nil, &fault.Fault{Kind: fault.Invalid, Key: KeyErasures, Args: fault.Args{"line": len(list) + 1}, Err: err}
	}
	return list, nil
}

// find gives the fact whose words are meant.
func (e Erasure) find(ctx context.Context, db *store.DB) (seq facts.Seq, found bool, err error) {
	sum, err := hex.DecodeString(e.Hash)
	if err != nil {
		return 0, false, err
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select seq from journal_facts where seq = $1 and body_hash = $2", e.Seq, sum).Scan(&seq)
	})
	if errors.Is(err, store.ErrNoRows) {
		return 0, false, nil
	}
	return seq, err == nil, err
}
