package knowledge

import (
	"encoding/xml"
	"net/http"
	"time"

	"sameboat/facts"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

// feedSize is how many entries a feed holds.
const feedSize = 50

// The elements of an Atom feed (RFC 4287) that we write.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomPerson  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Href string `xml:"href,attr"`
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"hreflang,attr,omitempty"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomEntry struct {
	Lang       string         `xml:"xml:lang,attr"`
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Links      []atomLink     `xml:"link"`
	Author     *atomPerson    `xml:"author,omitempty"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
}

type atomCategory struct {
	Term   string `xml:"term,attr"`
	Scheme string `xml:"scheme,attr,omitempty"`
	Label  string `xml:"label,attr,omitempty"`
}

// sendFeed gives the newest resources, whole or filtered as a list is.
func (m *Room) sendFeed(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	tags := filtersOf(r.URL.Query())
	filter := Filter{Limit: feedSize}
	for _, t := range tags {
		filter.Tags = append(filter.Tags, Tag(t))
	}
	cards, _, err := m.library.List(r.Context(), filter, readersOf(v)...)
	if err != nil {
		return err
	}
	self := m.site.Absolute("/feed.atom")
	list := m.site.Absolute("/search")
	if query := filterQuery(tags).Encode(); query != "" {
		self, list = self+"?"+query, list+"?"+query
	}
	feed := atomFeed{Lang: string(v.Lang), ID: self, Title: m.feedTitle(v, tags), Updated: atomTime(time.Unix(0, 0)), Author: atomPerson{m.operator(v)},
		Links: []atomLink{{Rel: "self", Href: self, Type: "application/atom+xml"}, {Rel: "alternate", Href: list, Type: "text/html"}}}
	for i, c := range cards {
		if i == 0 {
			feed.Updated = atomTime(c.Updated)
		}
		feed.Entries = append(feed.Entries, m.atomEntry(v, c))
	}
	b, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	return web.Send(w, r, "application/atom+xml; charset=utf-8", true, append([]byte(xml.Header), b...))
}

func (m *Room) feedTitle(v *web.Visit, tags []search.Tag) string {
	var parts []string
	for _, t := range tags {
		parts = append(parts, m.valueName(v, t.Dim, t.Value))
	}
	if len(parts) == 0 {
		return v.T("knowledge.feed.title")
	}
	return v.T("knowledge.feed.title") + ": " + v.Printer.List(parts)
}

// atomEntry writes one resource. What is not to be followed says so in its
// title, its summary and a category.
func (m *Room) atomEntry(v *web.Visit, c Card) atomEntry {
	e := atomEntry{Lang: string(c.Lang), ID: "urn:uuid:" + uuidText(c.ID), Title: c.Title, Updated: atomTime(c.Updated), Summary: c.Summary,
		Links: []atomLink{{Rel: "alternate", Href: m.site.Absolute(resourcePath(c.ID, c.Lang, "")), Type: "text/html", Lang: string(c.Lang)}}}
	for _, lang := range c.Languages {
		if lang != c.Lang {
			e.Links = append(e.Links, atomLink{Rel: "alternate", Href: m.site.Absolute(resourcePath(c.ID, lang, "")), Type: "text/html", Lang: string(lang)})
		}
	}
	if c.Issuer != "" {
		e.Author = &atomPerson{c.Issuer}
	}
	e.Categories = append(e.Categories, atomCategory{Term: c.Kind, Scheme: "kind", Label: v.T("kind." + c.Kind)}, atomCategory{Term: c.State, Scheme: "state", Label: v.T("state." + c.State)})
	for _, t := range c.Topics {
		e.Categories = append(e.Categories, atomCategory{Term: t, Scheme: "topic", Label: v.T("topic." + t)})
	}
	if c.Sample {
		e.Categories = append(e.Categories, atomCategory{Term: "sample", Scheme: "mark", Label: v.T("knowledge.sample.chip")})
	}
	switch c.State {
	case Historical:
		e.Title = "[" + v.T("state.historical") + "] " + e.Title
		e.Summary = v.T("state.historical.note") + " " + e.Summary
	case Superseded:
		e.Title = "[" + v.T("state.superseded") + "] " + e.Title
	}
	return e
}

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// uuidText writes an ID the long way, as URN readers expect it (RFC 9562).
func uuidText(id facts.ID) string {
	const hexDigits = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hexDigits[b>>4], hexDigits[b&15])
	}
	return string(out)
}
