package prose

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
)

// anchorAlphabet leaves out letters and digits that are read for one another.
const anchorAlphabet = "23456789abcdefghjkmnpqrstvwxyz"

// anchorDigest is what a passage's anchor is derived from: its text with case,
// space and punctuation folded away, and which one it is of equal texts.
func anchorDigest(text string, repeat int) uint64 {
	h := sha256.New()
	var buf [256]byte
	n := 0
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			buf[n] = byte(r)
			n++
		case r >= 'A' && r <= 'Z':
			buf[n] = byte(r) + 'a' - 'A'
			n++
		case r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r):
			continue
		default:
			n += utf8.EncodeRune(buf[n:], unicode.ToLower(r))
		}
		if n > len(buf)-8 {
			h.Write(buf[:n])
			n = 0
		}
	}
	if n == 0 && repeat == 0 {
		h.Write([]byte(text[:min(len(text), 64)]))
	}
	h.Write(buf[:n])
	binary.LittleEndian.PutUint64(buf[:8], uint64(repeat))
	h.Write(buf[:8])
	return binary.LittleEndian.Uint64(h.Sum(nil))
}

// anchorName writes a digest as "p-" and at least four letters and digits.
func anchorName(digest uint64, length int) string {
	var b strings.Builder
	b.WriteString("p-")
	for range length {
		b.WriteByte(anchorAlphabet[digest%uint64(len(anchorAlphabet))])
		digest /= uint64(len(anchorAlphabet))
	}
	return b.String()
}

// freshAnchor derives an anchor from text that is not in taken, and takes it.
func freshAnchor(text string, repeat int, taken map[string]bool) string {
	return anchorFrom(anchorDigest(text, repeat), text, repeat, taken)
}

// anchorFrom is freshAnchor for a text whose digest is known.
func anchorFrom(digest uint64, text string, repeat int, taken map[string]bool) string {
	for length := 4; ; length++ {
		if length > 12 { // exhausted this digest: go on with the next
			repeat++
			digest, length = anchorDigest(text, repeat), 4
		}
		name := anchorName(digest, length)
		if !taken[name] {
			taken[name] = true
			return name
		}
	}
}

// nameAnchors gives every passage its anchor: the one marked in the source,
// else one derived from its text.
func nameAnchors(passages []Passage, marks map[int]string) {
	taken := make(map[string]bool, len(passages))
	for i := range passages {
		if mark := marks[i]; mark != "" && !taken[mark] {
			passages[i].Anchor, passages[i].Marked = mark, true
			taken[mark] = true
		}
	}
	seen := make(map[uint64]int, len(passages))
	for i := range passages {
		key := anchorDigest(passages[i].Text, 0)
		repeat := seen[key]
		seen[key]++
		if passages[i].Anchor == "" {
			digest := key
			if repeat > 0 {
				digest = anchorDigest(passages[i].Text, repeat)
			}
			passages[i].Anchor = anchorFrom(digest, passages[i].Text, repeat, taken)
		}
	}
}

// markedAnchor returns the anchor a line marks, "" when it is no mark.
func markedAnchor(line string) string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "<!--") || !strings.HasSuffix(line, "-->") || len(line) < 7 {
		return ""
	}
	name := strings.TrimSpace(line[4 : len(line)-3])
	if !validAnchor(name) {
		return ""
	}
	return name
}

// validAnchor reports whether name can be a passage's anchor.
func validAnchor(name string) bool {
	if len(name) < 4 || len(name) > 32 || !strings.HasPrefix(name, "p-") {
		return false
	}
	for _, c := range []byte(name[2:]) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
