package prose

import (
	"errors"
	"fmt"
	"strings"
)

const (
	// MaxWords is the most words a passage has.
	MaxWords = 120
	// MaxBytes is the most bytes of one body this package reads.
	MaxBytes = 4 << 20
	// maxHeadingWords bounds a heading; a longer one is taken as a paragraph.
	maxHeadingWords = 40
)

// ErrTooLong reports a body of more than MaxBytes.
var ErrTooLong = errors.New("text is longer than 4 MiB")

// A Passage is the smallest part of a body that is found, cited and shown.
type Passage struct {
	// Anchor names the passage within its body, like "p-7k2f". It is safe in
	// an address and as an HTML id.
	Anchor string
	// Marked says that the anchor stands in the source (see Split).
	Marked bool
	// Headings is the path of headings the passage stands under, outermost
	// first, as plain text.
	Headings []string
	// Text is the plain text for search and snippets, without the headings,
	// blocks and rows apart by "\n", cells by "\t". Only a passage that is
	// nothing but headings has the last of them as its Text.
	Text string
	// Markdown is the source, headings that open the passage included, and
	// renders by itself: link targets it needs are added at its end, and a
	// table continued from the passage before has its header again.
	Markdown string
	// Words is Words(Text).
	Words int
	// Blocks is the range of the body's blocks the passage takes from.
	Blocks Range
	// Shape holds one letter per block: '1'…'6' a heading of that level,
	// p paragraph, l list, t table, T table continued, q quote, c code, n note.
	Shape string
}

// A Range is the half-open interval [From, To).
type Range struct{ From, To int }

// Check returns ErrTooLong when markdown is more than this package reads.
// Split and Render take the first MaxBytes of what fails it.
func Check(markdown string) error {
	if len(markdown) > MaxBytes {
		return fmt.Errorf("%w: %d bytes", ErrTooLong, len(markdown))
	}
	return nil
}

// Split cuts markdown into passages at its natural borders: headings, then
// blocks, list items and table rows, then sentences; inside a sentence only
// when it alone has more than MaxWords. Neighbouring blocks under one heading
// share a passage while they fit. A line that is only a mark,
// "<!-- p-7k2f -->", opens a passage with that anchor; SplitAligned writes
// such marks, and between two of them nothing is cut that fits.
//
// The result depends on nothing but the arguments.
func Split(lang, markdown string) []Passage {
	source := clean(markdown)
	doc := scanBlocks(source)
	a := assembler{cutter: cutter{lang: lang, refs: doc.refs}}
	for i, b := range doc.blocks {
		a.block(i, b)
	}
	a.flush()
	a.orphanHeadings()
	nameAnchors(a.out, a.marks)
	return a.out
}

// clean makes text valid UTF-8 with "\n" line ends, no other control that
// counts as space, and at most MaxBytes.
func clean(text string) string {
	if len(text) > MaxBytes {
		text = text[:clusterStart(text, MaxBytes)]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.ContainsAny(text, "\r\x00\v\f") {
		text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\uFFFD", "\v", " ", "\f", " ").Replace(text)
	}
	return strings.TrimPrefix(text, "\uFEFF")
}
