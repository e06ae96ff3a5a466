package i18n

import "sameboat/facts"

// Country is the name of a country, territory or area in the reader's language,
// or its code when the table has none.
func (p *Printer) Country(c facts.Country) string {
	if p.next != nil { // the table names them in the languages of this program only
		return p.borrowed(p.next.Country(c))
	}
	if found, ok := CountryByCode(string(c)); ok {
		if name := found.Name(string(p.lang)); name != "" {
			return name
		}
	}
	return string(c)
}
