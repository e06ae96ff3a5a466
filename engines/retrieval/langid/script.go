package langid

import "unicode"

// family is a script, or scripts written together, with its languages.
type family struct {
	name  string
	table []*unicode.RangeTable
	// langs share the script and are told apart by n-grams; the first is the
	// guess when nothing else tells.
	langs []string
}

// families lists the scripts; the profile adds languages to each.
var families = []family{
	{"Latn", []*unicode.RangeTable{unicode.Latin}, []string{"en"}},
	{"Arab", []*unicode.RangeTable{unicode.Arabic}, []string{"ar"}},
	{"Cyrl", []*unicode.RangeTable{unicode.Cyrillic}, []string{"ru"}},
	{"Deva", []*unicode.RangeTable{unicode.Devanagari}, []string{"hi"}},
	{"Ethi", []*unicode.RangeTable{unicode.Ethiopic}, []string{"am"}},
	{"Beng", []*unicode.RangeTable{unicode.Bengali}, []string{"bn"}},
	{"Hani", []*unicode.RangeTable{unicode.Han}, []string{"zh"}},
	{"Kana", []*unicode.RangeTable{unicode.Hiragana, unicode.Katakana}, []string{"ja"}},
	{"Hang", []*unicode.RangeTable{unicode.Hangul}, []string{"ko"}},
	{"Thai", []*unicode.RangeTable{unicode.Thai}, []string{"th"}},
	{"Laoo", []*unicode.RangeTable{unicode.Lao}, []string{"lo"}},
	{"Khmr", []*unicode.RangeTable{unicode.Khmer}, []string{"km"}},
	{"Mymr", []*unicode.RangeTable{unicode.Myanmar}, []string{"my"}},
	{"Taml", []*unicode.RangeTable{unicode.Tamil}, []string{"ta"}},
	{"Telu", []*unicode.RangeTable{unicode.Telugu}, []string{"te"}},
	{"Knda", []*unicode.RangeTable{unicode.Kannada}, []string{"kn"}},
	{"Mlym", []*unicode.RangeTable{unicode.Malayalam}, []string{"ml"}},
	{"Gujr", []*unicode.RangeTable{unicode.Gujarati}, []string{"gu"}},
	{"Guru", []*unicode.RangeTable{unicode.Gurmukhi}, []string{"pa"}},
	{"Orya", []*unicode.RangeTable{unicode.Oriya}, []string{"or"}},
	{"Sinh", []*unicode.RangeTable{unicode.Sinhala}, []string{"si"}},
	{"Grek", []*unicode.RangeTable{unicode.Greek}, []string{"el"}},
	{"Hebr", []*unicode.RangeTable{unicode.Hebrew}, []string{"he"}},
	{"Armn", []*unicode.RangeTable{unicode.Armenian}, []string{"hy"}},
	{"Geor", []*unicode.RangeTable{unicode.Georgian}, []string{"ka"}},
	{"Tibt", []*unicode.RangeTable{unicode.Tibetan}, []string{"bo"}},
	{"Thaa", []*unicode.RangeTable{unicode.Thaana}, []string{"dv"}},
}

const noFamily = -1

// familyOf returns the script that most of a text is in. Latin counts a
// fifth, because names and codes are Latin in every language; kana make
// Chinese characters Japanese.
func familyOf(text string) int {
	var counts [32]int
	for i, r := range text {
		if i > maxText {
			break
		}
		if f := familyOfRune(r); f != noFamily {
			counts[f] += 5
		}
	}
	counts[0] /= 5
	if counts[kana]*4 >= counts[hani] && counts[kana] > 0 {
		counts[kana] += counts[hani]
	}
	best := noFamily
	for f := range families {
		if counts[f] > 0 && (best == noFamily || counts[f] > counts[best]) {
			best = f
		}
	}
	if best == noFamily && counts[0] == 0 {
		return noFamily
	}
	return max(best, 0)
}

// Places in families.
const (
	hani = 6
	kana = 7
)

func familyOfRune(r rune) int {
	if r < 0x80 {
		if r|0x20 >= 'a' && r|0x20 <= 'z' {
			return 0
		}
		return noFamily
	}
	if r >= 0x4E00 && r <= 0x9FFF {
		return hani
	}
	for f := range families {
		for _, t := range families[f].table {
			if unicode.Is(t, r) {
				return f
			}
		}
	}
	return noFamily
}
