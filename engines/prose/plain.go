package prose

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// PlainText returns the text of markdown without its marks, headings included,
// one block or row a line.
func PlainText(markdown string) string {
	var b strings.Builder
	for _, p := range Split("", markdown) {
		opening := strings.TrimRight(p.Shape, "pltTqcn")
		_, direct, _ := strings.Cut(p.Shape, opening)
		from := len(p.Headings) - len(opening)
		for i := max(from, 0); i < len(p.Headings); i++ {
			b.WriteString(p.Headings[i] + "\n")
		}
		if direct != "" || opening == "" {
			b.WriteString(p.Text + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plain returns the text of the source of one piece.
func plain(kind byte, source string) string {
	if text, ok := quickText(kind, source); ok {
		return text
	}
	return parsedText(kind, source)
}

// parsedText is the text of the source of one piece as the parser reads it.
func parsedText(kind byte, source string) string {
	if kind == 'h' {
		source = "# " + source
	}
	w := walker{source: []byte(source), headings: kind == 'h', out: discard{}}
	w.document(parseMarkdown(w.source))
	return w.text.String()
}

// A sink receives what a walker finds: the writer of HTML, or nobody.
type sink interface {
	open(n ast.Node)
	close(n ast.Node)
	text(s string, at int) // at is the offset of s in the passage's text
	lineBreak()
}

type discard struct{}

func (discard) open(ast.Node)    {}
func (discard) close(ast.Node)   {}
func (discard) text(string, int) {}
func (discard) lineBreak()       {}

// A walker reads a parsed passage once, builds its plain text and tells its
// sink about both, so that offsets in the text and places in HTML agree.
type walker struct {
	source   []byte
	out      sink
	headings bool // headings are part of the text
	skipHead bool // the first table's header is no part of the text
	text     strings.Builder
	pending  string // separator due before the next text
	verbatim bool   // inside code, where leading space counts
	prefix   string // number due before the next text
	mute     int    // > 0 inside what is no part of the text
}

func (w *walker) document(doc ast.Node) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		quiet := n.Kind() == ast.KindHeading && !w.headings
		if quiet {
			w.mute++
		}
		w.node(n)
		if quiet {
			w.mute--
		}
	}
}

func (w *walker) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.say(unescape(n.Value(w.source), n.IsRaw()))
		w.breaks(n)
		return
	case *ast.String:
		w.say(unescape(n.Value, n.IsRaw() || n.IsCode()))
		return
	case *ast.AutoLink:
		w.out.open(n)
		w.say(string(n.Label(w.source)))
		w.out.close(n)
		return
	case *ast.RawHTML:
		if isBreakTag(n, w.source) {
			w.newline()
		}
		return
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		w.separate("\n")
		w.out.open(n)
		w.verbatim = true
		w.say(strings.Trim(string(n.Lines().Value(w.source)), "\n"))
		w.verbatim = false
		w.out.close(n)
		return
	case *ast.ListItem:
		w.separate("\n")
		w.number(n)
	case *extast.TableCell:
		w.separate("\t")
	case *extast.TableRow:
		w.separate("\n")
	default:
		if n.Type() == ast.TypeBlock {
			w.separate("\n")
		}
	}
	head := w.skipHead && n.Kind() == extast.KindTableHeader
	if head {
		w.mute++
	}
	w.out.open(n)
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
	w.out.close(n)
	if head {
		w.mute--
		w.skipHead = false
	}
}

// number puts the number of a list's item before its text; HTML has its own.
func (w *walker) number(item *ast.ListItem) {
	w.prefix = ""
	list, ok := item.Parent().(*ast.List)
	if !ok || !list.IsOrdered() || w.mute > 0 {
		return
	}
	w.prefix = strconv.Itoa(itemNumber(item, w.source)) + string(list.Marker) + " "
}

// itemNumber is the number written before a list's item, or, where every item
// has the first one's, its place in the count.
func itemNumber(item *ast.ListItem, source []byte) int {
	list, ok := item.Parent().(*ast.List)
	if !ok || item.Pos() < 0 || item.Pos() >= len(source) {
		return 0
	}
	end := min(len(source), item.Pos()+16)
	number := startNumber(string(source[item.Pos():end]))
	second, _ := list.FirstChild().NextSibling().(*ast.ListItem)
	if number == list.Start && second != nil && startNumber(string(source[second.Pos():min(len(source), second.Pos()+16)])) == number {
		for before := item.PreviousSibling(); before != nil; before = before.PreviousSibling() {
			number++
		}
	}
	return number
}

// separate asks for a separator before the next text; a line break wins over a tab.
func (w *walker) separate(sep string) {
	if w.mute == 0 && w.text.Len() > 0 && w.pending != "\n" {
		w.pending = sep // wins over a space
	}
}

func (w *walker) say(s string) {
	if s == "" {
		return
	}
	if w.mute > 0 {
		w.out.text(s, -1)
		return
	}
	if !w.verbatim && (w.text.Len() == 0 || w.pending == "\n" || w.pending == "\t") {
		if s = strings.TrimLeft(s, " "); s == "" {
			return
		}
	}
	if w.prefix != "" {
		w.text.WriteString(w.pending + w.prefix)
		w.prefix = ""
	} else if w.pending == " " {
		s = " " + s
	} else {
		w.text.WriteString(w.pending)
	}
	w.pending = ""
	w.out.text(s, w.text.Len())
	w.text.WriteString(s)
}

// space is due before the next text of the block, if any comes.
func (w *walker) space() {
	switch {
	case w.mute > 0:
		w.out.text(" ", -1)
	case w.text.Len() > 0 && w.pending == "":
		w.pending = " "
	}
}

// newline is a hard line break.
func (w *walker) newline() {
	w.separate("\n")
	w.out.lineBreak()
}

// breaks handles the end of a source line within a paragraph: a space, or
// nothing between characters of scripts without spaces.
func (w *walker) breaks(n *ast.Text) {
	switch {
	case n.HardLineBreak():
		w.newline()
	case n.SoftLineBreak():
		before, _ := utf8.DecodeLastRune(n.Value(w.source))
		after, _ := utf8.DecodeRune(w.source[min(n.Segment.Stop+1, len(w.source)):])
		if unspacedWeight(before) < 4 || unspacedWeight(after) < 4 {
			w.space()
		}
	}
}

// isBreakTag reports "<br>", the one tag that says something: a line break in a table cell.
func isBreakTag(n *ast.RawHTML, source []byte) bool {
	tag := strings.ToLower(string(n.Segments.Value(source)))
	return strings.Trim(strings.TrimPrefix(tag, "<br"), " />") == "" && strings.HasPrefix(tag, "<br")
}

// unescape resolves entities and backslash escapes, unless raw.
func unescape(value []byte, raw bool) string {
	s := string(value)
	if raw || !strings.ContainsAny(s, `\&`) {
		return strings.ReplaceAll(s, "\n", " ")
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && isASCIIPunct(s[i+1]):
			i++
			b.WriteByte(s[i])
		case s[i] == '&':
			end := strings.IndexByte(s[i:min(len(s), i+33)], ';')
			if end > 1 {
				if r := html.UnescapeString(s[i : i+end+1]); !strings.HasPrefix(r, "&") || r == "&" {
					b.WriteString(strings.ReplaceAll(r, "\r", " "))
					i += end
					continue
				}
			}
			b.WriteByte('&')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isASCIIPunct(c byte) bool {
	return c > ' ' && c < 0x7f && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
