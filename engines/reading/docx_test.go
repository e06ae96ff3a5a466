package reading

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

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
	honest := zipOf(t, [2]string{"word/document.xml", docxHead + para("", strings.Repeat("x", 300_000)) + docxTail})
	lie := bytes.Clone(honest)
	dir := bytes.LastIndex(lie, []byte("PK\x01\x02"))
	copy(lie[dir+24:], []byte{100, 0, 0, 0}) // uncompressed size in the directory
	_, err := read(t, "a.docx", lie, Options{})
	if c := CodeOf(err); c != CodeDOCXBroken && c != CodeZipBomb {
		t.Errorf("got %v", err)
	}
}
