package reading

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxIndent bounds how deep quotes and lists are nested; deeper ones lie flat.
const maxIndent = 12

func (c *htmlConverter) document(body *html.Node) string {
	out := strings.Join(c.blocks(body, 0), "\n\n")
	if out == "" {
		return ""
	}
	return out + "\n"
}

// dropped tells elements that hold no text for readers.
func dropped(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Embed, atom.Svg, atom.Canvas,
		atom.Nav, atom.Button, atom.Input, atom.Select, atom.Textarea, atom.Head, atom.Audio, atom.Video, atom.Map, atom.Rt, atom.Rp, atom.Dialog:
		return true
	case atom.Footer:
		return n.Parent != nil && n.Parent.DataAtom == atom.Body
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "hidden", a.Key == "role" && a.Val == "navigation":
			return true
		}
	}
	return false
}

func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Address, atom.Figure,
		atom.Figcaption, atom.Details, atom.Summary, atom.Form, atom.Fieldset, atom.Legend, atom.Center, atom.Body, atom.Hgroup,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Menu, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Table,
		atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption,
		atom.Pre, atom.Blockquote, atom.Hr:
		return true
	}
	return false
}

// blocks gives the blocks within n, each without blank lines around it.
func (c *htmlConverter) blocks(n *html.Node, indent int) []string {
	w := &blockWriter{c: c, indent: indent}
	for k := range n.ChildNodes() {
		w.node(k, run{})
	}
	w.flush()
	return w.out
}

// blockWriter gathers inline runs until a block ends them.
type blockWriter struct {
	c      *htmlConverter
	indent int
	out    []string
	runs   []run
}

func (w *blockWriter) add(block string) {
	if w.c.over || strings.TrimSpace(block) == "" {
		return
	}
	if w.c.written += int64(len(block)); w.c.written > w.c.limit*4 {
		w.c.over = true
		return
	}
	w.out = append(w.out, block)
}

func (w *blockWriter) flush() {
	if text := inlineMarkdown(w.runs); text != "" {
		w.add(escapeStart(text))
	}
	w.runs = nil
}

// node takes one node within the style st.
func (w *blockWriter) node(n *html.Node, st run) {
	switch {
	case w.c.over, n.Type == html.ElementNode && dropped(n):
		return
	case n.Type == html.TextNode:
		st.text = strings.ReplaceAll(n.Data, "\n", " ")
		w.runs = append(w.runs, st)
		return
	case n.Type != html.ElementNode:
		return
	case isBlock(n):
		w.flush()
		w.block(n)
		return
	}
	w.inline(n, st)
}

func (w *blockWriter) inline(n *html.Node, st run) {
	switch n.DataAtom {
	case atom.B, atom.Strong:
		st.bold = true
	case atom.I, atom.Em, atom.Cite, atom.Dfn, atom.Var:
		st.italic = true
	case atom.S, atom.Del, atom.Strike:
		st.strike = true
	case atom.Code, atom.Kbd, atom.Samp, atom.Tt:
		st.code = true
	case atom.A:
		st.href = safeLink(attrOf(n, "href"), w.c.base)
	case atom.Br:
		st.text = "\n"
		w.runs = append(w.runs, st)
		return
	case atom.Img:
		if alt := attrOf(n, "alt"); alt != "" {
			st.text = alt
			w.runs = append(w.runs, st)
		}
		return
	}
	for k := range n.ChildNodes() {
		w.node(k, st)
	}
}

func (w *blockWriter) block(n *html.Node) {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		switch text := w.c.oneLine(n); {
		case text == "":
		case w.indent >= maxIndent: // within a cell or another heading
			w.add(text)
		default:
			w.add(strings.Repeat("#", int(n.Data[1]-'0')) + " " + text)
		}
	case atom.Ul, atom.Ol, atom.Menu:
		w.list(n)
	case atom.Table:
		w.table(n)
	case atom.Pre:
		w.add(fenced(rawText(n)))
	case atom.Hr:
		w.add("---")
	case atom.Dt, atom.Summary:
		if text := w.c.oneLine(n); text != "" {
			w.add(inlineMarkdown([]run{{text: plainInline(text), bold: true}}))
		}
	case atom.Blockquote:
		if w.indent >= maxIndent {
			w.addAll(w.c.blocks(n, w.indent))
			return
		}
		w.add(prefixLines(strings.Join(w.c.blocks(n, w.indent+1), "\n\n"), "> ", "> "))
	default:
		w.addAll(w.c.blocks(n, w.indent))
	}
}

func (w *blockWriter) addAll(blocks []string) {
	w.out = append(w.out, blocks...)
}

// list writes the items; what stands in the list outside of any is an item too.
func (w *blockWriter) list(n *html.Node) {
	if w.indent >= maxIndent {
		for k := range n.ChildNodes() {
			if k.Type == html.ElementNode && !dropped(k) {
				w.addAll(w.c.blocks(k, w.indent))
			}
		}
		return
	}
	number := 1
	if s, err := strconv.Atoi(attrOf(n, "start")); err == nil && s >= 0 && s < 1_000_000 {
		number = s
	}
	var items []string
	for k := range n.ChildNodes() {
		if k.Type != html.ElementNode || dropped(k) {
			continue
		}
		var blocks []string
		if k.DataAtom == atom.Li {
			blocks = w.c.blocks(k, w.indent+1)
		} else {
			lone := &blockWriter{c: w.c, indent: w.indent + 1}
			lone.node(k, run{})
			lone.flush()
			blocks = lone.out
		}
		if len(blocks) == 0 {
			continue
		}
		marker := "- "
		if n.DataAtom == atom.Ol {
			marker = strconv.Itoa(number) + ". "
			number++
		}
		items = append(items, prefixLines(tight(blocks), marker, strings.Repeat(" ", len(marker))))
	}
	w.add(strings.Join(items, "\n"))
}

// tight joins the blocks of an item: a list directly under its text stays close.
func tight(blocks []string) string {
	var b strings.Builder
	for i, s := range blocks {
		if i > 0 {
			b.WriteByte('\n')
			if !strings.HasPrefix(s, "- ") && !strings.HasPrefix(s, "1. ") {
				b.WriteByte('\n')
			}
		}
		b.WriteString(s)
	}
	return b.String()
}

// prefixLines sets first before the first line and rest before all others that
// are not empty.
func prefixLines(s, first, rest string) string {
	if s == "" {
		return ""
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		switch {
		case i == 0:
			lines[i] = first + l
		case l != "":
			lines[i] = rest + l
		default:
			lines[i] = strings.TrimRight(rest, " ")
		}
	}
	return strings.Join(lines, "\n")
}

// oneLine gives the inline Markdown of all text in n.
func (c *htmlConverter) oneLine(n *html.Node) string {
	return strings.Join(strings.Fields(strings.Join(c.blocks(n, maxIndent), " ")), " ")
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for k := range n.Descendants() {
		if k.Type == html.TextNode {
			b.WriteString(k.Data)
		} else if k.DataAtom == atom.Br {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// fenced writes preformatted text with a fence longer than any within.
func fenced(s string) string {
	s = strings.Trim(s, "\n")
	if strings.TrimSpace(s) == "" {
		return ""
	}
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + "\n" + s + "\n" + fence
}
