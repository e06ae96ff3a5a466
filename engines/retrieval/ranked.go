package retrieval

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Cursor is a place in a ranking: the sort key, ID and passage of a hit. The
// empty cursor is the start. A cursor stays valid when documents come or go.
type Cursor string

type place struct {
	set     bool
	key     uint64
	id      string
	passage int32
}

func (c Cursor) parse() (place, error) {
	if c == "" {
		return place{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil || len(b) < 12 || len(b) > 12+MaxIDBytes {
		return place{}, fmt.Errorf("%w: cursor", ErrInvalid)
	}
	return place{
		set:     true,
		key:     binary.BigEndian.Uint64(b),
		passage: int32(binary.BigEndian.Uint32(b[8:])),
		id:      string(b[12:]),
	}, nil
}

// scored is a document or passage with its sort key, highest first.
type scored struct {
	score   uint64
	doc     uint32
	passage int32
}

func (h scored) cursor(s *store) Cursor {
	b := binary.BigEndian.AppendUint64(nil, h.score)
	b = binary.BigEndian.AppendUint32(b, uint32(h.passage))
	return Cursor(base64.RawURLEncoding.EncodeToString(append(b, s.docs.id[h.doc]...)))
}

// ranked keeps the best hits behind a place, one more than the page needs, as
// a heap with the worst on top.
type ranked struct {
	store *store
	limit int
	after place
	heap  []scored
}

func (r *ranked) prepare(s *store, limit int, after place) {
	r.store, r.limit, r.after = s, limit, after
	r.heap = r.heap[:0]
}

func (r *ranked) release() { r.store = nil }

// floor is the least key that may still enter; higher than any score when the
// page wants no hits.
func (r *ranked) floor() uint64 {
	if r.limit == 0 {
		return 1<<64 - 1
	}
	if len(r.heap) <= r.limit {
		return 0
	}
	return r.heap[0].score
}

// compare orders hits: higher key first, then ID, then passage.
func (r *ranked) compare(a, b scored) int {
	if a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	if a.doc != b.doc {
		return strings.Compare(r.store.docs.id[a.doc], r.store.docs.id[b.doc])
	}
	return cmp.Compare(a.passage, b.passage)
}

func (r *ranked) isAfter(h scored) bool {
	if !r.after.set {
		return true
	}
	if h.score != r.after.key {
		return h.score < r.after.key
	}
	c := strings.Compare(r.store.docs.id[h.doc], r.after.id)
	return c > 0 || c == 0 && h.passage > r.after.passage
}

// surelyAfter tells whether a hit whose key is at most bound lies behind the
// place.
func (p *place) surelyAfter(bound uint64) bool { return !p.set || bound < p.key }

func (r *ranked) offer(h scored) {
	if r.limit == 0 || !r.isAfter(h) {
		return
	}
	if len(r.heap) <= r.limit {
		r.heap = append(r.heap, h)
		for i := len(r.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if r.compare(r.heap[up], r.heap[i]) >= 0 {
				break
			}
			r.heap[up], r.heap[i] = r.heap[i], r.heap[up]
			i = up
		}
		return
	}
	if r.compare(h, r.heap[0]) >= 0 {
		return
	}
	r.heap[0] = h
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < len(r.heap) && r.compare(r.heap[down+1], r.heap[down]) > 0 {
			down++
		}
		if down >= len(r.heap) || r.compare(r.heap[i], r.heap[down]) >= 0 {
			break
		}
		r.heap[i], r.heap[down] = r.heap[down], r.heap[i]
		i = down
	}
}

// page returns the hits in order and whether there are more.
func (r *ranked) page() (hits []scored, more bool) {
	slices.SortFunc(r.heap, r.compare)
	return r.heap[:min(r.limit, len(r.heap))], len(r.heap) > r.limit
}
