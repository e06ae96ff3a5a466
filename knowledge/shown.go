package knowledge

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"sameboat/engines/prose"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// resourcePage is the data of page/resource.html.
type resourcePage struct {
	Lang     facts.Lang // of the words shown
	Meta     []string
	Chips    []web.Chip
	Notices  []web.Notice
	Tabs     web.Tabs
	Fallback string // said when the reader's language is missing
	Summary  string
	Mark     string // said on every passage that is not to be followed; ""
	Passages []web.Safe
	Contents []web.Content
	Files    []web.File
	Checks   []shownCheck
	Details  []web.Detail
	Citation *web.Citation
	History  string
	Beside   string       // address of this text beside another language; ""
	Acts     []web.Action // what the visitor may do with it
}

// fromPath gives the resource that an address names.
func (m *Room) fromPath(r *http.Request) (*Resource, error) {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return nil, errNoResource()
	}
	return m.shelf(r).Resource(r.Context(), id)
}

// chosen gives the language in which a resource is shown: the one the address
// asks for, else the best for the reader. One that there is no text in is not
// found.
func (m *Room) chosen(r *http.Request, res *Resource) (facts.Lang, error) {
	in, err := askedLang(r, res, "in")
	if in == "" {
		in = Best(res.Languages(), res.Edition.Original, readersOf(web.VisitOf(r))...)
	}
	return in, err
}

// askedLang reads a language of an address: "" when it names none, and a fault
// that lists the languages there are when it names one that there is no text in.
func askedLang(r *http.Request, res *Resource, name string) (facts.Lang, error) {
	asked := r.URL.Query().Get(name)
	lang := facts.LangOf(asked)
	if asked == "" || slices.Contains(res.Languages(), lang) {
		return lang, nil
	}
	names := make([]string, 0, len(res.Languages()))
	for _, have := range res.Languages() {
		names = append(names, i18n.Autonym(have))
	}
	v := web.VisitOf(r)
	return "", fault.New(fault.NotFound, "knowledge.resource.no_language", fault.Args{"value": clip(asked), "languages": v.Printer.List(names)})
}

// operator names who publishes, for feeds.
func (m *Room) operator(v *web.Visit) string {
	return cmp.Or(m.site.Operator().NameIn(v.Lang), v.T("knowledge.feed.author"))
}

// plainText gives the words of a body without its markup.
func plainText(markdown string) string { return prose.PlainText(markdown) }

// showResource shows the current edition of a resource in one language.
func (m *Room) showResource(w http.ResponseWriter, r *http.Request) error {
	res, err := m.fromPath(r)
	if err != nil {
		return err
	}
	if gone(res) {
		return m.showGone(w, r, res)
	}
	lang, err := m.chosen(r, res)
	if err != nil {
		return err
	}
	p, err := m.resourcePage(r, res, lang, 0)
	if err != nil {
		return err
	}
	return m.renderResource(w, r, res, p, resourcePath(res.ID, lang, ""))
}

// showEdition shows one edition of a resource. An older one says so first and
// leads to the current one.
func (m *Room) showEdition(w http.ResponseWriter, r *http.Request) error {
	current, err := m.fromPath(r)
	if err != nil {
		return err
	}
	number, err := numberOf(r.PathValue("number"))
	if err != nil {
		return err
	}
	if current.State == Withdrawn {
		return m.showGone(w, r, current)
	}
	res, err := m.shelf(r).Edition(r.Context(), current.ID, number)
	if err != nil {
		return err
	}
	if gone(res) {
		return m.showGone(w, r, res)
	}
	lang, err := m.chosen(r, res)
	if err != nil {
		return err
	}
	older := current.Edition.Number
	if older == number {
		older = 0
	} else if current.State == Historical || res.Edition.State == Historical {
		res.State = Historical // an edition before it is no better
	}
	p, err := m.resourcePage(r, res, lang, older)
	if err != nil {
		return err
	}
	return m.renderResource(w, r, res, p, editionPath(res.ID, number, lang))
}

func (m *Room) renderResource(w http.ResponseWriter, r *http.Request, res *Resource, p *resourcePage, canonical string) error {
	v := web.VisitOf(r)
	_, words, _ := res.Variant(p.Lang)
	description := words.Summary
	if description == "" {
		description = clip(oneLine(plainText(words.Body)))
	}
	page := web.Page{Title: words.Title, Description: description, Data: p, Nav: "knowledge", Canonical: canonical,
		NoIndex: p.Citation == nil, // an older edition
		Feeds:   []web.Feed{{Title: v.T("knowledge.feed.title"), Href: "/feed.atom", Type: "application/atom+xml"}}}
	if p.Citation != nil {
		page.JSONLD = m.jsonLD(res, p.Lang)
		page.Types = append(page.Types, web.Feed{Title: "JSON", Href: "/api/v1/resources/" + res.ID.String(), Type: "application/json"})
	}
	return web.Render(w, r, http.StatusOK, "knowledge/resource", page)
}

// resourcePage gathers what a page shows of one edition in one language. newer
// is the number of the current edition when this is an older one, else 0.
func (m *Room) resourcePage(r *http.Request, res *Resource, lang facts.Lang, newer int) (*resourcePage, error) {
	v := web.VisitOf(r)
	variant, words, _ := res.Variant(lang)
	notices, err := m.notices(r, res, lang, newer)
	if err != nil {
		return nil, err
	}
	passages := plainPassages(passagesOf(lang, words))
	p := &resourcePage{Lang: lang, Meta: metaLine(v, res), Chips: chipsOf(v, res, variant), Notices: notices, Summary: words.Summary,
		Tabs: languageTabs(v, res, lang, newer), Fallback: fallbackLine(v, res, lang), Mark: passageMark(v, res),
		Passages: renderAll(v, lang, passages, ""), Contents: contentsOf(passages), Files: filesOf(v, res, lang, newer > 0),
		Checks: checksOf(v, res, variant), Details: m.details(v, res), History: "/r/" + res.ID.String() + "/history"}
	if newer == 0 {
		p.Acts = writingActs(v, res, lang)
		p.Citation = m.citation(v, res, lang)
		if other := counterpart(v, res, lang); other != "" {
			p.Beside = besidePath(res.ID, lang, other, "")
		}
		for _, n := range notices {
			if slices.ContainsFunc(n.Actions, func(a web.Action) bool { return a.Href == p.Beside }) {
				p.Beside = "" // said already
			}
		}
	}
	if p.Details, err = m.withSuperseded(r, res, p.Details); err != nil {
		return nil, err
	}
	return p, nil
}

// writingActs lead those who may write to the editor, in the language shown or
// the reader's own.
func writingActs(v *web.Visit, res *Resource, lang facts.Lang) []web.Action {
	actor, _ := v.Who.Actor.(identity.Actor) // anything else is anybody
	if !identity.Can(actor, identity.Edit, thing(res.Owner, res.State)) || res.State == Withdrawn || res.Version == 0 {
		return nil
	}
	acts := []web.Action{{Text: v.T("knowledge.resource.edit"), Href: editPath(res.ID, lang)}}
	if reader := readersOf(v)[0]; !slices.Contains(res.Languages(), reader) && offered(reader) {
		acts = append(acts, web.Action{Text: v.T("knowledge.resource.translate", i18n.Args{"lang": reader}), Href: editPath(res.ID, reader)})
	}
	return acts
}

// renderAll gives every passage as markup. The sanitiser is engines/prose.
func renderAll(v *web.Visit, lang facts.Lang, passages []prose.Passage, idPrefix string) []web.Safe {
	opts := prose.Options{TopHeading: topHeading(passages), IDPrefix: idPrefix, TableLabel: v.T("knowledge.resource.table"), NoteLabel: v.T("knowledge.resource.note")}
	rendered := prose.RenderPassages(string(lang), passages, opts)
	out := make([]web.Safe, len(rendered))
	for i, markup := range rendered {
		out[i] = web.SafeHTML(markup)
	}
	return out
}

// topHeading chooses the level of a "#" so that the outermost heading of a body
// comes right under the title of the page, where that can be had.
func topHeading(passages []prose.Passage) int { return max(1, 3-outermost(prose.ContentsOf(passages))) }

// outermost gives the smallest level among headings, 1 when there is none.
func outermost(headings []prose.Heading) int {
	least := 6
	for _, h := range headings {
		least = min(least, h.Level)
	}
	if len(headings) == 0 {
		return 1
	}
	return least
}

// A contents list is shown from contentsFrom headings on, contentsDepth levels
// deep and at most contentsMost lines long.
const (
	contentsFrom  = 3
	contentsDepth = 3
	contentsMost  = 200
)

func contentsOf(passages []prose.Passage) []web.Content {
	headings := prose.ContentsOf(passages)
	least := outermost(headings)
	var list []web.Content
	for _, h := range headings {
		if level := h.Level - least + 1; level <= contentsDepth && len(list) < contentsMost {
			list = append(list, web.Content{Text: h.Text, Href: "#" + h.Anchor, Level: level})
		}
	}
	if len(list) < contentsFrom {
		return nil
	}
	return list
}

// passageMark is said on every passage of what is kept for the record only, so
// that no part of it is ever read, copied or printed without it.
func passageMark(v *web.Visit, res *Resource) string {
	if res.State != Historical {
		return ""
	}
	return v.T("knowledge.historical.passage")
}

// languageTabs lead to every language of an edition, each with its origin.
func languageTabs(v *web.Visit, res *Resource, shown facts.Lang, newer int) web.Tabs {
	tabs := web.Tabs{Label: v.T("knowledge.resource.languages")}
	for _, variant := range res.Edition.Variants {
		href := resourcePath(res.ID, variant.Lang, "")
		if newer > 0 {
			href = editionPath(res.ID, res.Edition.Number, variant.Lang)
		}
		tabs.Items = append(tabs.Items, web.Action{Text: i18n.Autonym(variant.Lang), Href: href, Lang: variant.Lang,
			Note: originNote(v, res, variant), Current: variant.Lang == shown})
	}
	return tabs
}

// originNote says in a word or two where a variant comes from.
func originNote(v *web.Visit, res *Resource, variant facts.Variant) string {
	if variant.Origin == "machine_draft" && hasCheck(variant, "translation_checked") {
		return v.T("check.translation_checked")
	}
	if variant.Lang == res.Edition.Original && variant.Origin == "machine_draft" {
		return v.T("origin.original") + ", " + v.T("origin.machine_draft")
	}
	return v.T("origin." + variant.Origin)
}

// fallbackLine says that the reader's language is missing and what stands in.
func fallbackLine(v *web.Visit, res *Resource, shown facts.Lang) string {
	reader := readersOf(v)[0]
	if slices.Contains(res.Languages(), reader) {
		return ""
	}
	key := "knowledge.resource.fallback"
	if shown == res.Edition.Original {
		key = "knowledge.resource.fallback-original"
	}
	return v.T(key, i18n.Args{"reader": i18n.Autonym(reader), "shown": i18n.Autonym(shown)})
}

// counterpart chooses the language to read beside another: the original, or for
// the original the reader's language, else the first there is.
func counterpart(v *web.Visit, res *Resource, shown facts.Lang) facts.Lang {
	have := slices.DeleteFunc(res.Languages(), func(lang facts.Lang) bool { return lang == shown })
	if shown != res.Edition.Original {
		return Best(have, res.Edition.Original)
	}
	return Best(have, "", readersOf(v)...)
}

func editionPath(id facts.ID, number int, in facts.Lang) string {
	return "/r/" + id.String() + "/edition/" + strconv.Itoa(number) + "?in=" + string(in)
}
