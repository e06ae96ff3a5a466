package retrieval

import "fmt"

// Fresh is a handful of new documents that many standing queries are held
// against, one after the other. It does not change once it is made and may be
// used by many goroutines.
type Fresh struct {
	docOf []int32            // by passage
	lists map[string][]int32 // passages by term, ascending
	docs  int
}

// NewFresh prepares documents. The places of the documents in the arguments are
// how Matching names them.
func NewFresh(docs ...Document) (*Fresh, error) {
	f := &Fresh{lists: map[string][]int32{}, docs: len(docs)}
	for i := range docs {
		p, err := prepare(&docs[i])
		if err != nil {
			return nil, fmt.Errorf("fresh document %.80q: %w", docs[i].ID, err)
		}
		for _, passage := range p.passages {
			at := int32(len(f.docOf))
			f.docOf = append(f.docOf, int32(i))
			for _, c := range passage.counts {
				term := p.terms[c.local]
				f.lists[term] = append(f.lists[term], at)
			}
		}
	}
	return f, nil
}

// Weighing is working memory for Matching, to be used again by one goroutine at
// a time. The zero value is ready.
type Weighing struct {
	mass    []uint32 // by passage
	turn    []int32  // by passage: the last group found in it, from 1
	touched []int32
}

// Matching gives the fresh documents that match a query by the rule of the
// index, as if they were in it: how much a word tells is asked of the index,
// and words that occur nowhere in it ask for nothing. For documents that are in
// the index the answer is that of Search. Filters, limit and cursor of the query
// do not count. A query without groups matches nothing. The documents come in no
// particular order.
func (x *Index) Matching(f *Fresh, q Query, w *Weighing) ([]int32, error) {
	if err := q.invalid(); err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	ranking := x.ranking
	if q.Ranking != nil {
		ranking = *q.Ranking
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	p := newPlan(x.store, &q, ranking)
	if len(w.mass) < len(f.docOf) {
		w.mass, w.turn = make([]uint32, len(f.docOf)), make([]int32, len(f.docOf))
	}
	for g := range p.groups {
		w.weigh(f, x.store, &p.groups[g], int32(g+1), g < p.essential)
	}
	var found []int32
	for _, at := range w.touched {
		if w.mass[at] >= p.need {
			found = append(found, f.docOf[at])
		}
		w.mass[at], w.turn[at] = 0, 0
	}
	w.touched = w.touched[:0]
	return once(found, f.docs), nil
}

// weigh adds what a group gives to the passages that hold it: to all of them,
// or only to those that hold something already when it cannot make a match by
// itself. Its heaviest term comes first, and the best a passage holds counts.
func (w *Weighing) weigh(f *Fresh, s *store, g *groupPlan, turn int32, all bool) {
	if g.mass == 0 {
		return
	}
	for i := range g.terms {
		t := &g.terms[i]
		for _, at := range f.lists[s.terms[t.id]] {
			if w.turn[at] == turn || w.turn[at] == 0 && !all {
				continue
			}
			if w.turn[at] == 0 {
				w.touched = append(w.touched, at)
			}
			w.turn[at] = turn
			w.mass[at] += t.mass
		}
	}
}

// once drops repeats.
func once(list []int32, n int) []int32 {
	if len(list) < 2 {
		return list
	}
	seen := make([]bool, n)
	out := list[:0]
	for _, doc := range list {
		if !seen[doc] {
			seen[doc] = true
			out = append(out, doc)
		}
	}
	return out
}
