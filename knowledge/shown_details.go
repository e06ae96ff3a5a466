package knowledge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// metaLine says in a few words what a resource is.
func metaLine(v *web.Visit, res *Resource) []string {
	e := res.Edition
	line := []string{v.T("kind." + e.Kind)}
	if e.Issuer != "" {
		line = append(line, e.Issuer)
	}
	if e.SourceDate != "" {
		line = append(line, dateText(v.Printer, e.SourceDate))
	}
	return append(line, v.T("knowledge.resource.edition", i18n.Args{"number": e.Number}))
}

// chipsOf says how far a text can be relied on: its evidence, and what people
// have vouched for.
func chipsOf(v *web.Visit, res *Resource, variant facts.Variant) []web.Chip {
	chips := []web.Chip{evidenceChip(v, res.Edition)}
	for _, c := range variant.Checks {
		if known("check", c.Mark) {
			chips = append(chips, web.Chip{Tone: web.Good, Text: v.T("check." + c.Mark), Why: v.T("knowledge.check." + c.Mark)})
		}
	}
	return chips
}

// evidenceChip says in words how certain the evidence is and how strong the
// advice.
func evidenceChip(v *web.Visit, e facts.Edition) web.Chip {
	if e.Certainty == "" || e.Certainty == "not_graded" {
		return web.Chip{Text: v.T("knowledge.certainty.none"), Why: v.T("knowledge.certainty.none-why")}
	}
	text := v.T("knowledge.certainty.chip", i18n.Args{"certainty": v.T("certainty." + e.Certainty)})
	if e.Strength == "strong" || e.Strength == "conditional" {
		text += " · " + v.T("strength."+e.Strength)
	}
	tone := web.Good
	if e.Certainty == "low" || e.Certainty == "very_low" {
		tone = web.Wait
	}
	return web.Chip{Tone: tone, Text: text, Why: v.T("knowledge.certainty.why")}
}

// shownCheck is one of the three marks of trust, there or not.
type shownCheck struct {
	Chip    *web.Chip // nil when it was not done
	Not     string    // then says so
	Date    string
	Explain string
}

// checksOf lists all three marks, so that a missing one is seen to be missing.
// An original needs no check of its translation.
func checksOf(v *web.Visit, res *Resource, variant facts.Variant) []shownCheck {
	var list []shownCheck
	for _, mark := range Codes("check") {
		if mark == "translation_checked" && variant.Lang == res.Edition.Original {
			continue
		}
		c := shownCheck{Not: v.T("knowledge.check.not", i18n.Args{"check": v.T("check." + mark)}), Explain: v.T("knowledge.check." + mark)}
		for _, done := range variant.Checks {
			if done.Mark == mark {
				c.Chip, c.Date = &web.Chip{Tone: web.Good, Text: v.T("check." + mark)}, dateText(v.Printer, done.On)
			}
		}
		list = append(list, c)
	}
	return list
}

func hasCheck(variant facts.Variant, mark string) bool {
	return slices.ContainsFunc(variant.Checks, func(c facts.Check) bool { return c.Mark == mark })
}

// details is the list of all that is known about a resource. Whatever others
// share leads to them.
func (m *Room) details(v *web.Visit, res *Resource) []web.Detail {
	e := res.Edition
	d := detailList{v: v, m: m}
	d.links("topics", "topic", e.Topics)
	d.links("hazards", "hazard", e.Hazards)
	d.links("audiences", "audience", e.Audiences)
	d.links("setting", "setting", one(e.Setting))
	countries := make([]string, len(e.Countries))
	for i, c := range e.Countries {
		countries[i] = string(c)
	}
	d.links("countries", "country", countries)
	d.links("issuer", "issuer", one(e.Issuer))
	d.text("authors", v.Printer.List(res.Text.Authors))
	d.address("source", e.SourceURL)
	if e.SourceDate != "" {
		d.text("source-date", dateText(v.Printer, e.SourceDate))
	}
	if isAddress(e.Licence) {
		d.address("licence", e.Licence)
	} else {
		d.text("licence", e.Licence)
	}
	d.text("original", v.Printer.LangName(e.Original))
	d.text("certainty", evidenceChip(v, e).Text)
	d.text("published", v.Printer.Date(res.FirstPublished))
	d.text("updated", v.Printer.Date(res.Updated))
	if e.ReviewDue != "" {
		d.text("review-due", dateText(v.Printer, e.ReviewDue))
	}
	return d.list
}

// withSuperseded adds what this resource replaces, where that can still be read.
func (m *Room) withSuperseded(r *http.Request, res *Resource, list []web.Detail) ([]web.Detail, error) {
	if res.Edition.Supersedes.IsZero() {
		return list, nil
	}
	v := web.VisitOf(r)
	cards, err := m.shelf(r).Cards(r.Context(), []facts.ID{res.Edition.Supersedes}, readersOf(v)...)
	for _, c := range cards {
		list = append(list, web.Detail{Term: v.T("knowledge.detail.supersedes"), Text: c.Title, Lang: c.Lang, Href: resourcePath(c.ID, c.Lang, "")})
	}
	return list, err
}

// detailList gathers lines and leaves out what is not known.
type detailList struct {
	v    *web.Visit
	m    *Room
	list []web.Detail
}

func (d *detailList) term(name string) string { return d.v.T("knowledge.detail." + name) }

func (d *detailList) text(name, text string) {
	if text != "" {
		d.list = append(d.list, web.Detail{Term: d.term(name), Text: text})
	}
}

func (d *detailList) links(name, dim string, values []string) {
	if len(values) == 0 {
		return
	}
	line := web.Detail{Term: d.term(name)}
	for _, value := range values {
		line.Links = append(line.Links, web.Action{Text: nameOf(d.v.Printer, dim, value), Href: "/search?" + url.Values{dim: {value}}.Encode()})
	}
	d.list = append(d.list, line)
}

func (d *detailList) address(name, address string) {
	if isAddress(address) {
		d.list = append(d.list, web.Detail{Term: d.term(name), Text: shortAddress(address), Href: address})
	}
}

func one(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// shortAddress leaves out of an address what a reader needs not see.
func shortAddress(s string) string {
	_, s, _ = strings.Cut(s, "://")
	return clip(strings.TrimSuffix(s, "/"))
}

// citation makes the reference that can be copied, and its formats.
func (m *Room) citation(v *web.Visit, res *Resource, lang facts.Lang) *web.Citation {
	c := &web.Citation{Text: m.reference(res, lang, v.Now).text(v.Printer), Lang: lang}
	for _, f := range citeFormats {
		c.Formats = append(c.Formats, web.Action{Text: f.label, Href: "/r/" + res.ID.String() + "/cite/" + f.name + "?in=" + url.QueryEscape(string(lang))})
	}
	return c
}
