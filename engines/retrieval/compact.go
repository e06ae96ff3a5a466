package retrieval

// compacted returns a store with the live documents only, in their order. The
// old store is only read.
func (s *store) compacted() *store {
	n := newStore()
	n.leastRows = s.leastRows
	renumber := make([]uint32, len(s.terms)) // old term to new, plus one
	for doc := range uint32(len(s.docs.id)) {
		if s.isAlive(doc) {
			n.add(s.extract(doc, renumber))
		}
	}
	return n
}

// extract turns a stored document back into a prepared one.
func (s *store) extract(doc uint32, local []uint32) *prepared {
	from, to := s.passagesOf(doc)
	d := &prepared{
		id: s.docs.id[doc], anchors: s.docs.anchors[doc],
		boost: s.docs.boost[doc], order: s.docs.order[doc],
		passages: make([]preparedPassage, to-from),
	}
	for _, f := range s.facetsOf(doc) {
		d.facets = append(d.facets, s.facets.value[f])
	}
	var used []uint32
	var tf []uint8
	r := s.readText(doc)
	for p := range d.passages {
		out := &d.passages[p]
		out.lang = s.langs[s.pass.lang[from+uint32(p)]]
		out.size = s.pass.size[from+uint32(p)]
		sizes, _ := (&textReader{r.rest}).fields()
		field, left := 0, sizes[0]
		for id := range r.next() {
			for left == 0 {
				field++
				left = sizes[field]
			}
			left--
			if local[id] == 0 {
				used = append(used, id)
				d.terms = append(d.terms, s.terms[id])
				tf = append(tf, 0)
				local[id] = uint32(len(d.terms))
			}
			n := local[id] - 1
			if tf[n] == 0 {
				out.counts = append(out.counts, termCount{local: n})
			}
			tf[n] = countOnce(tf[n], field)
			out.fields[field] = append(out.fields[field], n)
		}
		for i := range out.counts {
			n := out.counts[i].local
			out.counts[i].tf, tf[n] = tf[n], 0
		}
	}
	for _, id := range used {
		local[id] = 0
	}
	return d
}
