package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/htmlindex"
)

func write(ts *testscript.TestScript, name string, b []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), b, 0o644))
}

// makeDOCX makes an office document of lines: docx FILE LINES. A line that
// begins with "# " is a heading, "| a | b" a row of a table.
func makeDOCX(ts *testscript.TestScript, _ bool, args []string) {
	var body strings.Builder
	text := func(s string) string {
		var b bytes.Buffer
		ts.Check(xml.EscapeText(&b, []byte(s)))
		return "<w:r><w:t xml:space=\"preserve\">" + b.String() + "</w:t></w:r>"
	}
	inTable := false
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		line = strings.TrimSpace(line)
		cells, row := strings.CutPrefix(line, "| ")
		if row != inTable {
			body.WriteString(map[bool]string{true: "<w:tbl>", false: "</w:tbl>"}[row])
			inTable = row
		}
		heading, isHeading := strings.CutPrefix(line, "# ")
		switch {
		case row:
			body.WriteString("<w:tr>")
			for cell := range strings.SplitSeq(cells, " | ") {
				body.WriteString("<w:tc><w:p>" + text(cell) + "</w:p></w:tc>")
			}
			body.WriteString("</w:tr>")
		case isHeading:
			body.WriteString(`<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>` + text(heading) + "</w:p>")
		case line != "":
			body.WriteString("<w:p>" + text(line) + "</w:p>")
		}
	}
	if inTable {
		body.WriteString("</w:tbl>")
	}
	const ns = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	write(ts, args[0], zipOf(ts, map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
		"_rels/.rels":         `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/styles.xml":     `<w:styles ` + ns + `><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document ` + ns + `><w:body>` + body.String() + `</w:body></w:document>`,
	}))
}

func zipOf(ts *testscript.TestScript, parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		ts.Check(err)
		_, err = io.WriteString(w, text)
		ts.Check(err)
	}
	ts.Check(z.Close())
	return b.Bytes()
}

// makePDF makes a PDF of one page with the lines of a text in Latin letters:
// pdf FILE LINES.
func makePDF(ts *testscript.TestScript, _ bool, args []string) {
	var page strings.Builder
	page.WriteString("BT /F1 11 Tf 14 TL 60 780 Td\n")
	for line := range strings.Lines(ts.ReadFile(args[1])) {
		line = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\n", "").Replace(line)
		fmt.Fprintf(&page, "(%s) Tj T*\n", line)
	}
	page.WriteString("ET")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var places []int
	for i, o := range objects {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	write(ts, args[0], b.Bytes())
}

// makeXLSX makes a workbook of a CSV table: xlsx FILE TABLE.
func makeXLSX(ts *testscript.TestScript, _ bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[1]))).ReadAll()
	ts.Check(err)
	book := excelize.NewFile()
	for i, row := range rows {
		cells := make([]any, len(row))
		for k, v := range row {
			cells[k] = v
		}
		ts.Check(book.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &cells))
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[0])))
	ts.Check(book.Close())
}

// makeZipBomb makes an office document that unpacks to far more than it is:
// zipbomb FILE MEGABYTES.
func makeZipBomb(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	w, err := z.Create("word/document.xml")
	ts.Check(err)
	_, err = io.WriteString(w, `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>`)
	ts.Check(err)
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range size {
		_, err = w.Write(spaces)
		ts.Check(err)
	}
	ts.Check(z.Close())
	write(ts, args[0], b.Bytes())
}

// makeDeep makes JSON that nests: deep FILE LEVELS.
func makeDeep(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	write(ts, args[0], []byte(`{"title":"good","body":"before","lang":"en"}`+"\n"+`{"title":`+strings.Repeat("[", n)+strings.Repeat("]", n)+"}\n"))
}

// makeLong makes JSONL whose second row holds a text of so many megabytes: long
// FILE MEGABYTES.
func makeLong(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	row := func(id int, body string) string {
		return fmt.Sprintf(`{"id":"%d","title":"row %d","body":"%s","lang":"en"}`+"\n", id, id, body)
	}
	write(ts, args[0], []byte(row(1, "short")+row(2, strings.Repeat("word ", n<<20/5))+row(3, "after the long one")))
}

// encode writes a text in another encoding: encode CHARSET FROM TO.
func encode(ts *testscript.TestScript, _ bool, args []string) {
	e, err := htmlindex.Get(args[0])
	ts.Check(err)
	out, err := e.NewEncoder().String(ts.ReadFile(args[1]))
	ts.Check(err)
	write(ts, args[2], []byte(out))
}

// truncate cuts a file off or makes it longer without filling it: truncate FILE
// BYTES; a negative number takes bytes from the end.
func truncate(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	path := ts.MkAbs(args[0])
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	ts.Check(err)
	defer f.Close()
	if n < 0 {
		stat, err := f.Stat()
		ts.Check(err)
		n += stat.Size()
	}
	ts.Check(f.Truncate(n))
}
