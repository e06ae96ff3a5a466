package reading

import (
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// box is a place on a page, in points from the upper left corner.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) height() float64 { return b.y1 - b.y0 }
func (b box) width() float64  { return b.x1 - b.x0 }

func (b *box) include(o box) {
	b.x0, b.y0, b.x1, b.y1 = min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)
}

type pdfWord struct {
	box
	text string
	line int // index of its line on the page, set where rows are made
}

type pdfLine struct {
	box
	words []pdfWord
	block int
	rtl   bool
	table int // 1 + index of the table of the page that took it, 0 for none
	gone  bool
}

type pdfPage struct {
	width, height float64
	lines         []pdfLine
	tables        []string
}

// pdfLayout is what pdftotext -bbox-layout prints.
type pdfLayout struct {
	pages []pdfPage
	meta  map[string][]string
	block int
}

// read parses the output line by line: the tool writes one element per line.
func (p *pdfLayout) read(in *lineReader) error {
	for {
		t, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s := strings.TrimSpace(strings.ToValidUTF8(string(t.text), "\ufffd"))
		switch {
		case strings.HasPrefix(s, "<word "):
			p.word(s)
		case strings.HasPrefix(s, "<line "):
			if n := len(p.pages); n > 0 {
				p.pages[n-1].lines = append(p.pages[n-1].lines, pdfLine{box: boxOf(s), block: p.block})
			}
		case strings.HasPrefix(s, "<block "):
			p.block++
		case strings.HasPrefix(s, "<page "):
			p.pages = append(p.pages, pdfPage{width: number(s, "width"), height: number(s, "height")})
		case strings.HasPrefix(s, "<title>"):
			p.addMeta("title", strings.TrimSuffix(s[len("<title>"):], "</title>"))
		case strings.HasPrefix(s, "<meta name="):
			p.addMeta(quoted(s, "name"), quoted(s, "content"))
		}
	}
}

func (p *pdfLayout) addMeta(key, value string) {
	names := map[string]string{"creationdate": "date", "moddate": "modified"}
	key = strings.ToLower(key)
	if n, ok := names[key]; ok {
		key = n
	}
	value = strings.TrimSpace(html.UnescapeString(value))
	if key != "" && value != "" && len(value) < 10_000 && len(p.meta) < 50 {
		p.meta[key] = []string{value}
	}
}

func (p *pdfLayout) word(s string) {
	_, text, ok := strings.Cut(s, ">")
	n := len(p.pages)
	if !ok || n == 0 || len(p.pages[n-1].lines) == 0 {
		return
	}
	text = html.UnescapeString(strings.TrimSuffix(text, "</word>"))
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
	if text == "" {
		return
	}
	l := &p.pages[n-1].lines[len(p.pages[n-1].lines)-1]
	l.words = append(l.words, pdfWord{box: boxOf(s), text: text})
}

func boxOf(s string) box {
	return box{number(s, "xMin"), number(s, "yMin"), number(s, "xMax"), number(s, "yMax")}
}

func quoted(s, name string) string {
	_, after, _ := strings.Cut(s, name+`="`)
	v, _, _ := strings.Cut(after, `"`)
	return v
}

func number(s, name string) float64 {
	f, err := strconv.ParseFloat(quoted(s, name), 64)
	if err != nil || f != f || f > 1e6 || f < -1e6 {
		return 0
	}
	return f
}

// text joins the words of a line; between two CJK words there is no space.
func (l pdfLine) text() string {
	texts := make([]string, len(l.words))
	for i, w := range l.words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// size is the height of the line's letters, the median of its words.
func (l pdfLine) size() float64 {
	if len(l.words) == 0 {
		return l.height()
	}
	hs := make([]float64, len(l.words))
	for i, w := range l.words {
		hs[i] = w.height()
	}
	sort.Float64s(hs)
	return hs[len(hs)/2]
}

// sane refuses text that is not what the page shows: fonts without a mapping
// to characters give private or unknown ones, or letters of another script.
func (p *pdfLayout) sane(lang string) error {
	total, bad, letters, expected := 0, 0, 0, 0
	script := scriptsOf(lang)
	for _, page := range p.pages {
		for _, l := range page.lines {
			for _, w := range l.words {
				for _, r := range w.text {
					total++
					switch {
					case r == 0xFFFD, unicode.Is(unicode.Co, r):
						bad++
					case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
						letters++
						if script != nil && unicode.In(r, script...) {
							expected++
						}
					}
				}
			}
		}
	}
	if total == 0 {
		return &Error{Code: CodePDFNoText, Detail: map[string]string{"pages": strconv.Itoa(len(p.pages))}}
	}
	share := func(n int) string { return strconv.Itoa(100*n/total) + " %" }
	switch {
	case total >= 50 && (bad*100 > total*15 || letters*100 < total*40):
		return &Error{Code: CodePDFGarbage, Detail: map[string]string{"share": share(letters), "lang": ""}}
	case total >= 50 && script != nil && expected*100 < total*20:
		return &Error{Code: CodePDFGarbage, Detail: map[string]string{"share": share(expected), "lang": lang}}
	}
	return nil
}

// scriptsOf gives the scripts a language is written in, nil when not known.
func scriptsOf(lang string) []*unicode.RangeTable {
	head, _, _ := strings.Cut(Tag(lang), "-")
	switch head {
	case "ar", "fa", "ur", "ps", "ckb":
		return []*unicode.RangeTable{unicode.Arabic}
	case "zh":
		return []*unicode.RangeTable{unicode.Han}
	case "ja":
		return []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana}
	case "ko":
		return []*unicode.RangeTable{unicode.Hangul}
	case "ru", "uk", "bg":
		return []*unicode.RangeTable{unicode.Cyrillic}
	case "hi", "ne", "mr":
		return []*unicode.RangeTable{unicode.Devanagari}
	case "km":
		return []*unicode.RangeTable{unicode.Khmer}
	case "en", "fr", "es", "pt", "it", "de", "id", "sw", "vi", "tr":
		return []*unicode.RangeTable{unicode.Latin}
	}
	return nil
}

// dropEdges removes what repeats near the upper and lower edge of pages:
// running heads, feet, page numbers.
func (p *pdfLayout) dropEdges() {
	type place struct {
		key string
		y   int
	}
	seen := map[place]int{}
	each := func(f func(pl place, l *pdfLine)) {
		for i := range p.pages {
			pg := &p.pages[i]
			for k := range pg.lines {
				l := &pg.lines[k]
				if len(l.words) > 0 && (l.y1 < pg.height*0.12 || l.y0 > pg.height*0.88) {
					f(place{maskDigits(l.text()), int(l.y0+l.y1) / 12}, l)
				}
			}
		}
	}
	each(func(pl place, _ *pdfLine) { seen[pl]++ })
	need := max(2, len(p.pages)*2/5)
	each(func(pl place, l *pdfLine) {
		// A place may fall on either side of the grid.
		if n := max(seen[pl], seen[place{pl.key, pl.y - 1}], seen[place{pl.key, pl.y + 1}]); n >= need {
			l.gone = true
		}
	})
}

// maskDigits makes "Page 3 of 12" and "Page 4 of 12" equal.
func maskDigits(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		if unicode.IsDigit(r) {
			r = '#'
		}
		if r == ' ' || r == '#' && last == '#' {
			last = r
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
