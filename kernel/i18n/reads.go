package i18n

import (
	"slices"

	"golang.org/x/text/language"

	"sameboat/facts"
)

// maxReads bounds the languages a visitor is thought to read.
const maxReads = 8

// Reads gives the languages that a visitor reads, the dearest first: what the
// address asks for, the visitor's cookie, then those of the header in its order.
// Unlike with Negotiate, the interface need not speak them; a visitor who names
// none has none.
func Reads(address, cookie, accept string) []facts.Lang {
	var langs []facts.Lang
	add := func(tag string) {
		lang := facts.LangOf(tag)
		if lang != "" && lang != "und" && lang != "mul" && len(langs) < maxReads && !slices.Contains(langs, lang) {
			langs = append(langs, lang)
		}
		if lang == "zh-Hant" && len(langs) < maxReads && !slices.Contains(langs, "zh") {
			langs = append(langs, "zh") // simplified characters serve better than another language
		}
	}
	add(address)
	add(cookie)
	if len(accept) > maxAccept {
		return langs
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return langs
	}
	for _, tag := range tags {
		add(tag.String())
	}
	return langs
}
