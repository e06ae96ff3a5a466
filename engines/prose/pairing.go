package prose

import (
	"cmp"
	"math"
	"slices"
)

// A pairing gathers what sentences say about which passages belong together.
type pairing struct {
	a, b  int // passages on both sides
	links []link
}

// A link is text that passages i of a and j of b have in common, in letters,
// and how sure that is.
type link struct {
	i, j         int
	mass, scored float64
}

// most is the largest number of passages a pair has on one side.
const most = 3

// sizeCost is what each passage beyond one to one costs a pair, as a share of
// a passage of average length: a pair should hold what belongs together, and
// not much besides.
const sizeCost = 0.06

// add notes that the sentences as say what bs say.
func (p *pairing) add(as, bs []unit, score float64) {
	if len(as) == 0 || len(bs) == 0 {
		return
	}
	var la, lb float64
	for _, u := range as {
		la += u.length
	}
	for _, u := range bs {
		lb += u.length
	}
	for _, x := range as {
		for _, y := range bs {
			mass := la * (x.length / la) * (y.length / lb)
			if n := len(p.links); n > 0 && p.links[n-1].i == x.passage && p.links[n-1].j == y.passage {
				p.links[n-1].mass += mass
				p.links[n-1].scored += mass * score
				continue
			}
			p.links = append(p.links, link{x.passage, y.passage, mass, mass * score})
		}
	}
}

// pairs returns the pairs that hold the most of the links at the least size.
func (p *pairing) pairs() []Pair {
	slices.SortStableFunc(p.links, func(x, y link) int { return cmp.Or(x.i-y.i, x.j-y.j) })
	t := p.table()
	var out []Pair
	for i, j := p.a, p.b; i > 0 || j > 0; {
		step := int(t.step[t.at(i, j)])
		na, nb := step/(most+1), step%(most+1)
		pair := Pair{Score: p.score(Range{i - na, i}, Range{j - nb, j})}
		for x := i - na; x < i; x++ {
			pair.A = append(pair.A, x)
		}
		for y := j - nb; y < j; y++ {
			pair.B = append(pair.B, y)
		}
		out = append(out, pair)
		i, j = i-na, j-nb
	}
	slices.Reverse(out)
	return out
}

// score is how sure the links within a pair are, less for what leads out of it.
func (p *pairing) score(a, b Range) float64 {
	var scored, all float64
	from, _ := slices.BinarySearchFunc(p.links, a.From, func(l link, i int) int { return l.i - i })
	for _, l := range p.links[from:] {
		if l.i >= a.To {
			break
		}
		all += l.mass
		if l.j >= b.From && l.j < b.To {
			scored += l.scored
		}
	}
	if all == 0 {
		return 0
	}
	return scored / all
}

// A pairTable is the search for the best pairs.
type pairTable struct {
	band
	mass  []float64 // of the link between the last passages
	value []float64
	step  []uint8
}

func (p *pairing) table() *pairTable {
	centres := p.centres()
	t := &pairTable{band: newBand(p.a, p.b, 8, func(row int) int { return centres[row] })}
	t.mass, t.value, t.step = make([]float64, t.cells()), make([]float64, t.cells()), make([]uint8, t.cells())
	total := 0.0
	for _, l := range p.links {
		total += l.mass
		if at := t.at(l.i+1, l.j+1); at >= 0 {
			t.mass[at] += l.mass
		}
	}
	size := sizeCost * total / float64(max(1, min(p.a, p.b)))
	for i := range p.a + 1 {
		for j, to := t.row(i); j <= to; j++ {
			t.fill(i, j, size)
		}
	}
	return t
}

// centres returns the column the links lead each row to.
func (p *pairing) centres() []int {
	out := make([]int, p.a+1)
	for _, l := range p.links {
		out[l.i+1] = max(out[l.i+1], l.j+1)
	}
	for i := range p.a {
		out[i+1] = max(out[i+1], out[i])
	}
	return out
}

func (t *pairTable) fill(i, j int, size float64) {
	if i == 0 && j == 0 {
		return
	}
	here := t.at(i, j)
	t.value[here] = math.Inf(-1)
	try := func(na, nb int, gain float64) {
		if from := t.at(i-na, j-nb); from >= 0 && t.value[from]+gain > t.value[here] {
			t.value[here], t.step[here] = t.value[from]+gain, uint8(na*(most+1)+nb)
		}
	}
	try(1, 0, 0)
	try(0, 1, 0)
	for na := 1; na <= min(most, i); na++ {
		gain := 0.0
		for nb := 1; nb <= min(most, j); nb++ {
			for x := i - na + 1; x <= i; x++ {
				if at := t.at(x, j-nb+1); at >= 0 {
					gain += t.mass[at]
				}
			}
			try(na, nb, gain-size*float64(na+nb-2))
		}
	}
}
