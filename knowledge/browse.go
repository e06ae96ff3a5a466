package knowledge

import (
	"net/http"
	"slices"
	"strings"

	"sameboat/kernel/web"
)

// browsePage is the data of page/browse.html.
type browsePage struct {
	Groups []browseGroup
	Empty  *web.Empty
}

// browseGroup is one dimension with its values.
type browseGroup struct {
	Name, Title string
	Items       []browseItem
}

type browseItem struct {
	Text, Href string
	N          int
	Share      int // percent of the largest, for the bar behind the number
}

// showBrowse lists topics, kinds, countries, issuers, languages and years with
// how many resources each has.
func (m *Room) showBrowse(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	p := &browsePage{}
	for _, dim := range []string{"topic", "kind", "country", "issuer", "language", "year"} {
		counts, err := m.shelf(r).Counts(r.Context(), dim)
		if err != nil {
			return err
		}
		if len(counts) == 0 {
			continue
		}
		g := browseGroup{Name: dim, Title: v.T("knowledge.browse." + dim)}
		most := counts[0].N
		for _, c := range counts {
			g.Items = append(g.Items, browseItem{Text: nameOf(v.Printer, dim, c.Value), N: c.N, Share: 100 * c.N / most,
				Href: "/search?" + filterQuery(filtersOf(map[string][]string{dim: {c.Value}})).Encode()})
		}
		if dim == "year" {
			slices.SortFunc(g.Items, func(a, b browseItem) int { return strings.Compare(b.Text, a.Text) })
		}
		p.Groups = append(p.Groups, g)
	}
	if len(p.Groups) == 0 {
		p.Empty = emptyLibrary(v)
	}
	return web.Render(w, r, http.StatusOK, "knowledge/browse", web.Page{Title: v.T("knowledge.browse.title"), Data: p, Nav: "knowledge",
		Canonical: "/browse", Feeds: []web.Feed{{Title: v.T("knowledge.feed.title"), Href: "/feed.atom", Type: "application/atom+xml"}}})
}
