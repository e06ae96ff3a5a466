package prose

import (
	"strings"
)

// A Unit is one row of a table whose columns are languages: the same sentence,
// paragraph or heading in each.
type Unit struct {
	// Style is "T1" to "T6" for a heading of that level; everything else is text.
	Style string
	// Text is plain text by language. A language may miss.
	Text map[string]string
}

// An AlignedBody is one language of an aligned table.
type AlignedBody struct {
	// Markdown is the body, every passage marked with its anchor, so that
	// Split finds the same passages with the same anchors again.
	Markdown string
	Passages []Passage
}

// SplitAligned makes one body of each language of units that come aligned. The
// n-th passage of all languages holds the same rows and has the same anchor;
// none has more than MaxWords words in any language. A row longer than that is
// cut into as many parts in each language.
func SplitAligned(langs []string, units []Unit) map[string]AlignedBody {
	var g grouping
	g.langs, g.taken = langs, make(map[string]bool)
	g.bodies, g.words = make([]strings.Builder, len(langs)), make([]int, len(langs))
	for _, u := range units {
		g.unit(u)
	}
	g.flush()
	out := make(map[string]AlignedBody, len(langs))
	for i, lang := range langs {
		body := g.bodies[i].String()
		out[lang] = AlignedBody{Markdown: body, Passages: Split(lang, body)}
	}
	return out
}

// A grouping gathers rows into passages of all languages at once.
type grouping struct {
	langs    []string
	taken    map[string]bool
	bodies   []strings.Builder
	headings []Unit
	rows     [][]string // of the open passage; a text per language
	words    []int
}

func (g *grouping) unit(u Unit) {
	texts := make([]string, len(g.langs))
	parts := 0
	for i, lang := range g.langs {
		texts[i] = norm(clean(u.Text[lang]))
		parts = max(parts, (Words(texts[i])+MaxWords-1)/MaxWords)
	}
	if parts == 0 {
		return
	}
	if headingLevel(u.Style) > 0 && g.fitsHeading(texts) {
		if len(g.rows) > 0 {
			g.flush()
		}
		if n := len(g.headings); n > 0 && headingLevel(g.headings[n-1].Style) >= headingLevel(u.Style) {
			g.flush()
		}
		g.headings = append(g.headings, u)
		return
	}
	for _, row := range cutRow(g.langs, texts, parts) {
		g.add(row)
	}
}

// fitsHeading reports whether a row is short enough for a heading in all languages.
func (g *grouping) fitsHeading(texts []string) bool {
	for _, t := range texts {
		if Words(t) > maxHeadingWords || t == "" {
			return false
		}
	}
	return true
}

func (g *grouping) add(row []string) {
	for i, t := range row {
		if len(g.rows) > 0 && g.words[i]+Words(t) > MaxWords {
			g.flush()
			break
		}
	}
	g.rows = append(g.rows, row)
	for i, t := range row {
		g.words[i] += Words(t)
	}
}

// flush writes the open passage to all bodies.
func (g *grouping) flush() {
	if len(g.rows) == 0 && len(g.headings) == 0 {
		return
	}
	var seed strings.Builder
	for i := range g.langs {
		for _, u := range g.headings {
			if len(g.rows) == 0 {
				seed.WriteString(u.Text[g.langs[i]] + "\n")
			}
		}
		for _, row := range g.rows {
			seed.WriteString(row[i] + "\n")
		}
	}
	anchor := freshAnchor(seed.String(), 0, g.taken)
	for i, lang := range g.langs {
		b := &g.bodies[i]
		b.WriteString("<!-- " + anchor + " -->\n\n")
		for _, u := range g.headings {
			b.WriteString(strings.Repeat("#", headingLevel(u.Style)) + " " + EscapeMarkdown(norm(clean(u.Text[lang]))) + "\n\n")
		}
		for _, row := range g.rows {
			if row[i] != "" {
				b.WriteString(EscapeMarkdown(row[i]) + "\n\n")
			}
		}
	}
	g.headings, g.rows = nil, nil
	clear(g.words)
}

// norm is text on one line, its space as single blanks.
func norm(s string) string { return strings.Join(strings.Fields(s), " ") }

// headingLevel reads a style "T1" to "T6", 0 for text.
func headingLevel(style string) int {
	if len(style) == 2 && style[0] == 'T' && style[1] >= '1' && style[1] <= '6' {
		return int(style[1] - '0')
	}
	return 0
}

// cutRow cuts a row into parts of at most MaxWords in every language, at least
// the number given.
func cutRow(langs, texts []string, parts int) [][]string {
	if parts <= 1 {
		return [][]string{texts}
	}
	for {
		rows := make([][]string, parts)
		fits := true
		for k := range rows {
			rows[k] = make([]string, len(langs))
		}
		for i, lang := range langs {
			pieces := cutInto(lang, texts[i], parts)
			for k, p := range pieces {
				rows[k][i] = p
				fits = fits && Words(p) <= MaxWords
			}
		}
		if fits {
			return rows
		}
		parts += parts/8 + 1
	}
}

// cutInto cuts text into n parts of about equal length at sentence ends,
// between words where there are too few sentences. Parts may be empty when
// there are fewer words than parts.
func cutInto(lang, text string, n int) []string {
	ends := sentenceEnds(lang, text)
	if len(ends) < 2*n {
		ends = ends[:0]
		offset := 0
		for _, token := range cutTokens(text, max(1, Words(text)/(8*n))) {
			offset += len(token)
			ends = append(ends, offset)
		}
	}
	out := make([]string, n)
	from, e := 0, 0
	for k := range out {
		goal := len(text) * (k + 1) / n
		to := from
		for e < len(ends) && (k == n-1 || ends[e] <= goal || goal-to > ends[e]-goal) {
			to = ends[e]
			e++
		}
		out[k] = strings.TrimSpace(text[from:to])
		from = to
	}
	return out
}

// EscapeMarkdown returns plain text as Markdown that shows it unchanged.
func EscapeMarkdown(text string) string {
	text = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "~", `\~`,
		"&", `\&`, "|", `\|`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = escapeLine(strings.TrimLeft(l, " \t"))
	}
	return strings.Join(lines, "\n")
}

// escapeLine keeps one line from starting a block or ending one as a heading.
func escapeLine(line string) string {
	if strings.HasPrefix(line, "#") {
		return `\` + line
	}
	return escapeStart(line)
}
