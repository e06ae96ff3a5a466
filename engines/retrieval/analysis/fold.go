package analysis

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldCase returns the word in NFKC and lower case, without marks that only
// decorate (tatweel, soft hyphens, joiners, apostrophes). Turkish dotted and
// dotless i are kept apart for tr and az.
func foldCase(lang, word string) string {
	if isPlain(word) {
		return word
	}
	if !isASCII(word) {
		word = norm.NFKC.String(word)
	}
	out := make([]byte, 0, len(word))
	for _, r := range word {
		if r < utf8.RuneSelf && r >= 'A' && r <= 'Z' {
			if r == 'I' && (lang == "tr" || lang == "az") {
				out = utf8.AppendRune(out, 'ı')
				continue
			}
			out = append(out, byte(r)|0x20)
			continue
		}
		if r == 'İ' {
			out = append(out, 'i')
			continue
		}
		switch scriptOf(r) {
		case joiner, apostrophe, hyphen:
			continue
		}
		if r == 0x200C {
			continue
		}
		out = utf8.AppendRune(out, unicode.ToLower(r))
	}
	return string(out)
}

// isPlain says that the word is lower-case ASCII letters and digits only.
func isPlain(word string) bool {
	for i := 0; i < len(word); i++ {
		if c := word[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func isASCII(word string) bool {
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldAccents removes accents from Latin letters and Russian yo, so that text
// typed without them matches.
func foldAccents(word string) string {
	if isASCII(word) {
		return word
	}
	out := make([]byte, 0, len(word))
	for _, r := range norm.NFD.String(word) {
		if r >= 0x300 && r <= 0x36F {
			continue
		}
		if to, ok := plainLetters[r]; ok {
			out = append(out, to...)
			continue
		}
		out = utf8.AppendRune(out, r)
	}
	return norm.NFC.String(string(out))
}

// plainLetters spells letters that do not decompose.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
	'ɓ': "b", 'ɗ': "d", 'ƙ': "k", 'ƴ': "y",
}

// foldArabic removes vowel marks and joins the letters that writers and
// keyboards interchange: alef forms, Arabic and Persian yeh and kaf, heh forms.
func foldArabic(lang, word string) string {
	out := make([]byte, 0, len(word))
	for _, r := range word {
		switch {
		case r >= 0x64B && r <= 0x65F && !(lang == "ckb"), r == 0x670, r >= 0x6D6 && r <= 0x6ED && r != 0x6D5:
			continue
		case r == 'أ' || r == 'إ' || r == 'آ' || r == 'ٱ':
			r = 'ا'
		case r == 'ى' || r == 'ی' || r == 'ې':
			r = 'ي'
		case r == 'ک' || r == 'ڪ':
			r = 'ك'
		case r == 'ہ' || r == 'ھ' && lang != "ur" || r == 'ۀ' || r == 'ە' && lang != "ckb":
			r = 'ه'
		case r == 'ۃ':
			r = 'ة'
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
