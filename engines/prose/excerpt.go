package prose

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A Snippet is a part of a text chosen to show what matched.
type Snippet struct {
	Text  string
	Spans [][2]int // what matched, as byte ranges of Text
	// Before and After say that the text goes on there.
	Before, After bool
}

// Excerpt returns the part of text, at most maxWords long, that shows the most
// of spans (byte ranges that matched), beginning with a sentence where it can.
// It cuts between words, in scripts without spaces between characters, and
// never inside a character with its marks.
func Excerpt(text string, spans [][2]int, maxWords int) Snippet {
	spans = tidySpans(text, spans)
	cuts := cutPoints(text)
	budget := max(maxWords, 1) * 10
	last := len(cuts) - 1
	if last < 1 || cuts[last].tenths <= budget {
		return Snippet{Text: text, Spans: spans}
	}
	from, to := bestWindow(cuts, spans, budget)
	from, to = widen(text, cuts, from, to, budget)
	start, end := cuts[from].offset, cuts[to].offset
	start = skipSpace(text[:end], start)
	end = start + len(strings.TrimRight(text[start:end], " \t\n"))
	out := Snippet{Text: text[start:end], Before: start > 0, After: end < len(text)}
	for _, s := range spans {
		if a, b := max(s[0], start), min(s[1], end); a < b {
			out.Spans = append(out.Spans, [2]int{a - start, b - start})
		}
	}
	return out
}

// tidySpans drops spans outside text, makes them ascending and apart, and
// widens them to whole characters.
func tidySpans(text string, spans [][2]int) [][2]int {
	var out [][2]int
	for _, s := range sortedSpans(spans) {
		a, b := clusterStart(text, max(s[0], 0)), min(s[1], len(text))
		for b < len(text) && clusterStart(text, b) != b {
			b++
		}
		if n := len(out); n > 0 && a < out[n-1][1] {
			a = out[n-1][1]
		}
		if a < b {
			out = append(out, [2]int{a, b})
		}
	}
	return out
}

func sortedSpans(spans [][2]int) [][2]int {
	out := slices.Clone(spans)
	slices.SortFunc(out, func(a, b [2]int) int { return a[0] - b[0] })
	return out
}

// A cutPoint is a place where an excerpt may begin or end, and the length of
// the text before it in tenths of a word.
type cutPoint struct{ offset, tenths int }

// cutPoints returns the ascending places between words, the ends of text included.
func cutPoints(text string) []cutPoint {
	out := []cutPoint{{0, 0}}
	total := 0
	for i := 0; i < len(text); {
		start := skipSpace(text, i)
		w, end := tokenTenths(text, i)
		if w > 10 {
			out, total = cutInside(out, text, start, end, total)
		} else {
			total += w
		}
		out = append(out, cutPoint{skipSpace(text, end), total})
		i = end
	}
	return out
}

// cutInside adds the places inside a token of several words.
func cutInside(out []cutPoint, text string, start, end, total int) ([]cutPoint, int) {
	run := 0
	for i := start; i < end; {
		r, size := utf8.DecodeRuneInString(text[i:end])
		w := unspacedWeight(r)
		spaced := w < 0
		if spaced {
			if w = 0; run%longToken == 0 {
				w = 10
			}
			run++
		} else {
			run = 0
		}
		if i > start && (!spaced || run%longToken == 1) && clusterStart(text, i) == i {
			out = append(out, cutPoint{i, total})
		}
		total += w
		i += size
	}
	return out, total
}

// bestWindow returns the cuts around the spans that fit the budget together,
// as many as can.
func bestWindow(cuts []cutPoint, spans [][2]int, budget int) (from, to int) {
	starts, ends := make([]int, len(spans)), make([]int, len(spans))
	c := 0
	for i, s := range spans {
		for c+1 < len(cuts) && cuts[c+1].offset <= s[0] {
			c++
		}
		starts[i] = c
		e := c
		for e+1 < len(cuts) && cuts[e].offset < s[1] {
			e++
		}
		ends[i] = e
	}
	most, j := 0, 0
	for i := range spans {
		j = max(j, i)
		for j < len(spans) && cuts[ends[j]].tenths-cuts[starts[i]].tenths <= budget {
			j++
		}
		if n := j - i; n > most {
			most, from, to = n, starts[i], ends[j-1]
		}
	}
	if most == 0 && len(spans) > 0 { // a span longer than the budget: show its start
		from, to = starts[0], starts[0]
	}
	return from, to
}

// widen spends what is left of the budget: first back to the sentence's start
// or a third of it, then forward, then back.
func widen(text string, cuts []cutPoint, from, to, budget int) (int, int) {
	left := func() int { return budget - (cuts[to].tenths - cuts[from].tenths) }
	back := from
	for back > 0 && cuts[from].tenths-cuts[back-1].tenths <= left() {
		back--
		if startsSentence(text, cuts[back].offset) {
			from = back
			break
		}
	}
	if from != back {
		third := left() / 3
		for goal := from; from > 0 && cuts[goal].tenths-cuts[from-1].tenths <= third; {
			from--
		}
	}
	for to+1 < len(cuts) && cuts[to+1].tenths-cuts[to].tenths <= left() {
		to++
	}
	for from > 0 && cuts[from].tenths-cuts[from-1].tenths <= left() {
		from--
	}
	return from, to
}

// startsSentence reports whether a sentence begins at offset i.
func startsSentence(text string, i int) bool {
	before := strings.TrimRight(text[:i], " \t\"'“«(")
	if before == "" || before[len(before)-1] == '\n' {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(before)
	return terminator(r)
}
