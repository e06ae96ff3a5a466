package knowledge

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
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

// feedReach is how many of the resources that answer a question best a feed looks
// for the newest among.
const feedReach = 3 * search.MaxHits

// feedPath is the address of the feed of a list: of what answers a question, of
// what the filters choose, or of both.
func feedPath(text string, qlang facts.Lang, tags []search.Tag) string {
	return (&url.URL{Path: "/feed.atom", RawQuery: feedQuery(text, qlang, tags).Encode()}).String()
}

func feedQuery(text string, qlang facts.Lang, tags []search.Tag) url.Values {
	query := filterQuery(tags)
	if text != "" {
		query.Set("q", text)
	}
	if text != "" && qlang != "" {
		query.Set("qlang", string(qlang))
	}
	return query
}

// sendFeed gives the newest resources, whole, or narrowed by a question and
// filters as a list is.
func (m *Room) sendFeed(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	asked := r.URL.Query()
	q := search.Query{Text: strings.Join(strings.Fields(asked.Get("q")), " "), QLang: facts.LangOf(asked.Get("qlang")), Filters: filtersOf(asked)}
	cards, err := m.feedCards(r, q)
	if err != nil {
		return err
	}
	begins, err := m.shelf(r).beginnings(r.Context(), cards)
	if err != nil {
		return err
	}
	updated, err := m.feedTime(r, cards)
	if err != nil {
		return err
	}
	query := feedQuery(q.Text, q.QLang, q.Filters)
	query.Set("lang", string(readersOf(v)[0])) // another language is another feed
	self, list := m.site.Absolute("/feed.atom")+"?"+query.Encode(), m.site.Absolute("/search")+"?"+query.Encode()
	feed := atomFeed{Lang: string(v.Lang), ID: self, Title: m.feedTitle(v, q), Updated: atomTime(updated), Author: atomPerson{m.operator(v)},
		Links: []atomLink{{Rel: "self", Href: self, Type: "application/atom+xml"}, {Rel: "alternate", Href: list, Type: "text/html"}}}
	for _, c := range cards {
		if c.Summary == "" {
			c.Summary = begins[c.ID]
		}
		feed.Entries = append(feed.Entries, m.atomEntry(v, c))
	}
	b, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return err
	}
	return web.Send(w, r, "application/atom+xml; charset=utf-8", true, append([]byte(xml.Header), b...))
}

// feedCards gives what a feed holds, the latest change first: of a question, the
// newest among what answers it best.
func (m *Room) feedCards(r *http.Request, q search.Query) ([]Card, error) {
	v := web.VisitOf(r)
	if q.Text == "" {
		filter := Filter{Limit: feedSize}
		for _, t := range q.Filters {
			filter.Tags = append(filter.Tags, Tag(t))
		}
		cards, _, err := m.shelf(r).List(r.Context(), filter, readersOf(v)...)
		return cards, err
	}
	q.Reader, q.Face, q.Limit = v.Reads(), v.Lang, search.MaxHits
	var ids []facts.ID
	for len(ids) < feedReach {
		found, err := m.search.Search(r.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			ids = append(ids, h.ID)
		}
		if q.After = found.Next; q.After == "" {
			break
		}
	}
	cards, err := m.shelf(r).Cards(r.Context(), ids, readersOf(v)...)
	slices.SortStableFunc(cards, func(a, b Card) int { return b.Updated.Compare(a.Updated) })
	return cards[:min(len(cards), feedSize)], err
}

// feedTime says when a feed changed last: with its newest entry; an empty one
// with the library, and that of an empty library today.
func (m *Room) feedTime(r *http.Request, cards []Card) (time.Time, error) {
	if len(cards) == 0 {
		var err error
		if cards, _, err = m.shelf(r).List(r.Context(), Filter{Limit: 1}); err != nil {
			return time.Time{}, err
		}
	}
	if len(cards) == 0 {
		return web.VisitOf(r).Now.UTC().Truncate(24 * time.Hour), nil
	}
	return cards[0].Updated, nil
}

// beginning bounds what a feed shows of a body, in characters.
const beginning = 400

// beginnings gives the first words of those resources that have no summary, in
// the language of their card.
func (l *Library) beginnings(ctx context.Context, cards []Card) (map[facts.ID]string, error) {
	langs, ids := map[facts.ID]facts.Lang{}, []facts.ID{}
	for _, c := range cards {
		if c.Summary == "" {
			langs[c.ID], ids = c.Lang, append(ids, c.ID)
		}
	}
	out := map[facts.ID]string{}
	if len(ids) == 0 {
		return out, nil
	}
	in, args := inList(ids)
	mayRead, scoped := readable(l.actor, "r.", len(args)+1)
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		return each(ctx, tx, func(rows *store.Rows) error {
			var id facts.ID
			var lang facts.Lang
			var body string
			if err := rows.Scan(&id, &lang, &body); err != nil {
				return err
			}
			if langs[id] == lang {
				out[id] = firstWords(plainText(body), beginning)
			}
			return nil
		}, fmt.Sprintf(`select r.id, v.lang, substr(v.body, 1, %d) from knowledge_resources r
			join knowledge_variants v on v.resource = r.id and v.edition = r.edition where r.id in (%s) and %s`, 3*beginning, in, mayRead),
			append(args, scoped...)...)
	})
	return out, err
}

// firstWords cuts a text after most characters, between words where it has any.
func firstWords(text string, most int) string {
	text = oneLine(text)
	all := []rune(text)
	if len(all) <= most {
		return text
	}
	cut := string(all[:most])
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)/2 {
		cut = cut[:space]
	}
	return cut + "…"
}

func (m *Room) feedTitle(v *web.Visit, q search.Query) string {
	var parts []string
	if q.Text != "" {
		parts = append(parts, v.T("knowledge.feed.question", i18n.Args{"question": q.Text}))
	}
	for _, t := range q.Filters {
		parts = append(parts, nameOf(v.Printer, t.Dim, t.Value))
	}
	if len(parts) == 0 {
		return v.T("knowledge.feed.title")
	}
	return v.T("knowledge.feed.title") + ": " + v.Printer.List(parts)
}

// schemeOf names a dimension to programs that sort entries (RFC 4287, 4.2.2.2:
// an IRI).
func schemeOf(dim string) string { return "urn:sameboat:dim:" + dim }

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
	e.Categories = append(e.Categories, atomCategory{Term: c.Kind, Scheme: schemeOf("kind"), Label: v.T("kind." + c.Kind)}, atomCategory{Term: c.State, Scheme: schemeOf("state"), Label: v.T("state." + c.State)})
	for _, t := range c.Topics {
		e.Categories = append(e.Categories, atomCategory{Term: t, Scheme: schemeOf("topic"), Label: v.T("topic." + t)})
	}
	if c.Sample {
		e.Categories = append(e.Categories, atomCategory{Term: "sample", Scheme: schemeOf("mark"), Label: v.T("knowledge.sample.chip")})
	}
	switch c.State {
	case ToReview:
		e.Title = "[" + v.T("state.to_review") + "] " + e.Title
		e.Summary = v.T("state.to_review.note") + " " + e.Summary
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
