package retrieval

import (
	"encoding/binary"
	"slices"
)

// mark notes for every term of the query which groups it stands for.
func (r *search) mark() {
	if len(r.marks) < len(r.store.terms) {
		r.marks = make([]uint16, len(r.store.terms)+len(r.store.terms)/8)
	}
	for g := range r.groups {
		for _, t := range r.groups[g].terms {
			n := nearTerm{g, float32(t.share) / 255}
			if m := r.marks[t.id]; m > 0 {
				r.near[m-1] = append(r.near[m-1], n)
				continue
			}
			r.near = append(r.near, []nearTerm{n})
			r.marks[t.id] = uint16(len(r.near))
		}
	}
}

func (r *search) unmark() {
	for g := range r.groups {
		for _, t := range r.groups[g].terms {
			r.marks[t.id] = 0
		}
	}
}

// nearSums gathers the nearness of one passage.
type nearSums struct {
	pull   [MaxGroups]float64 // Σ share of the other word / distance²
	share  [MaxGroups]float32 // greatest share of a word of the group
	last   nearTerm
	lastAt int
}

// meet takes in a matched word, at counting the words of its field.
func (n *nearSums) meet(p *plan, t nearTerm, at int) {
	n.share[t.group] = max(n.share[t.group], t.share)
	if n.last.group >= 0 && n.last.group != t.group && at > n.lastAt {
		d := float64(at - n.lastAt)
		pull := 1 / (d * d)
		if p.groups[t.group].index == p.groups[n.last.group].index+1 {
			pull *= 1 + p.ranking.Ordered
		}
		n.pull[n.last.group] += pull * float64(t.share)
		n.pull[t.group] += pull * float64(n.last.share)
	}
	n.last, n.lastAt = t, at
}

// sum is Σ over groups of information·share·min(1, a/2), a being the pull: one
// pair side by side reaches half, two the whole.
func (n *nearSums) sum(p *plan) float64 {
	total := 0.0
	for g := range p.groups {
		a := n.pull[g]
		total += float64(scoreUnit*p.groups[g].info) * float64(n.share[g]) * min(1, a/2)
	}
	return total
}

// nearness rewards words of different groups that stand close together in one
// field of a passage: each neighbouring pair of matched words pulls both.
func (r *search) nearness(doc uint32, passage int) float64 {
	if r.ranking.Near == 0 || len(r.groups) < 2 {
		return 0
	}
	t := r.store.readText(doc)
	t.skip(passage)
	sizes, terms := t.fields()
	sums := nearSums{last: nearTerm{group: -1}}
	border, field := sizes[0], 0
	for at := 0; len(terms) > 0; at++ {
		for at >= border && field < NumFields-1 {
			field++
			border += sizes[field]
			sums.last.group = -1
		}
		id, w := uint64(terms[0]), 1
		if id >= 0x80 { // nearly all others take two bytes
			if id, w = id&0x7f|uint64(terms[1])<<7, 2; id >= 1<<14 {
				id, w = binary.Uvarint(terms)
			}
		}
		terms = terms[w:]
		if m := r.marks[id]; m > 0 {
			for _, n := range r.near[m-1] {
				sums.meet(r.plan, n, at)
			}
		}
	}
	return sums.sum(r.plan)
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
		if r.marks[id] > 0 {
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
