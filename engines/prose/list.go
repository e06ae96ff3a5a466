package prose

import (
	"strconv"
	"strings"
)

// listPieces makes a piece of every item, nested items with it while it fits.
func listPieces(c cutter, lines []string) []piece {
	indent := indentOf(lines[0])
	first := startNumber(lines[0])
	number, counting := first, false
	var out []piece
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && (markerLength(lines[to]) == 0 || indentOf(lines[to]) > indent+1) {
			to++
		}
		given := startNumber(lines[from])
		if given == first && (number == first+1 || counting) { // "1. 1. 1." counts by itself
			given, counting = number, true
		}
		out = append(out, itemPieces(c, plainMarker(lines[from:to], given))...)
		number = given + 1
		from = to
	}
	return out
}

// startNumber is the number a list starts with.
func startNumber(line string) int {
	t := strings.TrimLeft(line, " \t")
	n := 0
	for i := 0; i < len(t) && i < 9 && t[i] >= '0' && t[i] <= '9'; i++ {
		n = n*10 + int(t[i]-'0')
	}
	return n
}

// plainMarker gives an item the number it is shown with, and puts the text of
// a marker alone on its line behind it.
func plainMarker(lines []string, number int) []string {
	out := append([]string(nil), lines...)
	if t := strings.TrimLeft(out[0], " \t"); orderedMarker(t) {
		end := strings.IndexAny(t, ".)")
		if written := strconv.Itoa(number % 1e9); written != t[:end] {
			out[0] = out[0][:len(out[0])-len(t)] + written + t[end:]
		}
	}
	if first := strings.TrimRight(out[0], " \t"); len(out) > 1 && !strings.ContainsAny(strings.TrimSpace(first), " \t") &&
		!blank(out[1]) && markerLength(out[1]) == 0 {
		out[1] = first + " " + strings.TrimSpace(out[1])
		out = out[1:]
	}
	return out
}

// itemPieces cuts one item: whole, else by nested item, else by sentence.
func itemPieces(c cutter, lines []string) []piece {
	for i, l := range lines { // lines are plainMarker's own
		lines[i] = flattened(l)
	}
	whole := strings.TrimRight(strings.Join(lines, "\n"), " \n")
	if len(whole) < maxItemBytes {
		if p := c.newPiece('l', dedentLines(whole, indentOf(lines[0]))); p.words <= MaxWords {
			return []piece{p}
		}
	}
	var out []piece
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && markerLength(lines[to]) == 0 {
			to++
		}
		out = append(out, leafItemPieces(c, lines[from:to])...)
		from = to
	}
	return out
}

// maxNesting bounds how many marks of lists and quotes open one line of a list:
// reading them takes more than linear time in their number.
const maxNesting = 12

// flattened drops the marks of a line beyond maxNesting.
func flattened(line string) string {
	rest := line
	for depth := 0; ; depth++ {
		inner := strings.TrimLeft(rest, " \t")
		switch n := markerLength(inner); {
		case depth > maxNesting && !isRule(inner):
			inner = strings.TrimLeft(inner, " \t>-+*")
			return line[:len(line)-len(rest)] + " " + escapeStart(inner)
		case strings.HasPrefix(inner, ">"):
			rest = inner[1:]
		case n > 0 && n < len(inner) && !isRule(inner):
			rest = inner[strings.IndexAny(inner, " \t"):]
		default:
			return line
		}
	}
}

// maxItemBytes bounds what is parsed before it is cut.
const maxItemBytes = 8 << 10

// leafItemPieces cuts an item without nested items.
func leafItemPieces(c cutter, lines []string) []piece {
	first := strings.TrimLeft(lines[0], " \t")
	n := strings.IndexAny(first, " \t")
	if n < 0 {
		n = len(first)
	}
	rest := append([]string{first[n:]}, lines[1:]...)
	var out []piece
	for from := 0; from < len(rest); {
		to := from
		for to < len(rest) && (to == 0 || !blank(rest[to])) {
			to++
		}
		source := joinParagraph(rest[from:to])
		switch {
		case from == 0:
			out = append(out, paragraphPieces(c, 'l', first[:n]+" ", escapeStart(source))...)
		case source != "":
			out = append(out, paragraphPieces(c, 'p', "", source)...)
		}
		for to < len(rest) && blank(rest[to]) {
			to++
		}
		from = to
	}
	return out
}
