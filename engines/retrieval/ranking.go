package retrieval

// Ranking holds every number that decides order and match. They are global:
// nothing is tuned to single questions.
type Ranking struct {
	K1 float64
	// Weight and B of title, heading and body, as in BM25F.
	Weight [NumFields]float64
	B      [NumFields]float64
	// Share is the part of the query's information, in [0, 1], that one
	// passage must hold for its document to match.
	Share float64
	// Beside is ν: how much an occurrence in the passage before or after
	// counts, relative to one in the passage itself.
	Beside float64
	// Near is π: how much matched words close to each other add.
	Near float64
	// Ordered is ω: how much more a close pair counts when its words follow
	// each other in the query too.
	Ordered float64
}

// DefaultRanking returns the ranking measured best on the passage benchmark.
func DefaultRanking() Ranking {
	return Ranking{
		K1:      .7,
		Weight:  [NumFields]float64{1, .8, 1},
		B:       [NumFields]float64{.35, .35, .35},
		Share:   .3,
		Beside:  .15,
		Near:    .4,
		Ordered: .5,
	}
}

func (r Ranking) bounded() Ranking {
	r.K1 = clamp(r.K1, .01, 10)
	for f := range NumFields {
		r.Weight[f] = clamp(r.Weight[f], 0, 16)
		r.B[f] = clamp(r.B[f], 0, 1)
	}
	r.Share = clamp(r.Share, 0, 1)
	r.Beside = clamp(r.Beside, 0, 1)
	r.Near = clamp(r.Near, 0, 8)
	r.Ordered = clamp(r.Ordered, 0, 8)
	return r
}

func clamp(x, low, high float64) float64 {
	if !(x > low) { // also NaN
		return low
	}
	return min(x, high)
}

// StopWeight is the weight of a [Group] for a word of grammar (a, the, which)
// that measured best: indexing such words keeps true distances and tells short
// passages apart, but they should not outvote words with content.
const StopWeight = .2
