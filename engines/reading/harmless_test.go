package reading

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	render "github.com/yuin/goldmark/renderer/html"
	"golang.org/x/net/html"
)

// checkHarmless renders Markdown with raw HTML allowed and looks for anything
// that Markdown of ours should not make: the text of a page must not become
// elements again, nor a link run code.
func checkHarmless(t testing.TB, in, md string) {
	t.Helper()
	var out bytes.Buffer
	gm := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(render.WithUnsafe()))
	if err := gm.Convert([]byte(md), &out); err != nil {
		t.Fatal(err)
	}
	z := html.NewTokenizer(&out)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			if !strings.Contains(" p h1 h2 h3 h4 h5 h6 ul ol li table thead tbody tr th td a em strong del code pre blockquote hr br input ", " "+tok.Data+" ") {
				t.Fatalf("element %q of %q, by Markdown %q", tok.Data, in, md)
			}
			for _, a := range tok.Attr {
				scheme, _, _ := strings.Cut(strings.ToLower(a.Val), ":")
				if strings.HasPrefix(a.Key, "on") || a.Key == "href" && scheme != "http" && scheme != "https" && scheme != "mailto" && scheme != "tel" && scheme != "ftp" {
					t.Fatalf("attribute %s=%q of %q, by Markdown %q", a.Key, a.Val, in, md)
				}
			}
		}
	}
}

// The attacker's own words: each must come out as text.
func TestHarmless(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"&lt;script&gt;alert(1)&lt;/script&gt;<br>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>", "<p>&lt;<b>script</b>&gt;</p>",
		"<p>[x](javascript:alert(1))</p>", "<p>[x<b>](javascript:a)</b></p>", "<p>[x]<i>(javascript:a)</i></p>", "<p>[x]: javascript:a</p><p>[x]</p>",
		"<p>[x]<br>: javascript:a</p><p>[x]</p>", "<p>&lt;javascript:a&gt;</p>", "<p>![x](javascript:a)</p>", "<a href='java&#10;script:a'>x</a>",
		"<a href='https://e.org/\"onclick=x'>x</a>", "<a href='https://e.org/)[y](javascript:a'>x](javascript:b)</a>", "<a href='https://e.org'>x](javascript:b) [y</a>",
		"<table><tr><td>a|&lt;script&gt;<td>b<tr><td>`|`<td>&lt;script&gt;</table>", "<pre>```\n&lt;script&gt;\n```\n&lt;script&gt;</pre>", "<code>`&lt;script&gt;`</code>",
		"<p>`<b>`</b>&lt;script&gt;`</p>", "<p>\\&lt;script&gt;</p>", "<p>\\\\&lt;script&gt;</p>", "<h1>&lt;script&gt;</h1>", "<li>&lt;script&gt;", "<p>&amp;lt;script&amp;gt;</p>",
		"<img alt='<script>x</script>'>", "<p>\\</p><p>&lt;script&gt;</p>", "<p>\\<b>&lt;script</b>&gt;</p>", "<p>&lt;!--x--&gt; &lt;?php&gt; &lt;/p&gt;</p>", "<dt>&lt;script&gt;</dt>",
	} {
		checkHarmless(t, in, HTMLToMarkdown(in))
	}
}
