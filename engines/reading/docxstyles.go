package reading

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

type docxStyle struct {
	name    string
	basedOn string
	outline int // 1 to 6, 0 for none; -1 body text by an explicit level
	numID   string
	level   int
}

type docxList struct {
	levels [9]docxLevel
}

type docxLevel struct {
	format string // numFmt: bullet, decimal, chineseCounting …
	text   string // lvlText: "%1." …
	start  int
}

// readLinks reads the addresses of hyperlinks.
func (d *docx) readLinks() error {
	dir, file := d.beside("_rels/"), d.main[strings.LastIndexByte(d.main, '/')+1:]
	return d.part(strings.TrimSuffix(dir, "/")+"/"+file+".rels", func(p *xmlPart) error {
		return p.root(func(xml.StartElement) error {
			return p.each(func(s xml.StartElement) error {
				if strings.HasSuffix(attr(s, "Type"), "/hyperlink") && len(d.links) < 100_000 {
					d.links[attr(s, "Id")] = safeLink(attr(s, "Target"), nil)
				}
				return nil
			})
		})
	})
}

func (d *docx) readStyles() error {
	return d.part(d.beside("styles.xml"), func(p *xmlPart) error {
		return p.root(func(xml.StartElement) error {
			return p.each(func(s xml.StartElement) error {
				switch {
				case s.Name.Local == "docDefaults":
					return d.defaults(p)
				case s.Name.Local == "style" && len(d.styles) < 10_000:
					return d.style(p, s)
				}
				return nil
			})
		})
	})
}

// defaults reads the languages of the document.
func (d *docx) defaults(p *xmlPart) error {
	for end := p.depth - 1; p.depth > end; {
		t, err := p.token()
		if err != nil {
			return unexpectedEnd(err)
		}
		if s, ok := t.(xml.StartElement); ok && s.Name.Local == "lang" {
			for _, k := range []string{"val", "eastAsia", "bidi"} {
				d.langs[k] = attr(s, k)
			}
		}
	}
	return nil
}

func (d *docx) style(p *xmlPart, start xml.StartElement) error {
	st := docxStyle{}
	err := p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "name":
			st.name = attr(s, "val")
		case "basedOn":
			st.basedOn = attr(s, "val")
		case "pPr":
			pp, err := d.paragraphProperties(p)
			st.outline, st.numID, st.level = pp.outline, pp.numID, pp.level
			return err
		}
		return nil
	})
	if attr(start, "type") == "paragraph" || attr(start, "type") == "" {
		d.styles[attr(start, "styleId")] = st
	}
	return err
}

type paragraphProperties struct {
	style   string
	outline int // as in docxStyle
	numID   string
	level   int
}

func (d *docx) paragraphProperties(p *xmlPart) (pp paragraphProperties, err error) {
	err = p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "pStyle":
			pp.style = attr(s, "val")
		case "outlineLvl":
			pp.outline = -1
			if n, err := strconv.Atoi(attr(s, "val")); err == nil && n >= 0 && n < 9 {
				pp.outline = min(n+1, 6)
			}
		case "numPr":
			return p.each(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "numId":
					pp.numID = attr(s, "val")
				case "ilvl":
					if n, err := strconv.Atoi(attr(s, "val")); err == nil && n >= 0 && n < 9 {
						pp.level = n
					}
				}
				return nil
			})
		}
		return nil
	})
	return pp, err
}

// headingName tells the level in the name of a heading style. Some programs
// write localised names.
var headingName = regexp.MustCompile(`(?i)^\s*(?:heading|titre|überschrift|título|titolo|rubrik|kop|заголовок|标题|標題|見出し|제목|عنوان|العنوان)\s*([1-9])$`)

// resolve follows the styles a paragraph is based on.
func (d *docx) resolve(pp paragraphProperties) (outline int, title bool, numID string, level int) {
	outline, numID, level = pp.outline, pp.numID, pp.level
	id := pp.style
	for range 20 { // a chain of styles may be a circle
		st, ok := d.styles[id]
		if !ok {
			break
		}
		name := strings.ToLower(strings.TrimSpace(st.name))
		title = title || name == "title"
		if m := headingName.FindStringSubmatch(name); m != nil && outline == 0 {
			outline = min(int(m[1][0]-'0'), 6)
		}
		if outline == 0 {
			outline = st.outline
		}
		if numID == "" && st.numID != "" {
			numID, level = st.numID, st.level
		}
		id = st.basedOn
	}
	// A file without styles.xml still has the ids of Word's own styles.
	if len(d.styles) == 0 && outline == 0 {
		if m := headingName.FindStringSubmatch(pp.style); m != nil {
			outline = min(int(m[1][0]-'0'), 6)
		}
		title = title || pp.style == "Title"
	}
	if title && outline == 0 {
		outline = 1
	}
	return max(outline, 0), title, numID, level
}

// readNumbering reads which lists count and how.
func (d *docx) readNumbering() error {
	abstract := map[string]docxList{}
	d.numbering = map[string]docxList{}
	return d.part(d.beside("numbering.xml"), func(p *xmlPart) error {
		return p.root(func(xml.StartElement) error {
			return p.each(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "abstractNum":
					l, err := readList(p)
					if len(abstract) < 10_000 {
						abstract[attr(s, "abstractNumId")] = l
					}
					return err
				case "num":
					id := attr(s, "numId")
					return p.each(func(s xml.StartElement) error {
						if s.Name.Local == "abstractNumId" && len(d.numbering) < 10_000 {
							d.numbering[id] = abstract[attr(s, "val")]
						}
						return nil
					})
				}
				return nil
			})
		})
	})
}

func readList(p *xmlPart) (l docxList, err error) {
	err = p.each(func(s xml.StartElement) error {
		n, bad := strconv.Atoi(attr(s, "ilvl"))
		if s.Name.Local != "lvl" || bad != nil || n < 0 || n > 8 {
			return nil
		}
		lv := docxLevel{start: 1}
		err := p.each(func(s xml.StartElement) error {
			switch s.Name.Local {
			case "start":
				if k, err := strconv.Atoi(attr(s, "val")); err == nil && k >= 0 && k < 1_000_000 {
					lv.start = k
				}
			case "numFmt":
				lv.format = attr(s, "val")
			case "lvlText":
				lv.text = attr(s, "val")
			}
			return nil
		})
		l.levels[n] = lv
		return err
	})
	return l, err
}
