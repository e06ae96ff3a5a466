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
	// Context is λ: how much the whole text around a passage adds.
	Context float64
	// Spread is γ in [0, 1]: how strongly long texts are discounted as context.
	Spread float64
	// Near is π: how much matched words close to each other add.
	Near float64
}

// DefaultRanking returns the ranking measured best on the passage benchmark.
func DefaultRanking() Ranking {
	return Ranking{
		K1:      1.2,
		Weight:  [NumFields]float64{2, 1.5, 1},
		B:       [NumFields]float64{.5, .5, .75},
		Share:   .4,
		Context: .5,
		Spread:  .5,
		Near:    .2,
	}
}

func (r Ranking) bounded() Ranking {
	r.K1 = clamp(r.K1, .01, 10)
	for f := range NumFields {
		r.Weight[f] = clamp(r.Weight[f], 0, 16)
		r.B[f] = clamp(r.B[f], 0, 1)
	}
	r.Share = clamp(r.Share, 0, 1)
	r.Context = clamp(r.Context, 0, 8)
	r.Spread = clamp(r.Spread, 0, 1)
	r.Near = clamp(r.Near, 0, 8)
	return r
}

func clamp(x, low, high float64) float64 {
	if !(x > low) { // also NaN
		return low
	}
	return min(x, high)
}
