package analysis

import (
	"strings"
	"unicode/utf8"
)

// part is a stretch of Latin letters or of digits inside a compound such as
// SARS-CoV-2.
type part struct {
	start, end int
	sc         script
}

// maxParts bounds the parts of one compound; the rest starts a new one.
const maxParts = 8

// alphanumeric reads Latin letters and digits joined directly or by hyphens.
// Compounds with both become one neutral code (sarscov2), so that they match
// in every language and spelling, beside the terms of their parts.
func (s *scanner) alphanumeric(i int) int {
	var room [maxParts]part
	parts := room[:0]
	hyphened := false
	for i < len(s.text) && len(parts) < maxParts {
		sc, _ := s.at(i)
		p := part{start: i, sc: sc}
		switch sc {
		case latin:
			p.end, i = s.letters(i, latin)
		case digit:
			p.end = s.number(i)
			i = p.end
		default:
			return s.emitCompound(parts, hyphened, i)
		}
		parts = append(parts, p)
		if i >= len(s.text) {
			break
		}
		if sc, size := s.at(i); sc == hyphen && i+size < len(s.text) {
			if after, _ := s.at(i + size); after == latin || after == digit {
				hyphened = true
				i += size
			}
		}
	}
	return s.emitCompound(parts, hyphened, i)
}

func (s *scanner) emitCompound(parts []part, hyphened bool, next int) int {
	letters, digits := 0, 0
	for _, p := range parts {
		if p.sc == latin {
			letters++
		} else {
			digits++
		}
	}
	code := letters > 0 && digits > 0
	if code {
		first, last := parts[0], parts[len(parts)-1]
		s.buf = s.buf[:0]
		for _, p := range parts {
			s.appendPart(p)
		}
		if len(s.buf) <= MaxWord {
			s.emitNeutral(first.start, last.end)
		}
	}
	for _, p := range parts {
		if code && !hyphened && parts[0].sc == latin {
			break // FFP2, H1N1: the letters alone mean nothing
		}
		s.emitPart(p, code)
		if hyphened && !code {
			s.position++
		}
	}
	if !hyphened || code {
		s.position++
	}
	return next
}

// emitPart adds one stretch; in a code, single letters and digits say nothing
// by themselves.
func (s *scanner) emitPart(p part, inCode bool) {
	if inCode && utf8.RuneCountInString(s.text[p.start:p.end]) < 2 {
		return
	}
	if p.sc == latin {
		s.emitWord(p.start, p.end, latin)
		return
	}
	s.buf = s.buf[:0]
	s.appendPart(p)
	s.emitNeutral(p.start, p.end)
}

// appendPart adds the folded form of a part to s.buf.
func (s *scanner) appendPart(p part) {
	if p.sc == digit {
		s.buf = appendNumber(s.buf, s.text[p.start:p.end])
		return
	}
	s.buf = append(s.buf, foldAccents(foldCase("", s.text[p.start:p.end]))...)
}

// maxDigits bounds the digits of a number that are kept.
const maxDigits = 40

// number returns the end of the number at i: digits of any script, with
// single points and commas between digits.
func (s *scanner) number(i int) int {
	end := i
	for i < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[i:])
		switch {
		case digitValue(r) >= 0:
			end = i + size
		case strings.ContainsRune(".,٫٬", r) && i == end && i+size < len(s.text):
			next, _ := utf8.DecodeRuneInString(s.text[i+size:])
			if digitValue(next) < 0 {
				return end
			}
		default:
			return end
		}
		i += size
	}
	return end
}

// appendNumber adds the number in ASCII digits: 1,000 and 1.000 are 1000,
// 3,5 and 3.5 are 3.5.
func appendNumber(buf []byte, number string) []byte {
	from := len(buf)
	for i, r := range number {
		if len(buf)-from >= maxDigits {
			break
		}
		if v := digitValue(r); v >= 0 {
			buf = append(buf, byte('0'+v))
			continue
		}
		if !thousands(number[i+utf8.RuneLen(r):]) {
			buf = append(buf, '.')
		}
	}
	return buf
}

// thousands says that exactly three digits follow up to the next mark.
func thousands(rest string) bool {
	n := 0
	for _, r := range rest {
		if digitValue(r) < 0 {
			break
		}
		if n++; n > 3 {
			return false
		}
	}
	return n == 3
}
