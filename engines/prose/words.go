package prose

import (
	"unicode"
	"unicode/utf8"
)

// longToken is the length in runes from which a token counts as two words.
const longToken = 32

// Words returns how many words text counts, by the rule in the package
// comment. It depends on the scripts found in the text, not on a language.
func Words(text string) int { return inWords(tenthsOf(text)) }

// inWords rounds tenths of a word up to words.
func inWords(tenths int) int { return (tenths + 9) / 10 }

// tenthsOf returns the weight of text in tenths of a word. That of texts put
// together with space between them is the sum of theirs.
func tenthsOf(text string) int {
	tenths := 0
	for i := 0; i < len(text); {
		if isASCIISpace(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && text[end] < utf8.RuneSelf && !isASCIISpace(text[end]) {
			end++
		}
		if end == len(text) || text[end] < utf8.RuneSelf {
			tenths += runTenths(end - i)
			i = end
			continue
		}
		var w int
		w, i = tokenTenths(text, i)
		tenths += w
	}
	return tenths
}

// tokenTenths returns the weight, in tenths of a word, of the space-separated
// token that starts at or after i, and the offset behind it.
func tokenTenths(text string, i int) (tenths, end int) {
	run, runes := 0, 0 // letters of the open spaced run; all runes seen
	i = skipSpace(text, i)
	for i < len(text) {
		c := text[i]
		if c < utf8.RuneSelf {
			if isASCIISpace(c) {
				break
			}
			i++
			runes++
			run++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if isSpace(r) {
			break
		}
		i += size
		runes++
		if w := unspacedWeight(r); w >= 0 {
			tenths += w + runTenths(run)
			run = 0
			continue
		}
		if tenths > 0 && run == 0 && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue // punctuation between characters of an unspaced script
		}
		run++
	}
	tenths += runTenths(run)
	if tenths < 10 && runes > 0 {
		tenths = 10
	}
	return tenths, i
}

func runTenths(run int) int {
	return (run + longToken - 1) / longToken * 10
}

// unspacedWeight gives the tenths of a word a rune of a script without spaces
// stands for, and -1 for every other rune.
func unspacedWeight(r rune) int {
	switch {
	case r < 0x0E00:
		return -1
	case r <= 0x0EFF: // Thai, Lao
		return letterWeight(r)
	case r >= 0x0F00 && r <= 0x0FFF, r >= 0x1000 && r <= 0x109F, r >= 0x1780 && r <= 0x17FF: // Tibetan, Burmese, Khmer
		return letterWeight(r)
	case r >= 0x3040 && r <= 0x30FF, r >= 0xFF66 && r <= 0xFF9D: // kana
		return 4
	case r >= 0x3400 && r <= 0x9FFF, r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3FFFF: // Han
		return 6
	}
	return -1
}

// letterWeight is the weight of a rune of a script that writes syllables with
// combining marks: the marks weigh nothing.
func letterWeight(r rune) int {
	switch {
	case r >= 0x0E01 && r <= 0x0E30, r >= 0x1780 && r <= 0x17B3, r >= 0x1000 && r <= 0x102A: // letters all
		return 3
	case unicode.Is(unicode.M, r):
		return 0
	}
	return 3
}

func isASCIISpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v'
}

// isSpace is unicode.IsSpace, quick for letters.
func isSpace(r rune) bool {
	switch {
	case r < 0x80:
		return isASCIISpace(byte(r))
	case r == 0x85 || r == 0xA0:
		return true
	case r < 0x1680 || r > 0x3000:
		return false
	}
	return unicode.IsSpace(r)
}

// skipSpace returns the offset of the first rune at or after i that is no space.
func skipSpace(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isSpace(r) {
			break
		}
		i += size
	}
	return i
}
