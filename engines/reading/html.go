package reading

import (
	"context"
	"io"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

// readHTML turns a page into a Document. Where the page marks its main part
// only that is read.
func readHTML(ctx context.Context, src Source, opt Options) (*Document, error) {
	text, err := readText(ctx, src, opt, func(r io.Reader) (io.Reader, error) { return decodeHTML(r, src, opt.Charset) })
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, &Error{Code: CodeHTMLBroken, Err: err}
	}
	doc := &Document{Meta: map[string][]string{}}
	c := &htmlConverter{limit: opt.Limits.Text, columns: opt.Limits.Columns}
	body, main := c.head(root, doc)
	if main != nil {
		body = main
	}
	if body == nil {
		return nil, &Error{Code: CodeEmpty}
	}
	doc.Markdown = c.document(body)
	if c.over {
		return nil, limitError(CodeTextTooLarge, opt.Limits.Text)
	}
	if doc.Title == "" {
		doc.Title = first(doc.Meta["og:title"])
	}
	if strings.TrimSpace(doc.Markdown) == "" {
		return nil, &Error{Code: CodeEmpty}
	}
	return doc, nil
}

// decodeHTML honours, in this order, a byte order mark, the option, and what
// the page declares. It does not guess.
func decodeHTML(r io.Reader, src Source, name string) (io.Reader, error) {
	if name == "" {
		head, err := src.head()
		if err != nil {
			return nil, err
		}
		_, declared, certain := charset.DetermineEncoding(head[:min(len(head), 1024)], "")
		// A declared windows-1252 is reported as uncertain: look again.
		if certain || strings.Contains(strings.ToLower(string(head[:min(len(head), 1024)])), "charset=") && declared != "windows-1252" {
			name = declared
		} else if c := declaredCharset(head); c != "" {
			name = c
		}
	}
	return decodeText(r, name)
}

// declaredCharset finds the charset in the first bytes of a page.
func declaredCharset(head []byte) string {
	low := strings.ToLower(string(head[:min(len(head), 1024)]))
	_, after, ok := strings.Cut(low, "charset=")
	if !ok {
		return ""
	}
	after = strings.TrimLeft(after, `"' `)
	end := strings.IndexAny(after, `"' ;/>`)
	if end < 0 {
		return ""
	}
	if _, err := encodingOf(after[:end]); err != nil {
		return ""
	}
	return after[:end]
}

// HTMLToMarkdown turns a piece of HTML, such as an answer in a cell, into
// Markdown. Scripts, styles, navigation and event handlers are gone; plain text
// without any tag stays as it is. What nests too deep comes back as its text.
func HTMLToMarkdown(s string) string { return HTMLToMarkdownFrom(s, "") }

// HTMLToMarkdownFrom is HTMLToMarkdown for a piece taken from the page at the
// address base: relative links become absolute. Without an address they become
// plain text.
func HTMLToMarkdownFrom(s, base string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return escape(textOnly(s))
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	l := Limits{}.withDefaults()
	c := &htmlConverter{limit: l.Text, columns: l.Columns}
	if u, err := url.Parse(base); err == nil && u.IsAbs() {
		c.base = u
	}
	return strings.TrimSpace(c.document(body))
}

// textOnly gives the text tokens of s.
func textOnly(s string) string {
	z := html.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			b.Write(z.Text())
			b.WriteByte(' ')
		}
	}
}

// htmlConverter turns a tree into Markdown.
type htmlConverter struct {
	limit   int64
	columns int
	base    *url.URL
	written int64
	over    bool
}

// head reads title, language and meta, and finds the body and its main part.
func (c *htmlConverter) head(root *html.Node, doc *Document) (body, main *html.Node) {
	mains := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			if lang := attrOf(n, "lang"); IsTag(lang) {
				doc.Lang = Tag(lang)
			}
		case atom.Body:
			if body = n; doc.Lang == "" && IsTag(attrOf(n, "lang")) {
				doc.Lang = Tag(attrOf(n, "lang"))
			}
		case atom.Main:
			main = n
			mains++
		case atom.Title:
			if doc.Title == "" && n.FirstChild != nil && (n.Parent == nil || n.Parent.DataAtom == atom.Head) {
				doc.Title = strings.Join(strings.Fields(n.FirstChild.Data), " ")
			}
		case atom.Base:
			if u, err := url.Parse(attrOf(n, "href")); err == nil && u.IsAbs() && c.base == nil {
				c.base = u
			}
		case atom.Meta:
			c.meta(n, doc)
		}
	}
	if mains != 1 {
		main = nil
	}
	return body, main
}

func (c *htmlConverter) meta(n *html.Node, doc *Document) {
	key := strings.ToLower(strings.TrimSpace(attrOf(n, "name") + attrOf(n, "property")))
	value := strings.Join(strings.Fields(attrOf(n, "content")), " ")
	if strings.EqualFold(attrOf(n, "http-equiv"), "content-language") && doc.Lang == "" && IsTag(value) {
		doc.Lang = Tag(value)
	}
	if key != "" && value != "" && len(key) <= 100 && len(value) <= 10_000 && len(doc.Meta) < 200 && len(doc.Meta[key]) < 100 {
		doc.Meta[key] = append(doc.Meta[key], value)
	}
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
