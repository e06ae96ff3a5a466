package retrieval

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Bounds of a snapshot's columns.
const (
	maxTerms    = 1 << 28
	maxPostings = 1 << 31
	maxText     = 1 << 30 // bytes of the terms or anchors of one document
)

// store reads the columns in the order they were written.
func (c *columnReader) store() *store {
	s := newStore()
	u32 := binary.LittleEndian.Uint32
	s.terms = c.strings(maxTerms, MaxTermBytes)
	s.postings = c.count(maxPostings)
	sizes := c.uint32s(len(s.terms))
	all := c.uint32s(s.postings)
	s.lists = c.cut(all, sizes)
	s.langs = c.strings(1<<16, MaxIDBytes)
	s.pass.lang = list(c, c.count(maxAllPassages), 2, binary.LittleEndian.Uint16)
	s.pass.size = list(c, len(s.pass.lang), NumFields, func(b []byte) [NumFields]uint8 { return [NumFields]uint8(b) })
	dims, values := c.strings(maxTerms, MaxIDBytes), c.strings(maxTerms, MaxIDBytes)
	if c.err == nil && len(dims) != len(values) {
		c.err = errors.New("facets without values")
	}
	for i := range values {
		if c.err == nil {
			s.facets.intern(Facet{dims[i], values[i]})
		}
	}
	if c.err == nil && len(s.facets.value) != len(values) {
		c.err = errors.New("facet values repeat")
	}
	s.docs.id = c.strings(maxTerms, MaxIDBytes)
	n := len(s.docs.id)
	s.docs.anchors = c.strings(n, maxText)
	s.docs.text = c.pieces(n, maxText)
	s.docs.boost = list(c, n, 4, func(b []byte) float32 { return math.Float32frombits(u32(b)) })
	s.docs.order = list(c, n, 8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
	s.docs.firstPass = c.uint32s(n + 1)
	s.docs.firstFacet = c.uint32s(n + 1)
	s.docs.facet = c.uint32s(c.count(maxPostings))
	return s
}

// cut divides all postings among the terms. A list cannot grow into the next
// one: its capacity is its length.
func (c *columnReader) cut(all []posting, sizes []uint32) [][]posting {
	lists := make([][]posting, len(sizes))
	for i, n := range sizes {
		if int64(n) > int64(len(all)) {
			c.err = errors.Join(c.err, errors.New("lists longer than postings"))
			return nil
		}
		lists[i], all = all[:n:n], all[n:]
	}
	if len(all) > 0 {
		c.err = errors.Join(c.err, errors.New("postings without a term"))
	}
	return lists
}

// link checks every reference of a loaded store and builds what was not saved.
// A store that passes cannot make a search fail, whatever the file held.
func (s *store) link() error {
	if err := s.linkDocuments(); err != nil {
		return err
	}
	if err := s.linkPassages(); err != nil {
		return err
	}
	return s.linkTerms()
}

func (s *store) linkDocuments() error {
	n := len(s.docs.id)
	if len(s.docs.anchors) != n || len(s.docs.text) != n ||
		!rises(s.docs.firstPass, len(s.pass.lang)) || !rises(s.docs.firstFacet, len(s.docs.facet)) {
		return errors.New("columns of documents differ in length")
	}
	s.docOf = make(map[string]uint32, n)
	s.docs.alive = make([]uint64, (n+63)/64)
	for i, id := range s.docs.id {
		s.docOf[id] = uint32(i)
		s.docs.alive[i>>6] |= 1 << (i & 63)
		if b := s.docs.boost[i]; !(b > 0 && b <= 4) {
			return fmt.Errorf("boost %v", b)
		}
		if s.docs.firstPass[i+1]-s.docs.firstPass[i] > MaxPassages {
			return errors.New("too many passages in a document")
		}
	}
	if len(s.docOf) != n {
		return errors.New("documents repeat")
	}
	for _, f := range s.docs.facet {
		if int64(f) >= int64(len(s.facets.value)) {
			return errors.New("unknown facet")
		}
		s.facets.live[f]++
	}
	s.live = n
	return nil
}

// rises tells whether offsets go from 0 up to end.
func rises(offsets []uint32, end int) bool {
	for i := 1; i < len(offsets); i++ {
		if offsets[i] < offsets[i-1] {
			return false
		}
	}
	return len(offsets) > 0 && offsets[0] == 0 && int(offsets[len(offsets)-1]) == end
}

func (s *store) linkPassages() error {
	for i, l := range s.langs {
		s.langOf[l] = uint16(i)
	}
	if len(s.langOf) != len(s.langs) {
		return errors.New("languages repeat")
	}
	s.livePass = len(s.pass.lang)
	s.pass.doc = make([]uint32, s.livePass)
	for p, size := range s.pass.size {
		if int(s.pass.lang[p]) >= len(s.langs) {
			return errors.New("unknown language")
		}
		for f, c := range size {
			s.fieldTerms[f] += uint64(decodeLength(c))
		}
	}
	for doc := range s.docs.id {
		from, to := s.passagesOf(uint32(doc))
		for p := from; p < to; p++ {
			s.pass.doc[p] = uint32(doc)
			s.pass.join(p, p > from)
		}
		if !validText(s.docs.text[doc], int(to-from), uint64(len(s.terms))) {
			return errors.New("broken text")
		}
	}
	return nil
}

// validText tells whether a forward text holds exactly so many passages of
// known terms.
func validText(text []byte, passages int, terms uint64) bool {
	for ; passages > 0; passages-- {
		size, w := binary.Uvarint(text)
		if w <= 0 || size > uint64(len(text)-w) {
			return false
		}
		one := text[w : w+int(size)]
		text = text[w+int(size):]
		left := uint64(0)
		for range NumFields {
			n, w := binary.Uvarint(one)
			if w <= 0 || n > MaxFieldTerms {
				return false
			}
			left, one = left+n, one[w:]
		}
		for ; left > 0; left-- {
			if len(one) > 0 && one[0] < 0x80 { // most terms are frequent and short
				if uint64(one[0]) >= terms {
					return false
				}
				one = one[1:]
				continue
			}
			id, w := binary.Uvarint(one)
			if w <= 0 || id >= terms {
				return false
			}
			one = one[w:]
		}
		if len(one) > 0 {
			return false
		}
	}
	return len(text) == 0
}

func (s *store) linkTerms() error {
	s.termOf = make(map[string]uint32, len(s.terms))
	s.df = make([]uint32, len(s.terms))
	s.most = make([]uint8, len(s.terms))
	for id, t := range s.terms {
		s.termOf[t] = uint32(id)
		list, last, most := s.lists[id], int64(-1), uint8(0)
		for _, p := range list {
			number := int64(p >> passageShift)
			if number <= last || number >= int64(s.livePass) {
				return errors.New("postings out of order")
			}
			last = number
			most = fieldwiseMax(most, uint8(p))
		}
		s.df[id], s.most[id] = uint32(len(list)), most
		s.makeRows(uint32(id))
	}
	if len(s.termOf) != len(s.terms) {
		return errors.New("terms repeat")
	}
	return nil
}
