package knowledge

import (
	"testing"
	"time"

	"sameboat/kernel/fault"
)

// TestOptionsAreCheckedOnce: what is wrong with them is the error of the import,
// before any file is opened.
func TestOptionsAreCheckedOnce(t *testing.T) {
	never := File{Name: "a.csv", Size: 1, Open: func() (Opened, error) {
		t.Error("a file was opened")
		return nil, fault.New(fault.NotFound, "fault.not-found", nil)
	}}
	l := &Library{now: func() time.Time { return ruleTime }}
	for field, o := range map[string]Options{
		"kind": {Kind: "nope"}, "state": {State: Withdrawn}, "countries": {Countries: []string{"Atlantis"}}, "topics": {Topics: []string{"x"}},
		"map": {Map: map[string]string{"m": "nonsense"}}, "charset": {Charset: "nonsense"}, "source_date": {Date: "soon"}, "source_url": {URL: "here"},
		"lang": {Lang: "Klingon!"},
	} {
		o.Owner = testOwner
		report, err := l.Import(t.Context(), []File{never}, o, nil)
		if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field || report.Refused > 0 {
			t.Errorf("%s: %+v, %v", field, report, err)
		}
	}
	for _, o := range []Options{{}, {Kind: "qa", State: Historical, Countries: []string{"KH", "Cambodge"}, Map: map[string]string{"m": "date", "u": "url", "t": "title"},
		Charset: "GB18030", Date: "2020-03", URL: "https://example.org", Lang: "zh-Hant"}} {
		if err := o.Check(ruleTime); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestShortNamesOfFields: --map takes the names that --set takes.
func TestShortNamesOfFields(t *testing.T) {
	cols, err := mapColumns([]string{"title", "body", "m", "w"}, map[string]string{"m": "date", "w": "url"})
	if err != nil || cols["source_date"] != "m" || cols["source_url"] != "w" {
		t.Errorf("%v, %v", cols, err)
	}
}
