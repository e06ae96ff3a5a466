package analysis

import (
	"strings"
	"unicode/utf8"
)

// scanner walks once over a text. With word set it reports the words instead
// of collecting tokens.
type scanner struct {
	text     string
	lang     *language
	out      []Token
	position int
	word     func(start, end int, sc script)
	buf      []byte
}

func (s *scanner) run() {
	for i := 0; i < len(s.text); {
		sc, size := s.at(i)
		switch {
		case sc == latin || sc == digit:
			i = s.alphanumeric(i)
		case sc <= hyphen:
			i += size
		case sc == han || sc == kana || sc == hangul:
			i = s.ideographs(i, sc)
		case unspaced(sc):
			i = s.clusters(i, sc)
		default:
			end, next := s.letters(i, sc)
			s.emitWord(i, end, sc)
			i = next
			s.position++
		}
	}
}

// unspaced says that the script is written without spaces between words.
func unspaced(sc script) bool { return sc >= thai || sc == han || sc == kana }

// at classifies the rune at byte i.
func (s *scanner) at(i int) (script, int) {
	if c := s.text[i]; c < utf8.RuneSelf {
		return asciiScripts[c], 1
	}
	r, size := utf8.DecodeRuneInString(s.text[i:])
	if r == utf8.RuneError && size == 1 {
		return separator, 1
	}
	if r == 0x200C { // ZWNJ parts morphemes in Arabic script, joins elsewhere
		if s.lang.splitZWNJ {
			return separator, size
		}
		return joiner, size
	}
	return scriptOf(r), size
}

// letters returns the end of the word of script sc that starts at i, and
// where to go on; they differ when the run is longer than MaxWord.
func (s *scanner) letters(i int, sc script) (end, next int) {
	runes, cut := 0, -1
	end = i
	for i < len(s.text) {
		c, size := s.at(i)
		switch {
		case c == sc || c == mark:
			end = i + size
			if runes++; runes == MaxWord {
				cut = end
			}
		case c == joiner:
		case c == apostrophe && !s.lang.elides && s.letterFollows(i+size, sc):
		default:
			return bounded(end, cut), i
		}
		i += size
	}
	return bounded(end, cut), i
}

func bounded(end, cut int) int {
	if cut >= 0 {
		return cut
	}
	return end
}

func (s *scanner) letterFollows(i int, sc script) bool {
	if i >= len(s.text) {
		return false
	}
	c, _ := s.at(i)
	return c == sc
}

// emitWord adds the term of one word at the current position.
func (s *scanner) emitWord(start, end int, sc script) {
	if s.word != nil {
		s.word(start, end, sc)
		return
	}
	surface := s.text[start:end]
	e := s.lang.entry(surface, sc)
	if e.term == "" {
		return
	}
	s.out = append(s.out, Token{Term: e.term, Surface: surface, Start: start, End: end, Position: s.position, Neutral: e.neutral, Stop: e.stop})
}

// emitNeutral adds a term of no language built from s.buf.
func (s *scanner) emitNeutral(start, end int) {
	if s.word != nil || len(s.buf) == 0 {
		return
	}
	s.out = append(s.out, Token{
		Term: s.lang.intern(s.buf), Surface: s.text[start:end],
		Start: start, End: end, Position: s.position, Neutral: true,
	})
}

// emitGram adds an n-gram of a script without spaces.
func (s *scanner) emitGram(start, end int, sc script) {
	if s.word != nil {
		return
	}
	surface := s.text[start:end]
	e := s.lang.gram(surface, sc)
	if e.term == "" {
		return
	}
	s.out = append(s.out, Token{Term: e.term, Surface: surface, Start: start, End: end, Position: s.position, Neutral: e.neutral, Stop: e.stop})
}

// clone detaches a short string from the text it was cut from, so that caches
// do not keep whole documents alive.
func clone(v string) string { return strings.Clone(v) }
