package retrieval

import (
	"slices"
	"strings"
)

// prepared is a document counted and checked outside the lock. Terms are
// numbered locally, so that the lock is held only to look each up once.
type prepared struct {
	id, anchors string
	boost       float32
	order       int64
	facets      []Facet
	terms       []string
	passages    []preparedPassage
}

type preparedPassage struct {
	lang   string
	size   [NumFields]uint8
	fields [NumFields][]uint32 // local term numbers in text order
	counts []termCount
}

type termCount struct {
	local uint32
	tf    uint8
}

// prepare checks and counts a document.
func prepare(d *Document) (*prepared, error) {
	if err := d.invalid(); err != nil {
		return nil, err
	}
	p := &prepared{
		id:       strings.Clone(d.ID),
		boost:    d.Boost,
		order:    d.Order,
		facets:   sortedFacets(d.Facets),
		passages: make([]preparedPassage, len(d.Passages)),
	}
	if p.boost == 0 {
		p.boost = 1
	}
	anchors := make([]string, len(d.Passages))
	local := make(map[string]uint32, 128)
	var tf []uint8 // by local number, cleared after every passage
	for i := range d.Passages {
		anchors[i] = strings.ReplaceAll(d.Passages[i].Anchor, "\x00", "")
		tf = p.count(&p.passages[i], &d.Passages[i], local, tf)
	}
	p.anchors = strings.Join(anchors, "\x00")
	return p, nil
}

func (p *prepared) count(out *preparedPassage, in *Passage, local map[string]uint32, tf []uint8) []uint8 {
	out.lang = in.Lang
	for f, terms := range in.Fields {
		numbers := make([]uint32, 0, len(terms))
		for _, t := range terms {
			if t == "" || len(t) > MaxTermBytes {
				continue
			}
			n, ok := local[t]
			if !ok {
				n = uint32(len(p.terms))
				local[t] = n
				p.terms = append(p.terms, t)
				tf = append(tf, 0)
			}
			if tf[n] == 0 {
				out.counts = append(out.counts, termCount{local: n})
			}
			tf[n] = countOnce(tf[n], f)
			numbers = append(numbers, n)
		}
		out.fields[f] = numbers
		out.size[f] = encodeLength(len(numbers))
	}
	for i := range out.counts {
		n := out.counts[i].local
		out.counts[i].tf, tf[n] = tf[n], 0
	}
	return tf
}

// countOnce adds one occurrence in a field to the packed counts, which stop
// at 3, 3 and 15.
func countOnce(tf uint8, field int) uint8 {
	switch {
	case field == 0 && tf>>6 < 3:
		return tf + 1<<6
	case field == 1 && tf>>4&3 < 3:
		return tf + 1<<4
	case field == 2 && tf&15 < 15:
		return tf + 1
	}
	return tf
}

func sortedFacets(in []Facet) []Facet {
	out := slices.Clone(in)
	slices.SortFunc(out, func(a, b Facet) int {
		if c := strings.Compare(a.Dim, b.Dim); c != 0 {
			return c
		}
		return strings.Compare(a.Value, b.Value)
	})
	return slices.Compact(out)
}
