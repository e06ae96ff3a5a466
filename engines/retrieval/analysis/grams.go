package analysis

import "unicode/utf8"

// ideographs reads a run of Chinese, Japanese or Korean and emits its
// overlapping pairs, and for Chinese characters the single ones too.
func (s *scanner) ideographs(i int, sc script) int {
	prev, prevEnd, count := -1, -1, 0
	class := sc
	for i < len(s.text) {
		c, size := s.at(i)
		if c == mark || c == joiner {
			i += size
			continue
		}
		if c != han && c != kana && c != hangul || (c == hangul) != (class == hangul) {
			break
		}
		if prev >= 0 {
			s.emitGram(prev, i+size, c)
			s.position++
		}
		if c == han {
			s.emitGram(i, i+size, c)
		}
		prev, prevEnd = i, i+size
		count++
		i += size
	}
	if count == 1 && class != han {
		s.emitGram(prev, prevEnd, class)
	}
	s.position++
	return i
}

// maxCluster bounds the runes of one orthographic syllable.
const maxCluster = 12

// clusters reads a run of a script written without spaces and emits n-grams
// of its orthographic syllables, from single ones up to maxGram.
func (s *scanner) clusters(i int, sc script) int {
	var starts [maxGram]int
	n := 0
	for i < len(s.text) {
		c, size := s.at(i)
		if c == joiner || c == mark && n == 0 {
			i += size
			continue
		}
		if c != sc && c != mark {
			break
		}
		end := s.cluster(i, sc)
		copy(starts[1:], starts[:maxGram-1])
		starts[0] = i
		n++
		for k := 0; k < min(n, maxGram); k++ {
			s.emitGram(starts[k], end, sc)
		}
		s.position++
		i = end
	}
	s.position++
	return max(i, 0)
}

// maxGram is the longest n-gram of syllables that becomes a term.
const maxGram = 3

// cluster returns the end of the orthographic syllable at i.
func (s *scanner) cluster(i int, sc script) int {
	stacked, leading := false, false
	for n := 0; i < len(s.text) && n < maxCluster; n++ {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		c, _ := s.at(i)
		if c != mark && n > 0 && !stacked && !leading && !s.final(i, size, sc) {
			return i
		}
		if c != mark && c != sc {
			return i
		}
		stacked = r == 0x17D2 || r == 0x1039
		leading = r >= 0xE40 && r <= 0xE44 || r >= 0xEC0 && r <= 0xEC4
		i += size
	}
	return i
}

// final says that the Burmese consonant at i closes the syllable before it:
// an asat follows.
func (s *scanner) final(i, size int, sc script) bool {
	if sc != myanmar {
		return false
	}
	for n := 0; n < 2 && i+size < len(s.text); n++ {
		r, w := utf8.DecodeRuneInString(s.text[i+size:])
		if r == 0x103A || r == 0x1039 {
			return true
		}
		if r != 0x1037 {
			return false
		}
		i += w
	}
	return false
}
