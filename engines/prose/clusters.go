package prose

import (
	"unicode"
	"unicode/utf8"
)

// clusterStart returns the largest offset up to i at which text can be cut
// without parting what is seen as one letter: a base with its marks, a stacked
// consonant, joined emoji, a flag.
func clusterStart(text string, i int) int {
	if i >= len(text) {
		return len(text)
	}
	for i > 0 && !utf8.RuneStart(text[i]) {
		i--
	}
	for step := 0; i > 0 && step < 32; step++ {
		r, _ := utf8.DecodeRuneInString(text[i:])
		before, size := utf8.DecodeLastRuneInString(text[:i])
		if !extends(r) && !binds(before) && !(flagLetter(r) && flagLetter(before) && oddFlags(text[:i])) {
			break
		}
		i -= size
	}
	return i
}

// extends reports runes that belong to the one before them.
func extends(r rune) bool {
	if r < 0x300 {
		return false
	}
	return unicode.Is(unicode.M, r) || r == 0x200C || r == 0x200D || r == 0x0E33 || r == 0x0EB3 ||
		r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F
}

// binds reports runes that take the one after them along: joiners and the
// signs that stack or join consonants.
func binds(r rune) bool {
	switch r {
	case 0x200D, 0x17D2, 0x1039, 0x094D, 0x09CD, 0x0A4D, 0x0ACD, 0x0B4D, 0x0C4D, 0x0CCD, 0x0D4D, 0x0DCA:
		return true
	}
	return false
}

func flagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// oddFlags reports whether text ends in an odd number of flag letters.
func oddFlags(text string) bool {
	n := 0
	for n < 64 {
		r, size := utf8.DecodeLastRuneInString(text)
		if !flagLetter(r) {
			break
		}
		text = text[:len(text)-size]
		n++
	}
	return n%2 == 1
}
