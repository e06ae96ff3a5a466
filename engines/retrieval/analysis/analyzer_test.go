package analysis

import (
	"strings"
	"testing"
)

func terms(tokens []Token) string {
	var all []string
	for _, t := range tokens {
		if t.Stop {
			continue
		}
		all = append(all, t.Term)
	}
	return strings.Join(all, " ")
}

func TestTermsOfEachLanguage(t *testing.T) {
	for _, c := range []struct{ name, lang, text, want string }{
		{"english stems; articles are stop words", "en", "The nurses were washing their hands.", "en:nurs en:wash en:hand"},
		{"acronym is not a stop word", "en", "WHO advises who may travel", "en:who en:advis en:may en:travel"},
		{"code", "en", "SARS-CoV-2 and N95", "und:sarscov2 en:sar en:cov und:n95"},
		{"region tag", "es-LA", "las mascarillas", "es:mascarill"},
		{"french elision", "fr_FR", "l’hôpital d'isolement", "fr:hopital fr:isol"},
		{"russian yo", "ru", "больных лёгких", "ru:больн ru:легк"},
		{"arabic marks, tatweel and presentation forms", "ar", "الكَمّامـــات ﻻ", "ar:مام"},
		{"arabic digits and latin name", "ar", "أعراض COVID-19 بعد ١٤ يوما", "ar:اعراض und:covid19 und:covid und:19 und:14 ar:يوما"},
		{"chinese pairs and single characters", "zh-CN", "戴口罩", "zh:戴 zh:戴口 zh:口 zh:口罩 zh:罩"},
		{"full width", "zh", "ＦＦＰ２口罩", "und:ffp2 zh:口 zh:口罩 zh:罩"},
		{"numbers", "de", "1.000 Betten, 3,5 Liter", "und:1000 de:bett und:3.5 de:lit"},
		{"number and unit", "en", "10mg", "und:10mg und:10 en:mg"},
		{"unknown language", "xx-YY", "Čoko lada", "xx:coko xx:lada"},
		{"nothing but punctuation", "en", "?!… — (*) 🙂", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := terms(New().Analyze(c.lang, c.text)); got != c.want {
				t.Errorf("Analyze(%s, %q)\n got %s\nwant %s", c.lang, c.text, got, c.want)
			}
		})
	}
}

func TestArabicParticlesOfOneLetter(t *testing.T) {
	a := New()
	for _, same := range [][]string{{"مستشفى", "بمستشفى", "لمستشفى", "المستشفى", "ومستشفى"}, {"حمى", "والحمى"}} {
		for _, word := range same[1:] {
			if got, want := a.Term("ar", word), a.Term("ar", same[0]); got != want {
				t.Errorf("%s is %s, %s is %s", word, got, same[0], want)
			}
		}
	}
	if got := a.Term("ar", "بحث"); got != "ar:بحث" {
		t.Errorf("a short word lost a letter: %s", got)
	}
	if got := a.Term("fa", "بیمار"); got != "fa:بيمار" {
		t.Errorf("Persian has no such particles: %s", got)
	}
}
