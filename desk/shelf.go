package desk

import (
	"context"
	"time"

	"sameboat/facts"
)

// Shelf is what the home page shows of the rooms. All of it is what anybody may
// read, whoever asks: the home page is the same for everybody.
type Shelf interface {
	// Newest gives up to n things, those made public last first, with their
	// titles in lang where they have one.
	Newest(ctx context.Context, lang facts.Lang, n int) ([]Card, error)
	// Topics gives the topics that hold anything, the fullest first, in lang.
	Topics(ctx context.Context, lang facts.Lang) ([]Topic, error)
	// Figures counts.
	Figures(ctx context.Context) (Figures, error)
}

// Card is one thing of a room as the home page shows it.
type Card struct {
	Title  string
	Lang   facts.Lang // of the title
	URL    string
	Kind   string    // in the reader's language: "Protocol"
	Meta   []string  // further short words in the reader's language: issuer, languages
	State  string    // published, superseded, historical
	Sample bool      // ours, to show how it works
	When   time.Time // when it was made public; zero shows nothing
}

// Topic is a subject and how many things it holds.
type Topic struct {
	Name  string // in the reader's language
	URL   string
	Count int
}

// Figures are what the strip on the home page says. The page explains them: the
// resources that anybody may read, withdrawn ones left out; the languages that at
// least one of them has words in; the organisations that own at least one.
type Figures struct {
	Resources, Languages, Organisations int
	AsOf                                time.Time // when they were counted
}
