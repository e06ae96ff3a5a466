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
// each is seen (Gale and Church 1993, table 5; halves for the mirrored ones,
// and for three units a guess below those for two).
var beadKinds = [...]struct {
	a, b  int
	prior float64
}{
	{1, 1, 0.12}, {1, 2, 3.1}, {2, 1, 3.1}, {1, 0, 5.3}, {0, 1, 5.3}, {2, 2, 4.5}, {1, 3, 5}, {3, 1, 5},
}

// emptyCost is what leaving one unit without a partner costs besides its prior.
const emptyCost = 6.0

// An aligner holds the table of one alignment.
type aligner struct {
	a, b       []unit
	sumA, sumB []float64 // length of the units before each
	scorer     Scorer
	ratio      float64
	band
	cost  []float64
	gain  []float32 // of the landmarks shared by the last unit on both sides
	step  []uint8
	marks map[uint64]float32
}

// alignUnits finds the cheapest sequence of beads over all units.
func alignUnits(a, b []unit, scorer Scorer) []bead {
	if len(a) == 0 && len(b) == 0 {
		return nil
	}
	t := aligner{a: a, b: b, sumA: lengthSums(a), sumB: lengthSums(b), scorer: scorer, ratio: lengthRatio(a, b), marks: landmarkWeights(a, b)}
	at := 0
	t.band = newBand(len(a), len(b), 40+min(len(a), len(b))/16, func(row int) int {
		if len(a) == 0 {
			return 0
		}
		share := t.sumA[row] / t.sumA[len(a)]
		for at = min(at, row); at < len(b) && t.sumB[at+1] <= share*t.sumB[len(b)]; {
			at++
		}
		return at
	})
	t.cost, t.gain, t.step = make([]float64, t.cells()), make([]float32, t.cells()), make([]uint8, t.cells())
	for i := range len(a) + 1 {
		for j, to := t.row(i); j <= to; j++ {
			t.fill(i, j)
		}
	}
	return t.trace()
}

// lengthSums returns the length of the units before each, and of all.
func lengthSums(units []unit) []float64 {
	out := make([]float64, len(units)+1)
	for i, u := range units {
		out[i+1] = out[i] + u.length
	}
	return out
}

func (t *aligner) fill(i, j int) {
	if i == 0 && j == 0 {
		return
	}
	here := t.at(i, j)
	if i > 0 && j > 0 {
		t.gain[here] = t.shared(t.a[i-1].marks, t.b[j-1].marks)
	}
	best, step := math.Inf(1), 0
	for k, kind := range &beadKinds {
		from := t.at(i-kind.a, j-kind.b)
		if from < 0 || t.cost[from]+kind.prior-maxGain >= best {
			continue
		}
		if c := t.cost[from] + t.beadCost(k, i, j); c < best {
			best, step = c, k
		}
	}
	t.cost[here], t.step[here] = best, uint8(step)
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

// maxGain bounds what speaks for a bead: landmarks, headings and a scorer.
const maxGain = 12 + 2 + 6

// beadCost is the cost of the bead of kind k that ends before a[i], b[j].
func (t *aligner) beadCost(k, i, j int) float64 {
	kind := &beadKinds[k]
	if kind.a == 0 || kind.b == 0 {
		return kind.prior + emptyCost
	}
	as, bs := t.a[i-kind.a:i], t.b[j-kind.b:j]
	var gain float32
	for x := i; x > i-kind.a; x-- {
		for y := j; y > j-kind.b; y-- {
			if at := t.at(x, y); at >= 0 {
				gain += t.gain[at]
			}
		}
	}
	la, lb := t.sumA[i]-t.sumA[i-kind.a], t.sumB[j]-t.sumB[j-kind.b]
	cost := kind.prior + 0.5*lengthCost(la, lb, t.ratio) + shapeCost(as, bs) - float64(min(gain, 12))
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
	return cost + 5*float64(openings(as[1:])+openings(bs[1:]))
}

// openings counts the units that open with headings.
func openings(units []unit) int {
	n := 0
	for i := range units {
		if units[i].opening() != "" {
			n++
		}
	}
	return n
}

// shared is what the landmarks in both lists speak for a pair.
func (t *aligner) shared(a, b []uint64) float32 {
	var gain float32
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			gain += t.marks[a[i]]
			i++
			j++
		}
	}
	return gain
}

// landmarkWeights weighs the landmarks that are rare on both sides: what
// stands in many units says nothing about which belong together, and what
// stands often on one side only is no sign of the other.
func landmarkWeights(a, b []unit) map[uint64]float32 {
	left, right := landmarkCounts(a), landmarkCounts(b)
	out := make(map[uint64]float32)
	few := 2 + min(len(a), len(b))/20
	for mark, n := range left {
		if m := right[mark]; m > 0 && max(n, m) <= few {
			out[mark] = float32(math.Log(1 + float64(min(len(a), len(b)))/float64(n*m)))
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
