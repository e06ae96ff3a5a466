package search

import (
	"context"

	"sameboat/facts"
)

// Source is a room that has something to be found. All it gives is public.
type Source interface {
	// Documents gives the things among those named that are public now. The
	// others are taken out of the index.
	Documents(ctx context.Context, things []facts.ID) ([]Document, error)
	// Each calls fn with the IDs of all public things, in portions.
	Each(ctx context.Context, fn func([]facts.ID) error) error
	// Show gives what a page of hits shows, in the order wanted. A thing that
	// is not public any more is left out.
	Show(ctx context.Context, want []Want) ([]Shown, error)
	// Learn calls text for every text that exists in several languages, and
	// term for every glossary entry.
	Learn(ctx context.Context, text func(map[facts.Lang]string) error, term func(map[facts.Lang][]string) error) error
	// Concerns says what a fact changes: the thing to be indexed again, and
	// whether there is something new to learn from.
	Concerns(kind facts.Kind) (index, learn bool)
}

// Tag is a value by which documents are filtered and counted.
type Tag struct{ Dim, Value string }

// Document is a public thing as the index takes it.
type Document struct {
	ID       facts.ID
	Tags     []Tag
	Boost    float32 // multiplies the score; below 1 for what is no longer to be followed
	Order    int64   // for browsing: the highest first
	Variants []Variant
}

// Variant is a document in one language.
type Variant struct {
	Lang     facts.Lang
	Title    string
	Summary  string
	Passages []Passage
}

// Passage is the unit that is found.
type Passage struct {
	Anchor  string
	Heading string
	Text    string
}

// Want names a hit that is to be shown: the thing, the passage by which it was
// found, and the languages of the reader in order.
type Want struct {
	ID     facts.ID
	Lang   facts.Lang // of the passage found; "" when browsing
	Anchor string
	Reader []facts.Lang
}

// Shown is what is shown of a hit. Passage is in the reader's language where
// there is an aligned passage, else in the language it was found in.
type Shown struct {
	ID          facts.ID
	Kind        string
	State       string
	Lang        facts.Lang // of Title
	Title       string
	Issuer      string
	Date        string
	Languages   []facts.Lang
	Original    facts.Lang
	Certainty   string
	Sample      bool
	Anchor      string
	PassageLang facts.Lang
	Heading     string
	Text        string // the passage, or the summary when browsing
	FoundText   string // the passage in the language it was found in, when that is another
}
