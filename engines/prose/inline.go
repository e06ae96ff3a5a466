package prose

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quickText returns what goldmark would make of the inline source of one
// piece, for the source most text has: plain words, simple links, emphasis and
// code. It answers false for everything it is not sure about; FuzzQuickText
// holds it to the parser.
func quickText(kind byte, source string) (string, bool) {
	prefix := ""
	switch kind {
	case 'p':
	case 'h':
		if source == "" || strings.HasSuffix(source, "#") || strings.Contains(source, "\n") {
			return "", false
		}
	case 'l':
		var ok bool
		if prefix, source, ok = quickItem(source); !ok || source == "" {
			return "", ok
		}
	default:
		return "", false
	}
	q := quick{source: source}
	if !strings.ContainsAny(source, specials) {
		return prefix + source, true
	}
	if strings.HasPrefix(source, "[") && strings.Contains(source, "]:") {
		return "", false
	}
	q.out.Grow(len(prefix) + len(source))
	q.out.WriteString(prefix)
	if !q.run() {
		return "", false
	}
	return q.out.String(), true
}

// specials are the bytes that can mean anything but themselves within a paragraph.
const specials = "`*_[<&\\~|!\n\v\f"

// quickItem takes the marker off a list item of one line; source is empty when
// the item is.
func quickItem(item string) (prefix, source string, ok bool) {
	n := markerLength(item)
	if n == 0 || strings.Contains(item, "\n") || isRule(item) || item[0] == ' ' || item[0] == '\t' {
		return "", "", false
	}
	end := strings.IndexByte(item, ' ')
	if end < 0 {
		return "", "", !strings.Contains(item, "\t")
	}
	source = strings.Trim(item[end:], " ")
	if source == "" || len(item)-end-len(strings.TrimLeft(item[end:], " ")) > 4 || source[0] == '\t' || escapeStart(source) != source {
		return "", "", source == ""
	}
	if orderedMarker(item) {
		prefix = strconv.Itoa(startNumber(item)) + item[end-1:end] + " "
	}
	return prefix, source, true
}

// quick reads inline source once.
type quick struct {
	source string
	at     int
	out    strings.Builder
	open   string // the run of "*" or "_" that opened emphasis
	links  int8   // 1 when the source has something like "](", -1 when not
	bare   int8   // 1 when the source may have bare addresses, -1 when not
}

// run reports whether it understood all of the source.
func (q *quick) run() bool {
	for q.at < len(q.source) {
		n := strings.IndexAny(q.source[q.at:], specials)
		if n < 0 {
			q.out.WriteString(q.source[q.at:])
			break
		}
		q.take(n)
		if !q.special(q.source[q.at]) {
			return false
		}
	}
	return q.open == ""
}

// take copies n bytes of source to the text.
func (q *quick) take(n int) {
	q.out.WriteString(q.source[q.at : q.at+n])
	q.at += n
}

func (q *quick) special(c byte) bool {
	next := byte(' ')
	if q.at+1 < len(q.source) {
		next = q.source[q.at+1]
	}
	switch c {
	case '\n':
		return q.newline()
	case '\\':
		if next == '\n' || q.hasBare() || q.at+1 == len(q.source) {
			return false
		}
		if isASCIIPunct(next) {
			q.at++
		}
		q.take(1)
		return true
	case '&':
		return !isASCIIAlnum(next) && next != '#' && q.literal()
	case '<':
		return (next == ' ' || next >= '0' && next <= '9' || next == '=') && q.literal()
	case '!':
		return next != '[' && q.literal()
	case '|':
		return q.literal()
	case '[':
		return q.bracket(next)
	case '*', '_':
		return q.emphasis(c)
	case '`':
		return q.code()
	case '~':
		return !q.hasBare() && strings.Count(q.source, "~") == 1 && q.literal()
	}
	return false
}

func (q *quick) literal() bool {
	q.take(1)
	return true
}

// newline joins two lines as walker.breaks does.
func (q *quick) newline() bool {
	line := q.source[:q.at]
	trimmed := strings.TrimRight(line, " \t")
	rest := q.source[q.at+1:]
	first, _, _ := strings.Cut(rest, "\n")
	if len(trimmed) != len(line) || rest == "" || rest[0] == ' ' || rest[0] == '\t' || strings.Trim(first, "-:| \t") == "" || strings.Trim(first, "=") == "" {
		return false
	}
	q.at++
	before, _ := utf8.DecodeLastRuneInString(line)
	after, _ := utf8.DecodeRuneInString(rest)
	if unspacedWeight(before) < 4 || unspacedWeight(after) < 4 {
		q.out.WriteByte(' ')
	}
	return true
}

// bracket reads "[text](address)", and brackets that are only brackets.
func (q *quick) bracket(next byte) bool {
	if q.links == 0 {
		if q.links = -1; strings.Contains(q.source, "](") {
			q.links = 1
		}
	}
	if next == '^' || q.open != "" {
		return false
	}
	if q.links < 0 {
		return q.literal()
	}
	rest := q.source[q.at+1:]
	end := strings.IndexByte(rest[:min(len(rest), maxGuard)], ']')
	if end <= 0 || end+1 < len(rest) && rest[end+1] == '[' || strings.ContainsAny(rest[:end], specials+":@") || strings.Contains(rest[:end], "www") {
		return false
	}
	if end+1 == len(rest) || rest[end+1] != '(' {
		q.take(end + 2)
		return true
	}
	address := rest[end+2:]
	size := 0
	for size < len(address) && plainInAddress(address[size]) {
		size++
	}
	if size == 0 || size == len(address) || address[size] != ')' || strings.TrimSpace(rest[:end]) != rest[:end] {
		return false
	}
	q.out.WriteString(rest[:end])
	q.at += 1 + end + 2 + size + 1
	return true
}

func plainInAddress(c byte) bool {
	return isASCIIAlnum(c) || strings.IndexByte("/:.-_?=#%,;+~@", c) >= 0
}

// emphasis reads "*" and "_" where they plainly open, close or mean themselves.
func (q *quick) emphasis(c byte) bool {
	rest := q.source[q.at:]
	n := len(rest) - len(strings.TrimLeft(rest, rest[:1]))
	before, after := rune(' '), rune(' ')
	if q.at > 0 {
		before, _ = utf8.DecodeLastRuneInString(q.source[:q.at])
	}
	if n < len(rest) {
		after, _ = utf8.DecodeRuneInString(rest[n:])
	}
	switch {
	case q.hasBare() || before == '\\':
		return false
	case isASCIISpaceRune(before) && isASCIISpaceRune(after), c == '_' && wordRune(before) && wordRune(after):
		q.take(n)
	case q.open == "" && n <= 2 && wordRune(after) && (isASCIISpaceRune(before) || strings.ContainsRune(`("'-:;,./`, before)):
		q.open = rest[:n]
		q.at += n
	case q.open == rest[:n] && (wordRune(before) || strings.ContainsRune(".,:;!?%)", before)) && (isASCIISpaceRune(after) || strings.ContainsRune(`.,:;!?)"'-/`, after)):
		q.open = ""
		q.at += n
	default:
		return false
	}
	return true
}

// code reads "`code`".
func (q *quick) code() bool {
	rest := q.source[q.at+1:]
	end := strings.IndexByte(rest, '`')
	if end <= 0 || q.hasBare() || q.open != "" || strings.Contains(rest[:end], "\n") || rest[0] == ' ' || rest[end-1] == ' ' ||
		end+1 < len(rest) && rest[end+1] == '`' {
		return false
	}
	q.out.WriteString(rest[:end])
	q.at += end + 2
	return true
}

// hasBare reports whether the source may have addresses that become links by
// themselves: inside them, marks mean nothing.
func (q *quick) hasBare() bool {
	if q.bare == 0 {
		q.bare = -1
		if strings.Contains(q.source, "://") || strings.Contains(q.source, "@") || strings.Contains(q.source, "www.") || strings.Contains(q.source, "mailto:") {
			q.bare = 1
		}
	}
	return q.bare > 0
}

func wordRune(r rune) bool {
	return r < utf8.RuneSelf && isASCIIAlnum(byte(r)) || r >= utf8.RuneSelf && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func isASCIISpaceRune(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }

func isASCIIAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
