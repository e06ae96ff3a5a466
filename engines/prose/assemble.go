package prose

import "strings"

// An assembler gathers pieces into passages.
type assembler struct {
	cutter
	out   []Passage
	marks map[int]string // marked anchors by passage

	path    []heading // headings in force
	opening []heading // headings the next passage opens with
	parts   []piece   // pieces of the open passage
	words   int
	from    int // block of the open passage
	current int
	mark    string
}

type heading struct {
	level  int
	text   string
	source string
}

// block takes one block of the body.
func (a *assembler) block(i int, b block) {
	a.current = i
	switch b.kind {
	case '<':
		a.flush()
		a.orphanHeadings()
		a.mark = b.text
		return
	case 'h':
		a.heading(b)
		return
	case 'r':
		if len(a.parts) > 0 {
			a.parts = append(a.parts, piece{kind: 'r', md: "***"})
		}
		return
	}
	for _, p := range b.pieces(a.cutter, 0) {
		a.piece(p)
	}
}

func (a *assembler) heading(b block) {
	if len(a.parts) > 0 {
		a.flush()
	}
	h := heading{level: b.level, text: plain('h', addTargets(b.text, a.refs))}
	if h.text == "" {
		return
	}
	h.source = strings.Repeat("#", h.level) + " " + b.text
	if n := len(a.opening); n > 0 && a.opening[n-1].level >= h.level {
		a.orphanHeadings()
	}
	for len(a.path) > 0 && a.path[len(a.path)-1].level >= h.level {
		a.path = a.path[:len(a.path)-1]
	}
	a.path = append(a.path[:len(a.path):len(a.path)], h)
	if len(a.opening) == 0 {
		a.from = a.current
	}
	a.opening = append(a.opening, h)
}

// orphanHeadings makes a passage of headings that no text follows.
func (a *assembler) orphanHeadings() {
	if len(a.opening) == 0 {
		return
	}
	last := a.opening[len(a.opening)-1]
	a.emit(a.opening, []piece{{kind: 'h', text: last.text, words: Words(last.text)}})
	a.opening = nil
}

// piece adds a piece to the open passage, or closes that and opens another.
func (a *assembler) piece(p piece) {
	if p.words == 0 && p.head == "" {
		return
	}
	if len(a.parts) > 0 && a.words+p.words > MaxWords {
		lead := a.leadIn(p)
		a.flush()
		if lead.words > 0 {
			a.parts, a.words = []piece{lead}, lead.words
		}
	}
	if len(a.parts) == 0 && len(a.opening) == 0 {
		a.from = a.current
	}
	a.parts = append(a.parts, p)
	a.words += p.words
}

// leadIn takes the last piece of the open passage off it when it introduces
// the next one ("Do this:") or is the lone header of a table.
func (a *assembler) leadIn(next piece) piece {
	last := a.parts[len(a.parts)-1]
	header := last.kind == 't' && last.md == "" && next.kind == 't'
	colon := next.first && (strings.HasSuffix(last.text, ":") || strings.HasSuffix(last.text, "："))
	if len(a.parts) < 2 || last.words+next.words > MaxWords || !header && !(colon && last.words < MaxWords/3) {
		return piece{}
	}
	a.parts = a.parts[:len(a.parts)-1]
	return last
}

// flush closes the open passage.
func (a *assembler) flush() {
	if len(a.parts) == 0 {
		return
	}
	a.emit(a.opening, a.parts)
	a.opening, a.parts, a.words = nil, nil, 0
}

func (a *assembler) emit(opening []heading, parts []piece) {
	p := Passage{Blocks: Range{a.from, a.current + 1}}
	for _, h := range a.path {
		p.Headings = append(p.Headings, h.text)
	}
	var md, text, shape strings.Builder
	for _, h := range opening {
		shape.WriteByte('0' + byte(h.level))
		if md.Len() > 0 {
			md.WriteString("\n\n")
		}
		md.WriteString(h.source)
	}
	tenths, exact := 0, true
	for i, part := range parts {
		tenths += part.tenths
		exact = exact && (part.tenths > 0 || part.text == "")
		writePart(&md, &shape, parts, i)
		if part.text == "" {
			continue
		}
		if text.Len() > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(part.text)
	}
	p.Text = text.String()
	if p.Words = inWords(tenths); !exact {
		p.Words = Words(p.Text)
	}
	p.Markdown = addDefinitions(strings.TrimSpace(md.String()), a.refs)
	p.Shape = shape.String()
	if a.mark != "" {
		if a.marks == nil {
			a.marks = make(map[int]string)
		}
		a.marks[len(a.out)] = a.mark
		a.mark = ""
	}
	a.out = append(a.out, p)
}

// writePart adds one piece to a passage's source and its kind to the shape.
func writePart(md, shape *strings.Builder, parts []piece, i int) {
	p := parts[i]
	joins := i > 0 && parts[i-1].kind == p.kind && !p.first
	switch {
	case p.kind == 'h':
		return
	case p.kind == 't' && !joins:
		if md.Len() > 0 {
			md.WriteString("\n\n")
		}
		md.WriteString(p.head)
		if p.md != "" {
			md.WriteString("\n" + p.md)
		}
		if p.first {
			shape.WriteByte('t')
		} else {
			shape.WriteByte('T')
		}
		return
	case joins && p.kind == 'q':
		md.WriteString("\n>\n")
	case joins && (p.kind == 'l' || p.kind == 't'):
		md.WriteString("\n")
	case md.Len() > 0:
		md.WriteString("\n\n")
	}
	if !joins && p.kind != 'r' {
		shape.WriteByte(p.kind)
	}
	md.WriteString(p.md)
}

// addDefinitions ends a passage's source with the link targets it names.
func addDefinitions(md string, refs map[string]string) string {
	var tail strings.Builder
	for _, label := range usedLabels(md, refs) {
		if tail.Len()+len(refs[label]) < maxItemBytes {
			tail.WriteString("\n" + refs[label])
		}
	}
	if tail.Len() == 0 {
		return md
	}
	return md + "\n" + tail.String()
}

// addTargets does what addDefinitions does for source of which only the text
// is wanted: where a link leads does not matter, so that a long target named
// often costs nothing.
func addTargets(md string, refs map[string]string) string {
	labels := usedLabels(md, refs)
	if len(labels) == 0 {
		return md
	}
	return md + "\n\n[" + strings.Join(labels, "]: x\n[") + "]: x"
}

// usedLabels returns the labels of link targets a source may name.
func usedLabels(md string, refs map[string]string) []string {
	if len(refs) == 0 || !strings.Contains(md, "[") {
		return nil
	}
	var out []string
	used := make(map[string]bool)
	for i := 0; i < len(md); i++ {
		if md[i] != '[' {
			continue
		}
		n := strings.IndexAny(md[i+1:min(len(md), i+256)], "[]")
		if n <= 0 || md[i+1+n] != ']' {
			continue
		}
		label := normalLabel(md[i+1 : i+1+n])
		if refs[label] != "" && !used[label] {
			used[label] = true
			out = append(out, label)
		}
	}
	return out
}
