package reading

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
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

// zipOf builds a container; the parts come in the order given.
func zipOf(t testing.TB, parts ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(p[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	wordNS     = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`
	docxHead   = `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wordNS + `><w:body>`
	docxTail   = `</w:body></w:document>`
	docxStyles = `<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="Own"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/><w:basedOn w:val="a5"/><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>`
	docxNumbering = `<w:numbering ` + wordNS + `>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num></w:numbering>`
)

func para(props, text string) string {
	return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func listPara(num, level int, text string) string {
	return para(fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, num), text)
}

func tableCell(props, text string) string {
	return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + para("", text) + `</w:tc>`
}

func TestDOCX(t *testing.T) {
	t.Parallel()
	body := docxHead +
		para(`<w:pStyle w:val="T"/>`, "Protocol") +
		para(`<w:pStyle w:val="berschrift1"/>`, "Cases") +
		para(`<w:pStyle w:val="a5"/>`, "Suspected") +
		para(`<w:pStyle w:val="berschrift2"/>`, "Confirmed") +
		para(`<w:outlineLvl w:val="2"/>`, "By level") +
		`<w:p><w:r><w:t>Plain </w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>bo</w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>ld</w:t></w:r><w:r><w:t xml:space="preserve"> and </w:t></w:r><w:hyperlink r:id="rId9"><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:t>.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space="preserve"> added</w:t></w:r></w:ins></w:p>` +
		listPara(1, 0, "dot") + listPara(1, 0, "dot two") +
		listPara(2, 0, "four") + listPara(2, 1, "inner") + listPara(2, 0, "five") +
		`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + para("", "In a box") + `</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:txbxContent>` + para("", "In a box") + `</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>` +
		`<w:tbl><w:tr>` + tableCell("", "A") + tableCell(`<w:gridSpan w:val="2"/>`, "B") + `</w:tr>` +
		`<w:tr>` + tableCell(`<w:vMerge w:val="restart"/>`, "x") + tableCell("", "1") + tableCell("", "2|3") + `</w:tr>` +
		`<w:tr>` + tableCell(`<w:vMerge/>`, "") + tableCell("", "4") + tableCell("", "5") + `</w:tr></w:tbl>` +
		para("", "1. typed &lt;script&gt;") + docxTail
	parts := [][2]string{
		{"[Content_Types].xml", "<Types/>"},
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", body}, {"word/styles.xml", docxStyles}, {"word/numbering.xml", docxNumbering},
		{"word/_rels/document.xml.rels", `<Relationships><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org/" TargetMode="External"/></Relationships>`},
		{"word/footnotes.xml", `<w:footnotes ` + wordNS + `><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2">` + para("", "A note.") + `</w:footnote></w:footnotes>`},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="x" xmlns:dc="y" xmlns:dcterms="z"><dc:creator>Someone</dc:creator><dcterms:created>2020-03-04T00:00:00Z</dcterms:created></cp:coreProperties>`},
	}
	doc, err := read(t, "a.docx", zipOf(t, parts...), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "# Protocol\n\n# Cases\n\n## 一、 Suspected\n\n## 二、 Confirmed\n\n### By level\n\nPlain **bold** and [link](https://example.org/).[^1] added\n\n- dot\n- dot two\n\n4. four\n    1. inner\n5. five\n\nIn a box\n\n| A | B |  |\n| --- | --- | --- |\n| x | 1 | 2\\|3 |\n| x | 4 | 5 |\n\n1\\. typed \\<script>\n\n[^1]: A note.\n"
	if doc.Markdown != want {
		t.Errorf("got  %q\nwant %q", doc.Markdown, want)
	}
	if doc.Title != "Protocol" || doc.Lang != "en-US" || first(doc.Meta["creator"]) != "Someone" || first(doc.Meta["date"]) != "2020-03-04T00:00:00Z" {
		t.Errorf("got title %q, lang %q, meta %v", doc.Title, doc.Lang, doc.Meta)
	}
}

func TestDOCXLanguageByScript(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"发热门诊": "zh-CN", "غسل اليدين": "ar-SA", "washing hands": "en-US"} {
		doc, err := read(t, "a.docx", zipOf(t, [2]string{"word/document.xml", docxHead + para("", text) + docxTail}, [2]string{"word/styles.xml", docxStyles}), Options{})
		if err != nil || doc.Lang != want {
			t.Errorf("%s: %v, %v", text, doc, err)
		}
	}
}

func TestDOCXBroken(t *testing.T) {
	t.Parallel()
	good := zipOf(t, [2]string{"word/document.xml", docxHead + para("", "text") + docxTail})
	bad := bytes.Clone(good)
	copy(bad[60:], "\x00\x00\x00\x00\x00\x00\x00\x00")
	for _, tc := range []struct {
		name string
		in   []byte
		opt  Options
		code Code
		line int
	}{
		{"cut off", good[:len(good)-30], Options{}, CodeDOCXBroken, 0},
		{"damaged part", bad, Options{}, CodeDOCXBroken, 1},
		{"no main part", zipOf(t, [2]string{"word/other.xml", "x"}), Options{}, CodeDOCXBroken, 0},
		{"XML cut off", zipOf(t, [2]string{"word/document.xml", docxHead + "\n\n<w:p>"}), Options{}, CodeDOCXBroken, 3},
		{"tags cross", zipOf(t, [2]string{"word/document.xml", docxHead + "\n<w:p></w:r>"}), Options{}, CodeDOCXBroken, 2},
		{"another root", zipOf(t, [2]string{"word/document.xml", "<x/>"}), Options{}, CodeDOCXBroken, 1},
		{"empty", zipOf(t, [2]string{"word/document.xml", docxHead + docxTail}), Options{}, CodeEmpty, 0},
		{"too deep", zipOf(t, [2]string{"word/document.xml", docxHead + strings.Repeat("<w:sdt>", 1000)}), Options{}, CodeDOCXBroken, 1},
		{"part over the limit", zipOf(t, [2]string{"word/document.xml", docxHead + strings.Repeat("<w:p></w:p>", 2000)}), Options{Limits: Limits{Part: 1000}}, CodeZipBomb, 0},
		{"parts over the limit", zipOf(t, [2]string{"word/document.xml", docxHead}, [2]string{"word/media/a", strings.Repeat("x", 5000)}), Options{Limits: Limits{Unpacked: 4000}}, CodeZipBomb, 0},
		{"too many parts", zipOf(t, [2]string{"word/document.xml", docxHead}, [2]string{"a", ""}, [2]string{"b", ""}), Options{Limits: Limits{Parts: 2}}, CodeZipBomb, 0},
		{"old office", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"), Options{}, CodeOfficeEncrypted, 0},
	} {
		_, err := read(t, "a.docx", tc.in, tc.opt)
		if CodeOf(err) != tc.code {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.code)
		} else if e := asError(err); e.Line != tc.line {
			t.Errorf("%s: got line %d, want %d (%v)", tc.name, e.Line, tc.line, err)
		}
	}
}

// A container that lies about how much it unpacks to is stopped as well.
func TestZipBombThatLies(t *testing.T) {
	t.Parallel()
	honest := zipOf(t, [2]string{"word/document.xml", docxHead + para("", strings.Repeat("x", 5_000_000)) + docxTail})
	lie := bytes.Clone(honest)
	dir := bytes.LastIndex(lie, []byte("PK\x01\x02"))
	copy(lie[dir+24:], []byte{100, 0, 0, 0}) // uncompressed size in the directory
	_, err := read(t, "a.docx", lie, Options{})
	if c := CodeOf(err); c != CodeDOCXBroken && c != CodeZipBomb {
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
