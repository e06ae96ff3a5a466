package nodetest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"sameboat/facts"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// sticksOut lists what is wider than the window and may not be.
const sticksOut = `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().width > 0 && !e.closest('.tabs, .rooms, .menu, .skip, .scroll, pre, table, details:not([open])') && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)).slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join('\n')`

// cutOff lists the buttons, chips and headings whose text is cut or lies outside
// their box.
const cutOff = `[...document.querySelectorAll('button, .button, .chip, .btn, h1, h2, h3, nav a, summary')].filter(e => e.getBoundingClientRect().width > 0 && !e.closest('.skip, .rooms, .tabs, .hidden') && getComputedStyle(e).overflow !== 'visible' && e.scrollWidth > e.clientWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 160)).join('\n')`

// TestLongWordsFit opens the pages in the languages whose words are longest, and
// in the pseudo-locale, in a narrow window and a wide one.
func TestLongWordsFit(t *testing.T) {
	t.Parallel()
	ctx := newBrowser(t, 2*time.Minute)
	n := nodetest.Start(t, nodetest.Unhurried, nodetest.Sample, speakPseudo(t))
	n.Import(knowledge.Options{IDColumn: "id"}, nodetest.Text("greek.jsonl", greek))
	n.Learn()
	n.SetUp()
	resource := pathOf(t, n, "fever clinic triage", "fr")
	for _, lang := range []facts.Lang{"fr", "es", "ru", pseudo} {
		for _, width := range []int64{360, 1280} {
			if width == 1280 && lang != pseudo {
				continue // what fits there in the longest texts fits in all
			}
			for _, page := range []string{"/", "/browse", "/search?q=oxygen", "/search?q=zzzz&kind=protocol", "/search?topic=case", resource, "/about", "/sign-in", "/nowhere"} {
				sep := "?"
				if strings.Contains(page, "?") {
					sep = "&"
				}
				address := n.URL + page + sep + "lang=" + string(lang)
				if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(address)); err != nil {
					t.Fatal(err)
				}
				out, err := chromedp.Run(ctx, chromedp.Evaluate[string](sticksOut+` + "\n" + `+cutOff+` + "\n" + Math.max(0, document.documentElement.scrollWidth - innerWidth)`))
				if err != nil {
					t.Fatal(err)
				}
				if out = strings.TrimSpace(out); out != "0" {
					t.Errorf("%s at %d px: %s: sticking out, cut off, pixels too wide: %s", lang, width, page, out)
				}
			}
		}
	}
	// What the loop saw must be seen when it is there.
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[string](`(p => (document.querySelector('main').append(p), p.style.minWidth = '2000px', p.textContent = 'w'))(document.createElement('p')), `+sticksOut))
	if err != nil || seen == "" {
		t.Errorf("a paragraph 2000 px wide is not seen (%v)", err)
	}
}
