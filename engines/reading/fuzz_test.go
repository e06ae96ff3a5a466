package reading

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// fuzzLimits are small, so that the fuzzer meets each of them.
var fuzzLimits = Limits{Record: 512, File: 64 << 10, Unpacked: 256 << 10, Part: 128 << 10, Parts: 50, Text: 32 << 10, Rows: 200, Columns: 20, Depth: 8}

// checkTable reads a table and holds its promises: valid text, values for each
// column, a known code for each error.
func checkTable(t *testing.T, name string, b []byte, opt Options) {
	t.Helper()
	opt.Limits = fuzzLimits
	last := 0
	for r, err := range Records(context.Background(), FromBytes(name, b), opt) {
		if err != nil {
			checkError(t, err)
			return
		}
		if r.Err != nil {
			checkError(t, r.Err)
			continue
		}
		if len(r.Columns) != len(r.Values) || r.Line < last || len(r.Columns) > fuzzLimits.Columns {
			t.Fatalf("record %+v after line %d", r, last)
		}
		last = r.Line
		for _, v := range r.Values {
			if !utf8.ValidString(v) {
				t.Fatalf("invalid text %q", v)
			}
		}
	}
}

func checkError(t *testing.T, err error) {
	t.Helper()
	for _, c := range Codes() {
		if c == CodeOf(err) {
			return
		}
	}
	t.Fatalf("error without a known code: %v", err)
}

func checkDocument(t *testing.T, name string, b []byte, opt Options) {
	t.Helper()
	opt.Limits = fuzzLimits
	doc, err := ReadDocument(context.Background(), FromBytes(name, b), opt)
	if err != nil {
		checkError(t, err)
		return
	}
	if int64(len(doc.Markdown)) > fuzzLimits.Text || !utf8.ValidString(doc.Markdown) {
		t.Fatalf("markdown of %d bytes, valid %v", len(doc.Markdown), utf8.ValidString(doc.Markdown))
	}
	lines := strings.Count(doc.Markdown, "\n") + 1
	for _, h := range doc.Headings {
		if h.Level < 1 || h.Level > 6 || h.Line < 1 || h.Line > lines {
			t.Fatalf("heading %+v of %d lines", h, lines)
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\n\"x\"\"y\";\"p\nq\"\n", "a\tb\n\"x\" y\tz\n\"", "sep=|\na|b\n", "\xff\xfea\x00,\x00b\x00", "\ufeffa\n\"\n\"\"\n"} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, ragged bool) {
		checkTable(t, "a.csv", b, Options{Format: FormatCSV, Ragged: ragged})
		checkTable(t, "a.tsv", b, Options{Format: FormatTSV, Charset: "gb18030"})
	})
}

func FuzzJSONL(f *testing.F) {
	for _, s := range []string{"{\"a\":1}\n{\"b\":[1,\"x\"]}\n", "[{\"a\":{\"b\":null}},\n2]", "{\"a\":[[{}]]}", "{\"a\"", "[{\"\\u0000\":\"\\ud800\"}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		checkTable(t, "a.jsonl", b, Options{Format: FormatJSONL})
		checkTable(t, "a.json", b, Options{Format: FormatJSON})
	})
}

func FuzzXLSX(f *testing.F) {
	f.Add(workbook(f, [][]any{{"a", "b"}, {1, "x"}}))
	f.Add(zipOf(f, [2]string{"xl/workbook.xml", "<workbook/>"}))
	f.Fuzz(func(t *testing.T, b []byte) { checkTable(t, "a.xlsx", b, Options{Format: FormatXLSX}) })
}

func FuzzTMX(f *testing.F) {
	f.Add([]byte("<tmx><header srclang=\"en\"/><body><tu><tuv xml:lang=\"en\"><seg>a<ph>b<sub>c</sub></ph></seg></tuv><tuv xml:lang=\"fr\"><seg>d</seg></tuv></tu></body></tmx>"))
	f.Add([]byte("<!DOCTYPE tmx [<!ENTITY a \"b\">]><tmx><tu>&a;</tu></tmx>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for tr, err := range Translations(context.Background(), FromBytes("a.tmx", b), Options{Format: FormatTMX, Limits: fuzzLimits}) {
			if err != nil {
				checkError(t, err)
				return
			}
			if tr.Err == nil && len(tr.Text) < 2 {
				t.Fatalf("translation %+v", tr)
			}
		}
	})
}

func FuzzGlossary(f *testing.F) {
	for _, s := range []string{"en,fr\na,b\n", "id,sourceLang,targetLang,sourceString,targetString\n1,en,es_XX,a,b : c\n,,,,\n", "en,id\na,b\n", "text\n{}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for g, err := range Glossary(context.Background(), FromBytes("g.csv", b), Options{Format: FormatCSV, Limits: fuzzLimits}) {
			if err != nil {
				checkError(t, err)
				return
			}
			if g.Err == nil && len(g.Terms) < 2 {
				t.Fatalf("entry %+v", g)
			}
		}
	})
}

func FuzzFrontMatter(f *testing.F) {
	for _, s := range []string{"---\ntitle: \"a\\\"\"\ntags: [a, 'b']\n- x\n---\n# H\n", "---\na: |\n x\n---\n", "---\n\"k\": v\n'", "---\n---\nT\n===\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkDocument(t, "a.md", []byte(s), Options{Format: FormatMarkdown}) })
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<p>a<b>b</b></p>", "<table><tr><td rowspan=9 colspan=99>x<td>y<tr><td>z</table>", "<ul><li>a<ol start=9><li>b", "<a href='javascript:x'>y</a><h1><h2>", "<pre>```</pre><blockquote><p>x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkDocument(t, "a.html", []byte(s), Options{Format: FormatHTML})
		if strings.ContainsAny(s, "<&") { // else it is no HTML and passes as it is
			checkHarmless(t, s, HTMLToMarkdown(s))
		}
	})
}

func FuzzDOCX(f *testing.F) {
	f.Add(docxHead+para(`<w:pStyle w:val="berschrift1"/>`, "H")+listPara(2, 0, "x")+`<w:tbl><w:tr>`+tableCell(`<w:vMerge w:val="restart"/><w:gridSpan w:val="9"/>`, "x")+`</w:tr><w:tr>`+tableCell("<w:vMerge/>", "")+`</w:tr></w:tbl>`+docxTail, docxStyles, docxNumbering)
	f.Add("<w:document/>", "<x>", "")
	f.Fuzz(func(t *testing.T, body, styles, numbering string) {
		checkDocument(t, "a.docx", zipOf(t, [2]string{"word/document.xml", body}, [2]string{"word/styles.xml", styles}, [2]string{"word/numbering.xml", numbering}), Options{Format: FormatDOCX})
	})
}

func FuzzDOCXContainer(f *testing.F) {
	f.Add(zipOf(f, [2]string{"word/document.xml", docxHead + para("", "x") + docxTail}))
	f.Fuzz(func(t *testing.T, b []byte) { checkDocument(t, "a.docx", b, Options{Format: FormatDOCX}) })
}

// FuzzPDFLayout feeds what pdftotext might print, without the tool.
func FuzzPDFLayout(f *testing.F) {
	page := func(words ...string) string {
		s := "<page width=\"595\" height=\"842\">\n<block xMin>\n"
		for i, w := range words {
			s += fmt.Sprintf("<line xMin=\"60\" yMin=\"%d\" xMax=\"300\" yMax=\"%d\">\n<word xMin=\"%d\" yMin=\"%d\" xMax=\"%d\" yMax=\"%d\">%s</word>\n",
				i/2*14+80, i/2*14+90, 60+i%2*100, i/2*14+80, 90+i%2*100, i/2*14+90, w)
		}
		return s
	}
	f.Add([]byte(page("Item", "Number", "Mask", "100", "Gown", "20")))
	f.Add([]byte(page("ةياقولا", "37.5", "•", "x", "1.", "y") + page("发热", "门诊", "a-", "b")))
	f.Fuzz(func(t *testing.T, b []byte) {
		p := &pdfLayout{meta: map[string][]string{}}
		if err := p.read(&lineReader{br: bufio.NewReader(bytes.NewReader(b)), limit: 4096}); err != nil {
			checkError(t, err)
			return
		}
		h := pdfHints{}
		if err := h.read(&lineReader{br: bufio.NewReader(bytes.NewReader(b)), limit: 4096}); err != nil {
			checkError(t, err)
		}
		p.settleWords(h)
		if err := p.sane("ar"); err != nil {
			checkError(t, err)
		}
		p.dropEdges()
		doc := &Document{}
		p.write(doc, h)
		if !utf8.ValidString(doc.Markdown) || len(doc.Pages) != len(p.pages) {
			t.Fatalf("%d page marks of %d pages: %q", len(doc.Pages), len(p.pages), doc.Markdown)
		}
	})
}
