package prose

import (
	"strings"
)

// A Heading is one line of a body's contents.
type Heading struct {
	Level  int // as written, 1 to 6
	Text   string
	Anchor string // the id Render gives the heading, without Options.IDPrefix
}

// Contents returns the headings of markdown in order.
func Contents(markdown string) []Heading { return ContentsOf(Split("", markdown)) }

// ContentsOf returns the headings of passages in order.
func ContentsOf(passages []Passage) []Heading {
	names := headingNames{}
	var out []Heading
	for _, p := range passages {
		out = append(out, names.of(p)...)
	}
	return out
}

// headingNames gives headings their ids, from their text and how often it was
// seen before.
type headingNames map[string]int

// of returns the headings a passage opens with.
func (names headingNames) of(p Passage) []Heading {
	opening := len(p.Shape) - len(strings.TrimLeft(p.Shape, "123456"))
	from := len(p.Headings) - opening
	if from < 0 {
		return nil
	}
	out := make([]Heading, 0, opening)
	for i, text := range p.Headings[from:] {
		name := "h" + strings.TrimPrefix(anchorName(anchorDigest(text, names[text]), 5), "p")
		names[text]++
		out = append(out, Heading{Level: int(p.Shape[i] - '0'), Text: text, Anchor: name})
	}
	return out
}
