package retrieval

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Scores and masses are sums of fixed-point integers. Integer sums do not
// depend on the order of adding, so pruned and full evaluation agree to the
// last bit and cursors are stable.
const (
	scoreUnit = 1 << 14 // of one nat of score
	massUnit  = 1 << 10 // of one nat of information
	maxInfo   = 256     // bound of weight × idf of one group
)

// plan is a query resolved against one store.
type plan struct {
	ranking   Ranking
	groups    []groupPlan // most information first
	heard     int         // groups that count for the score
	terms     int         // of the groups heard
	work      int         // postings of the groups heard
	quiet     uint32      // mass that some of them would have
	essential int         // groups that a matching passage cannot all lack
	need      uint32      // mass that makes a passage match
	restMass  []uint32    // mass of groups[i:]
	restCeil  []uint32    // greatest passage score of groups[i:]
	tfWeight  [256]float32
	titleOf   [4]float32
	headingOf [4]float32
	shorten   [NumFields][256]float32 // 1/B by length code
	near      [][]nearTerm            // see mark
}

type groupPlan struct {
	index int // in the query
	terms []termPlan
	info  float64 // weight × idf
	mass  uint32
	ceil  uint32 // greatest score of one passage
}

type termPlan struct {
	id     uint32
	weight float32
	share  uint8  // weight in 1/255 of the heaviest of the group
	mass   uint32 // of a passage whose best term of the group it is
	list   []posting
	rows   *rows // of a frequent term
	number int   // among all terms heard
}

// nearTerm says that a term stands for a group of the plan.
type nearTerm struct {
	group int
	share float32
}

func newPlan(s *store, q *Query, r Ranking) *plan {
	p := &plan{ranking: r.bounded()}
	for i := range q.Groups {
		if g, ok := p.group(s, &q.Groups[i]); ok {
			g.index = i
			p.groups = append(p.groups, g)
		}
	}
	slices.SortStableFunc(p.groups, func(a, b groupPlan) int { return cmp.Compare(b.info, a.info) })
	n := len(p.groups)
	p.quieten()
	p.tables(s)
	p.portions(s)
	p.restMass, p.restCeil = make([]uint32, n+1), make([]uint32, n+1)
	for i := n - 1; i >= 0; i-- {
		p.restMass[i] = p.restMass[i+1] + p.groups[i].mass
		p.restCeil[i] = p.restCeil[i+1] + p.groups[i].ceil
	}
	p.need = max(1, uint32(math.Ceil(p.ranking.Share*float64(p.restMass[0]))))
	for p.essential < p.heard && p.restMass[p.essential] >= p.need {
		p.essential++
	}
	return p
}

// Information of a word, as a part of that of the most telling word of the
// query, below which it does not decide what matches, and below which it does
// not count for the score either but only as a neighbour.
const (
	faint  = .1
	silent = .03
)

// quieten takes the match and the score from words that tell too little.
func (p *plan) quieten() {
	for i := range p.groups {
		g := &p.groups[i]
		if g.info < silent*p.groups[0].info {
			g.info, g.mass = 0, 0
			continue
		}
		if g.info < faint*p.groups[0].info {
			p.quiet += g.mass + 2
			g.mass = 0
		}
		p.heard = i + 1
	}
}

// group resolves one group; it reports false when no live passage holds any
// of its terms. Such a word cannot tell passages apart and asks for nothing.
func (p *plan) group(s *store, in *Group) (groupPlan, bool) {
	var g groupPlan
	heavierFirst := func(a, b Weighted) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(a.Term, b.Term))
	}
	terms := in.Terms
	if !slices.IsSortedFunc(terms, heavierFirst) {
		terms = slices.SortedStableFunc(slices.Values(terms), heavierFirst)
	}
	df := 0.0
	g.terms = make([]termPlan, 0, len(terms))
	for _, t := range terms {
		id, ok := s.termOf[t.Term]
		if !ok || s.df[id] == 0 || !(t.Weight > 0) || g.holds(id) {
			continue
		}
		w := min(t.Weight, 1)
		df += float64(w) * float64(s.df[id])
		g.terms = append(g.terms, termPlan{id: id, weight: w, list: s.lists[id], rows: s.rows[id]})
	}
	if len(g.terms) == 0 {
		return g, false
	}
	heaviest := float64(g.terms[0].weight)
	for i := range g.terms {
		g.terms[i].share = uint8(max(1, math.Round(255*float64(g.terms[i].weight)/heaviest)))
	}
	n := float64(s.livePass)
	df = min(df, n)
	weight := float64(in.Weight)
	if weight == 0 {
		weight = 1
	}
	g.info = min(maxInfo, weight*math.Log1p((n-df+.5)/(df+.5)))
	g.mass = uint32(max(1, math.Round(massUnit*g.info)))
	return g, true
}

// holds tells whether a term is in the group; groups are short.
func (g *groupPlan) holds(id uint32) bool {
	return slices.ContainsFunc(g.terms, func(t termPlan) bool { return t.id == id })
}

// portions works out what the terms of every group give by being there, and
// the most that the group can add to a score.
func (p *plan) portions(s *store) {
	for i := range p.groups[:p.heard] {
		g, v := &p.groups[i], float32(0)
		for j := range g.terms {
			t := &g.terms[j]
			t.number = p.terms
			p.terms++
			p.work += len(t.list)
			t.mass = uint32(uint64(g.mass) * uint64(t.share) / 255)
			v += float32(t.weight * p.occurrenceCeil(s.most[t.id]))
		}
		g.ceil = p.worth(g, v*float32(1+2*p.ranking.Beside)) + 1
	}
}

// tables prepares what depends on field lengths, so that scoring a posting
// costs two look-ups.
func (p *plan) tables(s *store) {
	for f := range NumFields {
		mean := max(1, float64(s.fieldTerms[f])/float64(max(1, s.livePass)))
		b := p.ranking.B[f]
		for c := range p.shorten[f] {
			p.shorten[f][c] = float32(1 / (1 - b + b*float64(decodeLength(uint8(c)))/mean))
		}
	}
	for tf := range 4 {
		p.titleOf[tf] = float32(p.ranking.Weight[0] * float64(tf))
		p.headingOf[tf] = float32(p.ranking.Weight[1] * float64(tf))
	}
	for tf := range 256 {
		p.tfWeight[tf] = float32(p.ranking.Weight[2] * float64(tf&15))
	}
}

// occurrence is the length-normalised, field-weighted count of one posting:
// Σ over fields of weight·tf/B. The conversions keep compilers from fusing
// multiplication and addition, which would round differently.
func (p *plan) occurrence(tf uint8, size *[NumFields]uint8) float32 {
	v := float32(p.tfWeight[tf] * p.shorten[2][size[2]])
	if tf >= 16 {
		v += float32(p.titleOf[tf>>6] * p.shorten[0][size[0]])
		v += float32(p.headingOf[tf>>4&3] * p.shorten[1][size[1]])
	}
	return v
}

// occurrenceCeil bounds the occurrence of a term by its greatest counts, for a
// field holds as many words as it holds of one.
func (p *plan) occurrenceCeil(most uint8) float32 {
	return p.occurrence(most, &[NumFields]uint8{most >> 6, most >> 4 & 3, most & 15}) * 1.0001
}

// worth is the score of a virtual term that occurs v times.
func (p *plan) worth(g *groupPlan, v float32) uint32 {
	f := p.folding(g)
	return f.worth(v)
}

// folding is what depends on the group only in what passages get from it.
type folding struct {
	top, k1 float64
}

func (p *plan) folding(g *groupPlan) folding {
	return folding{top: scoreUnit * g.info * (p.ranking.K1 + 1), k1: p.ranking.K1}
}

func (f *folding) worth(v float32) uint32 {
	x := float64(v)
	return uint32(f.top * x / (x + f.k1))
}

// beside adds to the occurrences in a passage those in its neighbours.
func (p *plan) beside(own, before, after float32) float32 {
	return own + float32(float32(p.ranking.Beside)*float32(before+after))
}

// nearCeil bounds the nearness of a passage of the given mass: only groups it
// holds earn, and at most their mass.
func (p *plan) nearCeil(mass uint32) float64 {
	return scoreUnit / massUnit * float64(mass+p.unheard())
}

// unheard is mass that counts for nearness only, and what rounding takes.
func (p *plan) unheard() uint32 { return p.quiet + 2*uint32(len(p.groups)) }

// nearRate is the most that a unit of mass adds to the score by nearness.
func (p *plan) nearRate() float64 { return p.ranking.Near * scoreUnit / massUnit }

// final puts the parts of a score together; it never falls when a part grows,
// so that bounds of the parts give a bound of the score.
func (p *plan) final(boost float32, passage uint32, near float64) uint64 {
	return uint64(float64(boost) * (float64(passage) + float64(p.ranking.Near*near)))
}
