package i18n

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Order gives a comparison of names as people who read the printer's language
// sort them (Unicode collation): Åland beside Albania and not after Zimbabwe, or
// where that language has the letter. It serves one goroutine.
func (p *Printer) Order() func(a, b string) int {
	c := collate.New(language.Make(string(p.lang)), collate.IgnoreCase)
	return func(a, b string) int { return c.CompareString(a, b) }
}
