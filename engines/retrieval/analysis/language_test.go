package analysis

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestOffsetsAreExact checks the invariant on texts of each kind: the surface
// is the text between the offsets, and positions never fall.
func TestOffsetsAreExact(t *testing.T) {
	a := New()
	for lang, text := range map[string]string{
		"en": "Nurses’ hands — washed 3,000 times (SARS-CoV-2).",
		"fr": "L’hôpital d’Évry n'a plus d’oxygène.",
		"ar": "الكَمّامـــات لِلأَطفال ﻻ تكفي ١٤ يوماً",
		"ru": "Больных лёгкой формой лечат дома.",
		"sw": "Wagonjwa wanaougua nyumbani huchunguzwa na ng'ambo.",
		"zh": "新冠肺炎患者ＦＦＰ２口罩，戴上。",
		"km": "អ្នកជំងឺត្រូវពាក់ម៉ាស់",
		"th": "ผู้ป่วยต้องใส่หน้ากาก",
		"my": "လူနာများ နှာခေါင်းစည်း တပ်ရမည်",
		"hi": "अस्पताल में मरीज़ों के लिए ऑक्सीजन",
		"ko": "환자는 마스크를 써야 합니다",
		"ja": "マスクを着けた患者さん",
		"fa": "بیماران نمی\u200cتوانند",
		"xx": "a\xffb \xc3 e\u0301te\u0301 \u200d\u200d \u0301",
	} {
		last := 0
		tokens := a.Analyze(lang, text)
		if len(tokens) == 0 {
			t.Errorf("%s: no tokens", lang)
		}
		for _, tok := range tokens {
			if text[tok.Start:tok.End] != tok.Surface || tok.Surface == "" || tok.Position < last {
				t.Errorf("%s: %+v after position %d", lang, tok, last)
			}
			if !strings.HasPrefix(tok.Term, lang+":") && !strings.HasPrefix(tok.Term, NeutralLang+":") || tok.Neutral != strings.HasPrefix(tok.Term, NeutralLang+":") {
				t.Errorf("%s: term %q", lang, tok.Term)
			}
			last = tok.Position
		}
	}
}

func TestFormsOfAWordMeet(t *testing.T) {
	a := New()
	for _, c := range []struct{ lang, one, other string }{
		{"en", "vaccinated", "vaccinating"}, {"fr", "infections", "infection"}, {"fr", "hopital", "hôpital"},
		{"ru", "больница", "больницы"}, {"ru", "берёза", "береза"}, {"ar", "المستشفى", "مستشفى"}, {"ar", "ﻻزم", "لازم"},
		{"sw", "kuambukiza", "huambukizwa"}, {"sw", "mgonjwa", "wagonjwa"}, {"id", "penyakit", "penyakitnya"}, {"sr", "болница", "bolnica"},
		{"uk", "лікарні", "лікарня"}, {"ur", "مریضوں", "مریض"}, {"am", "ሀኪም", "ሐኪም"}, {"de", "Krankenhäuser", "Krankenhaus"},
		{"tr", "HASTANELER", "hastaneler"}, {"zh-Hant", "醫院", "医院"}, {"zh", "發燒", "发烧"},
	} {
		if one, other := a.Term(c.lang, c.one), a.Term(c.lang, c.other); one != other {
			t.Errorf("%s: %s is %s, %s is %s", c.lang, c.one, one, c.other, other)
		}
	}
}

func TestScriptsWithoutSpaces(t *testing.T) {
	a := New()
	for _, c := range []struct{ lang, text, want string }{
		{"km", "ម៉ាស់", "km:ម៉ា km:ស់ km:ម៉ាស់"},
		{"th", "ไข้", "th:ไข้"},
		{"my", "ဆေး", "my:ဆေး"},
		{"ko", "마스크", "ko:마스 ko:스크"},
		{"ja", "熱", "ja:熱"},
	} {
		if got := terms(a.Analyze(c.lang, c.text)); got != c.want {
			t.Errorf("%s %s: got %s, want %s", c.lang, c.text, got, c.want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for tag, want := range map[string]string{
		"es-LA": "es", "pt_BR": "pt", "zh-Hant-TW": "zh", "EN": "en", "fil": "tl", "prs": "fa", "ti_ER": "ti", "es_XX": "es",
		"": NeutralLang, "e": NeutralLang, "12": NeutralLang, "verylongtag": NeutralLang, "ckb": "ckb",
	} {
		if got := Canonical(tag); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", tag, got, want)
		}
	}
}

func TestWordsForSpelling(t *testing.T) {
	got := strings.Join(New().Words("fr", "L'Hôpital, 20 LITS FFP2 больница"), " ")
	if got != "l hôpital lits" && got != "l hôpital lits ffp" {
		t.Errorf("got %s", got)
	}
}

func TestHostileTextIsBounded(t *testing.T) {
	a := New()
	for _, text := range []string{
		strings.Repeat("a", 1<<20), strings.Repeat("a-1", 1<<14), strings.Repeat("\u0301", 1<<14), strings.Repeat("ក្", 1<<14),
		strings.Repeat("的", 1<<14), strings.Repeat("1.", 1<<14), strings.Repeat("-", 1<<18), strings.Repeat("\xff", 1<<18), strings.Repeat("a'", 1<<14),
	} {
		for _, lang := range []string{"en", "km", "zh"} {
			for _, tok := range a.Analyze(lang, text) {
				if n := utf8.RuneCountInString(tok.Term); n > 4*MaxWord {
					t.Fatalf("%s %.6q: a term of %d runes", lang, text, n)
				}
			}
		}
	}
	for i := range 2000 {
		a.Analyze(fmt.Sprintf("q%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676), "word")
	}
	if len(a.langs) > maxLanguages+1 {
		t.Errorf("%d invented languages are remembered", len(a.langs))
	}
}

func FuzzAnalyze(f *testing.F) {
	for _, text := range []string{"SARS-CoV-2 l'eau 1.000,5", "的口罩ＦＦＰ２", "ម៉ាស់", "a\u200cb\u0301\xff", "ﷺ ﻻ ـــ", "မ္မ်က်", "-1-a-", "İIıi"} {
		f.Add("en", text)
		f.Add("tr", text)
		f.Add("km", text)
		f.Add("ar", text)
	}
	a := New()
	f.Fuzz(func(t *testing.T, lang, text string) {
		last := 0
		for _, tok := range a.Analyze(lang, text) {
			if tok.Start < 0 || tok.End > len(text) || tok.Start >= tok.End || text[tok.Start:tok.End] != tok.Surface || tok.Position < last {
				t.Fatalf("%q %q: %+v", lang, text, tok)
			}
			last = tok.Position
		}
		a.Words(lang, text)
		a.Term(lang, text)
	})
}

func BenchmarkAnalyze(b *testing.B) {
	a := New()
	text := strings.Repeat("Patients with fever and cough should wear a surgical mask, wash their hands, and keep two metres from others. ", 6)
	words := len(strings.Fields(text))
	var tokens []Token
	for b.Loop() {
		tokens = a.AppendTokens(tokens[:0], "en", text)
	}
	b.ReportMetric(float64(words), "words")
	b.ReportMetric(float64(b.N)*float64(words)/120/b.Elapsed().Seconds(), "resources120/s")
}
