package reading

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// run is a piece of inline text of one style. A newline in the text is a hard
// line break. raw text is Markdown already.
type run struct {
	text   string
	bold   bool
	italic bool
	strike bool
	code   bool
	raw    bool
	href   string
}

func (r run) style() run { r.text = ""; return r }

// inlineMarkdown writes runs as one paragraph of Markdown: white space is
// collapsed, neighbours of one style are joined.
func inlineMarkdown(runs []run) string {
	runs = joinRuns(runs)
	var b strings.Builder
	for i := 0; i < len(runs); {
		href := runs[i].href
		if href == "" {
			writeRun(&b, runs[i])
			i++
			continue
		}
		var text strings.Builder
		for ; i < len(runs) && runs[i].href == href; i++ {
			writeRun(&text, runs[i])
		}
		writeLink(&b, text.String(), href)
	}
	return strings.TrimSpace(b.String())
}

// joinRuns collapses white space over all runs and joins equals.
func joinRuns(runs []run) []run {
	var out []run
	space := true // at the start no space is kept
	for _, r := range runs {
		if !r.raw {
			r.text, space = collapse(r.text, space)
		} else {
			space = false
		}
		if r.text == "" {
			continue
		}
		if n := len(out); n > 0 && out[n-1].style() == r.style() {
			out[n-1].text += r.text
			continue
		}
		out = append(out, r)
	}
	return out
}

// collapse makes one space of each white space; a newline stays and eats the
// spaces around it. after says whether a space stands before s, and then
// whether s ends in one.
func collapse(s string, after bool) (string, bool) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteByte('\n')
			after = true
		case r == '\u00ad' || r == '\u200b' || r == '\ufeff': // soft hyphen, zero width
		case unicode.IsSpace(r):
			if !after {
				b.WriteByte(' ')
			}
			after = true
		case unicode.IsControl(r):
		default:
			b.WriteRune(r)
			after = false
		}
	}
	return b.String(), after
}

func writeRun(b *strings.Builder, r run) {
	if r.raw {
		b.WriteString(r.text)
		return
	}
	mark := ""
	switch {
	case r.code:
		mark = "`"
	case r.bold && r.italic:
		mark = "***"
	case r.bold:
		mark = "**"
	case r.italic:
		mark = "*"
	case r.strike:
		mark = "~~"
	}
	if r.code && strings.ContainsAny(r.text, "`\n") || endsWithMark(b) && mark != "" {
		mark = ""
	}
	if mark == "" {
		b.WriteString(escape(r.text))
		return
	}
	// Emphasis holds only between letters: what stands at its ends but is none
	// moves outside, or "**Note:**text" would not be emphasis (CommonMark 6.2).
	outside := func(c rune) bool { return unicode.IsSpace(c) || unicode.IsPunct(c) || unicode.IsSymbol(c) }
	if r.code {
		outside = unicode.IsSpace
	}
	inner := strings.TrimLeftFunc(r.text, outside)
	lead := r.text[:len(r.text)-len(inner)]
	inner = strings.TrimRightFunc(inner, outside)
	tail := r.text[len(lead)+len(inner):]
	if inner == "" || strings.Contains(inner, "\n") {
		b.WriteString(escape(r.text))
		return
	}
	b.WriteString(escape(lead))
	if endsWithMark(b) {
		mark = ""
	}
	b.WriteString(mark)
	if r.code {
		b.WriteString(inner)
	} else {
		b.WriteString(escape(inner))
	}
	b.WriteString(mark)
	b.WriteString(escape(tail))
}

func endsWithMark(b *strings.Builder) bool {
	s := b.String()
	return strings.HasSuffix(s, "*") || strings.HasSuffix(s, "`") || strings.HasSuffix(s, "~")
}

func writeLink(b *strings.Builder, text, href string) {
	core := strings.TrimSpace(text)
	if core == "" {
		b.WriteString(text)
		return
	}
	i := strings.Index(text, core)
	b.WriteString(text[:i])
	b.WriteString("[" + strings.ReplaceAll(core, "\n", " ") + "](" + href + ")")
	b.WriteString(text[i+len(core):])
}

// safeLink gives an address to keep, or "" for one that is relative, or of a
// scheme that could run something.
func safeLink(href string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || len(href) > 2048 {
		return ""
	}
	if base != nil && !u.IsAbs() && !strings.HasPrefix(href, "#") {
		u = base.ResolveReference(u)
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
	case "mailto", "tel":
	default:
		return ""
	}
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "\\", "%5C", "\"", "%22", "\n", "").Replace(u.String())
}

// escape keeps text from being read as Markdown or HTML.
func escape(s string) string {
	if !strings.ContainsAny(s, "\\`*_[]<&~\n") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\n':
			b.WriteString("  \n")
			continue
		case c == '\\' && i+1 < len(s) && isASCIIPunct(s[i+1]),
			c == '`', c == '*',
			c == '~' && i+1 < len(s) && s[i+1] == '~',
			c == '_' && !insideWord(s, i),
			c == ']' && i+1 < len(s) && strings.IndexByte("([:", s[i+1]) >= 0,
			c == '[' && i+1 < len(s) && s[i+1] == '^',
			c == '<' && i+1 < len(s) && (isASCIILetter(s[i+1]) || strings.IndexByte("/!?", s[i+1]) >= 0),
			c == '&' && i+1 < len(s) && (isASCIILetter(s[i+1]) || s[i+1] == '#') && strings.IndexByte(s[i:min(len(s), i+34)], ';') > 0:
			b.WriteByte('\\')
		case c == '\\' && i+1 == len(s), c == '<' && i+1 == len(s), c == ']' && i+1 == len(s), c == '[' && i+1 == len(s):
			b.WriteByte('\\') // what follows comes with the next run
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isASCIIPunct(c byte) bool {
	return c < utf8.RuneSelf && !isASCIILetter(c) && (c < '0' || c > '9') && c > ' '
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func insideWord(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+1:])
	word := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return i > 0 && i+1 < len(s) && word(before) && word(after)
}

// escapeStart keeps a paragraph from beginning like another kind of block.
func escapeStart(s string) string {
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(escapeLineStart(line))
	}
	return b.String()
}

func escapeLineStart(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '#', '>', '=', '|':
		return "\\" + s
	case '-', '+':
		if len(s) == 1 || s[1] == ' ' || strings.Trim(s, "- ") == "" {
			return "\\" + s
		}
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	if digits > 0 && digits < 10 && digits < len(s) && (s[digits] == '.' || s[digits] == ')') && (digits+1 == len(s) || s[digits+1] == ' ') {
		return s[:digits] + "\\" + s[digits:]
	}
	return s
}
