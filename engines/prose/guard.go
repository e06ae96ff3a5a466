package prose

import "strings"

// guards are the parts of a source that should not be cut: links, code, and
// short emphasis; ascending and apart.
type guards []Range

// holds reports whether offset i lies inside one of the parts. Calls must come
// with ascending i; parts left behind are dropped.
func (g *guards) holds(i int) bool {
	for len(*g) > 0 && (*g)[0].To <= i {
		*g = (*g)[1:]
	}
	return len(*g) > 0 && (*g)[0].From < i
}

// maxGuard bounds a guarded part, and so the search for its end.
const maxGuard = 600

// protected finds the parts of Markdown source not to cut.
func protected(source string) *guards {
	var g guards
	if !strings.ContainsAny(source, "`[*_<") {
		return &g
	}
	for i := 0; i < len(source); {
		n := 0
		window := source[i:min(len(source), i+maxGuard)]
		switch source[i] {
		case '\\':
			i++
		case '`':
			run := len(window) - len(strings.TrimLeft(window, "`"))
			n = closing(window, window[:run], run)
		case '[':
			n = linkLength(window)
		case '*', '_':
			run := len(window) - len(strings.TrimLeft(window, source[i:i+1]))
			if run <= 3 && run < len(window) && !isASCIISpace(window[run]) {
				n = closing(window, window[:run], run)
			} else if run > 3 {
				i += run - 1
			}
		case '<':
			n = strings.IndexByte(window, '>') + 1
		}
		if n > 0 {
			g = append(g, Range{i, i + n})
			i += n
			continue
		}
		i++
	}
	return &g
}

// closing returns the length of window up to and with the next mark, 0 if none.
func closing(window, mark string, from int) int {
	if len(mark) > 8 {
		return 0
	}
	if i := strings.Index(window[from:], mark); i > 0 {
		return from + i + len(mark)
	}
	return 0
}

// linkLength returns the length of "[text](address)" or "[text][label]".
func linkLength(window string) int {
	end := strings.Index(window, "](")
	open := byte(')')
	if i := strings.Index(window, "]["); i > 0 && (end < 0 || i < end) {
		end, open = i, ']'
	}
	if end < 0 {
		return 0
	}
	if i := strings.IndexByte(window[end+2:], open); i >= 0 {
		return end + 2 + i + 1
	}
	return 0
}
