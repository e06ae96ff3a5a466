package knowledge

import (
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// TestMarksOfAnotherLanguage: in a passage that is shown in another language
// than it was found in, only what surely translates a word that was found is
// marked.
func TestMarksOfAnotherLanguage(t *testing.T) {
	s := sampleRoom(t)
	sure := map[string]bool{"triage": true, "patients": true, "patient": true, "febrile": true, "fever": true, "sort": true, "feverish": true}
	r, err := s.finding.Search(t.Context(), search.Query{Text: "comment trier les patients fébriles", QLang: "fr", Reader: []facts.Lang{"en"}, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	marked := 0
	for _, h := range r.Hits {
		if h.FoundText == "" || !strings.HasPrefix(h.Title, "One door") && !strings.HasPrefix(h.Title, "Fever clinic") {
			continue // of a lexicon learned from so little, the rest is chance
		}
		for _, m := range h.Marks {
			if word := strings.ToLower(h.Text[m[0]:m[1]]); !sure[word] {
				t.Errorf("%q: %q is marked", h.Title, word)
			}
			marked++
		}
	}
	if marked == 0 {
		t.Error("nothing is marked")
	}
}
