package reading

import (
	"math"
	"slices"
	"sort"
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

// Bounds within which tables are looked for; no page made for people is larger.
const (
	maxPageRows  = 1000
	maxPageWords = 20_000
	maxTableRows = 200
	maxGutters   = 40
)

// findTables looks for rows that share gutters, turns them into GFM tables and
// marks the lines that they took.
func (pg *pdfPage) findTables() {
	rows := pg.rows()
	words := 0
	for _, r := range rows {
		words += len(r.words)
	}
	if len(rows) > maxPageRows || words > maxPageWords {
		return
	}
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
		for _, w := range l.words {
			w.line = k
			r.words = append(r.words, w)
		}
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

// growTable takes rows from start on as long as they keep as many gutters as
// the first two, or lose few.
func growTable(rows []pdfRow, start int) (int, []gap) {
	gutters := rows[start].gaps()
	if inner(gutters) == 0 {
		return start, nil
	}
	wide := rows[start].wide()
	end := start + 1
	for ; end < len(rows) && end-start < maxTableRows; end++ {
		r, above := rows[end], rows[end-1]
		if r.y0-above.y1 > 1.6*max(r.height(), above.height()) {
			break
		}
		next := intersect(gutters, r.gaps())
		if inner(next) == 0 {
			break
		}
		if (filled(r, next) < 2 || end-start >= 2) && r.kind() == above.kind() && math.Abs(r.size()-above.size()) > 0.12*above.size() {
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
	if inner(gutters) > maxGutters {
		return ""
	}
	gutters = settle(rows, gutters)
	columns := inner(gutters) + 1
	if columns < 2 {
		return ""
	}
	rtl := 0
	for _, r := range rows {
		if r.rtl > 0 {
			rtl++
		}
	}
	var grid [][]string
	full := 0
	tall := padded(rows)
	for i, r := range rows {
		texts := make([]string, columns)
		for c := range columns {
			texts[c] = cellWords(r.in(c, gutters), r.rtl > 0)
		}
		if rtl > 0 { // rows of numbers only follow the others
			slices.Reverse(texts)
		}
		if filled(r, gutters) >= 2 {
			full++
		}
		if i > 0 && wrapped(rows[i-1], r, grid[len(grid)-1], texts, tall) {
			last := grid[len(grid)-1]
			for c := range texts {
				last[c] = joinText(last[c], texts[c])
			}
			continue
		}
		grid = append(grid, texts)
	}
	if len(grid) < 2 || full < 2 || full*2 < len(rows) || isProse(grid) || isMarks(grid) {
		return ""
	}
	for _, row := range grid {
		for c := range row {
			row[c] = escape(row[c])
		}
	}
	return gfmTable(grid)
}

// in gives the words of one column.
func (r pdfRow) in(c int, gutters []gap) []pdfWord {
	var out []pdfWord
	for _, w := range r.words {
		if column(w, gutters) == c {
			out = append(out, w)
		}
	}
	return out
}

// letter is the usual width of a letter in the row.
func (r pdfRow) letter() float64 {
	letters, width := 0, 0.0
	for _, w := range r.words {
		letters += utf8.RuneCountInString(w.text)
		width += w.width()
	}
	return width / float64(max(letters, 1))
}

func (r pdfRow) middle() float64 { return (r.y0 + r.y1) / 2 }

// padded gives the distance below which two rows of a table with padding are
// lines of one cell, or 0 where all rows stand alike.
func padded(rows []pdfRow) float64 {
	least, most := math.Inf(1), 0.0
	for i := 1; i < len(rows); i++ {
		d := rows[i].middle() - rows[i-1].middle()
		least, most = min(least, d), max(most, d)
	}
	if most < 1.3*least {
		return 0
	}
	return (least + most) / 2
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

// wrapped tells whether a row continues the cells of the one above: it is close,
// and cells are missing that the other has.
func wrapped(above, r pdfRow, last, texts []string, tall float64) bool {
	missing, lone := false, false
	for c := range texts {
		missing = missing || texts[c] == "" && last[c] != ""
		lone = lone || texts[c] != "" && last[c] == ""
	}
	if tall > 0 {
		return (missing || lone) && r.middle()-above.middle() < tall
	}
	return missing && texts[0] == ""
}
