package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser gives a tab of Debian's Chromium, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: no browser")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: what needs a browser is not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(360, 800))
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// In a browser 360 pixels wide nothing may stick out, the policy must let our own
// style and script through, and the script must do what it promises.
func TestInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	server := httptest.NewServer(testSite(t, Options{Search: "/search", SignIn: "/sign-in", Sample: true}, nil))
	t.Cleanup(server.Close)
	const wide = `[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().width > 0 && !e.closest('.tabs, .rooms, .menu, .skip') && (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join('\n')`
	for _, lang := range []string{"ar", "en", "zh", "fr", "es", "ru"} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 800), chromedp.Navigate(server.URL+"/style?lang="+lang)); err != nil {
			t.Fatal(err)
		}
		over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`))
		if err != nil {
			t.Fatal(err)
		}
		out, err := chromedp.Run(ctx, chromedp.Evaluate[string](wide))
		if err != nil || over > 0 || out != "" {
			t.Errorf("%s at 360 px: the page is %d px too wide; sticking out: %s (%v)", lang, over, out, err)
		}
	}
	for _, promise := range []struct{ what, script string }{
		{"a slash does not go to the question", `document.activeElement.blur(), document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true, cancelable: true})), document.activeElement.matches('main [data-search]')`},
		{"the theme does not change", `document.querySelector('[data-theme-switch]').click(), ['light', 'dark'].includes(document.documentElement.dataset.theme) && document.cookie.includes('theme=')`},
		{"the theme does not change back", `document.querySelector('[data-theme-switch]').click(), !document.documentElement.dataset.theme && !document.cookie.includes('theme=')`},
		{"the menu does not close", `(m => (m.open = true, document.body.click(), !m.open))(document.querySelector('.menu'))`},
		{"the filters are not folded", `!document.querySelector('.facets .fold').open`},
		{"a style of ours is not applied", `getComputedStyle(document.querySelector('.top')).display === 'block' && getComputedStyle(document.querySelector('.hit')).borderTopWidth === '1px'`},
	} {
		fine, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("Boolean((%s))", promise.script)))
		if err != nil || !fine {
			t.Errorf("%s (%v)", promise.what, err)
		}
	}
}
