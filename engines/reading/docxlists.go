package reading

import (
	"strconv"
	"strings"
)

// number counts a paragraph of a list and gives its label: "-" for a bullet,
// "" for none.
func (d *docx) number(numID string, level int) string {
	list, ok := d.numbering[numID]
	if numID == "" || numID == "0" || !ok {
		return ""
	}
	counts := d.counters[numID]
	for len(counts) <= level {
		counts = append(counts, -1)
	}
	if counts[level] < 0 {
		counts[level] = max(list.levels[level].start, 0)
	} else {
		counts[level]++
	}
	counts = counts[:level+1] // deeper levels begin anew
	d.counters[numID] = counts
	lv := list.levels[level]
	switch lv.format {
	case "bullet", "picture":
		return "-"
	case "none":
		return ""
	}
	if !strings.Contains(lv.text, "%") {
		return strings.TrimSpace(lv.text)
	}
	label := lv.text
	for i := range counts {
		n := counts[i]
		if n < 0 {
			n = list.levels[i].start
		}
		label = strings.ReplaceAll(label, "%"+strconv.Itoa(i+1), numeral(n, list.levels[i].format))
	}
	return strings.TrimSpace(label)
}

// reached gives the number at which a level of a list stands.
func (d *docx) reached(numID string, level int) int {
	if c := d.counters[numID]; level < len(c) && c[level] >= 0 {
		return c[level]
	}
	return 1
}

// numeral writes n in a number format of ECMA-376 17.18.59; unknown formats
// are written in digits.
func numeral(n int, format string) string {
	switch {
	case n < 1 || n > 9999:
		return strconv.Itoa(n)
	case strings.HasPrefix(format, "chinese"), strings.HasPrefix(format, "japaneseCounting"), strings.HasPrefix(format, "taiwaneseCounting"):
		return chineseNumeral(n)
	}
	switch format {
	case "lowerLetter", "upperLetter":
		s := strings.Repeat(string(rune('a'+(n-1)%26)), min((n-1)/26+1, 8))
		if format == "upperLetter" {
			return strings.ToUpper(s)
		}
		return s
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	}
	return strconv.Itoa(n)
}

func roman(n int) string {
	var b strings.Builder
	for _, s := range []struct {
		v int
		t string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= s.v {
			b.WriteString(s.t)
			n -= s.v
		}
	}
	return b.String()
}

// chineseNumeral writes 1 to 99 as they are spoken, others digit by digit.
func chineseNumeral(n int) string {
	digits := []rune("〇一二三四五六七八九")
	if n > 99 {
		var b strings.Builder
		for _, c := range strconv.Itoa(n) {
			b.WriteRune(digits[c-'0'])
		}
		return b.String()
	}
	s := ""
	if n >= 20 {
		s = string(digits[n/10])
	}
	if n >= 10 {
		s += "十"
	}
	if n%10 > 0 {
		s += string(digits[n%10])
	}
	return s
}
