package retrieval

import (
	"encoding/binary"
	"slices"
)

// nearness rewards words of different groups that stand close together: each
// neighbouring pair of matched words gives both groups 1/distance², and a
// group with the sum a earns information·a/(a+1).
func (r *search) nearness(doc uint32, passage int) float64 {
	if r.ranking.Near == 0 || len(r.groups) < 2 {
		return 0
	}
	t := r.store.readText(doc)
	t.skip(passage)
	sizes, terms := t.fields()
	var sums [MaxGroups]float64
	last, lastAt := nearTerm{group: -1}, 0
	border, field := sizes[0], 0
	for at := 0; len(terms) > 0; at++ {
		for at >= border && field < NumFields-1 {
			field++
			border += sizes[field]
			last.group = -1
		}
		id, w := binary.Uvarint(terms)
		terms = terms[w:]
		for _, n := range r.near[uint32(id)] {
			if last.group >= 0 && last.group != n.group && at > lastAt {
				d := float64(at - lastAt)
				add := float64(last.share) * float64(n.share) / (d * d)
				sums[last.group] += add
				sums[n.group] += add
			}
			last, lastAt = n, at
		}
	}
	total := 0.0
	for g := range r.groups {
		total += float64(scoreUnit*r.groups[g].info) * (sums[g] / (sums[g] + 1))
	}
	return total
}

// explain turns a ranked document into a hit, with the terms that made it.
func (r *search) explain(h scored, isScored bool) Hit {
	s := r.store
	hit := Hit{ID: s.docs.id[h.doc], Passage: int(h.passage)}
	if h.passage < 0 {
		return hit
	}
	first, _ := s.passagesOf(h.doc)
	hit.Lang = s.langs[s.pass.lang[first+uint32(h.passage)]]
	hit.Anchor = s.anchorOf(h.doc, int(h.passage))
	if isScored {
		hit.Score = float64(h.score) / scoreUnit
		hit.Matched = r.matches(h)
	}
	return hit
}

func (r *search) matches(h scored) []Match {
	t := r.store.readText(h.doc)
	t.skip(int(h.passage))
	first, _ := r.store.passagesOf(h.doc)
	size := &r.store.pass.size[first+uint32(h.passage)]
	tf := map[uint32]uint8{}
	sizes, terms := t.fields()
	field, left := 0, sizes[0]
	for len(terms) > 0 {
		for left == 0 {
			field++
			left = sizes[field]
		}
		left--
		id, w := binary.Uvarint(terms)
		terms = terms[w:]
		if _, ok := r.near[uint32(id)]; ok {
			tf[uint32(id)] = countOnce(tf[uint32(id)], field)
		}
	}
	var out []Match
	for g := range r.groups {
		v, m := float32(0), Match{Group: r.groups[g].index}
		for i := range r.groups[g].terms {
			if n := tf[r.groups[g].terms[i].id]; n > 0 {
				v += float32(r.groups[g].terms[i].weight * r.occurrence(n, size))
				m.Terms = append(m.Terms, r.store.terms[r.groups[g].terms[i].id])
			}
		}
		if len(m.Terms) > 0 {
			m.Part = float64(r.worth(&r.groups[g], v)) / scoreUnit
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b Match) int { return a.Group - b.Group })
	return out
}
