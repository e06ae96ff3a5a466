package web

import (
	"html/template"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

// reading fills the components of long text.
func (s sampler) reading(sheet *Sheet) {
	other := s.other()
	sheet.Tabs = Tabs{Label: s.t("facet.language")}
	for _, lang := range []facts.Lang{s.Lang, other, "fr", "sw"} {
		sheet.Tabs.Items = append(sheet.Tabs.Items, Action{Text: i18n.Autonym(lang), Href: "/style", Lang: lang, Current: lang == s.Lang})
	}
	sheet.Tabs.Items[1].Note = s.t("read.original")
	sheet.Prose = Passage{Anchor: "p1", Lang: s.Lang, Body: s.prose(s.Lang)}
	sheet.Beside = SideBySide{Left: other, Right: s.Lang, LeftNote: s.t("read.original"), RightNote: s.t("read.machine"), Pairs: []Pair{
		{Anchor: "b1", Left: s.half(other, "h3", "read.heading"), Right: s.half(s.Lang, "h3", "read.heading")},
		{Anchor: "b2", Left: s.half(other, "p", "read.body"), Right: s.half(s.Lang, "p", "read.body")},
		{Anchor: "b3", Left: s.half(other, "p", "read.item1"), Right: Passage{Lang: s.Lang}},
	}}
	sheet.Beside.Pairs[1].Left.Hit = true
	sheet.Contents = []Content{
		{Text: s.t("read.steps"), Href: "#p1", Level: 1}, {Text: s.t("read.heading"), Href: "#p1", Level: 1, Current: true},
		{Text: s.t("read.door"), Href: "#p1", Level: 2}, {Text: s.t("read.inside"), Href: "#p1", Level: 2},
	}
	sheet.Citation = Citation{Text: s.t("read.cite"), Lang: s.Lang, Formats: []Action{{Text: "BibTeX", Href: "/style"}, {Text: "RIS", Href: "/style"}, {Text: "CSL-JSON", Href: "/style"}}}
	sheet.Files = []File{
		{Name: s.t("read.file"), Href: "/style", Kind: "PDF", Lang: other, Size: 1_840_000},
		{Name: s.t("read.file"), Href: "/style", Kind: "DOCX", Lang: s.Lang, Size: 96_400, Note: s.t("read.machine")},
	}
	day := 24 * time.Hour
	sheet.History = []Step{
		{When: s.Now, Text: s.t("read.edition"), Note: s.t("read.by"), Chip: &Chip{Tone: Good, Text: s.t("chip.good")}},
		{When: s.Now.Add(-40 * day), Text: s.t("read.translated"), Href: "/style"},
		{When: s.Now.Add(-400 * day), Text: s.t("read.created"), Note: s.t("read.by")},
	}
}

// prose is sample markup; the texts are escaped, so it is safe as it stands.
func (s sampler) prose(lang facts.Lang) Safe {
	escape := template.HTMLEscapeString
	var b strings.Builder
	b.WriteString("<h2>" + escape(s.in(lang, "read.heading")) + "</h2><p>" + escape(s.in(lang, "read.body")) + "</p><ul>")
	for _, item := range []string{"read.item1", "read.item2", "read.item3"} {
		b.WriteString("<li>" + escape(s.in(lang, item)) + "</li>")
	}
	return SafeHTML(b.String() + "</ul>")
}

func (s sampler) half(lang facts.Lang, element, key string) Passage {
	return Passage{Lang: lang, Body: SafeHTML("<" + element + ">" + template.HTMLEscapeString(s.in(lang, key)) + "</" + element + ">")}
}

// showing fills details, figures and tables.
func (s sampler) showing(sheet *Sheet) {
	other := s.other()
	sheet.Details = []Detail{
		{Term: s.t("read.term1"), Text: s.t("hit.issuer"), Href: "/style"},
		{Term: s.t("read.term2"), Links: []Action{{Text: i18n.Autonym(other), Href: "/style", Lang: other}, {Text: i18n.Autonym(s.Lang), Href: "/style", Lang: s.Lang}}},
		{Term: s.t("read.term3"), Text: s.t("read.graded"), Chips: []Chip{{Tone: Good, Text: s.t("chip.good")}}},
	}
	p := s.Printer
	sheet.Figures = []Figure{
		{Number: p.N(2431), Unit: s.t("figure.answers"), AsOf: p.T("web.style.figure.asof", i18n.Args{"time": p.Moment(s.Now)}), HowHref: "/style"},
		{Number: p.N(14), Unit: s.t("figure.languages")},
		{Number: s.t("figure.hours"), Unit: s.t("figure.wait")},
	}
	row := func(kind string, count, reviewed int, mark *Chip) Row {
		return Row{Href: "/style", Cells: []Cell{{Text: s.t("facet." + kind)}, {Text: p.N(count)}, {Text: p.N(reviewed)}, {Text: p.Date(s.Now), Chip: mark}}}
	}
	sheet.Table = Table{
		Caption: s.t("table.caption"), Note: s.t("table.note"),
		Columns: []Column{
			{Text: s.t("table.kind"), SortHref: "/style?sort=kind"}, {Text: s.t("table.count"), Number: true, SortHref: "/style?sort=count", Sorted: "descending"},
			{Text: s.t("table.reviewed"), Number: true}, {Text: s.t("table.latest")},
		},
		Rows: []Row{row("protocol", 1812, 1204, nil), row("checklist", 364, 301, nil), row("experience", 57, 0, &Chip{Tone: Wait, Text: s.t("chip.wait")})},
	}
}
