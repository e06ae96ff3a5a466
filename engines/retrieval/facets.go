package retrieval

import (
	"cmp"
	"slices"
	"strings"
)

// facetTable numbers the values of all dimensions and counts the live
// documents of each.
type facetTable struct {
	number map[Facet]uint32
	value  []Facet
	dim    []uint16 // number of the dimension of each value
	live   []uint32 // live documents with the value
	dimOf  map[string]uint16
	dims   []string
}

func newFacetTable() facetTable {
	return facetTable{number: map[Facet]uint32{}, dimOf: map[string]uint16{}}
}

// intern returns the number of a value, giving it one when it is new.
func (t *facetTable) intern(f Facet) uint32 {
	if n, ok := t.number[f]; ok {
		return n
	}
	dim, ok := t.dimOf[f.Dim]
	if !ok {
		dim = uint16(len(t.dims))
		name := strings.Clone(f.Dim)
		t.dimOf[name] = dim
		t.dims = append(t.dims, name)
	}
	f = Facet{t.dims[dim], strings.Clone(f.Value)}
	n := uint32(len(t.value))
	t.number[f] = n
	t.value = append(t.value, f)
	t.dim = append(t.dim, dim)
	t.live = append(t.live, 0)
	return n
}

func (t *facetTable) add(f Facet) uint32 {
	n := t.intern(f)
	t.live[n]++
	return n
}

// sift decides which documents pass the filters and counts those that do. A
// document that fails the filter of one dimension only still counts there.
type sift struct {
	table   *facetTable
	allowed []uint32 // by facet number: bit of its filter, 0 if not allowed
	all     uint32   // bits of all filters
	dimBit  []uint32 // by dimension: bit of its filter
	counts  []uint32 // by facet number
	total   int
}

func (s *sift) prepare(t *facetTable, filters map[string][]string) {
	s.table, s.all, s.total = t, 0, 0
	s.allowed = resized(s.allowed, len(t.value))
	s.counts = resized(s.counts, len(t.value))
	s.dimBit = resized(s.dimBit, len(t.dims))
	bit := uint32(1)
	for dim, values := range filters {
		if len(values) == 0 {
			continue
		}
		s.all |= bit
		if d, ok := t.dimOf[dim]; ok {
			s.dimBit[d] = bit
		}
		for _, v := range values {
			if n, ok := t.number[Facet{dim, v}]; ok {
				s.allowed[n] = bit
			}
		}
		bit <<= 1
	}
}

// missing returns the bits of the filters that the values do not pass.
func (s *sift) missing(values []uint32) uint32 {
	if s.all == 0 {
		return 0
	}
	missing := s.all
	for _, v := range values {
		missing &^= s.allowed[v]
	}
	return missing
}

// count takes in a matching document that fails at most one filter.
func (s *sift) count(values []uint32, missing uint32) {
	if missing == 0 {
		s.total++
		for _, v := range values {
			s.counts[v]++
		}
		return
	}
	for _, v := range values {
		if s.dimBit[s.table.dim[v]] == missing {
			s.counts[v]++
		}
	}
}

// counted lists the counts of the asked dimensions.
func (s *sift) counted(dims []string) map[string][]Count {
	if len(dims) == 0 {
		return nil
	}
	out := make(map[string][]Count, len(dims))
	wanted := make([]bool, len(s.table.dims))
	for _, d := range dims {
		if n, ok := s.table.dimOf[d]; ok {
			wanted[n] = true
		}
	}
	for v, n := range s.counts {
		if n > 0 && wanted[s.table.dim[v]] {
			f := s.table.value[v]
			out[f.Dim] = append(out[f.Dim], Count{f.Value, int(n)})
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b Count) int {
			return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Value, b.Value))
		})
	}
	return out
}

// resized returns a zeroed slice of n elements, reusing the old one.
func resized[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n, n+n/4)
	}
	old = old[:n]
	clear(old)
	return old
}
