package reading

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readTMX streams a TMX 1.4 translation memory. Of a segment the text counts;
// inline tags go, and so does the native code within them. Entities of a DTD
// are not expanded: one that is used is a syntax error.
func readTMX(ctx context.Context, src Source, opt Options, emit func(Translation) bool) error {
	text, err := decodeText(newMeter(ctx, src.reader(), opt), opt.Charset)
	if err != nil {
		return err
	}
	in := &xmlInput{br: bufio.NewReaderSize(text, 64<<10), limit: opt.Limits.Record, line: 1}
	t := &tmxReader{in: in, dec: xml.NewDecoder(in), limits: opt.Limits}
	// The text is UTF-8 by now, whatever its declaration says.
	t.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	rows := 0
	for {
		tu, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return t.place(err)
		}
		if rows++; rows > opt.Limits.Rows {
			e := limitError(CodeTooManyRows, int64(opt.Limits.Rows))
			e.Line = tu.Line
			return e
		}
		if !emit(tu) {
			return nil
		}
	}
}

// xmlInput feeds the decoder byte by byte, counts lines, and stops when more
// than limit bytes pass without grant being called: no record may hold more.
type xmlInput struct {
	br    *bufio.Reader
	limit int64
	used  int64
	line  int
}

func (x *xmlInput) ReadByte() (byte, error) {
	if x.used++; x.used > x.limit {
		return 0, limitError(CodeRowTooLarge, x.limit)
	}
	c, err := x.br.ReadByte()
	if c == '\n' && err == nil {
		x.line++
	}
	return c, err
}

func (x *xmlInput) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	c, err := x.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = c
	return 1, nil
}

func (x *xmlInput) grant() { x.used = 0 }

type tmxReader struct {
	in      *xmlInput
	dec     *xml.Decoder
	limits  Limits
	depth   int
	srcLang string
	root    bool
}

// place turns an error of the decoder into one that names the line.
func (t *tmxReader) place(err error) error {
	var e *Error
	if errors.As(err, &e) {
		if e.Line == 0 {
			e.Line = t.in.line
		}
		return e
	}
	line := t.in.line
	var syn *xml.SyntaxError
	if errors.As(err, &syn) {
		line = syn.Line
	}
	return &Error{Code: CodeTMXSyntax, Line: line, Err: err, Detail: map[string]string{"near": ""}}
}

// token reads the next token and watches the depth.
func (t *tmxReader) token() (xml.Token, error) {
	tok, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok.(type) {
	case xml.StartElement:
		if t.depth++; t.depth > t.limits.Depth {
			return nil, limitError(CodeTooDeep, int64(t.limits.Depth))
		}
	case xml.EndElement:
		t.depth--
	}
	return tok, nil
}

// next gives the next translation unit.
func (t *tmxReader) next() (Translation, error) {
	for {
		t.in.grant()
		tok, err := t.token()
		if err == io.EOF && !t.root {
			return Translation{}, &Error{Code: CodeTMXSyntax, Detail: map[string]string{"near": ""}, Err: errors.New("no element")}
		}
		if err != nil {
			return Translation{}, err
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if !t.root && start.Name.Local != "tmx" {
			return Translation{}, &Error{Code: CodeTMXSyntax, Line: t.in.line, Detail: map[string]string{"near": "<" + near([]byte(start.Name.Local), 0)}, Err: fmt.Errorf("root element is %q", start.Name.Local)}
		}
		t.root = true
		switch start.Name.Local {
		case "header":
			t.srcLang = Tag(attr(start, "srclang"))
		case "tu":
			return t.unit(start)
		}
	}
}

func attr(s xml.StartElement, name string) string {
	for _, a := range s.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// unit reads to the end of a <tu>.
func (t *tmxReader) unit(start xml.StartElement) (Translation, error) {
	tu := Translation{Line: t.in.line, ID: attr(start, "tuid"), SourceLang: Tag(attr(start, "srclang")), Text: map[string]string{}}
	if tu.SourceLang == "" {
		tu.SourceLang = t.srcLang
	}
	if strings.EqualFold(tu.SourceLang, "*all*") {
		tu.SourceLang = ""
	}
	lang := ""
	for end := t.depth - 1; t.depth > end; {
		tok, err := t.token()
		if err != nil {
			return tu, unexpectedEnd(err)
		}
		el, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch el.Name.Local {
		case "tuv":
			lang = Tag(attr(el, "lang")) // xml:lang, and the lang of TMX 1.1
		case "prop":
			text, err := t.text(nil)
			if err != nil {
				return tu, err
			}
			if kind := strings.ToLower(attr(el, "type")); strings.Contains(kind, "source") || strings.Contains(kind, "url") {
				tu.Source = text
			}
		case "seg":
			text, err := t.text(inlineCode)
			if err != nil {
				return tu, err
			}
			if text != "" && lang != "" {
				tu.Text[lang] = text
			}
		}
	}
	if len(tu.Text) < 2 {
		tu.Err = &Error{Code: CodeNoTranslation, Line: tu.Line}
	}
	return tu, nil
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// inlineCode tells the elements whose content is native code of a format, not
// text: TMX 1.4b, "content markup". What a <sub> holds is text again.
func inlineCode(name string) bool {
	switch name {
	case "bpt", "ept", "ph", "it", "ut":
		return true
	}
	return false
}

// text reads to the end of the element just begun and returns its text, less
// that of the elements for which skip says true.
func (t *tmxReader) text(skip func(string) bool) (string, error) {
	var b strings.Builder
	skipped := []bool{false}
	for end := t.depth - 1; t.depth > end; {
		tok, err := t.token()
		if err != nil {
			return "", unexpectedEnd(err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			now := skipped[len(skipped)-1]
			if skip != nil {
				now = now && tok.Name.Local != "sub" || skip(tok.Name.Local)
			}
			skipped = append(skipped, now)
			if tok.Name.Local == "sub" {
				b.WriteByte(' ')
			}
		case xml.EndElement:
			skipped = skipped[:len(skipped)-1]
		case xml.CharData:
			if !skipped[len(skipped)-1] {
				b.Write(tok)
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), nil
}
