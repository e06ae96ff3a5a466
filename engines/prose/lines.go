package prose

import "strings"

func blank(line string) bool { return strings.TrimSpace(line) == "" }

// indentOf counts the columns of space before a line's first letter, up to 64.
func indentOf(line string) int {
	n := 0
	for i := 0; i < len(line) && n < 64; i++ {
		switch line[i] {
		case ' ':
			n++
		case '\t':
			n += 4 - n%4
		default:
			return n
		}
	}
	return n
}

// dedent takes up to n columns of space off the front of a line.
func dedent(line string, n int) string {
	for n > 0 && line != "" {
		switch line[0] {
		case ' ':
			n--
		case '\t':
			n -= 4
		default:
			return line
		}
		line = line[1:]
	}
	return line
}

// atxHeading reads "## text ##": its level and text, level 0 for other lines.
func atxHeading(line string) (int, string) {
	if indentOf(line) >= 4 {
		return 0, ""
	}
	t := strings.TrimSpace(line)
	level := 0
	for level < len(t) && t[level] == '#' {
		level++
	}
	if level == 0 || level > 6 || level < len(t) && t[level] != ' ' && t[level] != '\t' {
		return 0, ""
	}
	t = strings.TrimSpace(t[level:])
	if bare := strings.TrimRight(t, "#"); bare == "" || strings.HasSuffix(bare, " ") {
		t = strings.TrimSpace(bare)
	}
	return level, t
}

// underline returns the level of the heading a line of "=" or "-" makes.
func underline(line string) int {
	t := strings.TrimSpace(line)
	switch {
	case indentOf(line) >= 4 || t == "":
	case strings.Trim(t, "=") == "":
		return 1
	case strings.Trim(t, "-") == "":
		return 2
	}
	return 0
}

// isRule reports a thematic break: three or more of one of "*-_".
func isRule(line string) bool {
	if indentOf(line) >= 4 {
		return false
	}
	var mark byte
	n := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
		case c != '*' && c != '-' && c != '_' || mark != 0 && c != mark:
			return false
		default:
			mark = c
			n++
		}
	}
	return n >= 3
}

// fenceOf returns the run of "`" or "~" that opens a code block, "" if none.
func fenceOf(line string) string {
	t := strings.TrimLeft(line, " \t")
	if indentOf(line) >= 4 || !strings.HasPrefix(t, "```") && !strings.HasPrefix(t, "~~~") {
		return ""
	}
	n := len(t) - len(strings.TrimLeft(t, t[:1]))
	if t[0] == '`' && strings.Contains(t[n:], "`") {
		return ""
	}
	return t[:n]
}

// quoteDepth counts the ">" a line starts with, blanks between them allowed.
func quoteDepth(line string) int {
	if indentOf(line) >= 4 {
		return 0
	}
	n := 0
	for i := 0; i < len(line); i++ {
		if line[i] == '>' {
			n++
		} else if line[i] != ' ' {
			break
		}
	}
	return n
}

// unquote takes one ">" off a line.
func unquote(line string) string {
	t := strings.TrimLeft(line, " ")
	if len(line)-len(t) < 4 && strings.HasPrefix(t, ">") {
		return strings.TrimPrefix(t[1:], " ")
	}
	return line
}

// markerLength returns the columns up to the text of a list item, 0 for lines
// that start none.
func markerLength(line string) int {
	indent := indentOf(line)
	t := strings.TrimLeft(line, " \t")
	n := 0
	for n < len(t) && n < 9 && t[n] >= '0' && t[n] <= '9' {
		n++
	}
	if n > 0 && (n >= len(t) || t[n] != '.' && t[n] != ')') || n == 0 && (t == "" || !strings.Contains("-+*", t[:1])) {
		return 0
	}
	n++
	if n < len(t) && t[n] != ' ' && t[n] != '\t' {
		return 0
	}
	pad := min(len(t[n:])-len(strings.TrimLeft(t[n:], " \t")), 4)
	return indent + n + max(pad, 1)
}

// orderedMarker reports whether a list item is numbered.
func orderedMarker(line string) bool {
	t := strings.TrimLeft(line, " \t")
	return t != "" && t[0] >= '0' && t[0] <= '9'
}

// noteLabel returns the label of a footnote's text, "[^label]: …".
func noteLabel(line string) string {
	if indentOf(line) >= 4 {
		return ""
	}
	t := strings.TrimLeft(line, " ")
	end := strings.Index(t[:min(len(t), 64)], "]:")
	if !strings.HasPrefix(t, "[^") || end < 3 {
		return ""
	}
	return cleanLabel(t[2:end])
}

// cleanLabel returns a footnote label fit for an HTML id, "" if it is none.
func cleanLabel(label string) string {
	for _, c := range []byte(label) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return ""
		}
	}
	return label
}

// definedLabel returns the normalised label of "[label]: address", "" for
// other lines.
func definedLabel(line string) string {
	t := strings.TrimLeft(line, " ")
	if len(line)-len(t) >= 4 || len(t) > 4096 || !strings.HasPrefix(t, "[") || strings.HasPrefix(t, "[^") {
		return ""
	}
	end := strings.Index(t, "]:")
	if end < 2 || strings.ContainsAny(t[1:end], "[]") {
		return ""
	}
	rest := strings.Fields(t[end+2:])
	if len(rest) == 0 || len(rest) > 1 && !strings.ContainsAny(rest[1][:1], `"'(`) {
		return ""
	}
	return normalLabel(t[1:end])
}

func normalLabel(label string) string {
	return strings.ToLower(strings.Join(strings.Fields(label), " "))
}

// maxColumns bounds the columns of a table; wider ones read as text.
const maxColumns = 64

// isDelimiterRow reports a table's second row: cells of dashes and colons.
func isDelimiterRow(line string) bool {
	if len(line) > 4096 || !strings.Contains(line, "-") || !strings.Contains(line, "|") {
		return false
	}
	row := cells(line)
	if len(row) > maxColumns {
		return false
	}
	for _, cell := range row {
		dashes := strings.TrimSuffix(strings.TrimPrefix(cell, ":"), ":")
		if dashes == "" || strings.Trim(dashes, "-") != "" {
			return false
		}
	}
	return true
}

// cells returns the trimmed cells of a table row.
func cells(row string) []string {
	row = strings.TrimSpace(row)
	row = strings.TrimPrefix(row, "|")
	if strings.HasSuffix(row, "|") && !strings.HasSuffix(row, `\|`) {
		row = row[:len(row)-1]
	}
	var out []string
	for from := 0; ; {
		i := from
		for i < len(row) && row[i] != '|' {
			if row[i] == '\\' {
				i++
			}
			i++
		}
		if i >= len(row) {
			return append(out, strings.TrimSpace(row[min(from, len(row)):]))
		}
		out = append(out, strings.TrimSpace(row[from:i]))
		from = i + 1
	}
}
