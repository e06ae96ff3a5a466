package reading

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// table reads rows and cells; cells merged across rows carry their text down.
func (d *docx) table(p *xmlPart) (string, error) {
	var rows [][]*cell
	above := map[int]*cell{} // grid column → the merged cell that hangs there
	total := 0
	err := p.each(func(s xml.StartElement) error {
		if s.Name.Local == "tr" {
			row, err := d.tableRow(p, above)
			if total += len(row); total > maxTableCells {
				return limitError(CodeTextTooLarge, maxTableCells)
			}
			rows = append(rows, row)
			return err
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	plain := make([][]cell, len(rows))
	for y, row := range rows {
		for _, c := range row {
			plain[y] = append(plain[y], *c)
		}
	}
	return gfmTable(spread(plain, d.limits.Columns)), nil
}

// tableRow reads one row. A cell that continues one above takes no place of its
// own: the one above spans one row more.
func (d *docx) tableRow(p *xmlPart, above map[int]*cell) (row []*cell, err error) {
	column := 0
	err = p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "tc":
			c, merge, err := d.tableCell(p)
			if upper := above[column]; merge == "continue" && upper != nil {
				upper.rows++
			} else {
				delete(above, column)
				if merge == "restart" {
					above[column] = &c
				}
				row = append(row, &c)
			}
			column += c.cols
			return err
		case "trPr":
			return p.each(func(s xml.StartElement) error {
				if n, err := strconv.Atoi(attr(s, "val")); s.Name.Local == "gridBefore" && err == nil && n > 0 {
					n = min(n, d.limits.Columns)
					row = append(row, &cell{cols: n, rows: 1})
					column += n
				}
				return nil
			})
		case "sdt": // a content control around cells
			return nil
		}
		return nil
	})
	return row, err
}

func (d *docx) tableCell(p *xmlPart) (c cell, merge string, err error) {
	c = cell{cols: 1, rows: 1}
	var texts []string
	err = p.each(func(s xml.StartElement) error {
		switch s.Name.Local {
		case "tcPr":
			return p.each(func(s xml.StartElement) error {
				switch s.Name.Local {
				case "gridSpan":
					if n, err := strconv.Atoi(attr(s, "val")); err == nil && n > 0 {
						c.cols = min(n, d.limits.Columns)
					}
				case "vMerge":
					if merge = attr(s, "val"); merge != "restart" {
						merge = "continue"
					}
				}
				return nil
			})
		case "p":
			bs, err := d.paragraph(p)
			for _, b := range bs {
				texts = append(texts, strings.TrimLeft(b.text, "# "))
			}
			return err
		case "tbl":
			text, err := d.table(p)
			texts = append(texts, strings.NewReplacer("|", " ", "---", " ").Replace(text))
			return err
		}
		bs, err := d.blocks(p)
		for _, b := range bs {
			texts = append(texts, b.text)
		}
		return err
	})
	c.text = strings.Join(texts, " ")
	return c, merge, err
}
