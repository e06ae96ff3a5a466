package reading

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// pdfRow is what stands at one height of a page.
type pdfRow struct {
	box
	words []pdfWord
	lines []int // indexes of the page's lines
	rtl   int
}

// gap is a stretch of a row without words.
type gap struct{ x0, x1 float64 }

const minGutter = 3.0 // points: less is a space between words

// findTables looks for rows that share gutters, turns them into GFM tables and
// marks the lines that they took.
func (pg *pdfPage) findTables() {
	rows := pg.rows()
	for i := 0; i < len(rows); {
		end, gutters := growTable(rows, i)
		if end-i >= 2 {
			if text := pg.table(rows[i:end], gutters); text != "" {
				pg.tables = append(pg.tables, text)
				for _, r := range rows[i:end] {
					for _, k := range r.lines {
						pg.lines[k].table = len(pg.tables)
					}
				}
				i = end
				continue
			}
		}
		i++
	}
}

// rows gathers lines side by side.
func (pg *pdfPage) rows() []pdfRow {
	var order []int
	for k, l := range pg.lines {
		if !l.gone && len(l.words) > 0 {
			order = append(order, k)
		}
	}
	middle := func(k int) float64 { return (pg.lines[k].y0 + pg.lines[k].y1) / 2 }
	sort.SliceStable(order, func(a, b int) bool { return middle(order[a]) < middle(order[b]) })
	var rows []pdfRow
	for _, k := range order {
		l := pg.lines[k]
		n := len(rows)
		if n == 0 || middle(k)-(rows[n-1].y0+rows[n-1].y1)/2 > 0.25*min(l.height(), rows[n-1].height()) {
			rows = append(rows, pdfRow{box: l.box})
			n++
		}
		r := &rows[n-1]
		r.include(l.box)
		r.lines = append(r.lines, k)
		r.words = append(r.words, l.words...)
		if l.rtl {
			r.rtl++
		}
	}
	for i := range rows {
		slices.SortStableFunc(rows[i].words, func(a, b pdfWord) int {
			if a.x0 < b.x0 {
				return -1
			}
			return 1
		})
	}
	return rows
}

// gaps lists where a row has no word, its outer sides included.
func (r pdfRow) gaps() []gap {
	out := []gap{}
	at := -1e6
	for _, w := range r.words {
		if w.x0-at >= minGutter {
			out = append(out, gap{at, w.x0})
		}
		at = max(at, w.x1)
	}
	return append(out, gap{at, 1e6})
}

// wide tells whether a row has an inner gap that no space explains.
func (r pdfRow) wide() bool {
	letters := 0
	width := 0.0
	for _, w := range r.words {
		letters += utf8.RuneCountInString(w.text)
		width += w.width()
	}
	if letters == 0 {
		return false
	}
	for _, g := range r.gaps() {
		if g.x0 > -1e5 && g.x1 < 1e5 && g.x1-g.x0 > max(8, 2*width/float64(letters)) {
			return true
		}
	}
	return false
}

func intersect(a, b []gap) []gap {
	var out []gap
	for i, k := 0, 0; i < len(a) && k < len(b); {
		x0, x1 := max(a[i].x0, b[k].x0), min(a[i].x1, b[k].x1)
		if x1-x0 >= minGutter {
			out = append(out, gap{x0, x1})
		}
		if a[i].x1 < b[k].x1 {
			i++
		} else {
			k++
		}
	}
	return out
}

// inner counts the gutters between words.
func inner(gs []gap) int {
	n := 0
	for _, g := range gs {
		if g.x0 > -1e5 && g.x1 < 1e5 {
			n++
		}
	}
	return n
}

// growTable takes rows from start on as long as they keep as many gutters as
// the first two, or lose few.
func growTable(rows []pdfRow, start int) (int, []gap) {
	gutters := rows[start].gaps()
	if inner(gutters) == 0 {
		return start, nil
	}
	wide := rows[start].wide()
	end := start + 1
	for ; end < len(rows); end++ {
		r, above := rows[end], rows[end-1]
		if r.y0-above.y1 > 1.6*max(r.height(), above.height()) {
			break
		}
		next := intersect(gutters, r.gaps())
		if inner(next) == 0 {
			break
		}
		// Where the row lies within one column only, it takes part only as the
		// continuation of a cell.
		if filled(r, next) < 2 && !continues(rows, end, next) {
			break
		}
		// A row that closes most columns is of something else.
		if end-start >= 2 && inner(next) < inner(gutters) && 2*inner(next) < inner(gutters)+1 {
			break
		}
		gutters = next
		wide = wide || r.wide()
	}
	if !wide {
		return start, nil
	}
	return end, gutters
}

// continues tells whether row k, which fills one column, belongs to a cell that
// goes on: a full row follows closely or stands closely above.
func continues(rows []pdfRow, k int, gutters []gap) bool {
	near := func(i, j int) bool { return rows[j].y0-rows[i].y1 < 0.5*min(rows[i].height(), rows[j].height()) }
	// A first column that goes on alone looks like the next paragraph.
	if k+1 < len(rows) && near(k-1, k) && near(k, k+1) && filled(rows[k+1], intersect(gutters, rows[k+1].gaps())) >= 2 {
		return true
	}
	return near(k-1, k) && column(rows[k].words[0], gutters) > 0
}

// column gives the number of the column that a word stands in.
func column(w pdfWord, gutters []gap) int {
	n := 0
	for _, g := range gutters {
		if g.x0 > -1e5 && g.x1 < 1e5 && (w.x0+w.x1)/2 > g.x0 {
			n++
		}
	}
	return n
}

func filled(r pdfRow, gutters []gap) int {
	seen := map[int]bool{}
	for _, w := range r.words {
		seen[column(w, gutters)] = true
	}
	return len(seen)
}

// table writes rows under gutters, or gives "" where they are rather columns
// of prose, or a list with its marks.
func (pg *pdfPage) table(rows []pdfRow, gutters []gap) string {
	columns := inner(gutters) + 1
	var grid [][]string
	full, rtl := 0, 0
	for i, r := range rows {
		cells := make([][]pdfWord, columns)
		for _, w := range r.words {
			c := column(w, gutters)
			cells[c] = append(cells[c], w)
		}
		texts := make([]string, columns)
		for c := range cells {
			texts[c] = cellWords(cells[c], r.rtl > 0)
		}
		if r.rtl > 0 {
			rtl++
			slices.Reverse(texts)
		}
		if filled(r, gutters) >= 2 {
			full++
		}
		if i > 0 && wrapped(rows[i-1], r, texts) {
			last := grid[len(grid)-1]
			for c := range texts {
				last[c] = strings.TrimSpace(joinText(last[c], texts[c]))
			}
			continue
		}
		grid = append(grid, texts)
	}
	if rtl > 0 && rtl < len(rows) { // rows of numbers only follow the others
		for i, r := range rows {
			if r.rtl == 0 && i < len(grid) && len(grid) == len(rows) {
				slices.Reverse(grid[i])
			}
		}
	}
	if len(grid) < 2 || full < 2 || full*10 < len(rows)*5 || isProse(grid) || isMarks(grid) {
		return ""
	}
	for _, row := range grid {
		for c := range row {
			row[c] = escape(row[c])
		}
	}
	return gfmTable(grid)
}

func cellWords(ws []pdfWord, rtl bool) string {
	if rtl {
		ws = slices.Clone(ws)
		orderRTL(ws)
	}
	s := ""
	for _, w := range ws {
		s = joinText(s, w.text)
	}
	return s
}

// wrapped tells whether a row continues the cells of the one above: it is close
// and its first cell is empty, or any cell when the rows touch.
func wrapped(above, r pdfRow, texts []string) bool {
	empty := 0
	for _, t := range texts {
		if t == "" {
			empty++
		}
	}
	return empty > 0 && texts[0] == "" && r.y0-above.y1 < 0.35*r.height()
}

// isProse tells two columns of running text from a table: long cells that fill
// their column.
func isProse(grid [][]string) bool {
	if len(grid[0]) > 3 {
		return false
	}
	long, cells := 0, 0
	for _, row := range grid {
		for _, c := range row {
			if c == "" {
				continue
			}
			cells++
			n := utf8.RuneCountInString(c)
			if n > 28 || n > 14 && hasCJK(c) {
				long++
			}
		}
	}
	return len(grid) >= 3 && long*10 > cells*7
}

// isMarks tells whether the first column holds only marks of a list.
func isMarks(grid [][]string) bool {
	if len(grid[0]) != 2 {
		return false
	}
	for _, row := range grid {
		if m, _ := listMark(row[0] + " x"); row[0] != "" && m == "" {
			return false
		}
	}
	return true
}
