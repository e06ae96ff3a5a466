package reading

import (
	"context"
	"io"
	"strings"
)

// readMarkdown takes a Markdown or plain text file as it is, less its front
// matter.
func readMarkdown(ctx context.Context, src Source, opt Options) (*Document, error) {
	text, err := readText(ctx, src, opt, func(r io.Reader) (io.Reader, error) { return decodeText(r, opt.Charset) })
	if err != nil {
		return nil, err
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	doc := &Document{}
	doc.Meta, text, doc.Warnings = frontMatter(text)
	if strings.TrimSpace(text) == "" && len(doc.Meta) == 0 {
		return nil, &Error{Code: CodeEmpty}
	}
	doc.Markdown = strings.Trim(text, "\n") + "\n"
	doc.Title = first(doc.Meta["title"])
	for _, key := range []string{"lang", "language"} {
		if v := first(doc.Meta[key]); doc.Lang == "" && IsTag(v) {
			doc.Lang = Tag(v)
		}
	}
	return doc, nil
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// headingsOf finds the headings of Markdown, ATX and setext, outside of code.
func headingsOf(md string) []Heading {
	var out []Heading
	fence, before := "", ""
	line := 0
	for s := range strings.SplitSeq(md, "\n") {
		line++
		t := strings.TrimSpace(s)
		indented := strings.HasPrefix(s, "    ") || strings.HasPrefix(s, "\t")
		switch {
		case fence != "":
			if strings.HasPrefix(t, fence) && strings.Trim(t, fence[:1]) == "" {
				fence = ""
			}
			t = ""
		case indented:
			t = ""
		case strings.HasPrefix(t, "```"), strings.HasPrefix(t, "~~~"):
			fence = t[:len(t)-len(strings.TrimLeft(t, t[:1]))]
			t = ""
		case strings.HasPrefix(t, "#"):
			level := len(t) - len(strings.TrimLeft(t, "#"))
			text := strings.TrimSpace(strings.TrimRight(t[level:], "#"))
			if level <= 6 && (len(t) == level || t[level] == ' ' || t[level] == '\t') && text != "" {
				out = append(out, Heading{Level: level, Text: plainInline(text), Line: line})
			}
			t = ""
		case before != "" && (isRule(t, '=') || len(t) > 1 && isRule(t, '-')):
			level := 1
			if t[0] == '-' {
				level = 2
			}
			out = append(out, Heading{Level: level, Text: plainInline(before), Line: line - 1})
			t = ""
		case strings.HasPrefix(t, "- "), strings.HasPrefix(t, "* "), strings.HasPrefix(t, ">"), strings.HasPrefix(t, "|"):
			t = ""
		}
		before = t
	}
	return out
}

func isRule(t string, c byte) bool {
	return t != "" && strings.Trim(t, string(c)) == ""
}

// plainInline gives the text of inline Markdown: no emphasis, links as their
// text, escapes resolved.
func plainInline(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && strings.IndexByte("\\`*_{}[]()#+-.!|<>~=", s[i+1]) >= 0:
			i++
			b.WriteByte(s[i])
		case c == '*' || c == '`':
		case c == '_' && (i == 0 || i+1 == len(s) || s[i-1] == ' ' || s[i+1] == ' '):
		case c == '[':
		case c == ']':
			if i+1 < len(s) && s[i+1] == '(' {
				if k := strings.IndexByte(s[i:], ')'); k > 0 {
					i += k
				}
			}
		default:
			b.WriteByte(c)
		}
	}
	return strings.TrimSpace(b.String())
}
