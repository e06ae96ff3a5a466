package reading

import (
	"strconv"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// table writes the rows that belong to n itself. A table that holds another,
// or that says it is for layout, is read as blocks.
func (w *blockWriter) table(n *html.Node) {
	var rows [][]cell
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		switch d.DataAtom {
		case atom.Table:
			for t := range n.Descendants() {
				if t.DataAtom == atom.Td || t.DataAtom == atom.Th || t.DataAtom == atom.Caption {
					if owner(t) == n {
						w.addAll(w.c.blocks(t, w.indent))
					}
				}
			}
			return
		case atom.Caption:
			w.addAll(w.c.blocks(d, w.indent))
		case atom.Tr:
			rows = append(rows, w.cells(d))
		}
	}
	w.add(gfmTable(spread(rows, w.c.columns)))
}

// owner gives the table that a cell belongs to.
func owner(n *html.Node) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Table {
			return p
		}
	}
	return nil
}

func (w *blockWriter) cells(tr *html.Node) []cell {
	var out []cell
	for k := range tr.ChildNodes() {
		if k.DataAtom != atom.Td && k.DataAtom != atom.Th {
			continue
		}
		out = append(out, cell{text: w.c.oneLine(k), cols: span(attrOf(k, "colspan")), rows: span(attrOf(k, "rowspan"))})
	}
	return out
}

func span(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1000)
}
