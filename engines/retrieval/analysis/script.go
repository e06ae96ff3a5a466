package analysis

import "unicode"

// script is the class of a rune as far as finding words is concerned.
type script uint8

const (
	separator script = iota
	digit
	mark   // combining: belongs to the word before it
	joiner // ZWJ, ZWNJ, soft hyphen, tatweel-like: inside a word, not part of the term
	apostrophe
	hyphen
	latin
	greek
	cyrillic
	arabic
	hebrew
	devanagari
	bengali
	tamil
	ethiopic
	otherLetter
	han
	kana
	hangul
	thai
	lao
	khmer
	myanmar
)

// asciiScripts classifies the first 128 code points.
var asciiScripts = func() (t [128]script) {
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = latin, latin
	}
	t['\''], t['-'] = apostrophe, hyphen
	return t
}()

// block is a range of code points whose letters share a script.
type block struct {
	lo, hi rune
	s      script
}

// blocks is ordered by code point; runes outside are otherLetter or separator
// by their Unicode category.
var blocks = []block{
	{0xAA, 0xAA, latin}, {0xB5, 0xB5, greek}, {0xBA, 0xBA, latin}, {0xC0, 0x2AF, latin},
	{0x370, 0x3FF, greek}, {0x400, 0x52F, cyrillic}, {0x590, 0x5FF, hebrew},
	{0x600, 0x6FF, arabic}, {0x750, 0x77F, arabic}, {0x870, 0x8FF, arabic},
	{0x900, 0x97F, devanagari}, {0x980, 0x9FF, bengali}, {0xB80, 0xBFF, tamil},
	{0xE00, 0xE7F, thai}, {0xE80, 0xEFF, lao}, {0x1000, 0x109F, myanmar},
	{0x1100, 0x11FF, hangul}, {0x1200, 0x139F, ethiopic}, {0x1780, 0x17FF, khmer},
	{0x1C80, 0x1C8F, cyrillic}, {0x1E00, 0x1EFF, latin}, {0x1F00, 0x1FFF, greek},
	{0x2C60, 0x2C7F, latin}, {0x2D80, 0x2DDF, ethiopic}, {0x2DE0, 0x2DFF, cyrillic},
	{0x3005, 0x3007, han}, {0x3041, 0x30FF, kana}, {0x3130, 0x318F, hangul}, {0x31F0, 0x31FF, kana},
	{0x3400, 0x4DBF, han}, {0x4E00, 0x9FFF, han}, {0xA640, 0xA69F, cyrillic}, {0xA720, 0xA7FF, latin},
	{0xA960, 0xA97F, hangul}, {0xA9E0, 0xA9FF, myanmar}, {0xAA60, 0xAA7F, myanmar}, {0xAB00, 0xAB2F, ethiopic},
	{0xAC00, 0xD7FF, hangul}, {0xF900, 0xFAFF, han}, {0xFB1D, 0xFB4F, hebrew}, {0xFB50, 0xFDFF, arabic},
	{0xFE70, 0xFEFF, arabic}, {0xFF21, 0xFF5A, latin}, {0xFF66, 0xFF9D, kana}, {0xFFA0, 0xFFDC, hangul},
	{0x20000, 0x323AF, han},
}

// zeros lists the digit zero of every decimal system that documents use.
var zeros = []rune{
	0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
	0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10,
}

// digitValue returns the value of a decimal digit of any script, or -1.
func digitValue(r rune) int {
	if r < 0x80 {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, zero := range zeros {
		if r >= zero && r < zero+10 {
			return int(r - zero)
		}
	}
	return -1
}

func scriptOf(r rune) script {
	if r < 0x80 {
		return asciiScripts[r]
	}
	switch r {
	case 0x2019, 0x2BC, 0x2BB, 0x2018, 0xFF07, 0x55A, 0x5F3:
		return apostrophe
	case 0x2010, 0x2011, 0xFF0D, 0x2212:
		return hyphen
	case 0xAD, 0x200D, 0x2060, 0xFEFF, 0x640:
		return joiner
	case 0xD7, 0xF7, 0x17D4, 0x17D5, 0x17D6, 0x17D9, 0x17DA, 0x30FB, 0x60C, 0x61B, 0x61F, 0x6D4:
		return separator
	}
	if r >= 0x660 && digitValue(r) >= 0 {
		return digit
	}
	lo, hi := 0, len(blocks)
	for lo < hi {
		mid := (lo + hi) / 2
		if blocks[mid].hi < r {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(blocks) && r >= blocks[lo].lo {
		return inBlock(r, blocks[lo].s)
	}
	switch {
	case unicode.Is(unicode.M, r):
		return mark
	case unicode.IsLetter(r):
		return otherLetter
	}
	return separator
}

func inBlock(r rune, s script) script {
	if s == han || s == latin && r < 0x250 || s == hangul && r >= 0xAC00 && r <= 0xD7A3 {
		return s
	}
	if unicode.Is(unicode.M, r) {
		return mark
	}
	if unicode.IsLetter(r) {
		return s
	}
	if r == 0x30FC || r == 0xFF70 || r == 0x3005 || r == 0x3007 {
		return s
	}
	return separator
}

// usesScript says whether words of a script belong to the language; words of
// any other script in its texts are neutral.
func usesScript(lang string, s script) bool {
	switch s {
	case cyrillic:
		switch lang {
		case "ru", "uk", "sr", "bg", "be", "mk", "kk", "ky", "mn", "tg", "tt", "uz", "os", "ba", "cv", "bs":
			return true
		}
		return false
	case arabic:
		switch lang {
		case "ar", "fa", "ur", "ps", "ckb", "sd", "ug", "ku", "pa", "ks", "az", "dv", "ms", "ha":
			return true
		}
		return false
	case latin:
		return !nonLatin[lang]
	case han, kana:
		return lang == "zh" || lang == "ja" || lang == "ko" && s == han
	}
	home, known := homeScript[lang]
	return !known || home == s
}

// homeScript names the script of languages with one of their own.
var homeScript = map[string]script{
	"el": greek, "he": hebrew, "yi": hebrew, "hi": devanagari, "mr": devanagari, "ne": devanagari, "sa": devanagari,
	"bho": devanagari, "mai": devanagari, "bn": bengali, "as": bengali, "ta": tamil, "am": ethiopic, "ti": ethiopic,
	"ko": hangul, "th": thai, "lo": lao, "km": khmer, "my": myanmar,
	"en": latin, "fr": latin, "es": latin, "pt": latin, "de": latin, "it": latin, "sw": latin, "ru": cyrillic,
	"ar": arabic, "fa": arabic, "ur": arabic, "zh": han, "ja": han,
}

// nonLatin holds the languages not written in Latin letters.
var nonLatin = map[string]bool{
	NeutralLang: true,
	"ar":        true, "fa": true, "ur": true, "ps": true, "ckb": true, "sd": true, "ug": true, "he": true, "yi": true,
	"ru": true, "uk": true, "bg": true, "be": true, "mk": true, "kk": true, "ky": true, "mn": true, "tg": true,
	"el": true, "hy": true, "ka": true, "hi": true, "mr": true, "ne": true, "sa": true, "bho": true, "mai": true,
	"bn": true, "as": true, "ta": true, "te": true, "kn": true, "ml": true, "gu": true, "pa": true, "or": true, "si": true,
	"am": true, "ti": true, "th": true, "lo": true, "km": true, "my": true, "zh": true, "ja": true, "ko": true,
	"dz": true, "bo": true, "dv": true,
}
