package knowledge

import (
	"net/http/httptest"
	"strings"
	"testing"

	"sameboat/facts"
)

// TestOneAddressForOneThing: an ID as somebody typed or heard it leads to the
// address everybody else uses, and no other text means the same resource.
func TestOneAddressForOneThing(t *testing.T) {
	s := newShown(t)
	id := s.take(t, "faq.csv", "title,body,lang,kind\nMasks,Yes.,en,qa\n", Options{}).String()
	for _, c := range []struct{ typed, to string }{
		{"/r/" + strings.ToUpper(id) + "?in=en", "/r/" + id + "?in=en"},
		{"/r/" + strings.ReplaceAll(id, "0", "o") + "/history", "/r/" + id + "/history"},
		{"/r/" + strings.ToUpper(id) + "/cite/ris", "/r/" + id + "/cite/ris"},
	} {
		w := httptest.NewRecorder()
		s.site.ServeHTTP(w, httptest.NewRequest("GET", c.typed, nil))
		if got := w.Header().Get("Location"); w.Code != 303 || got != c.to {
			t.Errorf("%s: %d %s, want %s", c.typed, w.Code, got, c.to)
		}
	}
	s.get(t, "/api/v1/resources/"+id, 200)
	s.get(t, "/api/v1/resources/"+strings.ToUpper(id), 404)
	const letters = "0123456789abcdefghjkmnpqrstvwxyz"
	at := strings.IndexByte(letters, id[25])
	for spare := 1; spare < 4; spare++ {
		alias := id[:25] + string(letters[at+spare])
		s.get(t, "/r/"+alias, 404)
		s.get(t, "/api/v1/resources/"+alias, 404)
	}
}

// TestLanguagesThereAreNot: an address that names a language the text does not
// have says so, and which there are, instead of showing another in silence.
func TestLanguagesThereAreNot(t *testing.T) {
	s := newShown(t)
	id := s.take(t, "protocol.tsv", bilingualTable, Options{Bilingual: []facts.Lang{"zh", "en"}, Titles: map[facts.Lang]string{"zh": "方案", "en": "A protocol"}}).String()
	for _, address := range []string{"?in=xx", "?in=fr", "?in=%21%21", "/edition/1?in=fr", "/beside?left=xx", "/beside?left=en&right=sw", "/cite/bibtex?in=fr"} {
		for lang, want := range map[string]string{"en": "There is no text in the language", "zh": "此处没有语言", "ar": "لا يوجد هنا نص"} {
			join := "&"
			if !strings.Contains(address, "?") {
				join = "?"
			}
			page := s.get(t, "/r/"+id+address+join+"lang="+lang, 404)
			if !strings.Contains(page, want) || !strings.Contains(page, "English") || !strings.Contains(page, "中文") {
				t.Errorf("%s in %s: the page does not say what there is", address, lang)
			}
		}
	}
	s.get(t, "/r/"+id+"?in=zh", 200)
	s.get(t, "/r/"+id+"?in=", 200)
	s.get(t, "/r/"+id+"/beside?left=&right=", 200)
}
