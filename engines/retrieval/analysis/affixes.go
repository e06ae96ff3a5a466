package analysis

import (
	"strings"
	"unicode/utf8"
)

// affixes is a light stemmer: it removes at most one prefix and up to rounds
// suffixes, longest first, as long as minStem runes remain.
type affixes struct {
	prefixes []string
	suffixes []string
	minStem  int
	rounds   int
	limit    int // runes kept at most, 0 for all
}

func (a affixes) stem(word string) string {
	for range max(a.rounds, 1) {
		shorter := a.withoutSuffix(word)
		if shorter == word {
			break
		}
		word = shorter
	}
	word = a.withoutPrefix(word)
	if a.limit > 0 {
		word = firstRunes(word, a.limit)
	}
	return word
}

func (a affixes) withoutSuffix(word string) string {
	for _, s := range a.suffixes {
		if strings.HasSuffix(word, s) && utf8.RuneCountInString(word)-utf8.RuneCountInString(s) >= a.minStem {
			return word[:len(word)-len(s)]
		}
	}
	return word
}

func (a affixes) withoutPrefix(word string) string {
	for _, p := range a.prefixes {
		if strings.HasPrefix(word, p) && utf8.RuneCountInString(word)-utf8.RuneCountInString(p) >= a.minStem {
			return word[len(p):]
		}
	}
	return word
}

func firstRunes(word string, n int) string {
	for i := range word {
		if n == 0 {
			return word[:i]
		}
		n--
	}
	return word
}

// ownRules are the light stemmers of languages for which bleve has none. Each
// list is ordered longest first where one affix ends or begins another.
var ownRules = map[string]affixes{
	"sw": {
		prefixes: strings.Fields("hawaja wanao wanaye watakao yanayo zinazo inayo unao anaye waliyo walio aliye wata wana wali wame hawa haya hayu huna hana hawa zime zina zita yame yana yata imeku ime ina ita ana hu ata ame ali una uta ume nina nita tuna tuta ku ki vi wa ya za la u m"),
		suffixes: strings.Fields("ishwa eshwa isha esha iwa ewa lewa liwa ika eka ia ea ana wa ni a e i o u"),
		minStem:  3,
	},
	"id": malay, "ms": malay,
	"ur": {suffixes: strings.Fields("یوں وں یاں یں ات ان ین ے ی ا ہ ه ي"), minStem: 3},
	"fa": {suffixes: strings.Fields("هايي هاي هايش ترين ها تر اند ان ات يي ي م ش"), minStem: 3},
	"ps": {suffixes: strings.Fields("ونو ونه انو ان ونکي وي ي و ه ې"), minStem: 3},
	"sr": {suffixes: strings.Fields("ovima evima stvima ijama ijima anjem enjem osti ijom ijama ovi evi ima ama ome omu oga ega emu ih im om em og eg oj aj ju ja je ji a e i o u"), minStem: 3},
	"uk": {suffixes: strings.Fields("ування увати ювати ність ності ними ами ями ого ому ими их ій ою ею ів їв ах ях ам ям ий ої ти ла ли ло ся є ю я а е и і ї о у ь"), minStem: 3, rounds: 2},
	"bn": {suffixes: strings.Fields("গুলির গুলোর গুলিকে গুলি গুলো দের টির টিকে টি টা কে তে রা ের ের য় ে র ি া"), minStem: 2},
	"mr": {suffixes: strings.Fields("ांच्या ांमध्ये ामध्ये मध्ये ांना ांनी ांचे ांचा ांची ाच्या ाला ाचे ाचा ाची ाने ातील ात ून ांत ा ी े ो ू ि ु ं"), minStem: 2, rounds: 2},
	"ne": {suffixes: strings.Fields("हरूको हरूलाई हरूले हरू हरुको हरु लाई बाट मा को का की ले ा ी े ो"), minStem: 2, rounds: 2},
	"so": {suffixes: strings.Fields("yaasha yada ooyin aha aasha ayaa ada tii kii ka ga ta da ha sha yo a o i"), minStem: 3},
	"ha": {suffixes: strings.Fields("oyin nsa nta nsu ta n r"), minStem: 3},
	"tl": {
		prefixes: strings.Fields("pinaka nakaka makaka nagpa magpa ipinag nag mag pag nang mang pang naka maka nai mai na ma ka pa i"),
		suffixes: strings.Fields("han hin ang ng an in"), minStem: 3,
	},
	"zu": {
		prefixes: strings.Fields("ngokw nge nga ezi aba ama izi imi isi ubu uku olu ulu umu um in im il i u a e o"),
		suffixes: strings.Fields("isiwe elwa iswa ini eni wa a e i o u"), minStem: 3,
	},
	"rw": {
		prefixes: strings.Fields("ibi iki aba umu imi ama aka utu ubu uku ku mu ba bi ki i u a"),
		suffixes: strings.Fields("wa a e i o u"), minStem: 3,
	},
	"ku": {suffixes: strings.Fields("ekî ekê eke ên an in ê î a e"), minStem: 3},
	"om": {suffixes: strings.Fields("oota ootni onni oonni icha tti dhaan aan n a e i o u"), minStem: 3},
}

// malay serves Indonesian and Malay.
var malay = affixes{
	prefixes: strings.Fields("memper menge meng meny men mem me penge peng peny pen pem per pe ber be ter di ke se"),
	suffixes: strings.Fields("kannya annya inya kan nya lah kah an i"),
	minStem:  4,
}

// latinSerbian writes Serbian Cyrillic in Latin letters, so that both ways of
// writing meet.
func latinSerbian(word string) string {
	var b strings.Builder
	for _, r := range word {
		if to, ok := serbianLetters[r]; ok {
			b.WriteString(to)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

var serbianLetters = map[rune]string{
	'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'ђ': "dj", 'е': "e", 'ж': "ž", 'з': "z", 'и': "i", 'ј': "j",
	'к': "k", 'л': "l", 'љ': "lj", 'м': "m", 'н': "n", 'њ': "nj", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t",
	'ћ': "ć", 'у': "u", 'ф': "f", 'х': "h", 'ц': "c", 'ч': "č", 'џ': "dž", 'ш': "š",
}

// foldIndic removes the nukta and joins nasal and vowel signs that writers
// interchange.
func foldIndic(word string) string {
	out := make([]byte, 0, len(word))
	for _, r := range word {
		switch r {
		case 0x93C, 0x9BC:
			continue
		case 0x901:
			r = 0x902
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// foldEthiopic joins the letters of Ethiopic that sound alike and are
// interchanged in writing: h, s, a and ts rows.
func foldEthiopic(word string) string {
	out := make([]byte, 0, len(word))
	for _, r := range word {
		switch {
		case r >= 0x1210 && r <= 0x1216, r >= 0x1280 && r <= 0x1286:
			r = 0x1200 + r&7
		case r >= 0x1220 && r <= 0x1226:
			r = 0x1230 + r&7
		case r >= 0x12D0 && r <= 0x12D6:
			r = 0x12A0 + r&7
		case r >= 0x1340 && r <= 0x1346:
			r = 0x1338 + r&7
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
