package reading

// size is the median height of the row's words.
func (r pdfRow) size() float64 { return pdfLine{words: r.words}.size() }

func (r pdfRow) kind() int { return scriptKind(pdfLine{words: r.words}.text()) }

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
	for _, g := range r.gaps() {
		if g.x0 > -1e5 && g.x1 < 1e5 && g.x1-g.x0 > max(8, 2*r.letter()) {
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

// settle drops gutters that chance made: those that no row shows wider than a
// space could be, and those before a column that few rows fill.
func settle(rows []pdfRow, gutters []gap) []gap {
	var kept []gap
	for _, g := range gutters {
		if g.x0 < -1e5 || g.x1 > 1e5 || seenWide(rows, g) {
			kept = append(kept, g)
		}
	}
	for c := 1; c <= inner(kept); c++ {
		n := 0
		for _, r := range rows {
			if len(r.in(c, kept)) > 0 {
				n++
			}
		}
		if n < 2 || n*3 < len(rows) {
			kept = dropInner(kept, c-1)
			c--
		}
	}
	return kept
}

func seenWide(rows []pdfRow, g gap) bool {
	wide, both := 0, 0
	for _, r := range rows {
		for _, h := range r.gaps() {
			if h.x0 < -1e5 || h.x1 > 1e5 || h.x0 > g.x0+0.1 || h.x1 < g.x1-0.1 {
				continue
			}
			both++
			least := max(8, 1.8*r.letter())
			if r.kind() == 1 {
				least = 5 // CJK has no spaces that could explain a gap
			}
			if h.x1-h.x0 > least {
				wide++
			}
		}
	}
	if len(rows) < 3 {
		return wide > 0 && wide == both && parted(rows, g)
	}
	return wide > 0 && wide*3 >= both
}

// parted tells whether the tool, too, saw separate lines on both sides of a
// gutter in every row: in justified prose it does not.
func parted(rows []pdfRow, g gap) bool {
	for _, r := range rows {
		before, after := -1, -1
		for _, w := range r.words { // from left to right
			if w.x0 < g.x0 {
				before = w.line
			} else if after < 0 {
				after = w.line
			}
		}
		if before == after {
			return false
		}
	}
	return true
}

// dropInner removes the n-th gutter between words.
func dropInner(gs []gap, n int) []gap {
	var out []gap
	for _, g := range gs {
		if g.x0 > -1e5 && g.x1 < 1e5 {
			if n == 0 {
				n--
				continue
			}
			n--
		}
		out = append(out, g)
	}
	return out
}
