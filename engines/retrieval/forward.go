package retrieval

import "encoding/binary"

// The forward index keeps the term numbers of every passage in text order. It
// serves what an inverted index cannot: nearness, why a hit was found, taking
// a removed document out of the statistics, and compaction. The bytes of one
// document are its passages in order; a passage is the length of the rest in
// bytes, the number of terms of each field, then the term numbers, all as
// unsigned varints.

func encodeText(d *prepared, ids []uint32) []byte {
	var out, one []byte
	for p := range d.passages {
		one = one[:0]
		for _, f := range d.passages[p].fields {
			one = appendUvarint(one, len(f))
		}
		for _, f := range d.passages[p].fields {
			for _, n := range f {
				one = appendUvarint(one, int(ids[n]))
			}
		}
		out = appendUvarint(out, len(one))
		out = append(out, one...)
	}
	return append(make([]byte, 0, len(out)), out...)
}

// textReader walks the passages of one document.
type textReader struct{ rest []byte }

func (s *store) readText(doc uint32) textReader { return textReader{s.docs.text[doc]} }

// skip passes over n passages.
func (r *textReader) skip(n int) {
	for ; n > 0; n-- {
		size, w := binary.Uvarint(r.rest)
		r.rest = r.rest[w+int(size):]
	}
}

// fields returns the field lengths of the next passage and its encoded terms.
func (r *textReader) fields() (sizes [NumFields]int, terms []byte) {
	size, w := binary.Uvarint(r.rest)
	terms, r.rest = r.rest[w:w+int(size)], r.rest[w+int(size):]
	for f := range sizes {
		n, w := binary.Uvarint(terms)
		sizes[f], terms = int(n), terms[w:]
	}
	return sizes, terms
}

// next iterates over all term numbers of the next passage.
func (r *textReader) next() func(yield func(uint32) bool) {
	_, terms := r.fields()
	return func(yield func(uint32) bool) {
		for len(terms) > 0 {
			id, w := binary.Uvarint(terms)
			terms = terms[w:]
			if !yield(uint32(id)) {
				return
			}
		}
	}
}
