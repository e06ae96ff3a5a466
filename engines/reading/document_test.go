package reading

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func read(t testing.TB, name string, body []byte, opt Options) (*Document, error) {
	t.Helper()
	return ReadDocument(context.Background(), FromBytes(name, body), opt)
}

func TestMarkdownFrontMatter(t *testing.T) {
	t.Parallel()
	in := `---
title: "Fever clinic: triage"   
Lang: zh_cn # the original
topics: [triage, "a, b", 'it''s']
audiences:
  - nurses
- doctors
issuer:
  name: Ministry
summary: >
  Two lines
  folded.
note: |
  one
  two
url: https://example.org/a:b
{bad
empty:
---

# Who goes where

Text with #hash

Setext
------

` + "```\n# not a heading\n```\n"
	doc, err := read(t, "a.md", []byte(in), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"title": {"Fever clinic: triage"}, "lang": {"zh_cn"}, "topics": {"triage", "a, b", "it's"}, "audiences": {"nurses", "doctors"},
		"issuer.name": {"Ministry"}, "summary": {"Two lines folded."}, "note": {"one\ntwo"}, "url": {"https://example.org/a:b"}}
	if !reflect.DeepEqual(doc.Meta, want) {
		t.Errorf("got  %q\nwant %q", doc.Meta, want)
	}
	if doc.Title != "Fever clinic: triage" || doc.Lang != "zh-CN" {
		t.Errorf("got title %q, lang %q", doc.Title, doc.Lang)
	}
	if w := []Heading{{1, "Who goes where", 1}, {2, "Setext", 5}}; !reflect.DeepEqual(doc.Headings, w) {
		t.Errorf("got headings %v, want %v", doc.Headings, w)
	}
	if len(doc.Warnings) != 1 || doc.Warnings[0].Code != CodeFrontMatter || doc.Warnings[0].Line != 17 {
		t.Errorf("got warnings %v", doc.Warnings)
	}
	if strings.Contains(doc.Markdown, "issuer") || !strings.HasPrefix(doc.Markdown, "# Who") {
		t.Errorf("got body %q", doc.Markdown)
	}
	doc, err = read(t, "a.md", []byte("---\nno end\n\ntext\n"), Options{})
	if err != nil || !strings.Contains(doc.Markdown, "no end") {
		t.Errorf("an open block: %v %v", doc, err)
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><html lang="fr-ca" onload="x()"><head><title> A  page </title><meta charset="windows-1252"><meta name="Author" content="One"><meta name=keywords content="a, b">
<style>p{}</style><script>alert(1)</script></head><body><nav><a href="/">Home</a></nav><header>Banner</header>
<h1 onclick="x()">Laver les <em>mains</em></h1><p>Un caf` + "\xe9" + ` &amp; <strong>deux&nbsp;</strong>mots, <a href="https://example.org/a(b)">ici</a>, <a href="javascript:x()">l&agrave;</a>.<br>Suite</p>
<ul><li>un<ul><li>un a</li></ul></li><li><p>deux</p><p>encore</p></li></ul><ol start=3><li>trois</ol>
<blockquote><p>cit&eacute;</p><p>b</p></blockquote><pre>a
 b</pre><dl><dt>Terme</dt><dd>Sens</dd></dl>
<table><tr><th>A</th><th colspan=2>B|C</th></tr><tr><td rowspan=2>x</td><td>1</td><td>2</td></tr><tr><td>3</td><td><p>4</p><p>5</p></td></tr></table>
<img src="x.png" onerror="x()" alt="Schema"><svg><text>no</text></svg><p>1. not a list * star_</p><p hidden>no</p><iframe src=x>no</iframe><footer>no</footer></body></html>`
	doc, err := read(t, "page.pdf", []byte(page), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "Banner\n\n# Laver les *mains*\n\nUn café & **deux** mots, [ici](https://example.org/a%28b%29), là.  \nSuite\n\n- un\n  - un a\n- deux\n\n  encore\n\n3. trois\n\n> cité\n>\n> b\n\n```\na\n b\n```\n\n**Terme**\n\nSens\n\n| A | B\\|C |  |\n| --- | --- | --- |\n| x | 1 | 2 |\n| x | 3 | 4 5 |\n\nSchema\n\n1\\. not a list \\* star\\_\n"
	if doc.Markdown != want {
		t.Errorf("got  %q\nwant %q", doc.Markdown, want)
	}
	if doc.Title != "A page" || doc.Lang != "fr-CA" || first(doc.Meta["author"]) != "One" || doc.Format != FormatHTML {
		t.Errorf("got %+v", doc)
	}
	if want := []Heading{{1, "Laver les mains", 3}}; !reflect.DeepEqual(doc.Headings, want) {
		t.Errorf("got %v", doc.Headings)
	}
}

func TestHTMLCharset(t *testing.T) {
	t.Parallel()
	ru, err := charmap.Windows1251.NewEncoder().String("Что делать")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := read(t, "a.html", []byte(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><body>`+ru), Options{})
	if err != nil || doc.Markdown != "Что делать\n" {
		t.Errorf("got %v, %v", doc, err)
	}
	_, err = read(t, "a.html", []byte("<html><body>\n"+ru), Options{})
	wantError(t, err, CodeEncoding, 2)
	doc, err = read(t, "a.html", []byte("<html><body>\n"+ru), Options{Charset: "windows-1251"})
	if err != nil || doc.Markdown != "Что делать\n" {
		t.Errorf("got %v, %v", doc, err)
	}
}

func TestHTMLToMarkdown(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain * text":                           "plain * text",
		"a &lt;b&gt; &amp;":                      `a \<b> &`,
		"<p>注意：<b>注意：</b>请</p>":                  "注意：**注意**：请",
		"<b>a</b><b>b</b>":                       "**ab**",
		"<b>a</b><i>b</i>":                       "**a**b",
		"<script>x</script>ok<style>y</style>":   "ok",
		"<p>au 1<sup>er</sup> mars</p>":          "au 1er mars",
		`<a href="/rel">text</a>`:                "text",
		"&lt;script&gt;alert(1)&lt;/script&gt;":  `\<script>alert(1)\</script>`,
		"<p># no heading</p>":                    `\# no heading`,
		"[x](javascript:y)<br>":                  `[x\](javascript:y)`,
		"[x<b>](javascript:y)</b>":               `[x\](**javascript:y**)`,
		"<div>a<div>b</div>c</div>":              "a\n\nb\n\nc",
		"<main>only</main><p>both in a cell</p>": "only\n\nboth in a cell",
		"<table><tr><td>lone</td></tr></table>":  "lone",
		"&lt;":                                   `\<`,
		"<p>&amp;lt;img src=x onerror=y&amp;gt;": `\&lt;img src=x onerror=y\&gt;`,
	} {
		if got := HTMLToMarkdown(in); got != want {
			t.Errorf("HTMLToMarkdown(%q) = %q, want %q", in, got, want)
		}
	}
	if got := HTMLToMarkdownFrom(`<a href="/a?b#c">x</a> <a href="#top">y</a>`, "https://example.org/d/"); got != "[x](https://example.org/a?b#c) y" {
		t.Errorf("with an address: %q", got)
	}
	deep := HTMLToMarkdown(strings.Repeat("<div>", 5000) + "core" + strings.Repeat("<blockquote><ul><li>", 2000) + "x")
	if !strings.Contains(deep, "core") {
		t.Errorf("deep nesting lost the text: %.80q", deep)
	}
}

func TestHTMLTooDeep(t *testing.T) {
	t.Parallel()
	_, err := read(t, "a.html", []byte("<html>"+strings.Repeat("<div>", 5000)), Options{})
	if CodeOf(err) != CodeHTMLBroken {
		t.Errorf("got %v", err)
	}
	_, err = read(t, "a.html", []byte("<html>"+strings.Repeat("text ", 5000)), Options{Limits: Limits{Text: 1000}})
	if CodeOf(err) != CodeTextTooLarge {
		t.Errorf("got %v", err)
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, head string
		want       Format
	}{
		{"a.pdf", "%PDF-1.7\n", FormatPDF}, {"a.txt", "junk\n%PDF-1.4", FormatPDF},
		{"a.pdf", "<!DOCTYPE html><html>", FormatHTML}, {"a.docx", "\n <html>", FormatHTML}, {"a", "<p>x</p>", FormatHTML},
		{"a.html", "PK\x03\x04....word/document.xml", FormatDOCX}, {"a.zip", "PK\x03\x04....xl/workbook.xml", FormatXLSX}, {"a.zip", "PK\x03\x04", FormatZIP},
		{"a.docx", "PK\x03\x04....[Content_Types].xml", FormatDOCX}, {"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FormatOffice},
		{"a.csv", "{\"a\":1}\n{\"a\":2}\n", FormatJSONL}, {"a.txt", "[{\"a\":1}]", FormatJSON}, {"a.jsonl", "[\n{\"a\":1}", FormatJSON},
		{"a.json", "{\n \"a\":1}", FormatJSON}, {"a.jsonl", "{\"a\":", FormatJSONL}, {"a.json", "{\"long", FormatJSON},
		{"a.csv", "a,b\n", FormatCSV}, {"a.tsv", "a\tb\n", FormatTSV}, {"a.TSV", "a\tb\n", FormatTSV}, {"a", "a\tb\n", FormatTSV},
		{"a.md", "text", FormatMarkdown}, {"a", "---\ntitle: x\n---\n", FormatMarkdown}, {"README", "# Title\n", FormatMarkdown}, {"a.md", "[link](x) text", FormatMarkdown},
		{"a.xml", "<?xml version=\"1.0\"?>\n<tmx version=\"1.4\">", FormatTMX}, {"a.xml", "<?xml version=\"1.0\"?><records>", FormatXML},
		{"a.txt", "plain text", FormatText}, {"a.bin", "\x00\x01", FormatUnknown}, {"a", "", FormatUnknown},
		{"a.tmx", "\xff\xfe<\x00t\x00m\x00x\x00", FormatTMX},
	} {
		if got := Detect(tc.name, []byte(tc.head)); got != tc.want {
			t.Errorf("Detect(%q, %q) = %s, want %s", tc.name, tc.head, got, tc.want)
		}
	}
}
