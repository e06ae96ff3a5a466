package prose

import "strings"

// codePieces cuts a code block by lines, each part fenced again.
func codePieces(lines []string) []piece {
	fence, info, body := "", "", lines
	if fence = fenceOf(lines[0]); fence != "" {
		info = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(lines[0]), fence[:1]))
		body = lines[1:]
		if n := len(body); n > 0 && strings.Trim(strings.TrimSpace(body[n-1]), fence[:1]) == "" && !blank(body[n-1]) {
			body = body[:n-1]
		}
	}
	if len(info) > 32 || strings.ContainsAny(info, "`~\\&<>") {
		info = ""
	}
	var out []piece
	var part []string
	words := 0
	flush := func() {
		if len(part) > 0 {
			out = append(out, fencedPiece(info, part, words))
		}
		part, words = nil, 0
	}
	for _, line := range body {
		if fence == "" {
			line = dedent(line, 4)
		}
		for _, l := range cutTokens(line, MaxWords) {
			n := Words(l)
			if words+n > MaxWords {
				flush()
			}
			part = append(part, l)
			words += n
		}
	}
	flush()
	return out
}

// fencedPiece puts lines of code between fences longer than any run in them.
func fencedPiece(info string, lines []string, words int) piece {
	body := strings.Join(lines, "\n")
	fence := "```"
	for strings.Contains(body, fence) {
		fence += "`"
	}
	if blank(body) {
		return piece{kind: 'c'}
	}
	md := fence + info + "\n" + body + "\n" + fence
	return piece{kind: 'c', md: md, text: strings.Trim(body, "\n"), words: words}
}
