package prose

import (
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep quotes are followed; deeper marks are dropped.
const maxDepth = 6

// A piece is a part of a block that stays whole: at most MaxWords words.
type piece struct {
	kind  byte   // as block.kind
	md    string // source that renders by itself, tables without their header
	text  string
	words int
	// tenths is the exact weight of text in tenths of a word, 0 when not known.
	tenths int
	head   string // a table's header and delimiter rows
	first  bool   // the first piece of its block
}

// A cutter is what cutting blocks depends on besides them.
type cutter struct {
	lang string
	refs map[string]string // link targets of the body, normalised label → line
}

// pieces cuts a block into what fits a passage.
func (b block) pieces(c cutter, depth int) []piece {
	var out []piece
	switch b.kind {
	case 'l':
		out = listPieces(c, b.lines)
	case 't':
		out = tablePieces(c, b.lines)
	case 'q':
		out = quotePieces(c, b.lines, depth)
	case 'c':
		out = codePieces(b.lines)
	case 'n':
		out = notePieces(c, b.lines)
	default:
		out = paragraphPieces(c, 'p', "", joinParagraph(b.lines))
	}
	for i := range out {
		out[i].first = i == 0
	}
	return out
}

func (c cutter) newPiece(kind byte, md string) piece {
	if strings.Count(md, "[") > maxBrackets {
		md = escapeBrackets(md)
	}
	text := plain(kind, addTargets(md, c.refs))
	tenths := tenthsOf(text)
	return piece{kind: kind, md: md, text: text, words: inWords(tenths), tenths: tenths}
}

// joinParagraph puts the lines of a paragraph together, their indents off.
func joinParagraph(lines []string) string {
	if len(lines) == 1 {
		return strings.TrimSpace(lines[0])
	}
	trimmed := make([]string, len(lines))
	for i, l := range lines {
		trimmed[i] = strings.TrimLeft(l, " \t")
		if i > 0 { // an indent kept it from being read as more than text
			trimmed[i] = escapeContinuation(trimmed[i])
		}
	}
	return strings.TrimSpace(strings.Join(trimmed, "\n"))
}

// maxBrackets is the most "[" a piece can have and still hold links: reading
// links takes more than linear time in their number.
const maxBrackets = 2 * MaxWords

// escapeBrackets makes every "[" of source mean itself.
func escapeBrackets(source string) string {
	var b strings.Builder
	for i := 0; i < len(source); i++ {
		if source[i] == '[' {
			b.WriteByte('\\')
		}
		b.WriteByte(source[i])
		if source[i] == '\\' && i+1 < len(source) {
			i++
			b.WriteByte(source[i])
		}
	}
	return b.String()
}

// escapeContinuation keeps a later line of a paragraph from starting a block
// or turning the lines before it into a heading or table.
func escapeContinuation(line string) string {
	if line != "" && strings.Trim(line, "-:| \t") == "" {
		return `\` + line
	}
	return escapeStart(line)
}

// paragraphPieces cuts running text at sentence ends; prefix opens the first
// piece (a list marker, a note's label).
func paragraphPieces(c cutter, kind byte, prefix, source string) []piece {
	if source == "" && prefix == "" {
		return nil
	}
	if prefix == "" {
		source = escapeStart(source)
	}
	if len(source) < maxItemBytes && Words(source) < 2*MaxWords {
		if p := c.newPiece(kind, prefix+source); p.words <= MaxWords {
			return []piece{p}
		}
	}
	var out []piece
	for i, part := range cutSentences(c.lang, source, MaxWords) {
		if i == 0 {
			out = append(out, fit(c, kind, prefix, part)...)
			continue
		}
		out = append(out, fit(c, 'p', "", part)...)
	}
	return out
}

// fit makes pieces of a part whose source seemed short enough, halving it
// while entities or line breaks make its text longer than that.
func fit(c cutter, kind byte, prefix, source string) []piece {
	if prefix == "" {
		source = escapeStart(strings.TrimSpace(source))
	}
	p := c.newPiece(kind, prefix+source)
	if p.words <= MaxWords || len(source) < 2 {
		if p.md == "" {
			return nil
		}
		return []piece{p}
	}
	middle := len(source) / 2
	if i := strings.LastIndexAny(source[:middle], " \n"); i > middle/2 {
		middle = i
	} else {
		middle = clusterStart(source, middle)
	}
	if middle == 0 {
		_, middle = utf8.DecodeRuneInString(source)
	}
	if middle >= len(source) {
		return []piece{p}
	}
	return append(fit(c, kind, prefix, source[:middle]), fit(c, 'p', "", source[middle:])...)
}

// escapeStart keeps the start of cut text from reading as a heading, list
// item, quote, rule, code or definition.
func escapeStart(source string) string {
	first, _, _ := strings.Cut(source, "\n")
	level, _ := atxHeading(first)
	switch {
	case orderedMarker(first) && markerLength(first) > 0:
		i := strings.IndexAny(first, ".)")
		return source[:i] + `\` + source[i:]
	case level > 0, markerLength(first) > 0, quoteDepth(first) > 0, isRule(first), underline(first) > 0, fenceOf(first) != "",
		noteLabel(first) != "", strings.HasPrefix(first, "[") && strings.Contains(first, "]:"):
		return `\` + source
	}
	return source
}

// quotePieces cuts what is quoted and quotes each part.
func quotePieces(c cutter, lines []string, depth int) []piece {
	inner := make([]string, len(lines))
	for i, l := range lines {
		inner[i] = unquote(l)
		if depth >= maxDepth {
			inner[i] = strings.TrimLeft(inner[i], "> ")
		}
	}
	s := scanner{lines: inner}
	s.doc.refs = c.refs
	for s.at < len(s.lines) {
		s.next()
	}
	var out []piece
	for _, b := range s.doc.blocks {
		if b.kind == '<' || b.kind == 'r' {
			continue
		}
		switch b.kind {
		case 'h':
			b.lines = []string{b.text}
		case 'n': // notes stand outside of quotes
			b.kind = 'p'
		}
		for _, p := range b.pieces(c, depth+1) {
			if p.head != "" { // a quoted table reads as text
				p.md = p.head + "\n" + p.md
			}
			p.kind = 'q'
			p.head = ""
			p.md = "> " + strings.ReplaceAll(p.md, "\n", "\n> ")
			out = append(out, p)
		}
	}
	return out
}

// notePieces cuts the text of a footnote.
func notePieces(c cutter, lines []string) []piece {
	label := noteLabel(lines[0])
	first := strings.TrimLeft(lines[0], " ")
	rest := append([]string{first[len(label)+4:]}, lines[1:]...)
	return paragraphPieces(c, 'n', "[^"+label+"]: ", escapeStart(joinParagraph(nonBlank(rest))))
}

func nonBlank(lines []string) []string {
	out := lines[:0:0]
	for _, l := range lines {
		if !blank(l) {
			out = append(out, l)
		}
	}
	return out
}

func dedentLines(source string, n int) string {
	if n == 0 {
		return source
	}
	lines := strings.Split(source, "\n")
	for i := range lines {
		lines[i] = dedent(lines[i], n)
	}
	return strings.Join(lines, "\n")
}
