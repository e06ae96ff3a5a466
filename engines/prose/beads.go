package prose

import (
	"math"
	"slices"
)

// A bead is a step of an alignment: units of a that go with units of b.
type bead struct {
	a, b  Range
	score float64
}

// beadKinds are the steps allowed with the negative logarithm of how often
// each is seen (Gale and Church 1993, table 5; halves for the mirrored ones).
var beadKinds = [...]struct {
	a, b  int
	prior float64
}{
	{1, 1, 0.12}, {1, 2, 3.1}, {2, 1, 3.1}, {1, 0, 5.3}, {0, 1, 5.3}, {2, 2, 4.5},
}

// emptyCost is what leaving one unit without a partner costs besides its prior.
const emptyCost = 6.0

// narrow is half the least breadth of the band of the table that is searched.
const narrow = 48

// aligner holds the table of one alignment, a band around its diagonal.
type aligner struct {
	a, b   []unit
	scorer Scorer
	ratio  float64
	weight map[uint64]float64 // of landmarks, rare ones weigh more
	half   int
	cost   []float64
	step   []uint8
}

// alignUnits finds the cheapest sequence of beads over all units.
func alignUnits(a, b []unit, scorer Scorer) []bead {
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	t := aligner{a: a, b: b, scorer: scorer, ratio: lengthRatio(a, b), weight: landmarkWeights(a, b)}
	t.half = narrow + (len(a)+len(b))/16
	if len(a)*len(b) < 1<<18 {
		t.half = len(b) + 1
	}
	t.half = min(t.half, 512)
	return t.run()
}

// width is the number of columns held of each row.
func (t *aligner) width() int { return 2*t.half + 1 }

// first is the column of b the band of row i starts with.
func (t *aligner) first(i int) int {
	if len(t.a) == 0 {
		return 0
	}
	if len(t.b) <= t.half {
		return 0
	}
	return max(0, i*len(t.b)/len(t.a)-t.half)
}

// at returns the place of a cell in the table, -1 outside the band.
func (t *aligner) at(i, j int) int {
	if i < 0 || j < 0 || j > len(t.b) {
		return -1
	}
	k := j - t.first(i)
	if k < 0 || k >= t.columns() {
		return -1
	}
	return i*t.columns() + k
}

// columns is the breadth of the table; all of b where a has no row to slide by.
func (t *aligner) columns() int {
	if len(t.a) == 0 {
		return len(t.b) + 1
	}
	// A band must reach from one row's end to the next row's start.
	return min(len(t.b)+1, t.width()+len(t.b)/len(t.a)+1)
}

func (t *aligner) run() []bead {
	cells := (len(t.a) + 1) * t.columns()
	t.cost, t.step = make([]float64, cells), make([]uint8, cells)
	for i := 0; i <= len(t.a); i++ {
		first := t.first(i)
		for j := first; j <= len(t.b) && j < first+t.columns(); j++ {
			t.fill(i, j)
		}
	}
	return t.trace()
}

func (t *aligner) fill(i, j int) {
	here := t.at(i, j)
	if i == 0 && j == 0 {
		return
	}
	t.cost[here] = math.Inf(1)
	for k, kind := range beadKinds {
		from := t.at(i-kind.a, j-kind.b)
		if from < 0 || math.IsInf(t.cost[from], 1) {
			continue
		}
		if c := t.cost[from] + t.beadCost(k, i, j); c < t.cost[here] {
			t.cost[here], t.step[here] = c, uint8(k)
		}
	}
}

// trace walks the cheapest path back from the end.
func (t *aligner) trace() []bead {
	var out []bead
	for i, j := len(t.a), len(t.b); i > 0 || j > 0; {
		k := int(t.step[t.at(i, j)])
		kind := beadKinds[k]
		b := bead{a: Range{i - kind.a, i}, b: Range{j - kind.b, j}}
		if kind.a > 0 && kind.b > 0 {
			b.score = 1 / (1 + math.Exp((t.beadCost(k, i, j)-4)/2))
		}
		out = append(out, b)
		i, j = i-kind.a, j-kind.b
	}
	slices.Reverse(out)
	return out
}

// beadCost is the cost of the bead of kind k that ends before a[i], b[j].
func (t *aligner) beadCost(k, i, j int) float64 {
	kind := beadKinds[k]
	as, bs := t.a[i-kind.a:i], t.b[j-kind.b:j]
	if kind.a == 0 || kind.b == 0 {
		return kind.prior + emptyCost
	}
	var la, lb float64
	for _, u := range as {
		la += u.length
	}
	for _, u := range bs {
		lb += u.length
	}
	cost := kind.prior + 0.5*lengthCost(la, lb, t.ratio) + shapeCost(as, bs)
	if kind.a == 1 && kind.b == 1 {
		cost -= t.landmarkGain(as[0].marks, bs[0].marks)
	} else {
		cost -= t.landmarkGain(marksOf(as), marksOf(bs))
	}
	if t.scorer != nil {
		cost += 6 - 12*t.scorer(joined(as, Range{0, len(as)}), joined(bs, Range{0, len(bs)}))
	}
	return cost
}

// shapeCost compares the headings both sides open with: a heading meets a
// heading, and none stands inside.
func shapeCost(as, bs []unit) float64 {
	cost := 0.0
	x, y := as[0].opening(), bs[0].opening()
	switch {
	case x == y && x != "":
		cost -= 2
	case (x == "") != (y == ""):
		cost += 4
	case x != y:
		cost++
	}
	for _, u := range append(as[1:len(as):len(as)], bs[1:]...) {
		if u.opening() != "" {
			cost += 5
		}
	}
	if len(as) == 1 && len(bs) == 1 && as[0].shape != bs[0].shape {
		cost += 0.5
	}
	return cost
}

// landmarkGain is what shared landmarks speak for a pair, less what the others
// speak against it.
func (t *aligner) landmarkGain(a, b []uint64) float64 {
	shared, lone := 0.0, 0.0
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j >= len(b) || i < len(a) && a[i] < b[j]:
			lone += t.weight[a[i]]
			i++
		case i >= len(a) || a[i] > b[j]:
			lone += t.weight[b[j]]
			j++
		default:
			shared += t.weight[a[i]]
			i++
			j++
		}
	}
	return max(min(1.2*shared-0.5*lone, 12), -4)
}

// landmarkWeights weighs the landmarks both sides have by their rarity.
// Landmarks of one side alone weigh nothing: they say only that languages differ.
func landmarkWeights(a, b []unit) map[uint64]float64 {
	left, right := landmarkCounts(a), landmarkCounts(b)
	out := make(map[uint64]float64)
	for mark, n := range left {
		if m := right[mark]; m > 0 {
			out[mark] = math.Log(1 + float64(min(len(a), len(b)))/float64(max(n, m)))
		}
	}
	return out
}

func landmarkCounts(units []unit) map[uint64]int {
	out := make(map[uint64]int)
	for _, u := range units {
		for _, mark := range u.marks {
			out[mark]++
		}
	}
	return out
}

func marksOf(units []unit) []uint64 {
	out := units[0].marks
	for _, u := range units[1:] {
		out = merge(out, u.marks)
	}
	return out
}

// merge joins two sorted lists of distinct hashes.
func merge(a, b []uint64) []uint64 {
	out := append(a[:len(a):len(a)], b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// lengthRatio is the length of b for one letter of a, over all.
func lengthRatio(a, b []unit) float64 {
	var la, lb float64
	for _, u := range a {
		la += u.length
	}
	for _, u := range b {
		lb += u.length
	}
	if la == 0 || lb == 0 {
		return 1
	}
	return min(max(lb/la, 0.2), 5)
}
