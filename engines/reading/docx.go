package reading

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"
)

// readDOCX reads a WordprocessingML document (ECMA-376). Headings come from
// outline levels and from the names of styles, which stay English in the file
// whatever the language of the program; their ids do not.
func readDOCX(ctx context.Context, src Source, opt Options) (*Document, error) {
	a, err := openArchive(ctx, src, opt)
	if err != nil {
		if CodeOf(err) == CodeZipBroken {
			return nil, &Error{Code: CodeDOCXBroken, Detail: map[string]string{"part": ""}, Err: err}
		}
		return nil, err
	}
	d := &docx{a: a, limits: opt.Limits, main: "word/document.xml", styles: map[string]docxStyle{}, notes: map[string]string{},
		links: map[string]string{}, counters: map[string][]int{}, langs: map[string]string{}}
	doc := &Document{Meta: map[string][]string{}}
	if err := d.findMain(); err != nil {
		return nil, err
	}
	if a.parts[d.main] == nil {
		return nil, &Error{Code: CodeDOCXBroken, Detail: map[string]string{"part": d.main}, Err: errors.New("part is missing")}
	}
	for _, step := range []func() error{
		func() error { return d.properties(doc) }, d.readLinks, d.readStyles, d.readNumbering, d.readNotes,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	blocks, err := d.body()
	if err != nil {
		return nil, err
	}
	blocks = append(blocks, d.noteBlocks()...)
	doc.Markdown = joinBlocks(blocks)
	if strings.TrimSpace(doc.Markdown) == "" {
		return nil, &Error{Code: CodeEmpty}
	}
	d.finish(doc)
	return doc, nil
}

// docx is one document being read.
type docx struct {
	a         *archive
	limits    Limits
	main      string
	styles    map[string]docxStyle
	numbering map[string]docxList // by numId
	notes     map[string]string   // "f1" a footnote, "e1" an endnote
	noteOrder []string
	links     map[string]string // relationship id → address
	counters  map[string][]int  // numId → numbers reached per level
	langs     map[string]string // val, eastAsia, bidi
	title     string            // text of the paragraph of style Title
	written   int64
}

// part decodes one part of the package; visit sees every token until an error.
// A part that does not exist is no fault.
func (d *docx) part(name string, visit func(*xmlPart) error) error {
	r, err := d.a.open(name)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	// The decoder holds a token whole: bound the part by the text limit too,
	// with room for the markup around the text.
	limited := io.LimitReader(r, d.a.limits.Part)
	p := &xmlPart{in: &xmlInput{br: bufio.NewReaderSize(limited, 64<<10), limit: d.limits.Text, line: 1}, depthLimit: d.limits.Depth * 4}
	p.dec = xml.NewDecoder(p.in)
	p.dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) { return decodeText(in, label) }
	err = visit(p)
	if err == nil || err == io.EOF {
		return nil
	}
	if c := CodeOf(err); c == CodeZipBomb || c == CodeStopped || c == CodeTextTooLarge {
		return err
	}
	line := p.in.line
	var syn *xml.SyntaxError
	if errors.As(err, &syn) {
		line = syn.Line
	}
	return &Error{Code: CodeDOCXBroken, Line: line, Detail: map[string]string{"part": name}, Err: fmt.Errorf("part %s: %w", name, err)}
}

// xmlPart is a decoder that watches depth and the size of a token.
type xmlPart struct {
	in         *xmlInput
	dec        *xml.Decoder
	depth      int
	depthLimit int
}

func (p *xmlPart) token() (xml.Token, error) {
	p.in.grant()
	t, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	switch t.(type) {
	case xml.StartElement:
		if p.depth++; p.depth > p.depthLimit {
			return nil, limitError(CodeTooDeep, int64(p.depthLimit))
		}
	case xml.EndElement:
		p.depth--
	}
	return t, nil
}

// each calls f with every child of the element just begun, until its end. f
// reads its element to the end, or leaves it to each to skip.
func (p *xmlPart) each(f func(xml.StartElement) error) error {
	inside := p.depth
	for {
		t, err := p.token()
		if err != nil {
			return unexpectedEnd(err)
		}
		switch t := t.(type) {
		case xml.EndElement:
			if p.depth < inside {
				return nil
			}
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
			if err := p.leave(inside); err != nil {
				return err
			}
		}
	}
}

// leave reads on until depth is reached again.
func (p *xmlPart) leave(depth int) error {
	for p.depth > depth {
		if _, err := p.token(); err != nil {
			return unexpectedEnd(err)
		}
	}
	return nil
}

// root calls f with the root element.
func (p *xmlPart) root(f func(xml.StartElement) error) error {
	for {
		t, err := p.token()
		if err == io.EOF {
			return errors.New("no element")
		}
		if err != nil {
			return err
		}
		if s, ok := t.(xml.StartElement); ok {
			if err := f(s); err != nil {
				return err
			}
			return p.leave(0)
		}
	}
}

// textOf reads the text of the element just begun.
func (p *xmlPart) textOf() (string, error) {
	var b strings.Builder
	for end := p.depth - 1; p.depth > end; {
		t, err := p.token()
		if err != nil {
			return "", unexpectedEnd(err)
		}
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
	}
	return b.String(), nil
}

// findMain follows the package's relationships to the main part.
func (d *docx) findMain() error {
	return d.part("_rels/.rels", func(p *xmlPart) error {
		return p.root(func(xml.StartElement) error {
			return p.each(func(s xml.StartElement) error {
				if target := attr(s, "Target"); strings.HasSuffix(attr(s, "Type"), "/officeDocument") && target != "" {
					d.main = strings.TrimPrefix(path.Clean("/"+target), "/")
				}
				return nil
			})
		})
	})
}

// beside names a part in the folder of the main part.
func (d *docx) beside(name string) string { return path.Join(path.Dir(d.main), name) }

// properties reads the core properties: Dublin Core terms.
func (d *docx) properties(doc *Document) error {
	err := d.part("docProps/core.xml", func(p *xmlPart) error {
		return p.root(func(xml.StartElement) error {
			return p.each(func(s xml.StartElement) error {
				text, err := p.textOf()
				if text = strings.TrimSpace(text); err != nil || text == "" || len(doc.Meta) > 100 {
					return err
				}
				key := strings.ToLower(s.Name.Local)
				doc.Meta[key] = append(doc.Meta[key], text)
				return nil
			})
		})
	})
	if CodeOf(err) == CodeDOCXBroken { // the text may still be whole
		doc.Warnings = append(doc.Warnings, Warning{Code: CodeDOCXBroken, Line: asError(err).Line, Detail: map[string]string{"part": "docProps/core.xml"}})
		return nil
	}
	if created := first(doc.Meta["created"]); created != "" {
		doc.Meta["date"] = []string{created}
	}
	return err
}

// finish settles title and language once the text is known.
func (d *docx) finish(doc *Document) {
	doc.Title = first(doc.Meta["title"])
	if d.title != "" {
		doc.Title = d.title
	}
	if lang := first(doc.Meta["language"]); IsTag(lang) {
		doc.Lang = Tag(lang)
		return
	}
	han, bidi, other := 0, 0, 0
	for _, r := range doc.Markdown {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			han++
		case unicode.In(r, unicode.Arabic, unicode.Hebrew):
			bidi++
		case unicode.IsLetter(r):
			other++
		}
	}
	// A Chinese character says as much as about three letters.
	lang := d.langs["val"]
	switch {
	case 3*han > bidi && 3*han > other:
		lang = d.langs["eastAsia"]
	case bidi > other:
		lang = d.langs["bidi"]
	}
	if IsTag(lang) {
		doc.Lang = Tag(lang)
	}
}
