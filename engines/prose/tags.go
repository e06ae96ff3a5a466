package prose

import (
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// tags gives the HTML that opens or closes a node without attributes.
func tags(n ast.Node, open bool) string {
	pair := [2]string{}
	switch n := n.(type) {
	case *ast.Paragraph:
		pair = [2]string{"<p>", "</p>\n"}
	case *ast.ListItem:
		pair[1] = "</li>\n"
	case *ast.Blockquote:
		pair = [2]string{"<blockquote>\n", "</blockquote>\n"}
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		pair = [2]string{`<pre tabindex="0"><code>`, "</code></pre>\n"}
	case *ast.ThematicBreak:
		pair[0] = "<hr>\n"
	case *ast.CodeSpan:
		pair = [2]string{"<code>", "</code>"}
	case *ast.Emphasis:
		if pair = [2]string{"<em>", "</em>"}; n.Level == 2 {
			pair = [2]string{"<strong>", "</strong>"}
		}
	case *extast.Strikethrough:
		pair = [2]string{"<del>", "</del>"}
	case *extast.TableHeader:
		pair = [2]string{"<thead><tr>", "</tr></thead>\n<tbody>\n"}
	case *extast.TableRow:
		pair = [2]string{"<tr>", "</tr>\n"}
	}
	if open {
		return pair[0]
	}
	return pair[1]
}

func listTag(n *ast.List) string {
	switch {
	case !n.IsOrdered():
		return "<ul>"
	case n.Start != 1:
		return `<ol start="` + strconv.Itoa(n.Start) + `">`
	}
	return "<ol>"
}

// itemTag opens a list item, with its number where counting would give another.
func itemTag(n *ast.ListItem, source []byte) string {
	list, _ := n.Parent().(*ast.List)
	before, _ := n.PreviousSibling().(*ast.ListItem)
	if list == nil || !list.IsOrdered() || before == nil {
		return "<li>"
	}
	number := itemNumber(n, source)
	if number == itemNumber(before, source)+1 {
		return "<li>"
	}
	return `<li value="` + strconv.Itoa(number) + `">`
}

func cellTag(n *extast.TableCell) string {
	class := ""
	switch n.Alignment {
	case extast.AlignRight:
		class = ` class="end"`
	case extast.AlignCenter:
		class = ` class="center"`
	}
	if n.Parent().Kind() == extast.KindTableHeader {
		return `<th scope="col"` + class + ">"
	}
	return "<td" + class + ">"
}

// link opens a link when its address is safe and no link is open yet.
func (w *htmlWriter) link(address, title string) {
	w.plain++
	w.targets += len(address) + len(title)
	if w.plain > 1 || w.alt != nil || w.targets > maxTargets || addressKind(address) == unsafeAddress {
		w.unlinked = append(w.unlinked, true)
		return
	}
	w.unlinked = append(w.unlinked, false)
	w.b.WriteString(`<a href="` + html.EscapeString(address) + `"`)
	if title != "" {
		w.b.WriteString(` title="` + html.EscapeString(title) + `"`)
	}
	if addressKind(address) == externalAddress {
		w.b.WriteString(` rel="` + linkRel + `"`)
	}
	w.b.WriteString(">")
}

func (w *htmlWriter) closeLink() {
	w.plain--
	last := len(w.unlinked) - 1
	if !w.unlinked[last] {
		w.b.WriteString("</a>")
	}
	w.unlinked = w.unlinked[:last]
}

// autoAddress is the address of a bare link.
func (w *htmlWriter) autoAddress(n *ast.AutoLink) string {
	address := string(n.URL(w.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		return "mailto:" + address
	}
	return address
}

// maxTargets bounds the bytes of link targets one passage shows: a definition
// named by every item of a list must not make a page of megabytes. Links beyond
// it leave their text.
const maxTargets = 8 << 10

const linkRel = "noopener nofollow ugc"

const (
	unsafeAddress = iota
	ownAddress
	externalAddress
)

// addressKind tells addresses that lead within the site from those that lead
// out of it, and both from those no page may link to.
func addressKind(address string) int {
	u, err := url.Parse(address)
	if err != nil || len(address) > 4096 || strings.ContainsAny(address, "\\\x00\n\r\t") {
		return unsafeAddress
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mailto", "tel":
		return externalAddress
	case "":
		if u.Host != "" || strings.HasPrefix(address, "//") {
			return externalAddress
		}
		return ownAddress
	}
	return unsafeAddress
}

// Direction returns "rtl" for the languages written from right to left and
// "ltr" for all others, as HTML's dir wants it.
func Direction(lang string) string {
	primary, rest, _ := strings.Cut(strings.ToLower(lang), "-")
	switch primary {
	case "ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "ug", "ur", "yi":
		if !strings.HasPrefix(rest, "latn") {
			return "rtl"
		}
	}
	if strings.Contains(rest, "arab") {
		return "rtl"
	}
	return "ltr"
}
