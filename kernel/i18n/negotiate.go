package i18n

import (
	"golang.org/x/text/language"

	"sameboat/facts"
)

// maxAccept bounds the Accept-Language header we read, in bytes.
const maxAccept = 500

// Negotiate chooses the interface language: what the address asks for, else the
// visitor's cookie, else the header, else the fallback. Values that name none of
// our languages are passed over.
func (c *Catalog) Negotiate(address, cookie, accept string) facts.Lang {
	for _, wish := range []string{address, cookie} {
		if lang := facts.LangOf(wish); lang != "" {
			if c.Speaks(lang) {
				return lang
			}
			if lang == "zh-Hant" && c.Speaks("zh") { // simplified characters serve better than another language
				return "zh"
			}
		}
	}
	if accept == "" || len(accept) > maxAccept {
		return c.Fallback()
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return c.Fallback()
	}
	_, index, confidence := c.matcher.Match(tags...)
	if confidence == language.No {
		return c.Fallback()
	}
	return c.langs[index]
}
