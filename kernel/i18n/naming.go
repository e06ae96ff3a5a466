package i18n

import "sameboat/facts"

// Country is the name of a country, territory or area in the reader's language.
func (p *Printer) Country(c facts.Country) string { return string(c) }
