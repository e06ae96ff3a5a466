package prose

import (
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// Options says how Render writes HTML. The zero value is safe and sensible.
type Options struct {
	// TopHeading is the level a "#" heading gets, 2 when zero, so that the
	// page's h1 stays its title.
	TopHeading int
	// IDPrefix goes before every id, for pages that show two variants of one
	// body and so the same anchors twice.
	IDPrefix string
	// MarkLang puts lang and dir on every passage.
	MarkLang bool
	// TableLabel is the accessible name of the scrolling box around a table.
	TableLabel string
	// NoteLabel is the accessible name of footnotes.
	NoteLabel string
	// Image reports whether an image may be loaded from an address; nil drops
	// all images. A dropped image leaves its text.
	Image func(address string) bool
	// Spans are highlighted with <mark>: byte ranges of Passage.Text by anchor,
	// ascending.
	Spans map[string][][2]int
}

// Render returns a body as HTML that is safe to put into a page as it is: each
// passage in an element with its anchor as id, headings with the ids Contents
// gives them. passages are those of the body as kept, with their anchors; when
// nil, markdown is split anew.
func Render(lang, markdown string, passages []Passage, opts Options) string {
	if passages == nil {
		passages = Split(lang, markdown)
	}
	var page, batch strings.Builder
	names := headingNames{}
	for i, p := range passages {
		if i > 0 {
			batch.WriteString("\n")
		}
		batch.WriteString(written(lang, p, names, opts))
		if batch.Len() >= batchBytes || i == len(passages)-1 {
			page.WriteString(policy.Sanitize(batch.String()))
			batch.Reset()
		}
	}
	return page.String()
}

// batchBytes is how much HTML is sanitised at once: starting costs more than a
// short passage does.
const batchBytes = 64 << 10

// written is the HTML of one passage before it is sanitised.
func written(lang string, p Passage, names headingNames, opts Options) string {
	w := htmlWriter{opts: opts, spans: opts.Spans[p.Anchor], headings: names.of(p)}
	w.passage(lang, p)
	return w.b.String()
}

// RenderPassages returns the HTML of each passage by itself, so that a page
// can lay the pairs of Align side by side.
func RenderPassages(lang string, passages []Passage, opts Options) []string {
	names := headingNames{}
	out := make([]string, len(passages))
	for i, p := range passages {
		out[i] = policy.Sanitize(written(lang, p, names, opts))
	}
	return out
}

// An htmlWriter is the sink that writes HTML.
type htmlWriter struct {
	b        strings.Builder
	opts     Options
	spans    [][2]int
	headings []Heading // those the passage opens with, not yet written
	source   []byte
	alt      *strings.Builder // text of an allowed image being read
	plain    int              // links open around here; one opens inside no other
	unlinked []bool           // for each open link, whether it was dropped
	targets  int              // bytes of link targets written
}

func (w *htmlWriter) passage(lang string, p Passage) {
	w.b.WriteString(`<div class="passage" id="` + html.EscapeString(w.opts.IDPrefix+p.Anchor) + `"`)
	if w.opts.MarkLang && lang != "" {
		w.b.WriteString(` lang="` + html.EscapeString(lang) + `" dir="` + Direction(lang) + `"`)
	}
	w.b.WriteString(">\n")
	if !w.plainBlocks(p) {
		w.parsedBlocks(p)
	}
	w.b.WriteString("</div>")
}

func (w *htmlWriter) parsedBlocks(p Passage) {
	w.source = []byte(p.Markdown)
	walk := walker{source: w.source, out: w, skipHead: continuesTable(p)}
	walk.document(parseMarkdown(w.source))
}

// plainBlocks writes a passage of headings and paragraphs without any markup
// and reports whether it is one; FuzzBody holds it to the parser.
func (w *htmlWriter) plainBlocks(p Passage) bool {
	chunks := strings.Split(p.Markdown, "\n\n")
	if strings.Trim(p.Shape, "123456p") != "" || len(chunks) != len(p.Shape) || strings.ContainsAny(p.Markdown, "`*_[<&\\~|!\t") {
		return false
	}
	bare := quick{source: p.Markdown}
	if bare.hasBare() {
		return false
	}
	for i, c := range chunks {
		if c = strings.TrimLeft(c, "#"); strings.Contains(c, "\n") || (len(c) < len(chunks[i])) != (p.Shape[i] != 'p') || strings.HasSuffix(c, "#") {
			return false
		}
		chunks[i] = strings.Trim(c, " ")
	}
	at := 0
	for i, c := range chunks {
		if p.Shape[i] != 'p' {
			level := &ast.Heading{Level: int(p.Shape[i] - '0')}
			w.heading(level)
			w.text(c, -1)
			w.close(level)
			continue
		}
		w.b.WriteString("<p>")
		w.text(c, at)
		w.b.WriteString("</p>\n")
		at += len(c) + 1
	}
	return true
}

// continuesTable reports whether a passage opens with rows of the table the
// passage before ended with.
func continuesTable(p Passage) bool { return strings.HasPrefix(p.Shape, "T") }

func (w *htmlWriter) text(s string, at int) {
	if w.alt != nil {
		w.alt.WriteString(s)
		return
	}
	from := 0
	for _, span := range w.spans {
		if at < 0 || span[1] <= at {
			continue
		}
		start, end := max(span[0]-at, from), min(span[1]-at, len(s))
		if start >= len(s) {
			break
		}
		if start < end {
			w.b.WriteString(html.EscapeString(s[from:start]) + "<mark>" + html.EscapeString(s[start:end]) + "</mark>")
			from = end
		}
	}
	w.b.WriteString(html.EscapeString(s[from:]))
}

func (w *htmlWriter) lineBreak() { w.b.WriteString("<br>\n") }

func (w *htmlWriter) open(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.heading(n)
	case *ast.List:
		w.b.WriteString(listTag(n) + "\n")
	case *ast.ListItem:
		w.b.WriteString(itemTag(n, w.source))
	case *ast.Link:
		w.link(string(n.Destination), string(n.Title))
	case *ast.AutoLink:
		w.link(w.autoAddress(n), "")
	case *ast.Image:
		if w.alt == nil && w.opts.Image != nil && w.opts.Image(string(n.Destination)) {
			w.alt = new(strings.Builder)
		}
	case *extast.Table:
		label := ""
		if w.opts.TableLabel != "" {
			label = ` aria-label="` + html.EscapeString(w.opts.TableLabel) + `"`
		}
		w.b.WriteString(`<div class="table-scroll" role="group" tabindex="0"` + label + "><table>\n")
	case *extast.TableCell:
		w.b.WriteString(cellTag(n))
	case *note:
		id := html.EscapeString(w.opts.IDPrefix + "fn-" + n.label)
		w.b.WriteString(`<div class="note" role="doc-footnote" id="` + id + `"` + w.noteLabel() + `><sup>` + html.EscapeString(n.label) + `</sup>`)
	case *noteRef:
		target := html.EscapeString(w.opts.IDPrefix + "fn-" + n.label)
		w.b.WriteString(`<sup><a role="doc-noteref" href="#` + target + `">` + html.EscapeString(n.label) + `</a></sup>`)
	default:
		w.b.WriteString(tags(n, true))
	}
}

func (w *htmlWriter) noteLabel() string {
	if w.opts.NoteLabel == "" {
		return ""
	}
	return ` aria-label="` + html.EscapeString(w.opts.NoteLabel) + `"`
}

func (w *htmlWriter) close(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.b.WriteString("</h" + strconv.Itoa(w.level(n)) + ">\n")
	case *ast.List:
		if n.IsOrdered() {
			w.b.WriteString("</ol>\n")
		} else {
			w.b.WriteString("</ul>\n")
		}
	case *ast.Link, *ast.AutoLink:
		w.closeLink()
	case *ast.Image:
		if w.alt != nil {
			alt := w.alt.String()
			w.alt = nil
			w.b.WriteString(`<img src="` + html.EscapeString(string(n.Destination)) + `" alt="` + html.EscapeString(alt) + `" loading="lazy">`)
		}
	case *extast.Table:
		w.b.WriteString("</tbody></table></div>\n")
	case *extast.TableCell:
		if n.Parent().Kind() == extast.KindTableHeader {
			w.b.WriteString("</th>")
		} else {
			w.b.WriteString("</td>")
		}
	case *note:
		w.b.WriteString("</div>\n")
	default:
		w.b.WriteString(tags(n, false))
	}
}

// level is the level a heading is shown with.
func (w *htmlWriter) level(n *ast.Heading) int {
	top := w.opts.TopHeading
	if top < 1 {
		top = 2
	}
	return min(6, n.Level+top-1)
}

func (w *htmlWriter) heading(n *ast.Heading) {
	w.b.WriteString("<h" + strconv.Itoa(w.level(n)))
	if top := n.Parent() == nil || n.Parent().Kind() == ast.KindDocument; top && len(w.headings) > 0 {
		w.b.WriteString(` id="` + html.EscapeString(w.opts.IDPrefix+w.headings[0].Anchor) + `"`)
		w.headings = w.headings[1:]
	}
	w.b.WriteString(">")
}
