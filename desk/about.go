package desk

import (
	"fmt"
	"net/http"

	"sameboat/facts"
	"sameboat/kernel/web"
)

// about is what page/about.html shows.
type about struct {
	Operator string // "" before set-up
	Lang     facts.Lang
	Country  facts.Country
	Contact  string
	Feed     string
	Contents []web.Content
}

// sections are the parts of the page, by their anchor and by their text.
var sections = [...]string{"what", "operator", "limits", "sources", "counts", "data", "access", "machines"}

func (d *Room) showAbout(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	org, err := d.register.OperatingOrg(r.Context())
	if err != nil {
		return fmt.Errorf("about: %w", err)
	}
	a := about{Country: org.Country, Feed: d.opts.Feed, Contact: d.opts.Contact}
	a.Operator, a.Lang = org.NameIn(v.Lang)
	for _, part := range sections {
		a.Contents = append(a.Contents, web.Content{Text: v.T("desk.about." + part), Href: "#" + part, Level: 1})
	}
	return web.Render(w, r, http.StatusOK, "desk/about", web.Page{
		Title: v.T("desk.about.title"), Description: v.T("desk.about.lead"), Data: a, Nav: "about", Canonical: AboutPath,
	})
}
