package prose

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// policy is the second wall: whatever the writer of HTML wrote, only this
// leaves the package.
var policy = newPolicy()

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br",
		"em", "strong", "del", "sup", "mark", "table", "thead", "tbody", "tr", "th", "td", "div", "a", "img")
	id := regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,127}$`)
	p.AllowAttrs("id").Matching(id).OnElements("div", "h1", "h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(passage|table-scroll|note)$`)).OnElements("div")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^(end|center)$`)).OnElements("th", "td")
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z0-9-]{1,35}$`)).OnElements("div")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(ltr|rtl)$`)).OnElements("div")
	p.AllowAttrs("role").Matching(regexp.MustCompile(`^(group|doc-footnote|doc-noteref)$`)).OnElements("div", "a")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div", "pre")
	p.AllowAttrs("aria-label").OnElements("div")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("value").Matching(bluemonday.Integer).OnElements("li")
	p.AllowAttrs("title").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^` + linkRel + `$`)).OnElements("a")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	return p
}
