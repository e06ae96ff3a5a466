package i18n

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"sameboat/facts"
)

// Country is one country, territory or area of ISO 3166-1. The designations
// used here do not imply any opinion about the legal status of any country,
// territory, city or area or of its authorities, or about its frontiers or
// boundaries. countries.tsv says where each column comes from and how old it is.
type Country struct {
	Code      string      // ISO 3166-1 alpha-2, upper case
	Alpha3    string      // ISO 3166-1 alpha-3, upper case
	M49       int         // the numeric code of UN M49 and ISO 3166-1
	Kind      CountryKind // its standing in the United Nations General Assembly
	WHORegion string      // AFR AMR EMR EUR SEAR WPR; empty where none is certain
	WHOStatus string      // "member", "associate" or empty
	UNRegion  string      // M49 intermediate region or subregion, in English
	names     [6]string   // at nameAR to nameZH
}

// CountryKind is a country's standing in the United Nations General Assembly.
type CountryKind string

// The kinds. TerritoryOrArea says nothing about a place's own standing: the
// Cook Islands and Niue are among them and are members of WHO.
const (
	MemberState     CountryKind = "member"
	ObserverState   CountryKind = "observer"
	TerritoryOrArea CountryKind = "territory-or-area"
)

// The places of a country's names, in the column order of countries.tsv.
const (
	nameAR = iota
	nameEN
	nameES
	nameFR
	nameRU
	nameZH
)

//go:embed countries.tsv
var countriesTSV string

// countryTable is parsed once; a broken table is a programmer's mistake and
// stops the program at its first use.
var countryTable = sync.OnceValue(func() *countryIndex {
	index, err := newCountryIndex(countriesTSV, countriesAlsoTSV)
	if err != nil {
		panic("the table of countries is broken: " + err.Error())
	}
	return index
})

// Countries gives every country, territory and area, sorted by alpha-2 code.
// The slice is the caller's own.
func Countries() []Country {
	return slices.Clone(countryTable().all)
}

// CountryByCode finds a country by its alpha-2, alpha-3 or M49 code, in any
// case and with or without leading zeros in the number.
func CountryByCode(code string) (Country, bool) {
	index := countryTable()
	code = strings.ToUpper(strings.TrimSpace(code))
	if n, err := strconv.Atoi(code); err == nil {
		code = strconv.Itoa(n)
	}
	i, ok := index.byCode[code]
	if !ok {
		return Country{}, false
	}
	return index.all[i], true
}

// Name gives the short name in a language of the United Nations (any tag of
// it: "fr-CA", "zh-Hant"), else in English.
func (c Country) Name(lang string) string {
	switch facts.LangOf(lang) {
	case "ar":
		return c.names[nameAR]
	case "es":
		return c.names[nameES]
	case "fr":
		return c.names[nameFR]
	case "ru":
		return c.names[nameRU]
	case "zh", "zh-Hant":
		return c.names[nameZH]
	}
	return c.names[nameEN]
}

// countryIndex is the parsed table and the ways into it.
type countryIndex struct {
	all    []Country
	byCode map[string]int // alpha-2, alpha-3 and the M49 number without leading zeros
	byName map[string]int // folded names
}

func newCountryIndex(table, also string) (*countryIndex, error) {
	index := &countryIndex{byCode: map[string]int{}, byName: map[string]int{}}
	for _, line := range tableLines(table)[1:] { // the first line names the columns
		c, err := parseCountry(line)
		if err != nil {
			return nil, err
		}
		index.all = append(index.all, c)
	}
	slices.SortFunc(index.all, func(a, b Country) int { return strings.Compare(a.Code, b.Code) })
	for i, c := range index.all {
		for _, code := range []string{c.Code, c.Alpha3, strconv.Itoa(c.M49)} {
			if _, taken := index.byCode[code]; taken {
				return nil, fmt.Errorf("code %s stands twice", code)
			}
			index.byCode[code] = i
		}
		if err := index.addNames(i, c.names[:]); err != nil {
			return nil, err
		}
	}
	return index, index.addAlso(also)
}

func parseCountry(line string) (Country, error) {
	f := strings.Split(line, "\t")
	if len(f) != 13 {
		return Country{}, fmt.Errorf("%d columns instead of 13: %s", len(f), line)
	}
	m49, err := strconv.Atoi(f[2])
	if err != nil {
		return Country{}, fmt.Errorf("M49 code of %s: %w", f[0], err)
	}
	c := Country{Code: f[0], Alpha3: f[1], M49: m49, Kind: CountryKind(f[3]), WHORegion: f[4], WHOStatus: f[5], UNRegion: f[6]}
	copy(c.names[:], f[7:])
	return c, nil
}

// tableLines gives the lines of an embedded table without comments.
func tableLines(table string) []string {
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(table), "\n"), func(line string) bool {
		return line == "" || line[0] == '#'
	})
}
