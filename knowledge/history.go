package knowledge

import (
	"net/http"
	"strconv"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// historyPage is the data of page/history.html.
type historyPage struct {
	Lang  facts.Lang // of Title
	Title string     // of the resource; "" when its words were erased
	Back  string
	Steps []web.Step
}

// showHistory lists the editions of a resource, the newest first.
func (m *Room) showHistory(w http.ResponseWriter, r *http.Request) error {
	res, err := m.fromPath(r)
	if err != nil {
		return err
	}
	if res.State == Withdrawn {
		return m.showGone(w, r, res)
	}
	lines, err := m.shelf(r).History(r.Context(), res)
	if err != nil {
		return err
	}
	v := web.VisitOf(r)
	p := &historyPage{Lang: Best(res.Languages(), res.Edition.Original, readersOf(v)...), Back: resourcePath(res.ID, "", "")}
	for _, line := range lines {
		p.Steps = append(p.Steps, historyStep(v, res, line))
	}
	_, words, _ := res.Variant(p.Lang)
	title := v.T("knowledge.history.title")
	if p.Title = words.Title; p.Title != "" {
		title = v.T("knowledge.history.of", i18n.Args{"title": p.Title})
	}
	return web.Render(w, r, http.StatusOK, "knowledge/history", web.Page{Title: title, Data: p, Nav: "knowledge", NoIndex: true})
}

func historyStep(v *web.Visit, res *Resource, line EditionLine) web.Step {
	names := make([]string, len(line.Languages))
	for i, lang := range line.Languages {
		names[i] = v.Printer.LangName(lang)
	}
	s := web.Step{When: line.Published, Text: v.T("knowledge.resource.edition", i18n.Args{"number": line.Number}),
		Note: v.T("knowledge.history.languages", i18n.Args{"languages": v.Printer.List(names)})}
	switch {
	case line.Erased:
		s.Chip, s.Note = &web.Chip{Tone: web.Late, Text: v.T("knowledge.history.erased")}, v.T("knowledge.history.erased-why")
		return s
	case line.Current:
		s.Chip = stateChip(v, res.State)
		s.Href = resourcePath(res.ID, "", "")
		return s
	}
	s.Chip = &web.Chip{Text: v.T("knowledge.history.replaced")}
	s.Href = "/r/" + res.ID.String() + "/edition/" + strconv.Itoa(line.Number)
	return s
}

// stateChip says the state of the current edition.
func stateChip(v *web.Visit, state string) *web.Chip {
	switch state {
	case Published:
		return &web.Chip{Tone: web.Good, Text: v.T("knowledge.history.current")}
	case Withdrawn:
		return &web.Chip{Tone: web.Late, Text: v.T("state." + state)}
	}
	return &web.Chip{Tone: web.Wait, Text: v.T("state." + state)}
}
