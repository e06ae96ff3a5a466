package knowledge

import (
	"encoding/xml"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sameboat/kernel/search"
)

// feed reads a feed.
func (s *shown) feed(t *testing.T, address string) atomFeed {
	t.Helper()
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	if w.Code != 200 || len(w.Result().Cookies()) > 0 || w.Header().Get("ETag") == "" {
		t.Fatalf("%s: %d %v", address, w.Code, w.Header())
	}
	var f atomFeed
	if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFeedOfAnEmptyLibrary is dated, and not fifty years ago.
func TestFeedOfAnEmptyLibrary(t *testing.T) {
	s := newShown(t)
	if f := s.feed(t, "/feed.atom"); len(f.Entries) != 0 || f.Updated != "2026-11-22T00:00:00Z" {
		t.Errorf("%+v", f)
	}
}

// TestFeeds: what is followed is what was asked, each language is a feed of its
// own, and every entry says something.
func TestFeeds(t *testing.T) {
	s := newShown(t)
	s.take(t, "faq.csv", "title,body,lang,kind,summary\nMasks,\"# Indoors\n\nDo **masks** help? "+strings.Repeat("Yes, they do. ", 60)+"\",en,qa,\n"+
		"Water,Boil it.,en,public-info,How to make it safe\n", Options{})
	if err := s.finding.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole := s.feed(t, "/feed.atom")
	if len(whole.Entries) != 2 {
		t.Fatalf("%d entries", len(whole.Entries))
	}
	for _, e := range whole.Entries {
		switch {
		case e.Title == "Water" && e.Summary != "How to make it safe":
			t.Errorf("a summary: %q", e.Summary)
		case e.Title == "Masks" && (!strings.HasPrefix(e.Summary, "Indoors Do masks help? Yes") || !strings.HasSuffix(e.Summary, "…") || len(e.Summary) > 500):
			t.Errorf("no summary: %q", e.Summary)
		}
		for _, c := range e.Categories {
			if u, err := url.Parse(c.Scheme); err != nil || !u.IsAbs() {
				t.Errorf("the scheme %q is no IRI", c.Scheme)
			}
		}
	}
	asked := s.feed(t, feedPath("masks help", "en", []search.Tag{{Dim: "kind", Value: "qa"}}))
	if len(asked.Entries) != 1 || asked.Entries[0].Title != "Masks" || !strings.Contains(asked.Title, "“masks help”") {
		t.Errorf("a question: %q, %d entries", asked.Title, len(asked.Entries))
	}
	for _, l := range asked.Links {
		u, err := url.Parse(l.Href)
		if err != nil || !u.IsAbs() || u.Query().Get("q") != "masks help" || u.Query().Get("kind") != "qa" || u.Query().Get("lang") != "en" {
			t.Errorf("%s leads to %s", l.Rel, l.Href)
		}
	}
	arabic := s.feed(t, "/feed.atom?lang=ar")
	if arabic.ID == whole.ID || arabic.Links[0].Href == whole.Links[0].Href || arabic.Links[0].Href != arabic.ID || arabic.Title == whole.Title {
		t.Errorf("Arabic is %s, English %s", arabic.ID, whole.ID)
	}
	none := s.feed(t, "/feed.atom?q=zebra")
	if len(none.Entries) != 0 || none.Updated != shownNow.Format(time.RFC3339) {
		t.Errorf("nothing found: %d entries, %s", len(none.Entries), none.Updated)
	}
}
