package web

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sameboat/kernel/i18n"
)

func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load("en", Texts())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Complete() {
		t.Error(p)
	}
}

// The style page uses every component, so it stands for all of them.
func TestStylePageInEveryLanguage(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{Search: "/search", SignIn: "/sign-in", Sample: true}, nil)
	for _, lang := range site.opts.Catalog.Langs() {
		w := ask(site, "GET", "/style", "", "Accept-Language", string(lang))
		body := w.Body.String()
		if w.Code != 200 || strings.Contains(body, "⟦") || strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "no value") {
			t.Errorf("%s: %d, a text or value is missing: %s", lang, w.Code, around(body, "⟦", "ZgotmplZ", "no value"))
		}
		if strings.Contains(body, " style=") || regexp.MustCompile(`\son[a-z]+=`).MatchString(body) {
			t.Errorf("%s: inline style or script, which the policy forbids", lang)
		}
		if lang == "ar" && !strings.Contains(body, `<html lang="ar" dir="rtl" class="s-arab"`) {
			t.Error("Arabic is not set from right to left")
		}
		for _, name := range definedComponents(t) {
			if site.pages[lang].all.Lookup(name) == nil {
				t.Errorf("no component %s", name)
			}
		}
	}
}

func definedComponents(t *testing.T) []string {
	raw, err := os.ReadFile("page/_components.html")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(`{{define "([a-z]+)"}}`).FindAllStringSubmatch(string(raw), -1) {
		names = append(names, m[1])
	}
	if len(names) < 20 {
		t.Fatalf("found only %v", names)
	}
	return names
}

func around(body string, words ...string) string {
	for _, w := range words {
		if i := strings.Index(body, w); i >= 0 {
			return body[max(0, i-60):min(len(body), i+60)]
		}
	}
	return ""
}

// A first visit may cost 25 kB over the wire, everything included; the budget of
// the product is 60.
func TestFirstVisitIsLight(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{Search: "/search"}, nil)
	page := ask(site, "GET", "/style", "", "Accept-Encoding", "gzip") // the longest page of the kernel
	sum := page.Body.Len()
	for _, m := range regexp.MustCompile(`/assets/[0-9a-f]+/[a-z.]+`).FindAllString(ask(site, "GET", "/style", "").Body.String(), -1) {
		w := ask(site, "GET", m, "", "Accept-Encoding", "gzip")
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", m, w.Code, w.Header())
		}
		sum += w.Body.Len()
	}
	if sum > 25_000 {
		t.Errorf("the first visit is %d bytes", sum)
	}
	t.Logf("first visit: %d bytes, of which the page %d", sum, page.Body.Len())
	if script := site.assets.files["app.js"].plain; len(script) > 4000 {
		t.Errorf("the script has grown to %d bytes", len(script))
	}
}

func TestAssetsOfAnotherVersionAreNotKept(t *testing.T) {
	t.Parallel()
	site := testSite(t, Options{}, nil)
	w := ask(site, "GET", "/assets/0000000000/style.css", "")
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("got %d %v", w.Code, w.Header())
	}
	if w := ask(site, "GET", "/assets/"+site.assets.hash+"/../site.go", ""); w.Code == 200 {
		t.Error("a file outside the assets was given")
	}
}

// TestContrast holds every pair of ink and ground that the style sheets use to
// WCAG 2.2 AA: 4.5 for text, 3 for edges of controls and the focus ring.
func TestContrast(t *testing.T) {
	t.Parallel()
	light, dark := tokens(t)
	for _, pair := range []struct {
		fore, ground string
		least        float64
	}{
		{"ink", "paper", 7}, {"ink", "sheet", 7}, {"quiet", "paper", 4.5}, {"quiet", "sheet", 4.5}, {"sea", "paper", 4.5}, {"sea", "sheet", 4.5}, {"on-sea", "sea", 4.5},
		{"ink", "sea-soft", 4.5}, {"ink", "sun-soft", 4.5}, {"ink", "coral-soft", 4.5}, {"sea", "sea-soft", 4.5}, {"sea", "sun-soft", 4.5}, {"sea", "coral-soft", 4.5}, {"sun", "sun-soft", 4.5},
		{"coral", "coral-soft", 4.5}, {"sun", "paper", 4.5}, {"sun", "sheet", 4.5}, {"coral", "paper", 4.5}, {"coral", "sheet", 4.5}, {"sheet", "coral", 4.5},
		{"quiet", "sea-soft", 4.5}, {"quiet", "sun-soft", 4.5}, {"on-deep", "deep", 7}, {"deep-quiet", "deep", 4.5}, {"deep-link", "deep", 4.5}, {"deep-focus", "deep", 3},
		{"edge", "paper", 3}, {"edge", "sheet", 3}, {"sun", "paper", 3}, {"sea", "line", 3},
	} {
		for theme, set := range map[string]map[string]string{"light": light, "dark": dark} {
			if got := contrast(t, set[pair.fore], set[pair.ground]); got < pair.least {
				t.Errorf("%s: %s %s on %s %s is %.2f, want %.1f", theme, pair.fore, set[pair.fore], pair.ground, set[pair.ground], got, pair.least)
			}
		}
	}
}

// tokens reads the colours from their source and holds the plain block, which old
// browsers use, to the light half.
func tokens(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	raw, err := os.ReadFile("assets/source/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark = map[string]string{}, map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`).FindAllStringSubmatch(string(raw), -1) {
		light[m[1]], dark[m[1]] = m[2], m[3]
	}
	plain := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(string(raw), -1)
	for _, m := range plain {
		if light[m[1]] != m[2] {
			t.Errorf("%s is %s in the plain block and %s in the light half", m[1], m[2], light[m[1]])
		}
	}
	if len(light) < 15 || len(plain) != len(light) {
		t.Fatalf("read %d colours, %d plain", len(light), len(plain))
	}
	return light, dark
}

// contrast is the ratio of WCAG 2.2 (relative luminance).
func contrast(t *testing.T, a, b string) float64 {
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil {
		t.Fatal(fmt.Errorf("colour %q: %w", colour, err))
	}
	sum := 0.0
	for i, weight := range []float64{.0722, .7152, .2126} {
		c := float64(n>>(8*i)&255) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// The sheets must not know left from right, or right-to-left is not free.
func TestOnlyLogicalProperties(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("assets/source")
	if err != nil {
		t.Fatal(err)
	}
	physical := regexp.MustCompile(`(?m)(^|[;{\s])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|width|height|(min|max)-(width|height)|float: (left|right)|text-align: (left|right))\s*:`)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".css") {
			continue
		}
		raw, err := os.ReadFile("assets/source/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`(?s)@media[^{]*{`).ReplaceAllString(string(raw), "")
		for _, m := range physical.FindAllString(text, -1) {
			t.Errorf("%s: %s", f.Name(), strings.TrimSpace(m))
		}
	}
}
