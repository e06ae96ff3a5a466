package retrieval

import (
	"encoding/binary"
	"strings"
)

// A posting packs the number of a passage (24 bits) and how often the term
// occurs in its title, heading (2 bits each, at most 3) and body (4 bits, at
// most 15). Lists are in ascending order because passages are only appended.
type posting = uint32

const passageShift = 8

// store is the whole content of an index: a column per attribute. Documents
// and passages are only appended; removing a document clears its alive bit,
// and compaction builds a new store.
type store struct {
	termOf    map[string]uint32
	terms     []string
	lists     [][]posting
	df        []uint32         // live passages with the term
	most      []uint8          // greatest counts of each field in any passage, packed
	rows      map[uint32]*rows // of frequent terms
	leastRows int

	docOf map[string]uint32 // live documents only
	docs  docColumns
	pass  passageColumns

	facets     facetTable
	langOf     map[string]uint16
	langs      []string
	live       int // documents alive
	livePass   int
	fieldTerms [NumFields]uint64 // length of all live passages, decoded
	postings   int
}

type docColumns struct {
	id         []string
	boost      []float32
	order      []int64
	anchors    []string // of its passages, separated by zero bytes
	text       [][]byte // forward index, see forward.go
	firstPass  []uint32 // one more than documents
	firstFacet []uint32 // one more than documents
	facet      []uint32 // facet numbers of all documents
	alive      []uint64 // bit set
}

type passageColumns struct {
	doc  []uint32
	lang []uint16
	size [][NumFields]uint8 // length codes of the fields
	// joined has a bit for every passage that continues the text of the one
	// before: same document, same language.
	joined []uint64
}

// join notes whether passage p continues the text of the one before. It is
// called for every passage in turn.
func (c *passageColumns) join(p uint32, follows bool) {
	if p&63 == 0 {
		c.joined = append(c.joined, 0)
	}
	if follows && c.lang[p] == c.lang[p-1] {
		c.joined[p>>6] |= 1 << (p & 63)
	}
}

func newStore() *store {
	return &store{
		termOf:    map[string]uint32{},
		rows:      map[uint32]*rows{},
		leastRows: leastRows,
		docOf:     map[string]uint32{},
		docs:      docColumns{firstPass: []uint32{0}, firstFacet: []uint32{0}},
		facets:    newFacetTable(),
		langOf:    map[string]uint16{},
	}
}

func (s *store) isAlive(doc uint32) bool { return s.docs.alive[doc>>6]>>(doc&63)&1 == 1 }

func (s *store) passagesOf(doc uint32) (from, to uint32) {
	return s.docs.firstPass[doc], s.docs.firstPass[doc+1]
}

func (s *store) facetsOf(doc uint32) []uint32 {
	return s.docs.facet[s.docs.firstFacet[doc]:s.docs.firstFacet[doc+1]]
}

func (s *store) anchorOf(doc uint32, passage int) string {
	rest := s.docs.anchors[doc]
	for ; passage > 0; passage-- {
		_, rest, _ = strings.Cut(rest, "\x00")
	}
	anchor, _, _ := strings.Cut(rest, "\x00")
	return anchor
}

// add appends a prepared document. The caller made sure its ID is not alive.
func (s *store) add(d *prepared) {
	doc := uint32(len(s.docs.id))
	s.docOf[d.id] = doc
	s.docs.id = append(s.docs.id, d.id)
	s.docs.boost = append(s.docs.boost, d.boost)
	s.docs.order = append(s.docs.order, d.order)
	s.docs.anchors = append(s.docs.anchors, d.anchors)
	if int(doc>>6) == len(s.docs.alive) {
		s.docs.alive = append(s.docs.alive, 0)
	}
	s.docs.alive[doc>>6] |= 1 << (doc & 63)
	for _, f := range d.facets {
		s.docs.facet = append(s.docs.facet, s.facets.add(f))
	}
	s.docs.firstFacet = append(s.docs.firstFacet, uint32(len(s.docs.facet)))
	s.docs.text = append(s.docs.text, s.addPassages(doc, d))
	s.docs.firstPass = append(s.docs.firstPass, uint32(len(s.pass.doc)))
	s.live++
}

func (s *store) addPassages(doc uint32, d *prepared) []byte {
	ids := make([]uint32, len(d.terms))
	for i, t := range d.terms {
		ids[i] = s.termID(t)
	}
	for p := range d.passages {
		number := uint32(len(s.pass.doc))
		pp := &d.passages[p]
		s.pass.doc = append(s.pass.doc, doc)
		s.pass.lang = append(s.pass.lang, s.langID(pp.lang))
		s.pass.size = append(s.pass.size, pp.size)
		s.pass.join(number, p > 0)
		for f, c := range pp.size {
			s.fieldTerms[f] += uint64(decodeLength(c))
		}
		for _, c := range pp.counts {
			id := ids[c.local]
			s.lists[id] = append(s.lists[id], number<<passageShift|posting(c.tf))
			s.most[id] = fieldwiseMax(s.most[id], c.tf)
			s.noteRow(id)
			s.df[id]++
		}
		s.postings += len(pp.counts)
	}
	s.livePass += len(d.passages)
	return encodeText(d, ids)
}

func (s *store) termID(t string) uint32 {
	if id, ok := s.termOf[t]; ok {
		return id
	}
	t = strings.Clone(t)
	id := uint32(len(s.terms))
	s.termOf[t] = id
	s.terms = append(s.terms, t)
	s.lists = append(s.lists, nil)
	s.df = append(s.df, 0)
	s.most = append(s.most, 0)
	return id
}

func (s *store) langID(lang string) uint16 {
	if id, ok := s.langOf[lang]; ok {
		return id
	}
	if len(s.langs) == 1<<16-1 {
		return s.langID("") // far beyond the languages of the world
	}
	lang = strings.Clone(lang)
	id := uint16(len(s.langs))
	s.langOf[lang] = id
	s.langs = append(s.langs, lang)
	return id
}

// remove takes a live document out of all statistics; its postings stay until
// compaction.
func (s *store) remove(doc uint32) {
	delete(s.docOf, s.docs.id[doc])
	s.docs.alive[doc>>6] &^= 1 << (doc & 63)
	s.live--
	for _, f := range s.facetsOf(doc) {
		s.facets.live[f]--
	}
	from, to := s.passagesOf(doc)
	s.livePass -= int(to - from)
	seen := map[uint32]bool{}
	r := s.readText(doc)
	for p := from; p < to; p++ {
		for f, c := range s.pass.size[p] {
			s.fieldTerms[f] -= uint64(decodeLength(c))
		}
		clear(seen)
		for id := range r.next() {
			if !seen[id] {
				seen[id] = true
				s.df[id]--
			}
		}
	}
}

// fieldwiseMax returns the greater counts of two packed counts, field by field.
func fieldwiseMax(a, b uint8) uint8 {
	return max(a&0xc0, b&0xc0) | max(a&0x30, b&0x30) | max(a&0xf, b&0xf)
}

// encodeLength puts a number of terms into a byte: exact below 192, then in
// steps of 64.
func encodeLength(n int) uint8 {
	if n < 192 {
		return uint8(n)
	}
	return uint8(min(255, 192+(n-192)/64))
}

func decodeLength(c uint8) int {
	if c < 192 {
		return int(c)
	}
	return 192 + 64*(int(c)-192)
}

func appendUvarint(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }
