package reading

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pdfWriter turns lines into paragraphs, lists and headings.
type pdfWriter struct {
	hints  pdfHints
	sizes  map[int]float64 // the usual size of letters, by kind of script
	levels []float64       // sizes of headings over the usual one, largest first
	out    []pdfBlock
	page   int
	mark   string // the mark of a list item that stood on a line of its own
}

// pdfBlock is one block; kind says how it joins with its neighbours.
type pdfBlock struct {
	text  string
	kind  byte // 'p' paragraph, 'h' heading, 'l' list item, 't' table
	level int
	page  int
}

// write makes the Markdown of all pages.
func (p *pdfLayout) write(doc *Document, h pdfHints) {
	w := &pdfWriter{hints: h}
	w.measure(p)
	for i := range p.pages {
		w.page = i
		pg := &p.pages[i]
		pg.findTables()
		w.lines(pg)
	}
	w.finish(doc, len(p.pages))
}

// scriptKind parts scripts whose fonts measure differently.
func scriptKind(s string) int {
	switch {
	case hasCJK(s):
		return 1
	case hasArabic(s):
		return 2
	}
	return 0
}

// measure finds the usual size per kind of script and the sizes of headings.
func (w *pdfWriter) measure(p *pdfLayout) {
	weights := map[int]map[int]int{}
	each := func(f func(l pdfLine, text string)) {
		for _, pg := range p.pages {
			for _, l := range pg.lines {
				if text := l.text(); !l.gone && text != "" {
					f(l, text)
				}
			}
		}
	}
	each(func(l pdfLine, text string) {
		k := scriptKind(text)
		if weights[k] == nil {
			weights[k] = map[int]int{}
		}
		weights[k][int(math.Round(l.size()*4))] += utf8.RuneCountInString(text)
	})
	w.sizes = map[int]float64{}
	for k, m := range weights {
		best := 0
		for size, n := range m {
			if n > m[best] || n == m[best] && size < best {
				best = size
			}
		}
		w.sizes[k] = float64(best) / 4
	}
	each(func(l pdfLine, text string) {
		if r := w.ratio(l, text); len(w.levels) < 50 && r >= 1.12 && utf8.RuneCountInString(text) <= 200 && hasLetter(text) {
			if !slices.ContainsFunc(w.levels, func(x float64) bool { return math.Abs(x-r) < 0.05*x }) {
				w.levels = append(w.levels, r)
			}
		}
	})
	slices.SortFunc(w.levels, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
}

func hasLetter(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

func (w *pdfWriter) ratio(l pdfLine, text string) float64 {
	usual := w.sizes[scriptKind(text)]
	if usual <= 0 {
		return 1
	}
	return l.size() / usual
}

var endsSentence = regexp.MustCompile(`[.!?:;。！？：；،؛؟…]["”’)）」]?$`)

// heading gives the level of a line that is a heading, else 0.
func (w *pdfWriter) heading(l pdfLine, text string, alone bool) int {
	n := utf8.RuneCountInString(text)
	if n > 200 || !hasLetter(text) {
		return 0
	}
	if r := w.ratio(l, text); r >= 1.12 {
		for i, x := range w.levels {
			if math.Abs(x-r) < 0.05*x {
				return min(i+1, 5)
			}
		}
	}
	if alone && n <= 120 && !endsSentence.MatchString(text) && w.hints.bold[strings.Join(strings.Fields(text), "")] {
		return min(len(w.levels)+1, 6)
	}
	return 0
}

// lines writes the lines of a page in the order of the tool, which follows the
// columns of the page.
func (w *pdfWriter) lines(pg *pdfPage) {
	left, right := textArea(pg)
	written := map[int]bool{}
	var last *pdfLine
	for k := range pg.lines {
		l := &pg.lines[k]
		text := lineText(*l)
		switch {
		case l.gone || text == "":
			continue
		case l.table > 0:
			if !written[l.table] {
				written[l.table] = true
				w.add(pdfBlock{text: pg.tables[l.table-1], kind: 't'})
			}
			last = nil
			continue
		}
		alone := (k == 0 || pg.lines[k-1].block != l.block) && (k+1 == len(pg.lines) || pg.lines[k+1].block != l.block)
		fresh := last == nil || last.block != l.block && !follows(*last, *l) || short(*last, left, right) || math.Abs(last.size()-l.size()) > 0.12*l.size()
		w.line(*l, text, alone, fresh, last != nil && wraps(*last, *l))
		last = l
	}
}

// follows tells whether a line stands closely under another, where its text
// begins.
func follows(above, l pdfLine) bool {
	d := l.y0 - above.y1
	if l.rtl {
		return math.Abs(d) < 0.4*l.height() && math.Abs(l.x1-above.x1) < 2
	}
	start := above.x0
	if mark, _ := listMark(above.words[0].text + " x"); mark != "" && len(above.words) > 1 {
		start = above.words[1].x0
	}
	return math.Abs(d) < 0.4*l.height() && math.Abs(l.x0-start) < 2
}

func lineText(l pdfLine) string {
	s := ""
	for _, w := range l.words {
		s = joinText(s, w.text)
	}
	return strings.TrimSpace(s)
}

// textArea gives the usual left and right edge of the longer lines of a page.
func textArea(pg *pdfPage) (left, right float64) {
	left, right = math.Inf(1), math.Inf(-1)
	for _, l := range pg.lines {
		if !l.gone && l.table == 0 {
			left, right = min(left, l.x0), max(right, l.x1)
		}
	}
	return left, right
}

// short tells a line that ends well before the edge, as the last of a paragraph
// does. Lines of a narrow column are measured by half the page.
func short(l pdfLine, left, right float64) bool {
	middle := (left + right) / 2
	if l.x1 < middle+10 && l.x0 < middle-10 {
		right = middle
	} else if l.x0 > middle-10 {
		left = middle
	}
	if l.rtl {
		return l.x0-left > 0.3*(right-left)
	}
	return right-l.x1 > 0.3*(right-left)
}

func (w *pdfWriter) add(b pdfBlock) {
	b.page = w.page
	w.out = append(w.out, b)
}

func (w *pdfWriter) line(l pdfLine, text string, alone, fresh, wrapped bool) {
	var prev *pdfBlock
	if n := len(w.out); n > 0 {
		prev = &w.out[n-1]
	}
	if level := w.heading(l, text, alone); level > 0 && w.mark == "" {
		if prev != nil && prev.kind == 'h' && prev.level == level && prev.page == w.page && (!fresh || wrapped) &&
			!(chapterNumber.MatchString(prev.text) && chapterNumber.MatchString(text)) {
			prev.text = joinText(prev.text, text)
			return
		}
		w.add(pdfBlock{text: text, kind: 'h', level: level})
		return
	}
	if w.mark != "" {
		text, w.mark = w.mark+" "+text, ""
	}
	if mark, rest := listMark(text + " "); mark != "" {
		if rest == "" {
			w.mark = mark
			return
		}
		w.add(pdfBlock{text: mark + " " + rest, kind: 'l'})
		return
	}
	if prev != nil && (prev.kind == 'p' || prev.kind == 'l') && (!fresh || goesOn(prev.text, text)) {
		prev.text = joinText(prev.text, text)
		return
	}
	w.add(pdfBlock{text: text, kind: 'p'})
}

// goesOn tells whether a paragraph runs on over a break of block or page.
func goesOn(before, after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	end, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLower(r) && (unicode.IsLower(end) || end == ',' || end == '-')
}

// finish writes the blocks and notes where each page begins.
func (w *pdfWriter) finish(doc *Document, pages int) {
	var b strings.Builder
	line := 1
	put := func(s string) {
		b.WriteString(s)
		line += strings.Count(s, "\n")
	}
	for i, k := range w.out {
		if i > 0 {
			put("\n")
			if k.kind != 'l' || w.out[i-1].kind != 'l' {
				put("\n")
			}
		}
		for len(doc.Pages) <= k.page {
			doc.Pages = append(doc.Pages, line)
		}
		switch k.kind {
		case 'h':
			put(strings.Repeat("#", k.level) + " " + escape(k.text))
		case 't':
			put(k.text)
		case 'l':
			mark, rest, _ := strings.Cut(k.text, " ")
			put(mark + " " + escape(rest))
		default:
			put(escapeStart(escape(k.text)))
		}
	}
	if len(w.out) > 0 {
		put("\n")
	}
	for len(doc.Pages) < pages {
		doc.Pages = append(doc.Pages, line)
	}
	doc.Markdown = b.String()
}
