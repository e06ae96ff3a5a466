package prose

import "strings"

// tablePieces makes a piece of every row; a row too long for one becomes text.
func tablePieces(c cutter, lines []string) []piece {
	head := lines[0] + "\n" + lines[1]
	headPiece := c.newPiece('t', head)
	var out []piece
	if headPiece.words > MaxWords/2 {
		head = ""
		out = paragraphPieces(c, 'p', "", strings.Join(cells(lines[0]), " \\| "))
	} else {
		headPiece.md, headPiece.head = "", head
		out = append(out, headPiece)
	}
	columns := len(cells(lines[0]))
	for _, row := range lines[2:] {
		p := rowPiece(c, head, row, columns)
		if head == "" || p.words == 0 || p.words > MaxWords-headPiece.words {
			out = append(out, paragraphPieces(c, 'p', "", strings.Join(cells(row), " \\| "))...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// wideTable is the number of columns from which rows must have their marks:
// showing thousands of empty cells for a few letters would cost too much.
const wideTable = 16

// rowPiece is a row of a table, words 0 when it does not fit the table.
func rowPiece(c cutter, head, row string, columns int) piece {
	if len(row) > maxItemBytes || len(cells(row)) > columns || columns > wideTable && len(row) < columns {
		return piece{}
	}
	row = strings.TrimSpace(row)
	if !strings.HasPrefix(row, "|") {
		row = "| " + row
	}
	text := rowText(c, head, row)
	return piece{kind: 't', md: row, head: head, text: text, words: max(1, Words(text))}
}

// rowText is the plain text of a table row, its cells apart by tabs.
func rowText(c cutter, head, row string) string {
	if !strings.ContainsAny(row, "`*_[<&\\~^") {
		var b strings.Builder
		for _, cell := range cells(row) {
			if b.Len() > 0 && cell != "" {
				b.WriteByte('\t')
			}
			b.WriteString(cell)
		}
		return b.String()
	}
	if head == "" {
		return ""
	}
	w := walker{source: []byte(addTargets(head+"\n"+row, c.refs)), skipHead: true, out: discard{}}
	w.document(parseMarkdown(w.source))
	return w.text.String()
}
