package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts plain text into its sentences, space around them trimmed. A
// line break always ends one. lang may be empty; it only adds care for the
// abbreviations of that language. Thai and Lao write no sentence ends, so
// their lines stay whole.
func Sentences(lang, text string) []string {
	var out []string
	for _, line := range strings.Split(clean(text), "\n") {
		from := 0
		for _, end := range sentenceEnds(lang, line) {
			if s := strings.TrimSpace(line[from:end]); s != "" {
				out = append(out, s)
			}
			from = end
		}
	}
	return out
}

// sentenceEnds returns the offsets behind each sentence of text and the space
// after it, ascending; the last is len(text). Line breaks count as space.
func sentenceEnds(lang, text string) []int {
	var ends []int
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && c != '.' && c != '!' && c != '?' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !terminator(r) {
			i += size
			continue
		}
		after := skipClosers(text, i+size)
		next := skipSpace(text, after)
		if next < len(text) && !endsHere(lang, text, start, i, r, after, next) {
			i = after
			continue
		}
		ends = append(ends, next)
		start, i = next, next
	}
	if start < len(text) {
		ends = append(ends, len(text))
	}
	return ends
}

// terminator reports the marks that can end a sentence.
func terminator(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '‼', '⁇', '⁈', '⁉',
		'。', '！', '？', '；', '．', '｡', // Chinese, Japanese
		'؟', '؛', '۔', // Arabic, Urdu
		'।', '॥', // Devanagari, Bengali and others
		'។', '៕', '။', '።', '፧', '։', '།': // Khmer, Burmese, Ethiopic, Armenian, Tibetan
		return true
	}
	return false
}

// needsSpace reports the marks that also stand inside words and numbers.
func needsSpace(r rune) bool {
	return r == '.' || r == '!' || r == '?' || r == '…' || r == '．'
}

// skipClosers moves behind quotes, brackets, further marks and Markdown's
// emphasis marks after a sentence's end.
func skipClosers(text string, i int) int {
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !terminator(r) && !strings.ContainsRune("\"')]}*_»”’›」』）】〉》", r) {
			break
		}
		i += size
	}
	return i
}

// endsHere decides whether the mark r at i, with text going on at next, ends
// the sentence that began at start.
func endsHere(lang, text string, start, i int, r rune, after, next int) bool {
	if !needsSpace(r) {
		return true
	}
	if after == next {
		// No space follows: an end only between characters of scripts without spaces.
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		follows, _ := utf8.DecodeRuneInString(text[next:])
		return unspacedWeight(before) > 0 && unspacedWeight(follows) > 0
	}
	if r == '!' || r == '?' {
		return true
	}
	follows := firstLetter(text[next:])
	if unicode.IsLower(follows) {
		return false
	}
	if r != '.' {
		return true
	}
	token := lastToken(text[start:i])
	before := text[start : i-len(token)]
	return !abbreviated(lang, token, before == "", follows) && !initial(token, before, text[next:])
}

// firstLetter returns the first rune of text behind opening marks.
func firstLetter(text string) rune {
	for _, r := range text {
		if !strings.ContainsRune("\"'([{*_«“‘‹¿¡", r) {
			return r
		}
	}
	return 0
}

// lastToken returns the end of text behind its last space or opening bracket.
func lastToken(text string) string {
	for i := len(text); i > 0 && len(text)-i <= 24; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if unicode.IsSpace(r) || strings.ContainsRune("([{«“\"", r) {
			return text[i:]
		}
		i -= size
		if i == 0 {
			return text
		}
	}
	return ""
}

// cutSentences cuts source into parts of at most limit words at sentence ends
// outside links and code, in parts of about the same length; a sentence longer
// than that is cut between words.
func cutSentences(lang, source string, limit int) []string {
	guarded := protected(source)
	var units []string
	from := 0
	for _, end := range sentenceEnds(lang, source) {
		if guarded.holds(end) && Words(source[from:end]) <= limit/2 {
			continue
		}
		if Words(source[from:end]) > limit {
			units = append(units, cutTokens(source[from:end], limit)...)
		} else {
			units = append(units, source[from:end])
		}
		from = end
	}
	if from < len(source) {
		units = append(units, cutTokens(source[from:], limit)...)
	}
	return balance(units, limit)
}

// balance joins units into parts of at most limit words and about equal length.
func balance(units []string, limit int) []string {
	words := make([]int, len(units))
	total := 0
	for i, u := range units {
		words[i] = Words(u)
		total += words[i]
	}
	parts := (total + limit - 1) / limit
	goal := limit
	if parts > 0 {
		goal = (total + parts - 1) / parts
	}
	var out []string
	var b strings.Builder
	held := 0
	for i, u := range units {
		over := held + words[i]
		if held > 0 && (over > limit || over > goal && over-goal > goal-held) {
			out = append(out, b.String())
			b.Reset()
			held = 0
		}
		b.WriteString(u)
		held += words[i]
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}

// cutTokens cuts text between words so that no part has more than limit words.
func cutTokens(text string, limit int) []string {
	if len(text) <= limit { // a word has at least a byte
		return []string{text}
	}
	var out []string
	from, held := 0, 0
	for i := 0; i < len(text); {
		w, end := tokenTenths(text, i)
		if w > limit*10 {
			if from < i {
				out = append(out, text[from:i])
			}
			parts := cutLong(text[i:end], limit)
			out = append(out, parts[:len(parts)-1]...)
			from = end - len(parts[len(parts)-1])
			held, _ = tokenTenths(text, from)
			i = end
			continue
		}
		if held+w > limit*10 {
			out = append(out, text[from:i])
			from, held = i, 0
		}
		held += w
		i = end
	}
	return append(out, text[from:])
}

// cutLong cuts one token without spaces into parts of at most limit words,
// after a comma or other mark near the end of a part if there is one.
func cutLong(token string, limit int) []string {
	var out []string
	for {
		cut, last, weight, spaced := 0, 0, 0, 0
		for i, r := range token {
			w := unspacedWeight(r)
			if w < 0 {
				spaced++
				w = 0
				if spaced%(longToken/2) == 1 {
					w = 10
				}
			}
			weight += w
			if weight > limit*10 {
				cut = clusterStart(token, i)
				break
			}
			if unicode.IsPunct(r) && weight > limit*7 {
				last = i + utf8.RuneLen(r)
			}
		}
		if cut == 0 {
			return append(out, token)
		}
		if last > 0 && last < cut && clusterStart(token, last) == last {
			cut = last
		}
		out = append(out, token[:cut])
		token = token[cut:]
	}
}
