package knowledge

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

// pageSize is how many hits one page of results shows.
const pageSize = 10

// resultsPage is the data of page/results.html.
type resultsPage struct {
	Question   web.Question
	Asked      bool // there is a question; else this is browsing
	Total      int
	QLang      facts.Lang
	Guessed    bool
	Instead    facts.Lang // the likelier language in which too little was found; ""
	Refused    bool       // the question cannot be asked like this
	Notices    []web.Notice
	Guesses    []web.Action
	Suggestion *web.Action
	On         []web.Action // filters that are on; each address takes it off
	Facets     web.Facets
	Hits       []web.Hit
	Next       string
	First      string
	Empty      *web.Empty
	Feed       string
}

// showResults answers a question, or lists what the filters choose.
func (m *Room) showResults(w http.ResponseWriter, r *http.Request) error {
	v, ask := web.VisitOf(r), m.asked(r)
	res, err := m.search.Search(r.Context(), ask.query)
	if err != nil {
		if err := ask.refuse(v, err); err != nil {
			return err
		}
		res = &search.Result{Text: ask.kept()}
	}
	p := m.resultsPage(v, &ask, res)
	title, status := v.T("knowledge.results.browse"), http.StatusOK
	if p.Asked {
		title = clip(res.Text)
	}
	if ask.refused {
		status = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, status, "knowledge/results", web.Page{Title: title, Data: p, Nav: "knowledge", NoSearch: true, NoIndex: p.Asked || ask.refused,
		Feeds: []web.Feed{{Title: title, Href: p.Feed, Type: "application/atom+xml"}}})
}

func (m *Room) resultsPage(v *web.Visit, ask *asking, res *search.Result) *resultsPage {
	q, u := ask.query, ask.address
	p := &resultsPage{Asked: res.Text != "", Refused: ask.refused, Notices: ask.notices, Total: res.Total, QLang: res.QLang, Guessed: res.Guessed, Instead: res.Instead}
	p.Question = web.Question{Action: "/search", Value: res.Text, Label: v.T("knowledge.results.label"), Placeholder: v.T("knowledge.results.placeholder"),
		Submit: v.T("knowledge.results.ask"), Lang: res.QLang}
	if lang := u.Query().Get("lang"); lang != "" {
		p.Question.Keep = []web.Option{{Value: "lang", Text: lang}} // no cookie keeps a language the interface does not speak
	}
	for _, g := range res.Guesses {
		p.Guesses = append(p.Guesses, web.Action{Text: v.Printer.LangName(g.Lang), Href: with(u, "qlang", string(g.Lang), "cursor", "")})
	}
	if res.Did != "" {
		p.Suggestion = &web.Action{Text: res.Did, Href: with(u, "q", res.Did, "qlang", suggestedLang(q, res), "cursor", ""), Lang: res.DidLang}
	}
	p.Facets, p.On = m.facets(v, u, res, q.Filters)
	for _, h := range res.Hits {
		p.Hits = append(p.Hits, webHit(v, h))
	}
	if res.Next != "" {
		p.Next = with(u, "cursor", res.Next)
	}
	if q.After != "" {
		p.First = with(u, "cursor", "")
	}
	p.Feed = feedPath(res.Text, q.QLang, q.Filters)
	if len(res.Hits) == 0 && !ask.refused {
		p.Empty = m.emptyResults(v, u, res, q)
	}
	return p
}

// suggestedLang is the language to choose with a suggestion: none where it was
// guessed, unless the suggestion is in another.
func suggestedLang(q search.Query, res *search.Result) string {
	if q.QLang == "" && res.DidLang == res.QLang {
		return ""
	}
	return string(res.DidLang)
}

// with gives an address with some of its query changed.
func with(u *url.URL, pairs ...string) string {
	query := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			query.Del(pairs[i])
		} else {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String()
}

// without gives an address with one value of a filter taken off.
func without(u *url.URL, dim, value string) string {
	query := u.Query()
	query.Del("cursor")
	tags := filtersOf(query)
	query.Del(dim)
	for _, t := range tags {
		if t.Dim == dim && t.Value != value {
			query.Add(dim, t.Value)
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String()
}

func filterQuery(tags []search.Tag) url.Values {
	query := url.Values{}
	for _, t := range tags {
		query.Add(t.Dim, t.Value)
	}
	return query
}

// facetShown is how many values of a dimension are shown before "more".
const facetShown = 8

// facets makes the filter column, and the filters that are on.
func (m *Room) facets(v *web.Visit, u *url.URL, res *search.Result, on []search.Tag) (web.Facets, []web.Action) {
	f := web.Facets{Action: "/search", On: len(on)}
	query := u.Query()
	for _, name := range []string{"q", "qlang", "lang"} {
		if query.Get(name) != "" {
			f.Keep = append(f.Keep, web.Option{Value: name, Text: query.Get(name)})
		}
	}
	var active []web.Action
	for _, t := range on {
		active = append(active, web.Action{Text: nameOf(v.Printer, t.Dim, t.Value), Href: without(u, t.Dim, t.Value)})
		if !slices.Contains(search.Dims(), t.Dim) {
			f.Keep = append(f.Keep, web.Option{Value: t.Dim, Text: t.Value})
		}
	}
	if len(on) > 0 {
		kept := url.Values{}
		for _, k := range f.Keep {
			if k.Value == "q" || k.Value == "qlang" || k.Value == "lang" {
				kept.Set(k.Value, k.Text)
			}
		}
		f.Clear = (&url.URL{Path: "/search", RawQuery: kept.Encode()}).String()
	}
	for _, facet := range res.Facets {
		if g, ok := m.facetGroup(v, u, facet, on); ok {
			f.Groups = append(f.Groups, g)
		}
	}
	return f, active
}

func (m *Room) facetGroup(v *web.Visit, u *url.URL, facet search.Facet, on []search.Tag) (web.FacetGroup, bool) {
	g := web.FacetGroup{Name: facet.Dim, Title: v.T("knowledge.dim." + facet.Dim)}
	all := u.Query().Get("all") == facet.Dim
	for _, c := range facet.Counts {
		chosen := slices.Contains(on, search.Tag{Dim: facet.Dim, Value: c.Value})
		if len(g.Items) >= facetShown && !all && !chosen {
			g.MoreHref = with(u, "all", facet.Dim)
			continue
		}
		g.Items = append(g.Items, web.Facet{Value: c.Value, Text: nameOf(v.Printer, facet.Dim, c.Value), Count: c.N, On: chosen})
	}
	return g, len(g.Items) > 1 || len(g.Items) == 1 && g.Items[0].On
}

// webHit makes the component of one hit.
func webHit(v *web.Visit, h search.Hit) web.Hit {
	out := web.Hit{Title: h.Title, Lang: h.Lang, Href: resourcePath(h.ID, h.PassageLang, h.Anchor)}
	out.Meta = append(out.Meta, v.T("kind."+h.Kind))
	if h.Issuer != "" {
		out.Meta = append(out.Meta, h.Issuer)
	}
	if h.Date != "" {
		out.Meta = append(out.Meta, dateText(v.Printer, h.Date))
	}
	if h.Certainty != "" && h.Certainty != "not_graded" {
		tone := web.Good
		if h.Certainty == "low" || h.Certainty == "very_low" {
			tone = web.Wait
		}
		out.Chips = append(out.Chips, web.Chip{Tone: tone, Text: v.T("knowledge.certainty.chip", i18n.Args{"certainty": v.T("certainty." + h.Certainty)})})
	}
	if h.Sample {
		out.Chips = append(out.Chips, web.Chip{Text: v.T("knowledge.sample.chip"), Why: v.T("knowledge.sample.note")})
	}
	switch h.State {
	case ToReview:
		out.Warning = v.T("state.to_review") + ": " + v.T("state.to_review.note")
	case Historical:
		out.Warning = v.T("state.historical") + ": " + v.T("state.historical.note")
	case Superseded:
		out.Warning = v.T("knowledge.superseded.short")
	}
	for _, lang := range h.Languages {
		out.Langs = append(out.Langs, web.Action{Text: i18n.Autonym(lang), Href: resourcePath(h.ID, lang, ""), Lang: lang, Current: lang == h.Lang})
	}
	out.Passage, out.PassageLang = spans(h.Text, h.Marks), h.PassageLang
	if h.PassageLang != h.Lang && len(h.Languages) > 1 || h.PassageLang != h.Original {
		out.Beside = besidePath(h.ID, h.PassageLang, h.Original, h.Anchor)
	}
	if h.PassageLang == h.Original && h.Lang != h.Original {
		out.Beside = besidePath(h.ID, h.Lang, h.Original, h.Anchor)
	}
	for _, w := range h.Why {
		out.Why = append(out.Why, reason(v, w))
	}
	return out
}

func reason(v *web.Visit, w search.Why) web.Reason {
	var found []string
	for _, f := range w.Found {
		if f.Same {
			return web.Reason{Text: v.T("knowledge.why.same", i18n.Args{"word": w.Word})}
		}
		if len(found) < 4 {
			found = append(found, v.T("knowledge.why.word", i18n.Args{"word": f.Word, "lang": v.Printer.LangName(f.Lang)}))
		}
	}
	return web.Reason{Text: v.T("knowledge.why.found", i18n.Args{"word": w.Word, "found": v.Printer.List(found)})}
}

// spans cuts a text at its marks.
func spans(text string, marks [][2]int) []web.Span {
	var out []web.Span
	at := 0
	for _, m := range marks {
		if m[0] > at {
			out = append(out, web.Span{Text: text[at:m[0]]})
		}
		out = append(out, web.Span{Text: text[m[0]:m[1]], Hit: true})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, web.Span{Text: text[at:]})
	}
	return out
}

// emptyResults helps on: another language, fewer filters, browsing, or the
// first import.
func (m *Room) emptyResults(v *web.Visit, u *url.URL, res *search.Result, q search.Query) *web.Empty {
	e := &web.Empty{Title: v.T("knowledge.empty.title"), Text: v.T("knowledge.empty.text")}
	if m.search.Len() == 0 {
		return emptyLibrary(v)
	}
	if len(q.Filters) > 0 {
		e.Steps = append(e.Steps, v.T("knowledge.empty.filters"))
		e.Actions = append(e.Actions, web.Action{Text: v.T("knowledge.empty.drop"), Href: with(&url.URL{Path: "/search"}, "q", res.Text), Primary: true})
	}
	e.Steps = append(e.Steps, v.T("knowledge.empty.words"), v.T("knowledge.empty.other"))
	e.Actions = append(e.Actions, web.Action{Text: v.T("knowledge.empty.browse"), Href: "/browse"})
	return e
}

// emptyLibrary tells how the first documents come in.
func emptyLibrary(v *web.Visit) *web.Empty {
	return &web.Empty{Title: v.T("knowledge.empty.library"), Text: v.T("knowledge.empty.import"), Command: v.T("knowledge.empty.command")}
}

// dateText shows 2020, 2020-03 or 2020-03-04 the way the reader writes dates.
func dateText(p *i18n.Printer, s string) string {
	t, exact, err := parseDate(s)
	switch {
	case err != nil:
		return s
	case exact == 4:
		return strconv.Itoa(t.Year())
	case exact == 7:
		return p.Month(t)
	}
	return p.Date(t)
}

// numberOf reads a whole number of an address.
func numberOf(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 {
		return 0, fault.New(fault.NotFound, "knowledge.resource.unknown", nil)
	}
	return n, nil
}
