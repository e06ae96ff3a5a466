package knowledge

import (
	"net/http"
	"slices"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// notices are what a reader must know before the first line of a text, the
// gravest first.
func (m *Room) notices(r *http.Request, res *Resource, lang facts.Lang, newer int) ([]web.Notice, error) {
	v := web.VisitOf(r)
	var list []web.Notice
	if newer > 0 {
		list = append(list, web.Notice{Tone: web.Wait, Title: v.T("knowledge.older.title"),
			Text:    v.T("knowledge.older.text", i18n.Args{"number": res.Edition.Number, "current": newer}),
			Actions: []web.Action{{Text: v.T("knowledge.older.act"), Href: resourcePath(res.ID, lang, ""), Primary: true}}})
	}
	switch res.State {
	case ToReview:
		list = append(list, web.Notice{Tone: web.Wait, Title: v.T("knowledge.to-review.title"), Text: v.T("knowledge.to-review.text")})
	case Historical:
		list = append(list, web.Notice{Tone: web.Wait, Title: v.T("knowledge.historical.title"), Text: v.T("knowledge.historical.text")})
	case Superseded:
		if newer == 0 {
			n, err := m.supersededNotice(r, res)
			if err != nil {
				return nil, err
			}
			list = append(list, n)
		}
	}
	if n, ok := machineNotice(v, res, lang); ok {
		list = append(list, n)
	}
	if due := res.Edition.ReviewDue; due != "" && due < v.Now.UTC().Format(time.DateOnly)[:len(due)] && res.Follow() {
		list = append(list, web.Notice{Tone: web.Wait, Title: v.T("knowledge.overdue.title"),
			Text: v.T("knowledge.overdue.text", i18n.Args{"date": dateText(v.Printer, due)})})
	}
	if res.Edition.Sample {
		list = append(list, web.Notice{Title: v.T("knowledge.sample.title"), Text: v.T("knowledge.sample.note")})
	}
	if res.Edition.Kind == "experience" {
		list = append(list, web.Notice{Title: v.T("knowledge.experience.title"), Text: v.T("knowledge.experience.text")})
	}
	return list, nil
}

// supersededNotice leads to what replaces a resource, where that can be read.
func (m *Room) supersededNotice(r *http.Request, res *Resource) (web.Notice, error) {
	v := web.VisitOf(r)
	n := web.Notice{Tone: web.Wait, Title: v.T("knowledge.superseded.title"), Text: v.T("knowledge.superseded.text")}
	cards, err := m.shelf(r).Cards(r.Context(), []facts.ID{res.SupersededBy}, readersOf(v)...)
	if err != nil {
		return n, err
	}
	for _, c := range cards {
		n.Actions = append(n.Actions, web.Action{Text: c.Title, Lang: c.Lang, Href: resourcePath(c.ID, c.Lang, ""), Primary: true})
	}
	return n, nil
}

// machineNotice tells what a program wrote and how far people have looked at it.
func machineNotice(v *web.Visit, res *Resource, lang facts.Lang) (web.Notice, bool) {
	variant, _, _ := res.Variant(lang)
	if variant.Origin != "machine_draft" {
		return web.Notice{}, false
	}
	n := web.Notice{Tone: web.Wait, Title: v.T("knowledge.machine.title")}
	original := res.Edition.Original
	switch {
	case lang == original || !slices.Contains(res.Languages(), original):
		n.Text = v.T("knowledge.machine.written")
		return n, true
	case hasCheck(variant, "translation_checked"):
		n.Tone, n.Text = web.Plain, v.T("knowledge.machine.checked", i18n.Args{"original": original})
	default:
		n.Text = v.T("knowledge.machine.translated", i18n.Args{"original": original})
	}
	n.Actions = []web.Action{{Text: v.T("knowledge.resource.beside-original"), Href: besidePath(res.ID, lang, original, "")}}
	return n, true
}

// gone reports whether there is nothing left to read.
func gone(res *Resource) bool {
	return res.State == Withdrawn || res.Erased || len(res.Text.Variants) == 0
}

// gonePage is the data of page/gone.html.
type gonePage struct {
	Says    string
	Details []web.Detail
	History string
}

// showGone keeps the address of what was taken back and says what happened.
func (m *Room) showGone(w http.ResponseWriter, r *http.Request, res *Resource) error {
	v := web.VisitOf(r)
	reason := "erased"
	if res.State == Withdrawn {
		reason = "withdrawn"
	}
	p := &gonePage{Says: v.T("knowledge.gone." + reason)}
	if reason == "erased" {
		p.History = "/r/" + res.ID.String() + "/history"
	}
	add := func(term, text string) {
		if text != "" {
			p.Details = append(p.Details, web.Detail{Term: v.T("knowledge.detail." + term), Text: text})
		}
	}
	add("kind", v.T("kind."+res.Edition.Kind))
	add("issuer", res.Edition.Issuer)
	add("published", v.Printer.Date(res.FirstPublished))
	add("since", v.Printer.Date(res.Updated))
	return web.Render(w, r, http.StatusGone, "knowledge/gone", web.Page{Title: v.T("knowledge.gone." + reason + "-title"), Data: p, Nav: "knowledge", NoIndex: true})
}
