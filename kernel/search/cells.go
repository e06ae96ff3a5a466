package search

import "strings"

// How the cells and the rows of a table are kept apart where it is shown as
// running text.
const (
	betweenCells = " · "
	betweenRows  = " / "
)

// apart writes the cells of a table, which a passage keeps apart by tabs and its
// rows by line ends, so that they can be told apart on one line. The marks move
// with the words.
func apart(text string, marks [][2]int) (string, [][2]int) {
	if !strings.Contains(text, "\t") {
		return text, marks
	}
	var out strings.Builder
	to := make([]int, len(text)+1) // where each byte went
	lines := strings.SplitAfter(text, "\n")
	at := 0
	for i, line := range lines {
		row := strings.Contains(line, "\t") || i+1 < len(lines) && strings.Contains(lines[i+1], "\t")
		for j := range len(line) {
			to[at] = out.Len()
			switch c := line[j]; {
			case c == '\t':
				out.WriteString(betweenCells)
			case c == '\n' && row:
				out.WriteString(betweenRows)
			default:
				out.WriteByte(c)
			}
			at++
		}
	}
	to[at] = out.Len()
	moved := make([][2]int, len(marks))
	for i, m := range marks {
		moved[i] = [2]int{to[m[0]], to[m[1]]}
	}
	return out.String(), moved
}
