package retrieval

import (
	"errors"
	"fmt"
	"math"
)

// Bounds of what one document and one query may hold. They keep every
// quantity inside the index within its integer type.
const (
	NumFields      = 3       // title, heading or summary, body
	MaxPassages    = 4096    // passages of one document
	MaxFieldTerms  = 1 << 15 // terms of one field of one passage
	MaxFacets      = 512     // facet values of one document
	MaxIDBytes     = 1 << 10 // bytes of an ID, an anchor, a facet value
	MaxTermBytes   = 256     // bytes of a term; longer terms are not indexed
	MaxGroups      = 64      // groups of one query
	MaxQueryTerms  = 1024    // weighted terms of one query
	MaxFilterDims  = 32      // filtered dimensions of one query
	MaxLimit       = 1000    // hits of one page
	maxAllPassages = 1 << 24 // passages of one index, dead ones included
)

// ErrInvalid marks a document or a query outside the documented bounds.
var ErrInvalid = errors.New("invalid")

// ErrFull is returned when an index holds as many passages as it can number.
var ErrFull = errors.New("index is full")

// Facet is one value of one dimension, such as {"kind", "guideline"}.
type Facet struct{ Dim, Value string }

// Document is what is indexed under one ID. All language variants of a
// resource are passages of one document, so that it is found once.
type Document struct {
	ID     string
	Facets []Facet // several values of one dimension are allowed
	// Boost multiplies the score; 0 stands for 1. It must lie in (0, 4].
	Boost float32
	// Order sorts browsing, highest first; a publication time is usual.
	Order    int64
	Passages []Passage
}

// Passage is the unit that is scored and shown. Fields holds the analysed
// terms of title, heading and body, in this order; missing ones are empty.
// Consecutive passages of equal Lang count as one text when the context of a
// passage is scored, so the passages of one variant belong together.
type Passage struct {
	Lang, Anchor string
	Fields       [][]string
}

// invalid reports why the document cannot be indexed, or nil.
func (d *Document) invalid() error {
	switch {
	case d.ID == "" || len(d.ID) > MaxIDBytes:
		return fmt.Errorf("%w: ID of %d bytes", ErrInvalid, len(d.ID))
	case len(d.Passages) > MaxPassages:
		return fmt.Errorf("%w: %d passages", ErrInvalid, len(d.Passages))
	case len(d.Facets) > MaxFacets:
		return fmt.Errorf("%w: %d facets", ErrInvalid, len(d.Facets))
	case math.IsNaN(float64(d.Boost)) || d.Boost < 0 || d.Boost > 4:
		return fmt.Errorf("%w: boost %v", ErrInvalid, d.Boost)
	}
	for _, f := range d.Facets {
		if f.Dim == "" || len(f.Dim) > MaxIDBytes || len(f.Value) > MaxIDBytes {
			return fmt.Errorf("%w: facet %.40q", ErrInvalid, f.Dim)
		}
	}
	for i := range d.Passages {
		p := &d.Passages[i]
		if len(p.Fields) > NumFields || len(p.Anchor) > MaxIDBytes || len(p.Lang) > MaxIDBytes {
			return fmt.Errorf("%w: passage %d has %d fields", ErrInvalid, i, len(p.Fields))
		}
		for _, f := range p.Fields {
			if len(f) > MaxFieldTerms {
				return fmt.Errorf("%w: passage %d has %d terms in a field", ErrInvalid, i, len(f))
			}
		}
	}
	return nil
}
