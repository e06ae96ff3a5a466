package reading

import (
	"strings"
	"unicode"
)

// maxFrontMatter bounds the block in which a closing line is looked for.
const maxFrontMatter = 64 << 10

// frontMatter parts the block between two lines of three dashes from the text.
// It reads a subset of YAML: "key: value", quoted values, lists as "- item"
// or "[a, b]", text blocks with | and >, and maps one level deep as "key.sub".
// A line that is none of these is passed over with a warning.
func frontMatter(text string) (map[string][]string, string, []Warning) {
	meta := map[string][]string{}
	body, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return meta, text, nil
	}
	head := body[:min(len(body), maxFrontMatter)]
	var lines []string
	for line := range strings.SplitAfterSeq(head, "\n") {
		if t := strings.TrimRight(line, " \t\n"); t == "---" || t == "..." {
			p := frontParser{meta: meta}
			p.parse(lines)
			used := len("---\n")
			for _, l := range lines {
				used += len(l)
			}
			return meta, text[used+len(line):], p.warnings
		}
		lines = append(lines, line)
	}
	// Not closed: a thematic break, not front matter.
	return meta, text, nil
}

type frontParser struct {
	meta     map[string][]string
	warnings []Warning
	key      string // the key whose list, map or text block the indented lines belong to
	block    byte   // '|' or '>' within a text block
	text     []string
}

func (p *frontParser) parse(lines []string) {
	for i, line := range lines {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		t := strings.TrimSpace(line)
		indented := line != "" && (line[0] == ' ' || line[0] == '\t')
		if p.block != 0 && (indented || t == "") {
			p.text = append(p.text, t)
			continue
		}
		p.endBlock()
		if t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if !p.line(t, indented) {
			p.warnings = append(p.warnings, Warning{Code: CodeFrontMatter, Line: i + 2, Detail: map[string]string{"text": near([]byte(t), 0)}})
		}
	}
	p.endBlock()
}

func (p *frontParser) endBlock() {
	if p.block == 0 {
		return
	}
	sep := "\n"
	if p.block == '>' {
		sep = " "
	}
	p.add(p.key, strings.TrimSpace(strings.Join(p.text, sep)))
	p.block, p.text = 0, nil
}

func (p *frontParser) add(key, value string) {
	if value != "" {
		p.meta[key] = append(p.meta[key], value)
	}
}

func (p *frontParser) line(t string, indented bool) bool {
	if item, ok := strings.CutPrefix(t+" ", "- "); ok {
		if p.key == "" {
			return false
		}
		v, ok := scalarValue(strings.TrimSpace(item))
		p.add(p.key, v)
		return ok
	}
	key, value, ok := cutKey(t)
	if !ok {
		return false
	}
	value = strings.TrimSpace(value)
	if indented && p.key == "" {
		return false
	}
	name := strings.ToLower(key)
	if indented {
		name = p.key + "." + name
	} else {
		p.key = name
		delete(p.meta, name) // of a key that comes twice the last counts
	}
	switch {
	case value == "|" || value == ">" || value == "|-" || value == ">-" || value == "|+" || value == ">+":
		if indented {
			return false
		}
		p.block = value[0]
	case strings.HasPrefix(value, "["):
		return p.flow(name, value)
	default:
		v, ok := scalarValue(value)
		p.add(name, v)
		return ok
	}
	return true
}

// cutKey parts "key: value"; the key may be quoted.
func cutKey(t string) (key, value string, ok bool) {
	if t[0] == '"' || t[0] == '\'' {
		end := strings.IndexByte(t[1:], t[0])
		if end < 0 || !strings.HasPrefix(t[end+2:], ":") {
			return "", "", false
		}
		return t[1 : end+1], t[end+3:], true
	}
	i := strings.Index(t+" ", ": ")
	if i <= 0 || strings.ContainsAny(t[:i], "{}[],&*!|>%@`\"'") {
		return "", "", false
	}
	return t[:i], t[min(i+1, len(t)):], true
}

// flow reads a list in brackets on one line.
func (p *frontParser) flow(key, value string) bool {
	inner, ok := strings.CutSuffix(value[1:], "]")
	if !ok {
		return false
	}
	all := true
	for _, item := range splitFlow(inner) {
		v, ok := scalarValue(strings.TrimSpace(item))
		p.add(key, v)
		all = all && ok
	}
	return all
}

// splitFlow cuts at commas outside of quotes.
func splitFlow(s string) []string {
	var out []string
	var quote byte
	start := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ',':
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[min(start, len(s)):])
}

// scalarValue resolves quotes and drops a comment after a plain value. ok is
// false for what is YAML but outside of the subset.
func scalarValue(v string) (string, bool) {
	if v == "" || v == "~" || v == "null" {
		return "", true
	}
	switch v[0] {
	case '\'':
		if end := strings.LastIndexByte(v, '\''); end > 0 {
			return strings.ReplaceAll(v[1:end], "''", "'"), true
		}
		return "", false
	case '"':
		return unquoteDouble(v)
	case '{', '&', '*', '!', '%', '@', '`':
		return "", false
	}
	if i := strings.Index(v, " #"); i >= 0 {
		v = strings.TrimSpace(v[:i])
	}
	return v, true
}

func unquoteDouble(v string) (string, bool) {
	var b strings.Builder
	for i := 1; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			return b.String(), true
		case c == '\\' && i+1 < len(v):
			i++
			switch v[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(v[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", false
}
