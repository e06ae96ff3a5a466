package nodetest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/i18n"
	"sameboat/nodetest"
)

// TestPagesOfALanguagePack opens the pages in a language that an operator added:
// it is offered, chosen, written in its direction, and what looks like HTML in
// its texts stays text.
func TestPagesOfALanguagePack(t *testing.T) {
	t.Parallel()
	catalog, err := node.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	packs, remarks := i18n.ReadPacks(fstest.MapFS{"ur.json": &fstest.MapFile{Data: []byte(`{"pack": {"fallback": "ar"},
		"desk.home.title": "<script>alert(1)</script> سوال", "desk.home.label": "\" onfocus=\"alert(2)", "web.shell.sign-in": "اندر آئیں"}`)}})
	catalog, more := catalog.With(packs)
	if len(remarks)+len(more) > 0 {
		t.Fatalf("remarks: %v %v", remarks, more)
	}
	n := nodetest.Start(t, nodetest.Unhurried, func(c *node.Config) { c.Catalog = catalog })
	for _, asked := range []struct{ path, accept string }{{"/", "ur-PK,en;q=0.3"}, {"/?lang=ur", ""}} {
		page := n.Page(asked.path, "Accept-Language", asked.accept)
		for _, want := range []string{`<html lang="ur" dir="rtl"`, "&lt;script&gt;alert(1)", "اندر آئیں", "الرفوف ما زالت فارغة", `hreflang="fr"`, `hreflang="ru"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s (%s): the page lacks %q", asked.path, asked.accept, want)
			}
		}
		for _, bad := range []string{"<script>alert", `onfocus="alert`, "⟦"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s (%s): the page holds %q", asked.path, asked.accept, bad)
			}
		}
	}
	if other := n.Page("/?lang=fr"); !strings.Contains(other, `hreflang="ur"`) {
		t.Error("the switch of languages does not offer the added one")
	}
}
