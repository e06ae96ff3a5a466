package reading

import "strings"

// maxTableCells bounds a table after its merged cells are spread out.
const maxTableCells = 200_000

// cell is one cell of a table as the file has it.
type cell struct {
	text       string // inline Markdown
	cols, rows int    // how many columns and rows it spans, at least 1
}

// spread lays merged cells out on a grid: the text of a cell over several rows
// stands in each of them, so that each row reads alone; over several columns
// it stands in the first.
func spread(rows [][]cell, maxColumns int) [][]string {
	grid := make([][]string, len(rows))
	taken := make([]map[int]string, len(rows))
	width, cells := 0, 0
	for y, row := range rows {
		x := 0
		put := func(text string) {
			grid[y] = append(grid[y], text)
			x++
			cells++
		}
		fill := func() {
			for text, ok := taken[y][x]; ok && x < maxColumns; text, ok = taken[y][x] {
				put(text)
			}
		}
		for _, c := range row {
			fill()
			for k := 0; k < max(c.cols, 1) && x < maxColumns && cells < maxTableCells; k++ {
				text := c.text
				if k > 0 {
					text = ""
				}
				for d := 1; d < c.rows && y+d < len(rows) && cells < maxTableCells; d++ {
					if taken[y+d] == nil {
						taken[y+d] = map[int]string{}
					}
					taken[y+d][x] = text
					cells++
				}
				put(text)
			}
		}
		fill()
		width = max(width, len(grid[y]))
	}
	for y := range grid {
		for len(grid[y]) < width && cells < maxTableCells {
			grid[y] = append(grid[y], "")
			cells++
		}
	}
	return grid
}

// gfmTable writes a grid as a GFM table whose first row is the header. A grid
// of one column, or of one row, is no table: its cells become paragraphs.
func gfmTable(grid [][]string) string {
	grid = dropEmpty(grid)
	if len(grid) == 0 {
		return ""
	}
	if len(grid[0]) < 2 || len(grid) < 2 {
		var paragraphs []string
		for _, row := range grid {
			for _, c := range row {
				if c = strings.TrimSpace(c); c != "" {
					paragraphs = append(paragraphs, escapeStart(c))
				}
			}
		}
		return strings.Join(paragraphs, "\n\n")
	}
	var b strings.Builder
	for y, row := range grid {
		for _, c := range row {
			b.WriteString("| ")
			b.WriteString(cellText(c))
			b.WriteByte(' ')
		}
		b.WriteString("|\n")
		if y == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

// cellText keeps a cell on one line and its bars from parting it.
func cellText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '|' && (i == 0 || s[i-1] != '\\') {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// dropEmpty removes rows and columns without any text.
func dropEmpty(grid [][]string) [][]string {
	width := 0
	for _, row := range grid {
		width = max(width, len(row))
	}
	used := make([]bool, width)
	var rows [][]string
	for _, row := range grid {
		any := false
		for x, c := range row {
			if strings.TrimSpace(c) != "" {
				used[x], any = true, true
			}
		}
		if any {
			rows = append(rows, row)
		}
	}
	for y, row := range rows {
		var kept []string
		for x := range width {
			if !used[x] {
				continue
			}
			c := ""
			if x < len(row) {
				c = row[x]
			}
			kept = append(kept, c)
		}
		rows[y] = kept
	}
	return rows
}
