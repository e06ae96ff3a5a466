package nodetest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"sameboat/knowledge"
	"sameboat/nodetest"
)

// look is one way of looking at a page.
type look struct {
	lang  string
	width int64
	dark  bool
}

// looks gives the ways in which the nth page is looked at: each language once,
// widths and themes by turns, so that over the pages all meet; with SAMEBOAT_LOOKS
// set to "all", every combination.
func looks(nth int) (list []look) {
	langs, widths := []string{"ar", "en", "zh"}, []int64{360, 768, 1280}
	if os.Getenv("SAMEBOAT_LOOKS") == "all" {
		for _, lang := range langs {
			for _, width := range widths {
				list = append(list, look{lang, width, false}, look{lang, width, true})
			}
		}
		return list
	}
	for i, lang := range langs {
		list = append(list, look{lang, widths[(nth+i)%3], (nth/3+i)%2 == 1})
	}
	return list
}

// TestAxe finds nothing to say about any page: axe-core, with every rule of WCAG
// 2.2 AA and its best practices.
func TestAxe(t *testing.T) {
	t.Parallel()
	const file = "outside/node_modules/axe-core/axe.min.js"
	outside(t, file)
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := nodetest.Start(t, nodetest.Sample, nodetest.Unhurried)
	n.Import(knowledge.Options{IDColumn: "id"}, nodetest.Text("only.jsonl", only))
	n.Learn()
	admin := n.SetUp()
	ctx := newBrowser(t, 8*time.Minute)
	for i, path := range addresses(t, n) {
		for _, v := range []*nodetest.Visitor{nodetest.NewVisitor(t, n.URL), admin} {
			a := v.Get(path)
			if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.Status == http.StatusSeeOther {
				continue
			}
			for _, l := range looks(i) {
				for _, trouble := range violations(ctx, t, string(source), n.URL+path, l, v.Cookies()) {
					t.Errorf("%s in %s at %d px, dark %v, signed in %v: %s", path, l.lang, l.width, l.dark, v == admin, trouble)
				}
			}
		}
	}
	// What axe says nothing of must be told when it is there.
	if len(violations(ctx, t, `document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="/assets/mark.svg">');`+string(source), n.URL+"/about", look{"en", 1280, false}, nil)) == 0 {
		t.Error("a picture without a text is not seen")
	}
}

// addresses lists every page in its states: what the routes declare, with what
// stands for the parts of their patterns, and what else a page can show.
func addresses(t *testing.T, n *nodetest.Node) (list []string) {
	t.Helper()
	fever := pathOf(t, n, "fever clinic triage", "en")
	id := n.Find("fever clinic triage", "en").Hits[0].ID.String()
	states := map[string][]string{
		"knowledge.search":   {"/search?q=oxygen", "/search?q=zzzz&kind=protocol", "/search?topic=case", "/search?q=triage&kind=guideline&state=published"},
		"knowledge.edition":  {"/r/" + id + "/edition/1"},
		"knowledge.beside":   {"/r/" + id + "/beside?lang=zh"},
		"knowledge.resource": {fever},
	}
	fill := strings.NewReplacer("{$}", "", "{id}", id, "{number}", "1", "{token}", "nothing")
	for _, r := range n.Site.Routes() {
		if r.Method != http.MethodGet || strings.HasPrefix(r.Pattern, "/api/") {
			continue
		}
		if paths := states[r.Name]; paths != nil {
			list = append(list, paths...)
		} else if path := fill.Replace(r.Pattern); !strings.Contains(path, "{") { // the others are files and formats
			list = append(list, path)
		}
	}
	return append(list, "/nowhere")
}

// newBrowser gives a tab of Debian's Chromium, or skips the test.
func newBrowser(t *testing.T, patience time.Duration) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: what needs a browser is not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// violations opens a page in one way and lists what axe-core says of it.
func violations(ctx context.Context, t *testing.T, axe, address string, l look, cookies []*http.Cookie) (list []string) {
	t.Helper()
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: address}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, 800), chromedp.Navigate(address+sep+"lang="+l.lang)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]byte](axe+`;axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 2).map(n => n.html.slice(0, 200)).join(' ')))`,
		func(p *runtime.EvaluateParams) { p.AwaitPromise = new(true) }))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	if err := json.Unmarshal(found, &list); err != nil {
		t.Fatalf("%s: %v in %.200s", address, err, found)
	}
	return list
}
