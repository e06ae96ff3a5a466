package prose

import (
	"slices"
	"unicode"
)

// fnv continues a 64-bit FNV-1a hash with a rune.
func fnv(h uint64, r rune) uint64 { return (h ^ uint64(r)) * 1099511628211 }

const fnvStart = 14695981039346656037

// shingles returns the sorted hashes of a text's words, and of its character
// pairs where the script writes no spaces.
func shingles(text string) []uint64 {
	var out []uint64
	h, open := uint64(fnvStart), false
	var before rune
	for _, r := range text {
		r = unicode.ToLower(r)
		switch {
		case unspacedWeight(r) >= 0:
			if before != 0 {
				out = append(out, fnv(fnv(fnvStart, before), r))
			}
			before = r
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
			h, open = fnv(h, r), true
		case open:
			out = append(out, h)
			h, open = fnvStart, false
		}
		before = 0
	}
	if open {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// overlap is the Dice coefficient of two sorted lists.
func overlap(a, b []uint64) float64 {
	if len(a)+len(b) == 0 {
		return 1
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared++
			i++
			j++
		}
	}
	return 2 * float64(shared) / float64(len(a)+len(b))
}

// landmarks returns the sorted, distinct hashes of what translation leaves
// alone: numbers, whatever digits and separators they are written with, and
// words in Latin letters of at least four letters, or with a digit or a second
// capital in them.
func landmarks(text string) []uint64 {
	var out []uint64
	var m landmark
	for _, r := range text {
		if !m.take(r) {
			out = m.end(out)
			m = landmark{}
		}
	}
	out = m.end(out)
	slices.Sort(out)
	return slices.Compact(out)
}

// A landmark is a token being read.
type landmark struct {
	hash                   uint64
	letters, caps, digits  int
	other, separatorBefore bool
}

func (m *landmark) take(r rune) bool {
	if m.hash == 0 {
		m.hash = fnvStart
	}
	digit := digitValue(r)
	switch {
	case digit >= 0:
		m.digits++
		m.hash = fnv(m.hash, rune('0'+digit))
	case r == '.' || r == ',' || r == '٫' || r == '٬':
		if m.digits == 0 || m.letters > 0 || m.separatorBefore {
			return false
		}
		m.separatorBefore = true
		return true
	case unicode.Is(unicode.Latin, r):
		if m.separatorBefore {
			m.other = true
		}
		m.letters++
		if unicode.IsUpper(r) {
			m.caps++
		}
		m.hash = fnv(m.hash, unicode.ToLower(r))
	case unspacedWeight(r) >= 0 || !unicode.IsLetter(r) && !unicode.Is(unicode.M, r):
		return false
	default:
		m.other = true
	}
	m.separatorBefore = false
	return true
}

func (m *landmark) end(out []uint64) []uint64 {
	if m.other || m.letters+m.digits == 0 {
		return out
	}
	if m.letters == 0 || m.letters >= 4 || m.digits > 0 || m.caps > 1 {
		return append(out, m.hash)
	}
	return out
}

// digitValue is the value of a decimal digit of any script, -1 for other runes.
func digitValue(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r < 0x660 || !unicode.Is(unicode.Nd, r):
		return -1
	}
	for zero := r; ; zero-- { // digits stand in runs of ten from zero up
		if r-zero >= 9 || !unicode.Is(unicode.Nd, zero-1) {
			return int(r-zero) % 10
		}
	}
}
