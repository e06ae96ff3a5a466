package analysis

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	"github.com/blevesearch/bleve/v2/analysis/lang/da"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fi"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hi"
	"github.com/blevesearch/bleve/v2/analysis/lang/hr"
	"github.com/blevesearch/bleve/v2/analysis/lang/hu"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/nl"
	"github.com/blevesearch/bleve/v2/analysis/lang/no"
	"github.com/blevesearch/bleve/v2/analysis/lang/pl"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ro"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/sv"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// stemmerFor returns the function that reduces a folded word of the language
// to its stem, nil for none.
func stemmerFor(lang string) func(string) string {
	if filters := bleveFilters(lang); filters != nil {
		return func(word string) string { return filter(word, filters) }
	}
	if rules, ok := ownRules[lang]; ok {
		return rules.stem
	}
	return nil
}

// bleveFilters lists the filters that stem a word, where bleve has some.
func bleveFilters(lang string) []analysis.TokenFilter {
	switch lang {
	case "ar":
		return []analysis.TokenFilter{ar.NewArabicNormalizeFilter(), ar.NewArabicStemmerFilter()}
	case "ckb":
		return []analysis.TokenFilter{ckb.NewSoraniNormalizeFilter(), ckb.NewSoraniStemmerFilter()}
	case "da":
		return []analysis.TokenFilter{da.NewDanishStemmerFilter()}
	case "de":
		return []analysis.TokenFilter{de.NewGermanNormalizeFilter(), de.NewGermanLightStemmerFilter()}
	case "en":
		return []analysis.TokenFilter{en.NewEnglishStemmerFilter()}
	case "es":
		return []analysis.TokenFilter{es.NewSpanishStemmerFilter()}
	case "fi":
		return []analysis.TokenFilter{fi.NewFinnishStemmerFilter()}
	case "fr":
		return []analysis.TokenFilter{fr.NewFrenchStemmerFilter()}
	case "hi":
		return []analysis.TokenFilter{hi.NewHindiNormalizeFilter(), hi.NewHindiStemmerFilter()}
	case "hr", "bs":
		return []analysis.TokenFilter{hr.NewSuffixTransformationFilter(), hr.NewCroatianStemmerFilter()}
	case "hu":
		return []analysis.TokenFilter{hu.NewHungarianStemmerFilter()}
	case "it":
		return []analysis.TokenFilter{it.NewItalianStemmerFilter()}
	case "nl":
		return []analysis.TokenFilter{nl.NewDutchStemmerFilter()}
	case "no":
		return []analysis.TokenFilter{no.NewNorwegianStemmerFilter()}
	case "pl":
		if f, err := pl.NewPolishStemmerFilter(); err == nil {
			return []analysis.TokenFilter{f}
		}
	case "pt":
		return []analysis.TokenFilter{pt.NewPortugueseLightStemmerFilter()}
	case "ro":
		return []analysis.TokenFilter{ro.NewRomanianStemmerFilter()}
	case "ru":
		return []analysis.TokenFilter{ru.NewRussianStemmerFilter()}
	case "sv":
		return []analysis.TokenFilter{sv.NewSwedishStemmerFilter()}
	case "tr":
		return []analysis.TokenFilter{tr.NewTurkishStemmerFilter()}
	}
	return nil
}

// filter runs one word through bleve's token filters.
func filter(word string, filters []analysis.TokenFilter) string {
	stream := analysis.TokenStream{{Term: []byte(word), End: len(word), Position: 1, Type: analysis.AlphaNumeric}}
	for _, f := range filters {
		stream = f.Filter(stream)
	}
	if len(stream) == 0 || len(stream[0].Term) == 0 {
		return word
	}
	return string(stream[0].Term)
}

// stemWord folds and stems a word written in a script of the language.
func (l *language) stemWord(word string, sc script) string {
	switch sc {
	case arabic:
		if l.code != "ckb" {
			word = foldArabic(l.code, word)
		}
	case devanagari, bengali:
		word = foldIndic(word)
	case ethiopic:
		word = foldEthiopic(word)
	case cyrillic:
		if l.code == "sr" || l.code == "bs" {
			word = latinSerbian(word)
		}
		if l.code == "ru" {
			word = strings.ReplaceAll(word, "ё", "е")
		}
	}
	if l.stem != nil {
		word = l.stem(word)
	}
	if sc == arabic && l.code == "ar" {
		word = withoutParticle(word)
	}
	if sc == latin && l.code != "vi" {
		word = foldAccents(word)
	}
	return word
}

// withoutParticle removes a particle of one letter (and, so, with, for, like)
// that Arabic writes together with the word after it. It may be a letter of
// the word itself; then the word loses it wherever it stands. Measured on
// TICO-19: MRR from Arabic to English .951 to .953, from English to Arabic
// .952 to .956.
func withoutParticle(word string) string {
	first, size := utf8.DecodeRuneInString(word)
	if strings.ContainsRune("وفبلك", first) && utf8.RuneCountInString(word) > 3 {
		return word[size:]
	}
	return word
}
