package i18n

import "sameboat/facts"

// Country is the name of a country, territory or area in the reader's language,
// or its code when the table has none.
func (p *Printer) Country(c facts.Country) string {
	if found, ok := CountryByCode(string(c)); ok {
		if name := found.Name(string(p.lang)); name != "" {
			return name
		}
	}
	if p.next != nil {
		return p.borrowed(p.next.Country(c))
	}
	return string(c)
}
