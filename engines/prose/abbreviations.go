package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// never lists abbreviations that hardly ever end a sentence, in any of the
// languages we read most; without the final point, lower case.
const never = " dr dra prof mr mrs ms mme mlle st sr sra srta ing gen col capt rev hon messrs " +
	"e.g i.e eg ie vs viz cf approx ca resp incl esp p.ex z.b d.h u.a bzw usw vgl p.ej q.v " +
	"т.е напр см ср им ул св г-н г-жа д-р проф акад гр "

// beforeNumber lists abbreviations that go on when a number follows.
const beforeNumber = " no nos nr núm num n fig figs abb tab table eq eqn ref refs vol vols p pp pg pág s art sec sect ch chap cap para al ed " +
	"version ver jan feb mar apr jun jul aug sep sept oct nov dec " +
	"рис табл ст гл п пп стр с т ч № янв фев апр авг сент окт нояб дек "

// abbreviated reports whether the point after token belongs to an abbreviation
// or number rather than ending the sentence. first says that token
// opens the sentence; follows is the first letter after it.
func abbreviated(lang, token string, first bool, follows rune) bool {
	token = strings.TrimLeft(token, "*_'’‘")
	upper, _ := utf8.DecodeRuneInString(token)
	capital := unicode.IsUpper(upper)
	token = strings.ToLower(token)
	if token == "" {
		return false
	}
	number := unicode.IsDigit(follows)
	letters := utf8.RuneCountInString(token)
	r, _ := utf8.DecodeRuneInString(token)
	switch {
	case first && letters <= 4 && strings.Trim(token, "0123456789.ivx") == "":
		return true // "1. Wash", "IV. Treatment"
	case strings.Contains(never, " "+token+" "):
		return true
	case number && strings.Contains(beforeNumber, " "+token+" "):
		return true
	case letters == 1 && unicode.IsLetter(r) && unspacedWeight(r) < 0 && !capital:
		return !(lang == "ru" && r == 'г') || !unicode.IsUpper(follows) // "2020 г. В" ends
	}
	return letters <= 7 && dottedInitials(token)
}

// lettered lists what is named by a letter behind it, lower case: "Hepatitis B."
const lettered = " annex annexe appendix arm chart class cohort dose exhibit figure gene grade group grupo groupe hepatitis hépatite " +
	"influenza item level option panel part patient phase protein schedule section step strain table tabla tableau type tipo " +
	"vitamin vitamina vitamine грипп гепатит группа приложение таблица тип "

// initial reports whether token is the initial of a name: a single capital
// that opens the sentence, stands beside another initial, or follows a title or
// a capitalised word inside the sentence that is not named by letters. A capital
// behind the word that opens the sentence is taken for its label ("Dose A."),
// for that word is capitalised whatever it is.
func initial(token, before, after string) bool {
	r, size := utf8.DecodeRuneInString(token)
	if size != len(token) || !unicode.IsUpper(r) {
		return false
	}
	before = strings.TrimRight(before, " \t\n\u00a0")
	previous := lastToken(before)
	word := strings.ToLower(strings.TrimSuffix(previous, "."))
	switch {
	case before == "", startsInitial(after):
		return true
	case strings.HasSuffix(previous, "."):
		return utf8.RuneCountInString(word) == 1 || strings.Contains(never, " "+word+" ") || dottedInitials(word)
	}
	first, _ := utf8.DecodeRuneInString(previous)
	return len(previous) < len(before) && unicode.IsUpper(first) && !strings.Contains(lettered, " "+word+" ")
}

// startsInitial reports whether text starts with a single capital and a point.
func startsInitial(text string) bool {
	r, size := utf8.DecodeRuneInString(text)
	return unicode.IsUpper(r) && strings.HasPrefix(text[size:], ".")
}

// dottedInitials reports "u.s", "т.д", "ee.uu": short parts with points between.
func dottedInitials(token string) bool {
	parts := strings.Split(token, ".")
	for _, part := range parts {
		r, _ := utf8.DecodeRuneInString(part)
		if n := utf8.RuneCountInString(part); n < 1 || n > 2 || !unicode.IsLetter(r) {
			return false
		}
	}
	return len(parts) > 1
}
