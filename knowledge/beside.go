package knowledge

import (
	"html"
	"net/http"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// besidePage is the data of page/beside.html.
type besidePage struct {
	Left, Right besideColumn
	Choices     []web.Option // the languages there are, in their own names
	Swap        string
	Meta        []string
	Chips       []web.Chip
	Notices     []web.Notice
	Mark        string
	Rows        []besideRow
	Details     []web.Detail
}

// besideColumn is one of the two languages.
type besideColumn struct {
	Lang    facts.Lang
	Title   string
	Note    string // its origin
	Summary string
	Alone   string // address of this language alone
}

// besideRow holds what says the same in both languages; an empty side is not
// translated.
type besideRow struct{ Left, Right web.Safe }

// rightPrefix goes before the ids of the right side, so that a passage whose
// anchor is the same in both languages has two ids.
const rightPrefix = "r-"

// showBeside shows two languages of a resource as equals, row by row.
func (m *Room) showBeside(w http.ResponseWriter, r *http.Request) error {
	res, err := m.fromPath(r)
	if err != nil {
		return err
	}
	if gone(res) {
		return m.showGone(w, r, res)
	}
	v := web.VisitOf(r)
	left, right, err := besideLangs(v, r, res)
	if err != nil {
		return err
	}
	if right == "" {
		return web.Redirect(w, r, resourcePath(res.ID, left, ""))
	}
	notices, err := m.notices(r, res, left, 0)
	if err != nil {
		return err
	}
	p := &besidePage{Left: besideColumnOf(v, res, left), Right: besideColumnOf(v, res, right), Swap: besidePath(res.ID, right, left, ""),
		Meta: metaLine(v, res), Chips: []web.Chip{evidenceChip(v, res.Edition)}, Notices: besideNotices(v, res, notices, left, right),
		Mark: passageMark(v, res), Rows: besideRows(v, res, left, right), Details: m.details(v, res)}
	for _, lang := range res.Languages() {
		p.Choices = append(p.Choices, web.Option{Value: string(lang), Text: i18n.Autonym(lang), Lang: lang})
	}
	return web.Render(w, r, http.StatusOK, "knowledge/beside", web.Page{Title: p.Left.Title, Description: p.Left.Summary, Data: p, Nav: "knowledge",
		Canonical: resourcePath(res.ID, left, "")})
}

// besideLangs reads the two languages of the address; what it does not say is
// chosen for the reader. right is "" when there is one language only.
func besideLangs(v *web.Visit, r *http.Request, res *Resource) (left, right facts.Lang, err error) {
	have := res.Languages()
	if left, err = askedLang(r, res, "left"); err != nil {
		return "", "", err
	}
	if right, err = askedLang(r, res, "right"); err != nil {
		return "", "", err
	}
	if !slices.Contains(have, left) {
		left = Best(slices.DeleteFunc(slices.Clone(have), func(lang facts.Lang) bool { return lang == right }), res.Edition.Original, readersOf(v)...)
	}
	if left == "" {
		left = Best(have, res.Edition.Original, readersOf(v)...)
	}
	if !slices.Contains(have, right) || right == left {
		right = counterpart(v, res, left)
	}
	return left, right, nil
}

func besideColumnOf(v *web.Visit, res *Resource, lang facts.Lang) besideColumn {
	variant, words, _ := res.Variant(lang)
	return besideColumn{Lang: lang, Title: words.Title, Note: originNote(v, res, variant), Summary: words.Summary, Alone: resourcePath(res.ID, lang, "")}
}

// besideNotices leaves out the way to this very page and says which of the two
// sides a program wrote.
func besideNotices(v *web.Visit, res *Resource, notices []web.Notice, left, right facts.Lang) []web.Notice {
	for i := range notices {
		notices[i].Actions = slices.DeleteFunc(notices[i].Actions, func(a web.Action) bool { return strings.Contains(a.Href, "/beside?") })
	}
	leftMachine, has := machineNotice(v, res, left)
	if has {
		notices = slices.DeleteFunc(notices, func(n web.Notice) bool { return n.Title == leftMachine.Title && n.Text == leftMachine.Text })
	}
	var drafts []string
	for _, lang := range []facts.Lang{left, right} {
		if variant, _, _ := res.Variant(lang); variant.Origin == "machine_draft" && !hasCheck(variant, "translation_checked") {
			drafts = append(drafts, v.Printer.LangName(lang))
		}
	}
	if len(drafts) > 0 {
		at := slices.IndexFunc(notices, func(n web.Notice) bool { return n.Tone == web.Plain }) // after what is graver
		if at < 0 {
			at = len(notices)
		}
		notices = slices.Insert(notices, at, web.Notice{Tone: web.Wait, Title: v.T("knowledge.machine.title"),
			Text: v.T("knowledge.machine.side", i18n.Args{"languages": v.Printer.List(drafts)})})
	}
	return notices
}

// besideRows renders both sides and lays them into rows.
func besideRows(v *web.Visit, res *Resource, left, right facts.Lang) []besideRow {
	side := func(lang facts.Lang) []Passage {
		_, words, _ := res.Variant(lang)
		return passagesOf(lang, words)
	}
	leftPassages, rightPassages := side(left), side(right)
	leftMarkup := renderAll(v, left, plainPassages(leftPassages), "")
	rightMarkup := renderAll(v, right, plainPassages(rightPassages), rightPrefix)
	taken := map[string]bool{}
	for _, p := range leftPassages {
		taken[p.Anchor] = true
	}
	pivot := leftPassages
	if original := res.Edition.Original; original != left && slices.Contains(res.Languages(), original) {
		pivot = side(original)
	}
	var rows []besideRow
	for _, g := range alignedGroupsOf(linksTo(pivot, leftPassages), linksTo(pivot, rightPassages), len(pivot)) {
		var l, r strings.Builder
		for _, i := range g.left {
			l.WriteString(string(leftMarkup[i].HTML()))
		}
		for _, i := range g.right {
			if anchor := rightPassages[i].Anchor; !taken[anchor] {
				r.WriteString(`<span id="` + html.EscapeString(anchor) + `"></span>`) // an anchor of either language leads to the row
			}
			r.WriteString(string(rightMarkup[i].HTML()))
		}
		rows = append(rows, besideRow{web.SafeHTML(l.String()), web.SafeHTML(r.String())})
	}
	return rows
}

// linksTo says for each passage which passages of the pivot it belongs to, by
// their number. Where no passage says so, the two texts are aligned anew.
func linksTo(pivot, passages []Passage) [][]int {
	links := make([][]int, len(passages))
	if len(pivot) > 0 && len(passages) > 0 && &pivot[0] == &passages[0] {
		for i := range links {
			links[i] = []int{i}
		}
		return links
	}
	place := make(map[string]int, len(pivot))
	for i, p := range pivot {
		place[p.Anchor] = i
	}
	if !slices.ContainsFunc(passages, func(p Passage) bool { return len(p.With) > 0 }) {
		if len(pivot) == 0 || len(passages) == 0 {
			return links
		}
		marks := make([]facts.PassageMark, len(passages))
		alignWith(plainPassages(pivot), plainPassages(passages), marks)
		for i := range passages {
			passages[i].With = marks[i].With
		}
	}
	for i, p := range passages {
		for _, anchor := range p.With {
			if j, ok := place[anchor]; ok {
				links[i] = append(links[i], j)
			}
		}
	}
	return links
}

// A group holds the numbers of passages that say the same.
type group struct{ left, right []int }

// alignedGroupsOf joins passages that share a passage of the pivot, in the order
// of the left side; what only the right side has comes after what stood before
// it there. It takes time in proportion to its input.
func alignedGroupsOf(left, right [][]int, pivots int) []*group {
	root := joined(pivots, left, right)
	groups := map[int]*group{}
	of := func(links []int) (*group, bool) {
		if len(links) == 0 {
			return &group{}, true
		}
		at := root(links[0])
		g, ok := groups[at]
		if !ok {
			g = &group{}
			groups[at] = g
		}
		return g, !ok
	}
	var order []*group
	for i, links := range left {
		g, fresh := of(links)
		if fresh {
			order = append(order, g)
		}
		g.left = append(g.left, i)
	}
	after := map[*group][]*group{} // nil: before everything
	var last *group
	for i, links := range right {
		g, fresh := of(links)
		g.right = append(g.right, i)
		if fresh {
			after[last] = append(after[last], g)
		} else if len(g.left) > 0 {
			last = g
		}
	}
	out := after[nil]
	for _, g := range order {
		out = append(append(out, g), after[g]...)
	}
	return out
}

// joined gives the function that names the set a pivot passage belongs to, after
// all passages that one passage links have been put together.
func joined(pivots int, sides ...[][]int) func(int) int {
	parent := make([]int, pivots)
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, side := range sides {
		for _, links := range side {
			for _, j := range links[min(1, len(links)):] {
				parent[root(j)] = root(links[0])
			}
		}
	}
	return root
}
