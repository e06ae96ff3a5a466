package i18n

import (
	"os"
	"strings"
	"testing"
	"unicode"
)

func TestCountriesAddUp(t *testing.T) {
	kinds, regions, status := map[CountryKind]int{}, map[string]int{}, map[string]int{}
	unRegions := map[string]int{}
	for _, c := range Countries() {
		kinds[c.Kind]++
		status[c.WHOStatus]++
		unRegions[c.UNRegion]++
		if c.WHOStatus == "member" {
			regions[c.WHORegion]++
		}
	}
	for kind, want := range map[CountryKind]int{MemberState: 193, ObserverState: 2, TerritoryOrArea: 54} {
		if kinds[kind] != want {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], want)
		}
	}
	// The 194 members of WHO after May 2025, when Indonesia moved.
	for region, want := range map[string]int{"AFR": 47, "AMR": 35, "EMR": 21, "EUR": 53, "SEAR": 10, "WPR": 28} {
		if regions[region] != want {
			t.Errorf("members of WHO in %s: %d, want %d", region, regions[region], want)
		}
	}
	if status["member"] != 194 || status["associate"] != 2 || status["member"]+status["associate"]+status[""] != 249 {
		t.Errorf("WHO status %v, want 194 members, 2 associates and nothing else in 249", status)
	}
	if len(regions) != 6 {
		t.Errorf("WHO regions of members %v, want six and none empty", regions)
	}
	if len(unRegions) != 23 { // the 22 of M49 and Antarctica
		t.Errorf("%d UN regions, want 23: %v", len(unRegions), unRegions)
	}
}

func TestCountriesOfTheRegionsPeopleMistake(t *testing.T) {
	for code, want := range map[string]string{
		"DZ": "AFR", "MR": "AFR", "SS": "AFR", "ET": "AFR", "ER": "AFR", "SD": "EMR", "SO": "EMR", "DJ": "EMR", "EG": "EMR",
		"PK": "EMR", "AF": "EMR", "IR": "EMR", "IL": "EUR", "TR": "EUR", "CY": "EUR", "KZ": "EUR", "TJ": "EUR", "KP": "SEAR",
		"KR": "WPR", "MN": "WPR", "TL": "SEAR", "ID": "WPR", "MM": "SEAR", "MY": "WPR", "LK": "SEAR", "MV": "SEAR", "PG": "WPR",
		"PS": "EMR", "LI": "", "VA": "", "EH": "", "CK": "WPR", "NU": "WPR", "TK": "WPR", "PR": "AMR",
	} {
		if c, ok := CountryByCode(code); !ok || c.WHORegion != want {
			t.Errorf("%s: region %q, want %q", code, c.WHORegion, want)
		}
	}
}

func TestCountryNamesAreClean(t *testing.T) {
	articles := []string{"(the)", "(el)", "(la)", "(los)", "(las)", "(le)", "(les)", "(l')"}
	for _, lang := range []string{"ar", "en", "es", "fr", "ru", "zh"} {
		seen := map[string]string{}
		for _, c := range Countries() {
			name := c.Name(lang)
			if name == "" || name != strings.TrimSpace(name) || strings.ContainsAny(name, "*_\u2019\u200e\u200f") || strings.Contains(name, "  ") {
				t.Errorf("%s %s: %q is empty or has marks or spaces it should not", c.Code, lang, name)
			}
			for _, article := range articles {
				if strings.Contains(strings.ToLower(name), article) {
					t.Errorf("%s %s: %q keeps its article", c.Code, lang, name)
				}
			}
			if strings.Count(name, "(") != strings.Count(name, ")") || strings.Count(name, "（") != strings.Count(name, "）") {
				t.Errorf("%s %s: %q leaves a bracket open", c.Code, lang, name)
			}
			if other, twice := seen[name]; twice {
				t.Errorf("%s: %q names %s and %s", lang, name, other, c.Code)
			}
			seen[name] = c.Code
		}
	}
}

func TestCountryNamesAreInTheirScript(t *testing.T) {
	scripts := map[string]*unicode.RangeTable{
		"ar": unicode.Arabic, "en": unicode.Latin, "es": unicode.Latin, "fr": unicode.Latin, "ru": unicode.Cyrillic, "zh": unicode.Han,
	}
	for _, c := range Countries() {
		for lang, script := range scripts {
			for _, r := range c.Name(lang) {
				if unicode.IsLetter(r) && !unicode.Is(script, r) {
					t.Errorf("%s %s: %q has the letter %q of another script", c.Code, lang, c.Name(lang), r)
				}
			}
		}
	}
}

// The golden names were typed by hand and apart from the table, so that a
// careless regeneration of it shows.
func TestDifficultCountryNames(t *testing.T) {
	golden, err := os.ReadFile("testdata/countries_names.golden.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := tableLines(string(golden))
	langs := strings.Split(lines[0], "\t")
	if len(lines) < 60 || len(langs) != 7 {
		t.Fatalf("%d lines of %d columns, want 60 or more of 7", len(lines), len(langs))
	}
	for _, line := range lines[1:] {
		want := strings.Split(line, "\t")
		c, ok := CountryByCode(want[0])
		if !ok {
			t.Errorf("no country %s", want[0])
			continue
		}
		for i, lang := range langs[1:] {
			if got := c.Name(lang); got != want[i+1] {
				t.Errorf("%s %s: %q, want %q", want[0], lang, got, want[i+1])
			}
		}
	}
}
