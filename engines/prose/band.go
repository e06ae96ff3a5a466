package prose

// A band is the part of a table of (rows+1)×(columns+1) cells around a path
// that is searched: enough for texts that go roughly in step, and linear in
// their length.
type band struct {
	from   []int // the first column of each row
	offset []int // the place of each row's first cell; one more than rows
}

// maxCells bounds the cells of a band as long as it is wider than a few, and
// so the time and memory of an alignment.
const maxCells = 1 << 20

// newBand makes a band of half cells to both sides of centre, the ascending
// column each row is expected at. Rows reach to the next row's centre, so that
// a path always leads from the first cell to the last.
func newBand(rows, columns, half int, centre func(row int) int) band {
	half = max(4, min(half, maxCells/(2*(rows+1))))
	b := band{from: make([]int, rows+1), offset: make([]int, rows+2)}
	for i := range rows + 1 {
		to := columns
		if i < rows {
			to = min(columns, centre(i+1)+half)
		}
		if i > 0 { // the first row begins at the first column
			b.from[i] = max(0, min(centre(i), columns)-half)
		}
		b.offset[i+1] = b.offset[i] + to - b.from[i] + 1
	}
	return b
}

// at returns the place of a cell, -1 outside the band.
func (b *band) at(row, column int) int {
	if row < 0 || column < b.from[row] {
		return -1
	}
	if k := b.offset[row] + column - b.from[row]; k < b.offset[row+1] {
		return k
	}
	return -1
}

// cells is the number of cells of all rows.
func (b *band) cells() int { return b.offset[len(b.offset)-1] }

// row returns the columns of a row, the last one too.
func (b *band) row(i int) (from, to int) {
	return b.from[i], b.from[i] + b.offset[i+1] - b.offset[i] - 1
}
