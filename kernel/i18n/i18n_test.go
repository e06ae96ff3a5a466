package i18n

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sameboat/facts"
)

// texts makes a source from the content of text/<lang>.json.
func texts(byLang map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for lang, text := range byLang {
		files["text/"+lang+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func load(t *testing.T, fallback facts.Lang, byLang map[string]string) *Catalog {
	t.Helper()
	c, err := join(fallback, []fs.FS{texts(byLang)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// loadWithOwn joins the texts to those of this package, as Load does.
func loadWithOwn(t *testing.T, byLang map[string]string) *Catalog {
	t.Helper()
	c, err := Load("en", texts(byLang))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNumbersOfFrenchSpanishAndRussian(t *testing.T) {
	t.Parallel()
	c := load(t, "en", map[string]string{"en": `{}`, "fr": `{}`, "es": `{}`, "ru": `{}`})
	for lang, want := range map[facts.Lang]string{"fr": "1\u00a0234\u00a0567,89", "es": "1.234.567,89", "ru": "1\u00a0234\u00a0567,89"} {
		if got := c.Printer(lang).N(1234567.891); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
}

func TestALanguageJoinsWhenTheKernelSpeaksIt(t *testing.T) {
	t.Parallel()
	c := loadWithOwn(t, map[string]string{"en": `{"x": "x"}`, "tlh": `{"x": "x"}`})
	if c.Speaks("tlh") || !c.Speaks("ar") || c.Fallback() != "en" {
		t.Errorf("the interface speaks %v", c.Langs())
	}
}

var room = map[string]string{
	"en": `{"room": {"thing": {"act": "Give {what} to {who}", "found": {"one": "{n} result", "other": "{n} results"}}}}`,
	"ar": `{"room": {"thing": {"act": "أعط {what} إلى {who}", "found": {"zero": "لا نتائج", "one": "نتيجة", "two": "نتيجتان", "few": "{n} نتائج", "many": "{n} نتيجة", "other": "{n} نتيجة"}}}}`,
	"zh": `{"room.thing.act": "把{what}交给{who}", "room.thing.found": {"other": "{n}条结果"}}`,
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	c := load(t, "en", room)
	for _, test := range []struct {
		lang facts.Lang
		n    any
		want string
	}{
		{"en", 0, "0 results"}, {"en", 1, "1 result"}, {"en", 1234, "1,234 results"}, {"en", 1.5, "1.5 results"},
		{"ar", 0, "لا نتائج"}, {"ar", 1, "نتيجة"}, {"ar", 2, "نتيجتان"}, {"ar", 3, "3 نتائج"}, {"ar", 11, "11 نتيجة"}, {"ar", 100, "100 نتيجة"}, {"ar", 2103, "2,103 نتائج"},
		{"ar", 20000003, "20,000,003 نتائج"}, {"zh", 1, "1条结果"}, {"zh", int64(12000), "12,000条结果"},
	} {
		if got := c.Printer(test.lang).T("room.thing.found", Args{"n": test.n}); got != test.want {
			t.Errorf("%s %v: got %q, want %q", test.lang, test.n, got, test.want)
		}
	}
}

func TestRussianPluralsWithoutAnyCode(t *testing.T) {
	t.Parallel()
	c := load(t, "en", map[string]string{"en": `{"x": {"one": "{n} day", "other": "{n} days"}}`, "ru": `{"x": {"one": "{n} день", "few": "{n} дня", "many": "{n} дней", "other": "{n} дня"}}`})
	for n, want := range map[int]string{1: "1 день", 2: "2 дня", 5: "5 дней", 11: "11 дней", 21: "21 день", 112: "112 дней"} {
		if got := c.Printer("ru").T("x", Args{"n": n}); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestWhatIsMissingIsSeen(t *testing.T) {
	t.Parallel()
	p := load(t, "en", room).Printer("en")
	if got := p.T("room.thing.none"); got != "⟦room.thing.none⟧" {
		t.Errorf("missing key: got %q", got)
	}
	if got := p.T("room.thing.act", Args{"what": "a mask"}); got != "Give a mask to ⟦who⟧" {
		t.Errorf("missing value: got %q", got)
	}
}

func TestValuesAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	c := loadWithOwn(t, map[string]string{"en": `{"x": "{v}"}`, "ar": `{"x": "{v}"}`, "zh": `{"x": "{v}"}`})
	day := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)
	for _, test := range []struct {
		lang facts.Lang
		v    any
		want string
	}{
		{"en", 1234567, "1,234,567"}, {"en", 1234567.891, "1,234,567.89"}, {"ar", 1234567, "1,234,567"},
		{"en", day, "22 Nov 2026"}, {"zh", day, "2026年11月22日"}, {"ar", day, "22 نوفمبر 2026"},
		{"en", facts.Lang("zh-Hant"), "Traditional Chinese"}, {"zh", facts.Lang("sw"), "斯瓦希里语"}, {"en", facts.Lang("prs"), "Dari"}, {"en", facts.Lang("xx"), "xx"},
		{"en", []string{"a", "b", "c"}, "a, b and c"}, {"zh", []string{"甲", "乙", "丙"}, "甲、乙和丙"}, {"en", []string{"a"}, "a"}, {"en", []string(nil), ""},
		{"en", facts.Country("CI"), "Côte d'Ivoire"}, {"zh", facts.Country("KE"), "肯尼亚"}, {"en", facts.Country("XX"), "XX"},
		{"ar", "PDF v2", "\u2068PDF v2\u2069"}, {"ar", "نص", "نص"}, {"en", "نص", "\u2068نص\u2069"}, {"en", "text", "text"}, {"ar", "12", "12"},
		{"en", nil, ""},
	} {
		if got := c.Printer(test.lang).T("x", Args{"v": test.v}); got != test.want {
			t.Errorf("%s %v: got %q, want %q", test.lang, test.v, got, test.want)
		}
	}
}

// TestFrenchAndSpanishMillions: after whole millions these languages put a word
// before what is counted (the category many of CLDR 38 and later).
func TestFrenchAndSpanishMillions(t *testing.T) {
	t.Parallel()
	c := load(t, "en", map[string]string{"en": `{"x": {"one": "{n} day", "other": "{n} days"}}`,
		"fr": `{"x": {"one": "{n} jour", "many": "{n} de jours", "other": "{n} jours"}}`, "es": `{"x": {"one": "{n} día", "many": "{n} de días", "other": "{n} días"}}`})
	for _, test := range []struct {
		lang facts.Lang
		n    any
		want string
	}{
		{"fr", 0, "0 jour"}, {"fr", 1, "1 jour"}, {"fr", 1.5, "1,5 jour"}, {"fr", 2, "2 jours"}, {"fr", 1_000_000, "1\u00a0000\u00a0000 de jours"},
		{"fr", 1_000_001, "1\u00a0000\u00a0001 jours"}, {"fr", int64(3_000_000_000), "3\u00a0000\u00a0000\u00a0000 de jours"}, {"fr", 2.5, "2,5 jours"},
		{"es", 0, "0 días"}, {"es", 1, "1 día"}, {"es", 1.5, "1,5 días"}, {"es", 21, "21 días"}, {"es", 2_000_000, "2.000.000 de días"}, {"es", 1_500_000, "1.500.000 días"},
	} {
		if got := c.Printer(test.lang).T("x", Args{"n": test.n}); got != test.want {
			t.Errorf("%s %v: got %q, want %q", test.lang, test.n, got, test.want)
		}
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
}

func TestTimesInFrenchSpanishAndRussian(t *testing.T) {
	t.Parallel()
	c := loadWithOwn(t, room)
	now := time.Date(2026, 3, 22, 14, 5, 0, 0, time.UTC)
	fr, es, ru := c.Printer("fr"), c.Printer("es"), c.Printer("ru")
	for _, test := range []struct{ got, want string }{
		{fr.Date(now), "22 mars 2026"}, {es.Date(now), "22 mar. 2026"}, {ru.Date(now), "22 марта 2026\u00a0г."},
		{fr.Month(now), "mars 2026"}, {es.Month(now), "mar. 2026"}, {ru.Month(now), "март 2026\u00a0г."},
		{fr.Moment(now), "22 mars 2026, 14:05 UTC"}, {ru.Ago(now.Add(-3*time.Hour), now), "3 часа назад"}, {ru.Ago(now.Add(5*24*time.Hour), now), "через 5 дней"},
		{fr.Ago(now.Add(-time.Minute), now), "il y a 1 minute"}, {es.Ago(now.Add(21*24*time.Hour), now), "dentro de 3 semanas"}, {ru.Ago(now.Add(-21*time.Minute), now), "21 минуту назад"},
		{fr.Bytes(1500), "1,5 ko"}, {es.Bytes(96_400), "96 kB"}, {ru.Bytes(2), "2 байта"}, {fr.Percent(.825), "82\u00a0%"}, {ru.Span(72 * time.Hour), "3 дня"},
		{fr.List([]string{"a", "b", "c"}), "a, b et c"}, {es.List([]string{"a", "b"}), "a y b"}, {ru.List([]string{"a", "b"}), "a и b"},
		{fr.LangName("sw"), "swahili"}, {es.LangName("prs"), "darí"}, {ru.LangName("ar"), "арабский"}, {ru.Country("FR"), "Франция"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestTimesAndSizes(t *testing.T) {
	t.Parallel()
	c := loadWithOwn(t, room)
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)
	en, zh, ar := c.Printer("en"), c.Printer("zh"), c.Printer("ar")
	for _, test := range []struct{ got, want string }{
		{en.Ago(now.Add(-20*time.Second), now), "just now"}, {en.Ago(now.Add(-time.Minute), now), "1 minute ago"},
		{en.Ago(now.Add(-3*time.Hour), now), "3 hours ago"}, {en.Ago(now.Add(49*time.Hour), now), "in 2 days"},
		{zh.Ago(now.Add(-21*24*time.Hour), now), "3周前"}, {ar.Ago(now.Add(-2*time.Hour), now), "قبل ساعتين"},
		{en.Ago(now.Add(-100*24*time.Hour), now), "14 Aug 2026"}, {en.Ago(time.Time{}, now), ""},
		{en.Span(45 * time.Second), "45 seconds"}, {zh.Span(26 * time.Hour), "26小时"}, {ar.Span(72 * time.Hour), "3 أيام"},
		{en.Moment(now.In(time.FixedZone("x", 3600))), "22 Nov 2026, 14:05 UTC"}, {zh.Month(now), "2026年11月"}, {en.Date(time.Time{}), ""},
		{en.Bytes(1), "1 byte"}, {en.Bytes(999), "999 bytes"}, {en.Bytes(1500), "1.5 kB"}, {en.Bytes(96_400), "96 kB"}, {en.Bytes(999_700), "1 MB"}, {en.Bytes(2_000_000_000), "2 GB"},
		{ar.Bytes(2), "بايتان"}, {en.Percent(.825), "82%"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestDirectionAndScript(t *testing.T) {
	t.Parallel()
	for lang, want := range map[facts.Lang][2]string{
		"ar": {"rtl", "arab"}, "fa": {"rtl", "arab"}, "ur": {"rtl", "aran"}, "he": {"rtl", "hebr"}, "ps": {"rtl", "arab"}, "ckb": {"rtl", "arab"}, "sd": {"rtl", "arab"},
		"ug": {"rtl", "arab"}, "dv": {"rtl", "thaa"}, "yi": {"rtl", "hebr"}, "prs": {"rtl", "arab"}, "ku": {"ltr", "latn"}, "en": {"ltr", "latn"}, "zh": {"ltr", "hans"},
		"zh-Hant": {"ltr", "hant"}, "km": {"ltr", "khmr"}, "hi": {"ltr", "deva"}, "ru": {"ltr", "cyrl"}, "am": {"ltr", "ethi"}, "": {"ltr", "latn"}, "xx": {"ltr", "latn"}, "fuv": {"ltr", "latn"},
	} {
		if got := [2]string{Dir(lang), Script(lang)}; got != want {
			t.Errorf("%q: got %v, want %v", lang, got, want)
		}
	}
	for lang, want := range map[facts.Lang]string{"fr": "Français", "ar": "العربية", "zh": "中文", "prs": "دری", "sw": "Kiswahili", "xx": ""} {
		if got := Autonym(lang); got != want {
			t.Errorf("autonym of %s: got %q, want %q", lang, got, want)
		}
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	c := load(t, "en", room)
	for _, test := range []struct {
		address, cookie, accept string
		want                    facts.Lang
	}{
		{"", "", "", "en"}, {"zh", "ar", "en", "zh"}, {"", "ar", "zh", "ar"}, {"", "", "zh-CN,zh;q=0.9,en;q=0.1", "zh"}, {"ar_EG", "", "", "ar"},
		{"tlh", "", "ar", "ar"}, {"", "nonsense!", "zh", "zh"}, {"", "", "de-DE, fr;q=0.5", "en"}, {"", "", "de, ar;q=0.3", "ar"},
		{"zh-TW", "", "", "zh"}, {"", "", "zh-HK", "zh"}, {"", "", "en-GB", "en"}, {"", "", "*", "en"}, {"", "", ";;;,,,q=", "en"},
		{"", "", "ar," + strings.Repeat("zh,", 500), "en"},
	} {
		if got := c.Negotiate(test.address, test.cookie, test.accept); got != test.want {
			t.Errorf("%q %q %.20q: got %s, want %s", test.address, test.cookie, test.accept, got, test.want)
		}
	}
	hant := load(t, "en", map[string]string{"en": `{"x": "x"}`, "zh": `{"x": "简"}`, "zh-Hant": `{"x": "繁"}`})
	for accept, want := range map[string]facts.Lang{"zh-TW": "zh-Hant", "zh-CN": "zh", "zh-Hant-HK": "zh-Hant", "zh": "zh"} {
		if got := hant.Negotiate("", "", accept); got != want {
			t.Errorf("%s: got %s, want %s", accept, got, want)
		}
	}
}

func TestCompleteSeesEveryDifference(t *testing.T) {
	t.Parallel()
	c := load(t, "en", map[string]string{
		"en": `{"a": "A {x}", "b": {"one": "{n} b", "other": "{n} b {who}"}, "c": "C", "e": "E", "f": {"one": "f", "other": "f"}}`,
		"ar": `{"a": "A {y}", "b": {"one": "b", "other": "{n} b {who}"}, "c": "", "e": "E", "d": "only here", "f": {"zero": "f", "one": "f", "two": "f", "few": "f", "many": "f", "other": "f"}}`,
		"zh": `{"a": "A {x}", "b": {"one": "b", "other": "{n} b {who}"}, "c": "C", "d": "D", "e": "E", "f": "f"}`,
	})
	var got []string
	for _, p := range c.Complete() {
		if !strings.HasPrefix(p.Key, "i18n.") {
			got = append(got, p.String())
		}
	}
	want := []string{
		"ar a: names the values [y], the fallback [x]", "ar b: lacks the plural category zero", "ar b: lacks the plural category two",
		"ar b: lacks the plural category few", "ar b: lacks the plural category many", "ar c: empty", "en d: missing",
		"zh b: has the plural category one, which the language never uses", "zh f: is no plural here but is one in the fallback", "zh f: names the values [], the fallback [n]",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestOwnTextsAreComplete(t *testing.T) {
	t.Parallel()
	c, err := Load("en")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
}

func TestBrokenTextsAreRefused(t *testing.T) {
	t.Parallel()
	for what, text := range map[string]string{
		"a key given twice":       `{"a": "1", "a": "2"}`,
		"a nested key twice":      `{"a.b": "1", "a": {"b": "2"}}`,
		"a number":                `{"a": 1}`,
		"a list":                  `{"a": ["x"]}`,
		"broken JSON":             `{"a": "x"`,
		"no object":               `"x"`,
		"an unclosed value":       `{"a": "give {what"}`,
		"a value without a name":  `{"a": "give {}"}`,
		"a stray brace":           `{"a": "give what}"}`,
		"a key of the own texts":  `{"i18n.now": "x"}`,
		"a value with odd signs":  `{"a": "{Who Is}"}`,
		"nothing at all":          ``,
		"a null":                  `{"a": null}`,
		"a truth":                 `{"a": true}`,
		"a broken nested plural":  `{"a": {"one": "{", "other": "x"}}`,
		"an object cut in middle": `{"a": {"b": `,
	} {
		if _, err := Load("en", texts(map[string]string{"en": text})); err == nil {
			t.Errorf("%s was taken: %s", what, text)
		}
	}
	if _, err := Load("en", texts(map[string]string{"english": `{}`})); err == nil {
		t.Error("a file not named after a language was taken")
	}
	if _, err := Load("en", texts(nil)); err == nil {
		t.Error("a source without texts was taken")
	}
	if _, err := Load("sw", texts(room)); err == nil {
		t.Error("a fallback without texts was taken")
	}
}
