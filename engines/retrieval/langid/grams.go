package langid

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// gram is up to four characters, 16 bits each, the last one lowest. Words are
// bounded by spaces.
type gram uint64

// maxText bounds the bytes of a text that are looked at; more does not help.
const maxText = 2000

// eachGram calls f with every n-gram of one to four characters of the words
// of a text, in lower case, digits and signs left out.
func eachGram(text string, f func(gram)) {
	if len(text) > maxText {
		cut := maxText
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	var window [4]rune
	n := 0
	put := func(r rune) {
		copy(window[:], window[1:])
		window[3] = r
		n = min(n+1, 4)
		for k := 1; k <= n; k++ {
			if k == 1 && r == ' ' {
				continue
			}
			var g gram
			for _, c := range window[4-k:] {
				g = g<<16 | gram(c&0xFFFF)
			}
			f(g)
		}
	}
	put(' ')
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsLetter(r) || unicode.Is(unicode.M, r):
			put(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == 'ʼ' || r == '-':
			put('\'')
		case window[3] != ' ':
			put(' ')
			n = 1
		}
	}
	if window[3] != ' ' {
		put(' ')
	}
}
