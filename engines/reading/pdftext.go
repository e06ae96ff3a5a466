package reading

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var numbered = regexp.MustCompile(`^(\d{1,2})[.)]\s+(.*)$`)

// listMark parts the mark of a list item from its text: "-" for bullets.
func listMark(s string) (mark, rest string) {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("•●▪◦‣∙○■□◆➢✓❖*–-·", r) || unicode.Is(unicode.Co, r) {
		if after := s[size:]; strings.HasPrefix(after, " ") || r > unicode.MaxLatin1 && r != '–' {
			return "-", strings.TrimSpace(after)
		}
		return "", s
	}
	if m := numbered.FindStringSubmatch(s); m != nil {
		return m[1] + ".", m[2]
	}
	return "", s
}

func hasCJK(s string) bool { return strings.ContainsFunc(s, isCJK) }

func isCJK(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// joinText joins two pieces of one paragraph: a hyphen that parted a word goes,
// and no space stands between CJK characters.
func joinText(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	end, size := utf8.DecodeLastRuneInString(a)
	start, _ := utf8.DecodeRuneInString(b)
	before, _ := utf8.DecodeLastRuneInString(a[:len(a)-size])
	switch {
	case end == '\u00ad', (end == '-' || end == '\u2010') && unicode.IsLower(before) && unicode.IsLower(start):
		return a[:len(a)-size] + b
	case end == '-' && unicode.IsDigit(before) && unicode.IsDigit(start):
		return a + b
	case isCJK(end) && isCJK(start):
		return a + b
	}
	return a + " " + b
}
