package retrieval

import (
	"fmt"
	"math"
)

// Weighted is a term with the probability-like weight (0, 1] that it means
// the word of the query it stands for.
type Weighted struct {
	Term   string
	Weight float32
}

// Group is one word of the query with its synonyms and translations. It acts
// as one virtual term, so ten translations of a word do not count ten times.
type Group struct {
	Weight float32 // importance of the word; 0 stands for 1, at most 16
	Terms  []Weighted
}

// Query asks for documents. Without groups it browses: every document that
// passes the filters, highest Order first.
type Query struct {
	Groups []Group
	// Filters maps a dimension to its allowed values: OR within a dimension,
	// AND across dimensions.
	Filters map[string][]string
	// FacetDims names the dimensions to count. The counts of a dimension
	// ignore the filter on that dimension, so that another value can be chosen.
	FacetDims []string
	// Limit is the number of hits; 0 asks for Total and facets only.
	Limit int
	// After continues behind a hit; take it from Result.Next.
	After Cursor
	// EachPassage returns every matching passage as a hit of its own instead
	// of the best one of each document. Total still counts documents.
	EachPassage bool
	// Ranking overrides the ranking of the index when it is not nil.
	Ranking *Ranking
}

// Hit is one document and the passage by which it was found.
type Hit struct {
	ID           string
	Score        float64
	Lang, Anchor string
	Passage      int     // place of the passage in its document; -1 if it has none
	Matched      []Match // groups found in the passage, in the order of the query
}

// Match tells which terms of a group occur in the passage of a hit and how
// much of the score (before context, nearness and boost) the group gave.
type Match struct {
	Group int
	Terms []string
	Part  float64
}

// Count is the number of matching documents with a value of a dimension.
type Count struct {
	Value string
	N     int
}

// Result is one page of hits with the exact counts of everything that matched.
type Result struct {
	Total  int
	Hits   []Hit
	Facets map[string][]Count // most frequent first, then by value
	Next   Cursor             // empty when there are no further hits
}

func (q *Query) invalid() error {
	if len(q.Groups) > MaxGroups || len(q.Filters) > MaxFilterDims {
		return fmt.Errorf("%w: %d groups, %d filters", ErrInvalid, len(q.Groups), len(q.Filters))
	}
	if q.Limit < 0 || q.Limit > MaxLimit {
		return fmt.Errorf("%w: limit %d", ErrInvalid, q.Limit)
	}
	terms := 0
	for _, g := range q.Groups {
		terms += len(g.Terms)
		if bad := math.IsNaN(float64(g.Weight)) || g.Weight < 0 || g.Weight > 16; bad {
			return fmt.Errorf("%w: group weight %v", ErrInvalid, g.Weight)
		}
		for _, t := range g.Terms {
			if math.IsNaN(float64(t.Weight)) {
				return fmt.Errorf("%w: weight of %.40q", ErrInvalid, t.Term)
			}
		}
	}
	if terms > MaxQueryTerms {
		return fmt.Errorf("%w: %d terms", ErrInvalid, terms)
	}
	return nil
}
