package i18n

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed countries_also.tsv
var countriesAlsoTSV string

// longestCountryName bounds what FindCountry looks at, in bytes; the longest
// name in the table is far shorter.
const longestCountryName = 400

// FindCountry finds a country by a name as tables write it: the short or
// formal name in one of six languages, or a common or former one. Case,
// accents, punctuation, "the" and "&" do not matter. Codes are not names: use
// CountryByCode for those.
func FindCountry(name string) (Country, bool) {
	if len(name) > longestCountryName {
		return Country{}, false
	}
	index := countryTable()
	i, ok := index.byName[foldCountryName(name)]
	if !ok {
		return Country{}, false
	}
	return index.all[i], true
}

// addNames makes country i findable by the names. One name for two countries
// is an error; the same name twice for one is not (many are alike in several
// languages).
func (index *countryIndex) addNames(i int, names []string) error {
	for _, name := range names {
		key := foldCountryName(name)
		if key == "" {
			return fmt.Errorf("%s has an empty name", index.all[i].Code)
		}
		if other, taken := index.byName[key]; taken && other != i {
			return fmt.Errorf("%q names both %s and %s", name, index.all[other].Code, index.all[i].Code)
		}
		index.byName[key] = i
	}
	return nil
}

func (index *countryIndex) addAlso(also string) error {
	for _, line := range tableLines(also) {
		fields := strings.Split(line, "\t")
		i, ok := index.byCode[fields[0]]
		if !ok {
			return fmt.Errorf("other names for %s, which is not in the table", fields[0])
		}
		if err := index.addNames(i, fields[1:]); err != nil {
			return err
		}
	}
	return nil
}

// foldCountryName brings the ways to write one name together: compatibility
// forms, case, accents and vowel signs, the hamza on alef, punctuation and
// spaces, "the", "&" for "and", "St." for "Saint".
func foldCountryName(name string) string {
	name = strings.NewReplacer("&", " and ", ".", "").Replace(name)
	var folded strings.Builder
	words := strings.FieldsFunc(strings.ToLower(norm.NFKD.String(name)), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.Mn)
	})
	for _, word := range words {
		switch word {
		case "the":
			continue
		case "st":
			word = "saint"
		}
		for _, r := range word {
			if !unicode.Is(unicode.Mn, r) && r != 'ـ' { // the tatweel only stretches a word
				folded.WriteRune(r)
			}
		}
	}
	return folded.String()
}
