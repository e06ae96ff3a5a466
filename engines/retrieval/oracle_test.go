package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// oracle answers queries by looking at every passage of every document.
type oracle map[string]Document

type oracleHit struct {
	id      string
	key     uint64
	passage int
}

// tfOf counts a term in a passage, packed and clipped as the index does.
func tfOf(p *Passage, term string) uint8 {
	var n [NumFields]int
	for f, terms := range p.Fields {
		for _, t := range terms {
			if t == term {
				n[f]++
			}
		}
	}
	return uint8(min(n[0], 3)<<6 | min(n[1], 3)<<4 | min(n[2], 15))
}

func sizesOf(p *Passage) (size [NumFields]uint8) {
	for f, terms := range p.Fields {
		size[f] = encodeLength(len(terms))
	}
	return size
}

// nearnessOf is the nearness of a passage, from its terms.
func nearnessOf(p *Passage, pl *plan, groupsOf map[string][]nearTerm) float64 {
	var sums [MaxGroups]float64
	var top [MaxGroups]float32
	for _, terms := range p.Fields {
		type seen struct {
			at int
			n  nearTerm
		}
		var all []seen
		for at, t := range terms {
			for _, n := range groupsOf[t] {
				all = append(all, seen{at, n})
				top[n.group] = max(top[n.group], n.share)
			}
		}
		for i := 1; i < len(all); i++ {
			a, b := all[i-1], all[i]
			if a.n.group != b.n.group && a.at < b.at {
				d := float64(b.at - a.at)
				add := 1 / (d * d)
				if pl.groups[b.n.group].index-pl.groups[a.n.group].index == 1 {
					add *= 1 + pl.ranking.Ordered
				}
				sums[a.n.group] += add * float64(b.n.share)
				sums[b.n.group] += add * float64(a.n.share)
			}
		}
	}
	total := 0.0
	if pl.ranking.Near > 0 && len(pl.groups) > 1 {
		for g := range pl.groups {
			total += float64(scoreUnit*pl.groups[g].info) * float64(top[g]) * min(1, sums[g]/2)
		}
	}
	return total
}

// score returns the mass and final key of every passage of a document.
func (o oracle) score(x *Index, pl *plan, d *Document) (mass []uint32, key []uint64) {
	groupsOf := map[string][]nearTerm{}
	for g := range pl.groups {
		for _, t := range pl.groups[g].terms {
			term := x.store.terms[t.id]
			groupsOf[term] = append(groupsOf[term], nearTerm{g, float32(t.share) / 255})
		}
	}
	n := len(d.Passages)
	mass, key = make([]uint32, n), make([]uint64, n)
	score := make([]uint32, n)
	for g := range pl.groups {
		gp := &pl.groups[g]
		own := make([]float32, n+2) // own[j+1] of passage j
		for j := range n {
			size := sizesOf(&d.Passages[j])
			v, share := float32(0), uint8(0)
			for _, t := range gp.terms {
				if tf := tfOf(&d.Passages[j], x.store.terms[t.id]); tf > 0 {
					v += float32(t.weight * pl.occurrence(tf, &size))
					share = max(share, t.share)
				}
			}
			if share > 0 {
				mass[j] += uint32(uint64(gp.mass) * uint64(share) / 255)
			}
			own[j+1] = v
		}
		for j := range n {
			before, after := own[j], own[j+2]
			if j > 0 && d.Passages[j-1].Lang != d.Passages[j].Lang {
				before = 0
			}
			if j+1 < n && d.Passages[j+1].Lang != d.Passages[j].Lang {
				after = 0
			}
			if v := pl.beside(own[j+1], before, after); v > 0 {
				score[j] += pl.worth(gp, v)
			}
		}
	}
	boost := d.Boost
	if boost == 0 {
		boost = 1
	}
	for i := range n {
		key[i] = pl.final(boost, score[i], nearnessOf(&d.Passages[i], pl, groupsOf))
	}
	return mass, key
}

func (d *Document) missing(filters map[string][]string) (missing []string) {
	for dim, values := range filters {
		if len(values) > 0 && !slices.ContainsFunc(d.Facets, func(f Facet) bool {
			return f.Dim == dim && slices.Contains(values, f.Value)
		}) {
			missing = append(missing, dim)
		}
	}
	return missing
}

// answer returns total, facet counts and all hits in order.
func (o oracle) answer(x *Index, q Query) (int, map[string]map[string]int, []oracleHit) {
	r := x.ranking
	if q.Ranking != nil {
		r = *q.Ranking
	}
	pl := newPlan(x.store, &q, r)
	total, counts, hits := 0, map[string]map[string]int{}, []oracleHit(nil)
	for id, d := range o {
		var best []oracleHit
		if len(q.Groups) == 0 {
			p := 0
			if len(d.Passages) == 0 {
				p = -1
			}
			best = []oracleHit{{id, uint64(d.Order) ^ 1<<63, p}}
		} else {
			mass, key := o.score(x, pl, &d)
			match := false
			for i := range mass {
				if len(pl.groups) > 0 && mass[i] >= pl.need {
					match = true
				}
				if len(pl.groups) > 0 && mass[i] >= pl.need {
					best = append(best, oracleHit{id, key[i], i})
				}
			}
			if !match {
				continue
			}
			if !q.EachPassage {
				slices.SortStableFunc(best, func(a, b oracleHit) int { return cmp.Compare(b.key, a.key) })
				best = best[:1]
			}
		}
		missing := d.missing(q.Filters)
		if len(missing) == 0 {
			total++
			hits = append(hits, best...)
		}
		for _, f := range sortedFacets(d.Facets) {
			if slices.Contains(q.FacetDims, f.Dim) && (len(missing) == 0 || len(missing) == 1 && missing[0] == f.Dim) {
				if counts[f.Dim] == nil {
					counts[f.Dim] = map[string]int{}
				}
				counts[f.Dim][f.Value]++
			}
		}
	}
	slices.SortFunc(hits, func(a, b oracleHit) int {
		return cmp.Or(cmp.Compare(b.key, a.key), strings.Compare(a.id, b.id), cmp.Compare(a.passage, b.passage))
	})
	return total, counts, hits
}

// check compares the index with the oracle on one query, following all pages.
func (o oracle) check(t *testing.T, x *Index, q Query) {
	t.Helper()
	total, counts, hits := o.answer(x, q)
	var got []oracleHit
	for page := 0; ; page++ {
		r, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		gotCounts := map[string]map[string]int{}
		for dim, list := range r.Facets {
			gotCounts[dim] = map[string]int{}
			for _, c := range list {
				gotCounts[dim][c.Value] = c.N
			}
		}
		if r.Total != total || !reflect.DeepEqual(gotCounts, counts) {
			t.Fatalf("%+v page %d: total %d facets %v, want %d %v", q, page, r.Total, gotCounts, total, counts)
		}
		for _, h := range r.Hits {
			got = append(got, oracleHit{h.ID, 0, h.Passage})
		}
		if r.Next == "" {
			break
		}
		q.After = r.Next
	}
	if len(got) != len(hits) {
		t.Fatalf("%+v: %d hits over all pages, want %d", q, len(got), len(hits))
	}
	for i := range got {
		if got[i].id != hits[i].id || got[i].passage != hits[i].passage {
			t.Fatalf("%+v: hit %d is %v, want %v", q, i, got[i], hits[i])
		}
	}
}

// randomDocument uses few words with a skewed distribution, so that words are
// shared, repeated and adjacent.
func randomDocument(r *rand.Rand, id string) Document {
	word := func() string { return fmt.Sprintf("w%d", int(40*r.Float64()*r.Float64()*r.Float64())) }
	words := func(n int) (out []string) {
		for range r.IntN(n + 1) {
			out = append(out, word())
		}
		return out
	}
	d := Document{ID: id, Order: int64(r.IntN(20)) - 10}
	if r.IntN(4) == 0 {
		d.Boost = .25 + r.Float32()
	}
	for _, dim := range []string{"kind", "topic", "lang"} {
		for range r.IntN(3) {
			d.Facets = append(d.Facets, Facet{dim, fmt.Sprint(r.IntN(4))})
		}
	}
	for _, lang := range []string{"en", "fr"}[:r.IntN(3)] {
		for p := range r.IntN(4) {
			d.Passages = append(d.Passages, Passage{Lang: lang, Anchor: fmt.Sprintf("%s-%d", lang, p), Fields: [][]string{words(4), words(5), words(60)}})
		}
	}
	return d
}

func randomQuery(r *rand.Rand) Query {
	q := Query{Limit: 1 + r.IntN(7), FacetDims: []string{"kind", "topic"}, EachPassage: r.IntN(4) == 0}
	for range r.IntN(6) {
		g := Group{Weight: float32(r.IntN(3))}
		for range 1 + r.IntN(4) {
			g.Terms = append(g.Terms, Weighted{fmt.Sprintf("w%d", r.IntN(45)), float32(1+r.IntN(10)) / 10})
		}
		q.Groups = append(q.Groups, g)
	}
	for _, dim := range []string{"kind", "topic", "lang", "none"} {
		if r.IntN(6) == 0 {
			q.Filters = map[string][]string{dim: {fmt.Sprint(r.IntN(5)), fmt.Sprint(r.IntN(5))}, "topic": {"1", "2", "3"}}
		}
	}
	ranking := DefaultRanking()
	ranking.Share = []float64{0, .2, .4, .5, .8, 1}[r.IntN(6)]
	if r.IntN(3) == 0 {
		ranking.Near, ranking.Beside = 0, 0
	}
	q.Ranking = &ranking
	return q
}

// TestHistories replays random histories of Put, Remove and Compact and
// compares every answer with the oracle.
func TestHistories(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			x, o := New(Options{}), oracle{}
			x.window = 8 + int(seed)*8 // several windows
			if seed%2 == 0 {
				x.alone, x.idle = 4, make(chan struct{}, 3) // several sweeps
			}
			if seed%3 == 0 {
				x.store.leastRows = 2 // rows for nearly every term
			}
			for step := range 120 {
				id := fmt.Sprintf("d%02d", r.IntN(60))
				switch r.IntN(8) {
				case 0, 1:
					if n := x.Remove(id); (n == 1) != (o[id].ID != "") {
						t.Fatalf("step %d: Remove(%s) = %d", step, id, n)
					}
					delete(o, id)
				case 2:
					if r.IntN(4) == 0 {
						x.Compact()
					}
				default:
					d := randomDocument(r, id)
					if err := x.Put(d); err != nil {
						t.Fatal(err)
					}
					o[id] = d
				}
				if x.Len() != len(o) {
					t.Fatalf("step %d: %d documents, want %d", step, x.Len(), len(o))
				}
				o.check(t, x, randomQuery(r))
			}
		})
	}
}
