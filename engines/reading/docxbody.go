package reading

import (
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
)

// block is one block of Markdown; items of the same list stand without a blank
// line between them.
type block struct {
	text string
	list string // id of the list it is an item of
}

func joinBlocks(blocks []block) string {
	var b strings.Builder
	for i, k := range blocks {
		if i > 0 {
			b.WriteByte('\n')
			if k.list == "" || k.list != blocks[i-1].list {
				b.WriteByte('\n')
			}
		}
		b.WriteString(k.text)
	}
	b.WriteByte('\n')
	return b.String()
}

func (d *docx) body() (blocks []block, err error) {
	err = d.part(d.main, func(p *xmlPart) error {
		return p.root(func(s xml.StartElement) error {
			if s.Name.Local != "document" {
				return errors.New("root element is " + near([]byte(s.Name.Local), 0))
			}
			blocks, err = d.blocks(p)
			return err
		})
	})
	return blocks, err
}

// blocks reads the block content of the element just begun: paragraphs, tables,
// and whatever wraps them (body, sdt, ins …).
func (d *docx) blocks(p *xmlPart) (out []block, err error) {
	err = p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "p":
			bs, err := d.paragraph(p)
			out = append(out, bs...)
			return err
		case "tbl":
			text, err := d.table(p)
			if text != "" {
				out = append(out, block{text: text})
			}
			return err
		case "Fallback", "sectPr", "del", "moveFrom", "sdtPr", "sdtEndPr":
			return nil
		}
		bs, err := d.blocks(p)
		out = append(out, bs...)
		return err
	})
	return out, err
}

// paragraph gives its own block and those of text boxes anchored in it.
func (d *docx) paragraph(p *xmlPart) ([]block, error) {
	var pp paragraphProperties
	in := &inlineReader{d: d, p: p}
	err := p.each(func(s xml.StartElement) error {
		if s.Name.Local == "pPr" {
			var err error
			pp, err = d.paragraphProperties(p)
			return err
		}
		return in.element(s, run{})
	})
	if err != nil {
		return nil, err
	}
	text := inlineMarkdown(in.runs)
	if d.written += int64(len(text)); d.written > d.limits.Text {
		return nil, limitError(CodeTextTooLarge, d.limits.Text)
	}
	out := in.boxes
	if text == "" {
		return out, nil
	}
	outline, title, numID, level := d.resolve(pp)
	label := d.number(numID, level)
	switch {
	case title && d.title == "":
		d.title = plainInline(text)
		fallthrough
	case outline > 0:
		text = strings.Join(strings.Fields(strings.NewReplacer("**", "", "  \n", " ").Replace(text)), " ")
		if label != "" && label != "-" {
			text = label + " " + text
		}
		return append([]block{{text: strings.Repeat("#", outline) + " " + text}}, out...), nil
	case label != "":
		indent := strings.Repeat("    ", min(level, maxIndent))
		marker := "- "
		if n := d.reached(numID, level); label != "-" {
			marker = strconv.Itoa(n) + ". "
		}
		return append([]block{{text: prefixLines(text, indent+marker, indent+"    "), list: numID}}, out...), nil
	}
	return append([]block{{text: escapeStart(text)}}, out...), nil
}

// inlineReader gathers the runs of one paragraph.
type inlineReader struct {
	d     *docx
	p     *xmlPart
	runs  []run
	boxes []block
}

// element reads one element within a paragraph, in the style st.
func (in *inlineReader) element(s xml.StartElement, st run) error {
	switch s.Name.Local {
	case "r":
		return in.run(st)
	case "hyperlink":
		if href := in.d.links[attr(s, "id")]; href != "" {
			st.href = href
		}
	case "txbxContent":
		bs, err := in.d.blocks(in.p)
		in.boxes = append(in.boxes, bs...)
		return err
	case "Fallback", "del", "moveFrom", "pPr", "rPr", "instrText", "sdtPr", "binData":
		return nil
	case "t":
		return in.text(st)
	}
	return in.p.each(func(s xml.StartElement) error { return in.element(s, st) })
}

func (in *inlineReader) text(st run) error {
	text, err := in.p.textOf()
	st.text = strings.ReplaceAll(text, "\n", " ")
	in.runs = append(in.runs, st)
	return err
}

func (in *inlineReader) run(st run) error {
	return in.p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "rPr":
			return in.p.each(func(s xml.StartElement) error {
				on := attr(s, "val")
				if on == "0" || on == "false" || on == "none" {
					return nil
				}
				switch s.Name.Local {
				case "b":
					st.bold = true
				case "i":
					st.italic = true
				case "strike", "dstrike":
					st.strike = true
				}
				return nil
			})
		case "t":
			return in.text(st)
		case "tab", "ptab":
			in.add(st, " ")
		case "br", "cr":
			if attr(s, "type") == "" || attr(s, "type") == "textWrapping" {
				in.add(st, "\n")
			}
		case "noBreakHyphen":
			in.add(st, "-")
		case "footnoteReference":
			in.note("f" + attr(s, "id"))
		case "endnoteReference":
			in.note("e" + attr(s, "id"))
		case "instrText", "delText", "Fallback":
		default:
			return in.element(s, st)
		}
		return nil
	})
}

func (in *inlineReader) add(st run, text string) {
	st.text = text
	in.runs = append(in.runs, st)
}

// note sets a footnote mark; notes are numbered as they appear.
func (in *inlineReader) note(key string) {
	if in.d.notes[key] == "" {
		return
	}
	n := 0
	for i, k := range in.d.noteOrder {
		if k == key {
			n = i + 1
		}
	}
	if n == 0 && len(in.d.noteOrder) < 10_000 {
		in.d.noteOrder = append(in.d.noteOrder, key)
		n = len(in.d.noteOrder)
	}
	if n > 0 {
		in.runs = append(in.runs, run{text: "[^" + strconv.Itoa(n) + "]", raw: true})
	}
}

func (d *docx) readNotes() error {
	for _, part := range []struct{ file, key string }{{"footnotes.xml", "f"}, {"endnotes.xml", "e"}} {
		err := d.part(d.beside(part.file), func(p *xmlPart) error {
			return p.root(func(xml.StartElement) error {
				return p.each(func(s xml.StartElement) error {
					if t := attr(s, "type"); t != "" && t != "normal" || len(d.notes) > 10_000 {
						return nil // separators
					}
					bs, err := d.blocks(p)
					texts := make([]string, len(bs))
					for i, b := range bs {
						texts[i] = b.text
					}
					d.notes[part.key+attr(s, "id")] = strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
					return err
				})
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *docx) noteBlocks() []block {
	var out []block
	for i, key := range d.noteOrder {
		out = append(out, block{text: "[^" + strconv.Itoa(i+1) + "]: " + d.notes[key]})
	}
	return out
}
