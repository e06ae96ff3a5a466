package prose

import (
	"strings"
	"testing"
)

// greetings holds two sentences by language, put into bodies with headings,
// emphasis, links, lists, tables and quotes.
var greetings = []struct{ lang, one, two string }{
	{"ar", "اغسل يديك كثيرا.", "هل لديك حمى؟"},
	{"en", "Wash your hands often.", "Do you have a fever?"},
	{"es", "Lávese las manos a menudo.", "¿Tiene usted fiebre?"},
	{"fr", "Lavez-vous souvent les mains.", "Avez-vous de la fièvre ?"},
	{"ru", "Чаще мойте руки.", "У вас есть жар?"},
	{"zh", "请经常洗手。", "您发烧了吗？"},
	{"sw", "Osha mikono mara kwa mara.", "Je, una homa?"},
	{"hi", "अपने हाथ बार-बार धोएं।", "क्या आपको बुखार है?"},
	{"km", "សូមលាងដៃឱ្យបានញឹកញាប់។", "តើអ្នកមានគ្រុនក្តៅទេ?"},
}

func TestSplitAndRenderInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, g := range greetings {
		body := "# " + g.one + "\n\n**" + g.one + "** " + g.two + "\n\n- [" + g.one + "](https://who.int)\n- " + g.two +
			"\n\n| " + g.one + " | " + g.two + " |\n|---|---|\n| 1 | 2 |\n\n> " + g.two + "\n"
		passages := Split(g.lang, body)
		checkPassages(t, g.lang, passages)
		want := g.one + " " + g.two + "\n" + g.one + "\n" + g.two + "\n" + g.one + "\t" + g.two + "\n1\t2\n" + g.two
		if len(passages) != 1 || passages[0].Text != want || passages[0].Shape != "1pltq" || passages[0].Headings[0] != g.one {
			t.Errorf("%s: got %+v, want text %q", g.lang, passages, want)
		}
		if got := PlainText(body); got != g.one+"\n"+want {
			t.Errorf("%s: plain text %q, want %q", g.lang, got, g.one+"\n"+want)
		}
		page := Render(g.lang, body, passages, Options{MarkLang: true})
		dir := "ltr"
		if g.lang == "ar" {
			dir = "rtl"
		}
		for _, part := range []string{`lang="` + g.lang + `" dir="` + dir + `"`, ">" + g.one + "</h2>", "<strong>" + g.one + "</strong> " + g.two,
			`rel="noopener nofollow ugc">` + g.one + "</a>", `<th scope="col">` + g.one + "</th>", "<blockquote>\n<p>" + g.two + "</p>"} {
			if !strings.Contains(page, part) {
				t.Errorf("%s: no %q in\n%s", g.lang, part, page)
			}
		}
	}
}

// TestSplitCutsLongParagraphsAtSentences cuts a paragraph of hundreds of
// sentences in every language and wants whole sentences, all of them.
func TestSplitCutsLongParagraphsAtSentences(t *testing.T) {
	t.Parallel()
	for _, g := range greetings {
		space := " "
		if g.lang == "zh" {
			space = ""
		}
		body := strings.Repeat(g.one+space+g.two+space, 100)
		passages := Split(g.lang, body)
		checkPassages(t, g.lang, passages)
		sentences := 0
		for i, p := range passages {
			got := Sentences(g.lang, p.Text)
			sentences += len(got)
			for _, s := range got {
				if s != g.one && s != g.two {
					t.Errorf("%s: passage %d has the part %q of a sentence", g.lang, i, s)
				}
			}
			if p.Words < MaxWords/2 {
				t.Errorf("%s: passage %d has but %d words", g.lang, i, p.Words)
			}
		}
		if sentences != 200 {
			t.Errorf("%s: %d sentences; want 200", g.lang, sentences)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, markdown, want string }{
		{"nothing", "", ""},
		{"marks", "a **b** _c_ `d` ~~e~~ [f](http://g.h) ![i](j.png)", "a b c d e f i"},
		{"blocks", "# A\n\n## B\n\nc\n\n- d\n- e\n\n> f\n\n```\ng\n```\n\n# H", "A\nB\nc\nd\ne\nf\ng\nH"},
		{"notes", "a[^1]\n\n[^1]: b", "a\nb"},
		{"html", "<b>a</b> <script>b</script>", "a b"},
		{"indented lines stay text", "a\n    # b\n    - c\n    ===\n    -|-", "a # b - c === -|-"},
		{"a quoted note stays text", "> [^1]: a", "[^1]: a"},
		{"no definition, no loss", "[a]: b \"c\" d\n\n[e][a]", "[a]: b \"c\" d\n[e][a]"},
	} {
		if got := PlainText(c.markdown); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestCostsAreBounded tests that no short source makes a long page.
func TestCostsAreBounded(t *testing.T) {
	t.Parallel()
	bodies := hostile(1 << 13)
	for _, c := range []struct {
		name string
		most int
	}{{"one definition, many uses", 1 << 18}, {"wide table", 1 << 16}, {"[a](", 1 << 17}, {"[", 1 << 17}} {
		if page := Render("en", bodies[c.name], nil, Options{}); len(page) > c.most {
			t.Errorf("8 kB of %q make %d bytes of HTML; want at most %d", c.name, len(page), c.most)
		}
	}
}
