package reading

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wraps tells whether a line goes on with the heading above it, though that
// ended before the edge: it stands closely under it, as large, in line with it
// or centred like it, and the words show that the sentence is not at its end.
func wraps(above, l pdfLine) bool {
	size := l.size()
	if math.Abs(above.size()-size) > 0.05*size || math.Abs(l.y0-above.y1) > 0.5*size {
		return false
	}
	if math.Abs(l.x0-above.x0) > 2 && math.Abs(l.x1-above.x1) > 2 && math.Abs(l.x0+l.x1-above.x0-above.x1) > 6 {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(lineText(above))
	begin, _ := utf8.DecodeRuneInString(lineText(l))
	return unicode.IsLower(begin) || strings.ContainsRune(",:;-–—(،؛，：；、（", end)
}

// chapterNumber finds the number at the head of a chapter: two lines that have one
// are two headings.
var chapterNumber = regexp.MustCompile(`^(\d{1,2}(\.\d{1,2})*[.)、．]?\s|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十\d]{1,3}[章节條条])`)
