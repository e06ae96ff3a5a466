package reading

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// pdfHints is what pdftohtml adds: which lines are bold, and how words that
// stand in visual order read. The keys are without spaces.
type pdfHints struct {
	bold    map[string]bool
	logical map[string]string
}

var pdfText = regexp.MustCompile(`^<text top="(-?\d+)"[^>]*>(.*)</text>$`)

var pdfTags = regexp.MustCompile(`<[^>]*>`)

// read parses the output of pdftohtml -xml: one text per line, pieces of one
// line of the page with the same top.
func (h *pdfHints) read(in *lineReader) error {
	h.bold, h.logical = map[string]bool{}, map[string]string{}
	var visual strings.Builder
	for {
		t, err := in.next()
		if err == io.EOF {
			h.ligatures(visual.String())
			return nil
		}
		if err != nil {
			return err
		}
		m := pdfText.FindStringSubmatch(strings.ToValidUTF8(string(t.text), ""))
		if m == nil {
			h.ligatures(visual.String())
			visual.Reset()
			continue
		}
		text := html.UnescapeString(pdfTags.ReplaceAllString(m[2], ""))
		if strings.HasPrefix(m[2], "<b>") && strings.HasSuffix(m[2], "</b>") && len(h.bold) < 100_000 {
			h.bold[strings.Join(strings.Fields(plainForms(text)), "")] = true
		}
		if visual.Len() < 1<<20 {
			visual.WriteString(text)
		}
	}
}

// ligatures learns how words with a lam-alef ligature read: in its own
// presentation form it can be told from the letters alef, lam.
func (h *pdfHints) ligatures(visual string) {
	for _, w := range strings.Fields(visual) {
		has := false
		for _, r := range w {
			has = has || r >= 0xFEF5 && r <= 0xFEFC
		}
		if !hasArabic(w) || len(h.logical) >= 200_000 {
			continue
		}
		key := plainForms(w)
		if !has {
			if !strings.ContainsFunc(w, func(r rune) bool { return r >= 0xFE70 && r <= 0xFEFC }) {
				continue // plain letters say nothing about ligatures
			}
		}
		rs := []rune(w)
		slices.Reverse(rs)
		h.logical[key] = restoreLTR(plainForms(string(rs)))
	}
}

// plainForms replaces forms that exist for fonts (ligatures, Arabic
// presentation forms, radicals that look like characters) by plain letters.
// Whole NFKC would also turn Chinese punctuation into ASCII.
func plainForms(s string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		switch {
		case r >= 0xFB00 && r <= 0xFDFF, r >= 0xFE70 && r <= 0xFEFC, r >= 0x2E80 && r <= 0x2FDF, r >= 0xF900 && r <= 0xFAFF:
			b.WriteString(norm.NFKC.String(string(r)))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hasArabic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) })
}

// settleWords puts the words of right-to-left lines into reading order, and
// normalises all text.
func (p *pdfLayout) settleWords(h pdfHints) {
	visual := p.isVisual()
	for i := range p.pages {
		for k := range p.pages[i].lines {
			l := &p.pages[i].lines[k]
			arabic, other := 0, 0
			for j := range l.words {
				w := &l.words[j]
				w.text = stripBidi(plainForms(w.text))
				switch {
				case hasArabic(w.text):
					arabic += len(w.text)
					if visual {
						w.text = logicalOrder(w.text, h)
					}
				case strings.ContainsFunc(w.text, unicode.IsLetter):
					other += len(w.text)
				}
			}
			l.words = slices.DeleteFunc(l.words, func(w pdfWord) bool { return w.text == "" })
			if l.rtl = arabic > other; l.rtl {
				for j := range l.words {
					l.words[j].text = endMarks(l.words[j].text)
				}
				orderRTL(l.words)
			}
		}
	}
}

// endMarks moves the mark that ends a sentence behind a Latin word or number:
// in a line from right to left it stands at the left.
func endMarks(s string) string {
	rest := strings.TrimLeft(s, ".,:;!?،؛؟")
	if rest == s || rest == "" || hasArabic(s) {
		return s
	}
	return rest + s[:len(s)-len(rest)]
}

// isVisual tells whether Arabic words stand in visual order: then letters that
// only end a word begin it. Some versions of the tool turn words, others not.
func (p *pdfLayout) isVisual() bool {
	begins, ends := 0, 0
	for _, page := range p.pages {
		for _, l := range page.lines {
			for _, w := range l.words {
				rs := []rune(strings.TrimFunc(plainForms(w.text), func(r rune) bool { return !unicode.IsLetter(r) }))
				if len(rs) < 2 {
					continue
				}
				if rs[0] == 'ة' || rs[0] == 'ى' || rs[len(rs)-2] == 'ل' && rs[len(rs)-1] == 'ا' {
					begins++
				}
				if rs[len(rs)-1] == 'ة' || rs[len(rs)-1] == 'ى' || rs[0] == 'ا' && rs[1] == 'ل' {
					ends++
				}
			}
		}
	}
	return begins > ends
}

func stripBidi(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x200B && r <= 0x200F && r != 0x200C && r != 0x200D, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		case r == 0x0640: // tatweel only stretches
			return -1
		}
		return r
	}, s)
}

// logicalOrder turns a word from visual to reading order. A lam-alef ligature
// comes from the tool as lam, alef in reading order amid the turned letters,
// just as alef, lam would; where pdftohtml did not tell them apart, they are a
// ligature after alef or lam (as in al-akhtibar), or as a word of their own.
func logicalOrder(v string, h pdfHints) string {
	if s, ok := h.logical[v]; ok {
		return s
	}
	rs := []rune(v)
	slices.Reverse(rs)
	letters := 0
	for _, r := range rs {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	for i := 0; i+1 < len(rs); i++ {
		if !isAlef(rs[i]) || rs[i+1] != 'ل' {
			continue
		}
		if letters == 2 || i > 0 && (isAlef(rs[i-1]) || rs[i-1] == 'ل') {
			rs[i], rs[i+1] = rs[i+1], rs[i]
			i++
		}
	}
	return restoreLTR(string(rs))
}

func isAlef(r rune) bool { return r == 'ا' || r == 'أ' || r == 'إ' || r == 'آ' }

// restoreLTR turns numbers and Latin letters within a turned word back, and
// mirrors brackets.
func restoreLTR(s string) string {
	rs := []rune(s)
	ltr := func(r rune) bool {
		return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.In(r, unicode.Arabic, unicode.Hebrew)
	}
	mirror := strings.NewReplacer("(", ")", ")", "(", "[", "]", "]", "[", "{", "}", "}", "{", "<", ">", ">", "<", "«", "»", "»", "«")
	rs = []rune(mirror.Replace(string(rs)))
	for i := 0; i < len(rs); i++ {
		if !ltr(rs[i]) {
			continue
		}
		end := i
		for k := i; k < len(rs) && (ltr(rs[k]) || strings.ContainsRune(".,:/%-+", rs[k])); k++ {
			if ltr(rs[k]) {
				end = k
			}
		}
		slices.Reverse(rs[i : end+1])
		i = end
	}
	return string(rs)
}

// orderRTL sorts words from right to left; neighbours that read from left to
// right keep that order among themselves.
func orderRTL(words []pdfWord) {
	slices.SortStableFunc(words, func(a, b pdfWord) int {
		switch {
		case a.x0 > b.x0:
			return -1
		case a.x0 < b.x0:
			return 1
		}
		return 0
	})
	for i := 0; i < len(words); i++ {
		k := i
		for k < len(words) && !hasArabic(words[k].text) && strings.ContainsFunc(words[k].text, func(r rune) bool { return unicode.IsLetter(r) }) {
			k++
		}
		if k > i {
			slices.Reverse(words[i:k])
			i = k
		}
	}
}
