package knowledge

import (
	"strings"
	"testing"
)

// TestReferencesSayAllThatTheyMust: a year always, no field that the kind of
// entry does not have, and in words what is not to be followed.
func TestReferencesSayAllThatTheyMust(t *testing.T) {
	s := newShown(t)
	rows := "title,body,lang,kind,date\nA,One.,en,qa,\n"
	kept := s.take(t, "a.csv", rows, Options{Source: "a"}).String()
	old := s.take(t, "b.csv", rows, Options{State: Historical, Source: "b"}).String()
	s.take(t, "a.csv", strings.Replace(rows, "One", "Two", 1), Options{Source: "a"})
	for address, want := range map[string][]string{
		kept + "/cite/bibtex":   {"@techreport{", "year = {2026}", "month = {11}", "number = {"},
		kept + "/cite/ris":      {"PY  - 2026", "DA  - 2026/11/22"},
		kept + "/cite/csl-json": {`"issued"`, "2026"},
		old + "/cite/bibtex":    {"note = {historical: kept for the record, not to be followed}", "year = {2026}"},
		old + "/cite/ris":       {"N1  - historical: kept for the record, not to be followed"},
		old + "/cite/csl-json":  {`"note": "historical: kept for the record, not to be followed"`},
	} {
		body := s.get(t, "/r/"+address, 200)
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %s in\n%s", address, w, body)
			}
		}
		if strings.Contains(body, "edition = {") {
			t.Errorf("%s: a techreport has no edition\n%s", address, body)
		}
	}
}
