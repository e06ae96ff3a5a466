package prose

import (
	"strings"
)

// A block is one top-level part of a body.
type block struct {
	kind  byte // a letter of Passage.Shape; 'r' a rule, '<' a passage mark
	level int  // of a heading
	lines []string
	text  string // of a heading or mark
}

// A document is a body taken apart into blocks, with its link targets.
type document struct {
	blocks []block
	refs   map[string]string // normalised label → definition line
}

// scanner reads blocks line by line. Every line is looked at a bounded number
// of times, so reading is linear whatever the input.
type scanner struct {
	lines []string
	at    int
	doc   document
}

func scanBlocks(source string) document {
	s := scanner{lines: strings.Split(source, "\n")}
	s.doc.refs = make(map[string]string)
	for s.at < len(s.lines) {
		s.next()
	}
	return s.doc
}

// next reads one block and moves behind it.
func (s *scanner) next() {
	line := s.lines[s.at]
	switch {
	case blank(line):
		s.at++
	case markedAnchor(line) != "":
		s.add(block{kind: '<', text: markedAnchor(line)}, 1)
	case s.definition(line):
		s.at++
	case s.heading(line), s.table():
	case isRule(line):
		s.add(block{kind: 'r'}, 1)
	case fenceOf(line) != "":
		s.add(block{kind: 'c'}, s.fenceLength(fenceOf(line)))
	case indentOf(line) >= 4:
		s.add(block{kind: 'c'}, s.span(func(l string) bool { return indentOf(l) >= 4 }))
	case quoteDepth(line) > 0:
		s.add(block{kind: 'q'}, s.lazySpan())
	case noteLabel(line) != "":
		s.add(block{kind: 'n'}, s.span(func(l string) bool { return indentOf(l) >= 2 }))
	case markerLength(line) > 0:
		s.list()
	default:
		s.paragraph()
	}
}

func (s *scanner) add(b block, n int) {
	b.lines = s.lines[s.at : s.at+n]
	s.at += n
	s.doc.blocks = append(s.doc.blocks, b)
}

// definition notes a link target, "[label]: address". The first of a label counts.
func (s *scanner) definition(line string) bool {
	label := definedLabel(line)
	if label == "" {
		return false
	}
	if _, ok := s.doc.refs[label]; ok {
		return true
	}
	if line = strings.TrimSpace(line); !parsesAway(line) {
		return false
	}
	s.doc.refs[label] = line
	return true
}

// parsesAway reports whether the parser takes a line for a definition too and
// shows nothing of it.
func parsesAway(line string) bool {
	label, target, _ := strings.Cut(line, "]:")
	if label[1:] != "" && isASCIIAlnum(label[len(label)-1]) && !strings.ContainsAny(label, "\\<`&") && !strings.ContainsAny(strings.TrimSpace(target), " \t\\<>()&\"'") {
		return true
	}
	return parsedText('p', line) == ""
}

// heading reads a heading marked by "#".
func (s *scanner) heading(line string) bool {
	level, text := atxHeading(line)
	if level == 0 {
		return false
	}
	if Words(text) > maxHeadingWords {
		s.add(block{kind: 'p'}, 1)
		s.doc.blocks[len(s.doc.blocks)-1].lines = []string{text}
		return true
	}
	s.add(block{kind: 'h', level: level, text: text}, 1)
	return true
}

// table reads a table: a header row, a delimiter row of as many cells, rows.
func (s *scanner) table() bool {
	if s.at+1 >= len(s.lines) || !isDelimiterRow(s.lines[s.at+1]) || !strings.Contains(s.lines[s.at], "|") {
		return false
	}
	if len(cells(s.lines[s.at])) != len(cells(s.lines[s.at+1])) {
		return false
	}
	n := 2
	for s.at+n < len(s.lines) && !blank(s.lines[s.at+n]) && !interrupts(s.lines[s.at+n]) {
		n++
	}
	s.add(block{kind: 't'}, n)
	return true
}

// fenceLength counts the lines of a fenced block; an open one runs to the end.
func (s *scanner) fenceLength(fence string) int {
	for i := s.at + 1; i < len(s.lines); i++ {
		t := strings.TrimSpace(s.lines[i])
		if len(t) >= len(fence) && strings.Trim(t, fence[:1]) == "" && indentOf(s.lines[i]) < 4 {
			return i - s.at + 1
		}
	}
	return len(s.lines) - s.at
}

// span counts the first line and those after it for which more is true, blank
// lines between them included.
func (s *scanner) span(more func(string) bool) int {
	end := s.at + 1
	for i := s.at + 1; i < len(s.lines); i++ {
		if blank(s.lines[i]) {
			continue
		}
		if !more(s.lines[i]) {
			break
		}
		end = i + 1
	}
	return end - s.at
}

// lazySpan counts the lines of a quote: to the next blank line that no quoted
// line follows, or a line that starts something else.
func (s *scanner) lazySpan() int {
	i := s.at + 1
	for i < len(s.lines) && !blank(s.lines[i]) && (quoteDepth(s.lines[i]) > 0 || !interrupts(s.lines[i])) {
		i++
	}
	return i - s.at
}

// list reads a list, all its items and what they hold.
func (s *scanner) list() {
	ordered := orderedMarker(s.lines[s.at])
	end, gap := s.at+1, false
	for i := s.at + 1; i < len(s.lines); i++ {
		l := s.lines[i]
		if blank(l) {
			gap = true
			continue
		}
		item := markerLength(l) > 0 && !isRule(l)
		switch {
		case indentOf(l) >= 2:
		case item && orderedMarker(l) == ordered:
		case item, gap, interrupts(l):
			s.add(block{kind: 'l'}, end-s.at)
			return
		}
		gap = false
		end = i + 1
	}
	s.add(block{kind: 'l'}, end-s.at)
}

// paragraph reads a paragraph, or a heading underlined by "=" or "-".
func (s *scanner) paragraph() {
	i := s.at + 1
	for i < len(s.lines) && !blank(s.lines[i]) {
		if level := underline(s.lines[i]); level > 0 {
			text := strings.TrimSpace(strings.Join(s.lines[s.at:i], " "))
			if Words(text) <= maxHeadingWords {
				s.add(block{kind: 'h', level: level, text: text}, i-s.at+1)
				return
			}
			s.add(block{kind: 'p'}, i-s.at)
			s.at++
			return
		}
		if interrupts(s.lines[i]) || s.tableAt(i) {
			break
		}
		i++
	}
	s.add(block{kind: 'p'}, i-s.at)
}

func (s *scanner) tableAt(i int) bool {
	return i+1 < len(s.lines) && strings.Contains(s.lines[i], "|") && isDelimiterRow(s.lines[i+1]) &&
		len(cells(s.lines[i])) == len(cells(s.lines[i+1]))
}

// interrupts reports whether a line ends the paragraph before it.
func interrupts(line string) bool {
	if indentOf(line) >= 4 {
		return false
	}
	level, _ := atxHeading(line)
	return level > 0 || isRule(line) || fenceOf(line) != "" || quoteDepth(line) > 0 || noteLabel(line) != "" ||
		markedAnchor(line) != "" || markerLength(line) > 0 && (!orderedMarker(line) || strings.HasPrefix(strings.TrimLeft(line, " "), "1"))
}
