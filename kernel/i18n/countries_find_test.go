package i18n

import (
	"slices"
	"strings"
	"testing"
)

func TestCountryByCode(t *testing.T) {
	for code, want := range map[string]string{
		"fr": "FR", "FRA": "FR", " 250 ": "FR", "afg": "AF", "4": "AF", "004": "AF", "Tw": "TW", "CIV": "CI",
	} {
		if c, ok := CountryByCode(code); !ok || c.Code != want {
			t.Errorf("CountryByCode(%q) = %q %v, want %q", code, c.Code, ok, want)
		}
	}
	for _, code := range []string{"", "XX", "XKX", "999", "-4", "#4", "France", "UK"} {
		if c, ok := CountryByCode(code); ok {
			t.Errorf("CountryByCode(%q) found %s, want nothing", code, c.Code)
		}
	}
}

func TestFindCountry(t *testing.T) {
	for name, want := range map[string]string{
		"UK": "GB", "USA": "US", "U.S.A.": "US", "Iran": "IR", "South Korea": "KR", "Korea, Rep.": "KR", "North Korea": "KP",
		"Ivory Coast": "CI", "cote d’ivoire": "CI", "COTE D'IVOIRE": "CI", "Russia": "RU", "Vietnam": "VN", "Turkey": "TR", "Turkiye": "TR",
		"中国": "CN", "中华人民共和国": "CN", "中國": "CN", "美国": "US", "英国": "GB", "俄罗斯": "RU", "韩国": "KR",
		"The Gambia": "GM", "Gambia, The": "GM", "Bahamas (the)": "BS", "St. Lucia": "LC", "Trinidad & Tobago": "TT",
		"Congo": "CG", "DR Congo": "CD", "Congo, Democratic Republic of the": "CD", "Niger": "NE", "Nigeria": "NG",
		"Guinea": "GN", "guinea bissau": "GW", "Papua New Guinea": "PG", "Dominica": "DM", "Dominican Republic": "DO",
		"Etats-Unis": "US", "Reino Unido": "GB", "Россия": "RU", "США": "US", "КНДР": "KP", "السعودية": "SA", "ايران": "IR", "سوريا": "SY",
		"Hong Kong": "HK", "台湾": "TW", "Taiwan": "TW", "Palestine": "PS", "Vatican": "VA", "Holland": "NL", "Swaziland": "SZ",
		"Islamic Republic of Afghanistan": "AF", "République de Côte d'Ivoire": "CI", "ＣＨＩＮＡ": "CN",
	} {
		if c, ok := FindCountry(name); !ok || c.Code != want {
			t.Errorf("FindCountry(%q) = %q %v, want %q", name, c.Code, ok, want)
		}
	}
	for _, name := range []string{"", "the", " ( ) ", "Atlantis", "FR", "Kosovo", strings.Repeat("China", 100)} {
		if c, ok := FindCountry(name); ok {
			t.Errorf("FindCountry(%q) found %s, want nothing", name, c.Code)
		}
	}
}

func TestEveryCountryIsFoundByEachOfItsNames(t *testing.T) {
	for _, c := range Countries() {
		for _, lang := range []string{"ar", "en", "es", "fr", "ru", "zh"} {
			if got, ok := FindCountry(c.Name(lang)); !ok || got.Code != c.Code {
				t.Errorf("FindCountry(%q) = %q, want %s", c.Name(lang), got.Code, c.Code)
			}
		}
	}
}

func TestCountryNameFallsBackToEnglish(t *testing.T) {
	c, _ := CountryByCode("DE")
	for lang, want := range map[string]string{"": "Germany", "sw": "Germany", "??": "Germany", "fr-CA": "Allemagne", "zh-TW": "德国", "ES_419": "Alemania"} {
		if got := c.Name(lang); got != want {
			t.Errorf("Name(%q) = %q, want %q", lang, got, want)
		}
	}
}

func TestCountriesCannotBeChangedByTheirReader(t *testing.T) {
	list := Countries()
	if !slices.IsSortedFunc(list, func(a, b Country) int { return strings.Compare(a.Code, b.Code) }) {
		t.Error("the countries are not sorted by code")
	}
	list[0].Alpha3 = "changed"
	if c, _ := CountryByCode("AD"); c.Alpha3 != "AND" {
		t.Errorf("a reader changed Andorra's code to %q", c.Alpha3)
	}
}

func TestABrokenCountryTableIsRefused(t *testing.T) {
	const columns = "code\talpha3\tm49\n"
	const andorra = "AD\tAND\t20\tmember\tEUR\tmember\tSouthern Europe\ta\tb\tc\td\te\tf\n"
	for problem, table := range map[string]string{
		"too few columns": columns + "AD\tAND\t20\n",
		"a code twice":    columns + andorra + andorra,
		"no number":       columns + strings.Replace(andorra, "20", "xx", 1),
		"an empty name":   columns + strings.Replace(andorra, "\tb\t", "\t()\t", 1),
		"a name for two":  columns + andorra + strings.NewReplacer("AD\t", "AL\t", "AND", "ALB", "20", "8").Replace(andorra),
	} {
		if _, err := newCountryIndex(table, ""); err == nil {
			t.Errorf("a table with %s was taken", problem)
		}
	}
	for problem, also := range map[string]string{"an unknown code": "XX\tname", "a taken name": "AL\tb"} {
		table := columns + andorra + strings.NewReplacer("AD\t", "AL\t", "AND", "ALB", "20", "8", "a\tb\tc\td\te\tf", "g\th\ti\tj\tk\tl").Replace(andorra)
		if _, err := newCountryIndex(table, also); err == nil {
			t.Errorf("other names with %s were taken", problem)
		}
	}
}
