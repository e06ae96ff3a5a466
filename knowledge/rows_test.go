package knowledge

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

func TestMapColumns(t *testing.T) {
	for _, c := range []struct {
		names string // of the columns, separated by |
		said  map[string]string
		want  map[string]string // field → column; "" means that no column is it
		bad   string            // key of the fault's field
	}{
		{"title|body", nil, map[string]string{"title": "title", "body": "body", "id": ""}, ""},
		{"Question| ANSWER |Lang", nil, map[string]string{"title": "Question", "body": " ANSWER ", "lang": "Lang"}, ""},
		{"问题|答案|语言", nil, map[string]string{"title": "问题", "body": "答案", "lang": "语言"}, ""},
		{"questionText|answerText|sourceUrl|sourceName|targetLocation|dateLastChanged", nil, map[string]string{"title": "questionText", "body": "answerText",
			"source_url": "sourceUrl", "issuer": "sourceName", "place": "targetLocation", "source_date": "dateLastChanged"}, ""},
		{"a|b|title", map[string]string{"a": "title", "B": "body"}, map[string]string{"title": "a", "body": "b"}, ""},
		{"text|body|title", nil, map[string]string{"body": "body"}, ""},
		{"title|body", map[string]string{"title": "summary"}, nil, "knowledge.import.need_title_body"},
		{"title|body", map[string]string{"none": "title"}, nil, "knowledge.import.no_column"},
		{"title|body", map[string]string{"title": "heading"}, nil, "knowledge.import.no_field"},
		{"x|y", nil, nil, "knowledge.import.need_title_body"},
		{"", nil, nil, "knowledge.import.need_title_body"},
	} {
		cols, err := mapColumns(strings.Split(c.names, "|"), c.said)
		var f *fault.Fault
		if errors.As(err, &f); c.bad != "" {
			if f == nil || len(f.Fields) != 1 || f.Fields[0].Key != c.bad {
				t.Errorf("%s with %v: %v, want %s", c.names, c.said, err, c.bad)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s with %v: %v", c.names, c.said, err)
		}
		for field, column := range c.want {
			if cols[field] != column {
				t.Errorf("%s: %s is column %q, want %q", c.names, field, cols[field], column)
			}
		}
	}
}

// TestMapColumnsIsTheSameEveryTime, when two columns are said to be one field.
func TestMapColumnsIsTheSameEveryTime(t *testing.T) {
	for range 20 {
		cols, err := mapColumns([]string{"a", "b", "body"}, map[string]string{"a": "title", "b": "title"})
		if err != nil || cols["title"] != "b" {
			t.Fatalf("%v, %v", cols, err)
		}
	}
}

func TestDateOf(t *testing.T) {
	for in, want := range map[string]string{
		"2020": "2020", "2020-03": "2020-03", "2020-03-04": "2020-03-04", "2020/03/04": "2020-03-04", "2020/3/4": "2020-03-04", "04.03.2020": "2020-03-04",
		"2020-03-04T23:59:59+08:00": "2020-03-04", "2020-03-04 10:00:00": "2020-03-04", "4 March 2020": "2020-03-04", "March 4, 2020": "2020-03-04",
		"1583280000": "2020-03-04", "1583280000.5": "2020-03-04", "": "", "spring": "spring", "2020-13-01": "2020-13-01", "2020-02-30": "2020-02-30",
		"3/4/2020": "3/4/2020", // either the third of April or the fourth of March
		"1e9":      "2001-09-09", "NaN": "NaN", "Inf": "Inf",
	} {
		if got := dateOf(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// asRow makes a row of pairs of field and value.
func asRow(pairs ...string) row {
	r := row{cols: columns{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Columns, r.Values, r.cols[pairs[i]] = append(r.Columns, pairs[i]), append(r.Values, pairs[i+1]), pairs[i]
	}
	return r
}

func TestRowSaysCountriesByCodeOrName(t *testing.T) {
	for _, c := range []struct {
		countries, place string
		want             []facts.Country
		right            bool
	}{
		{"KH; FR", "", []facts.Country{"KH", "FR"}, true},
		{"kh|Cambodia|Cambodge", "", []facts.Country{"KH"}, true},
		{"柬埔寨, Камбоджа", "", []facts.Country{"KH"}, true},
		{"Atlantis", "", []facts.Country{"Atlantis"}, false},
		{"", "Delaware, France", []facts.Country{"FR"}, true},
		{"", "", nil, true},
	} {
		d := asRow("title", "T", "body", "B", "lang", "en", "kind", "qa", "countries", c.countries, "place", c.place).draft(Options{}.withDefaults(), ruleTime)
		if !slices.Equal(d.Edition.Countries, c.want) || (d.Check(ruleTime) == nil) != c.right {
			t.Errorf("%q, %q: %v, %v", c.countries, c.place, d.Edition.Countries, d.Check(ruleTime))
		}
	}
}

func TestRowDraft(t *testing.T) {
	o := Options{Kind: "qa", Lang: "fr", Issuer: "Office", State: Historical, Topics: []string{"lab"}, Date: "2019"}.withDefaults()
	d := asRow("id", "7", "title", "# A\n title", "body", "<p>One <b>two</b></p><script>alert(1)</script>", "topics", "care; lab", "authors", "A, B.; C").draft(o, ruleTime)
	e, w := d.Edition, d.Text.Variants["fr"]
	if e.Kind != "qa" || e.Issuer != "Office" || e.State != Historical || e.SourceDate != "2019" || e.Key != "id:7" || e.Original != "fr" ||
		!slices.Equal(e.Topics, []string{"lab", "care"}) || !slices.Equal(d.Text.Authors, []string{"A, B.", "C"}) {
		t.Errorf("%+v by %v", e, d.Text.Authors)
	}
	if w.Title != "A title" || w.Body != "One **two**" {
		t.Errorf("title %q, body %q", w.Title, w.Body)
	}
	d = asRow("title", "T", "body", "B", "lang", "pt_BR", "original", "en-GB", "state", "draft", "kind", "guideline").draft(o, ruleTime)
	if e := d.Edition; e.Original != "en" || e.Variants[0].Lang != "pt" || e.Variants[0].Origin != "human_translation" || e.State != Drafted || e.Kind != "guideline" {
		t.Errorf("%+v", e)
	}
	if d := asRow("title", "T", "body", "B", "lang", "ZH_tw").draft(o, ruleTime); d.Edition.Variants[0].Lang != "zh-Hant" {
		t.Errorf("zh_TW is %s", d.Edition.Variants[0].Lang)
	}
	if d := asRow("title", "T", "body", "B", "lang", "Klingon!").draft(o, ruleTime); d.Check(ruleTime) == nil {
		t.Error("a language that is none is taken")
	}
}

// TestRowKeys: an ID is the identity; without one it is where a row is from and
// its title, and then it tells nothing of them.
func TestRowKeys(t *testing.T) {
	if rowKey("7", "u", "t") != rowKey("7", "other", "other") || rowKey("7", "", "") == rowKey("8", "", "") {
		t.Error("an ID is not the identity")
	}
	keys := map[string]bool{}
	for _, k := range []string{rowKey("", "u", "t"), rowKey("", "u", "s"), rowKey("", "v", "t"), rowKey("", "", "u\nt")} {
		keys[k] = true
	}
	if len(keys) < 4 {
		t.Errorf("different rows have the same identity: %v", keys)
	}
	if k := rowKey("", "https://example.org", "Dr. Name"); strings.Contains(k, "Name") || strings.Contains(k, "example") {
		t.Errorf("the key tells the title: %s", k)
	}
}

func TestATitleKeepsItsNoBreakSpaces(t *testing.T) {
	for in, want := range map[string]string{
		"# Tri\u00a0: de la\n porte  à la salle": "Tri\u00a0: de la porte à la salle",
		" \u00a0Quoi\u202f? \u00a0":              "Quoi\u202f?",
		"\t\n":                                   "",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
