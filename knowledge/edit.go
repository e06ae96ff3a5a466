package knowledge

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// editPage is the data of page/edit.html.
type editPage struct {
	Lang, Original facts.Lang
	Action         string // where the form goes
	Base           int64
	Kept           string // when what is typed was last kept
	Notices        []web.Notice
	Tabs           web.Tabs
	Languages      []web.Option // to translate into
	Head           []web.Field
	Blocks         []editBlock
	Meta           []web.Field // of the whole resource; with its original only
	Vocabularies   []vocabulary
	Files          []editFile
	FilesAction    string
	Outcome        string // what publishing will do
	Publish        string // the word on its button; "" where there is nothing to publish
	Preview        string
	Translating    bool
}

// editBlock is one passage in the editor.
type editBlock struct {
	N        int
	Mark     string // its anchor and those it stands beside, for the form
	Text     string
	Rows     int
	Label    string
	Original []web.Safe
	Missing  bool
	Stale    bool
	Alone    bool // belongs to no passage of the original
}

// vocabulary is a set of check boxes.
type vocabulary struct {
	Name, Title string
	Open        bool
	Choices     []web.Facet
}

// maxEditBytes bounds what an editor's form sends.
const maxEditBytes = 24 << 20

func editPath(id facts.ID, lang facts.Lang) string {
	path := "/r/" + id.String() + "/edit"
	if lang != "" {
		path += "?in=" + string(lang)
	}
	return path
}

// actorOf gives who makes a request.
func actorOf(r *http.Request) identity.Actor {
	actor, _ := web.VisitOf(r).Who.Actor.(identity.Actor) // anything else is anybody
	return actor
}

// opened gives what the visitor goes on writing, and in which language.
func (m *Room) opened(r *http.Request) (w Working, cur Current, lang facts.Lang, err error) {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return w, cur, "", errNoResource()
	}
	if w, cur, err = m.library.Open(r.Context(), actorOf(r), id); err != nil {
		return w, cur, "", err
	}
	asked := r.FormValue("in")
	if lang = facts.LangOf(asked); asked == "" {
		lang = w.Draft.Edition.Original
	}
	if !w.Draft.has(lang) {
		if !offered(lang) {
			return w, cur, "", fault.New(fault.Invalid, "knowledge.draft.bad_language", fault.Args{"text": clip(asked)})
		}
		w.Draft = w.Draft.clone()
		w.Draft.Edition.Variants = append(w.Draft.Edition.Variants, facts.Variant{Lang: lang, Origin: "human_translation"})
		if w.Draft.Text.Variants == nil {
			w.Draft.Text.Variants = map[facts.Lang]facts.VariantText{}
		}
	}
	return w, cur, lang, nil
}

func (m *Room) showEdit(w http.ResponseWriter, r *http.Request) error {
	work, cur, lang, err := m.opened(r)
	if err != nil {
		return err
	}
	return m.renderEdit(w, r, http.StatusOK, work, cur, lang, nil)
}

// edit does what a button of the editor says. Whatever it is, what was typed is
// kept first.
func (m *Room) edit(w http.ResponseWriter, r *http.Request) error {
	work, cur, lang, err := m.opened(r)
	if err != nil {
		return err
	}
	blocks, err := readEdit(r, &work, lang)
	if err != nil {
		return err
	}
	act, at := r.PostFormValue("do"), 0
	if name, n, ok := strings.Cut(act, "-"); ok {
		act = name
		at, _ = strconv.Atoi(n) // 0 is a place too
	}
	blocks = rearrange(blocks, act, at)
	work.set(lang, blocks)
	id, actor := work.Thing, actorOf(r)
	if act == "discard" {
		if err := m.library.Drop(r.Context(), actor.Person, id); err != nil {
			return err
		}
		return web.Redirect(w, r, m.afterDiscard(id, cur))
	}
	if err := m.library.Keep(r.Context(), actor.Person, work); err != nil {
		return err
	}
	switch act {
	case "keep":
		if r.Header.Get("X-Kept") != "" { // the page's own script, which only wants to know
			web.VisitOf(r).Private()
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		return web.Redirect(w, r, editPath(id, lang))
	case "language":
		if to := facts.LangOf(r.PostFormValue("to")); offered(to) {
			lang = to
		}
		return web.Redirect(w, r, editPath(id, lang))
	case "preview":
		return web.Redirect(w, r, previewPath(id, lang))
	case "save", "send", "publish":
		return m.finish(w, r, act, work, cur, lang)
	}
	return web.Redirect(w, r, editPath(id, lang)+"#b-"+strconv.Itoa(at))
}

func (m *Room) afterDiscard(id facts.ID, cur Current) string {
	switch {
	case cur.Draft != nil:
		return previewPath(id, "")
	case cur.Public:
		return resourcePath(id, "", "")
	}
	return "/write"
}

// finish saves what was typed and, as asked, sends it on.
func (m *Room) finish(w http.ResponseWriter, r *http.Request, act string, work Working, cur Current, lang facts.Lang) error {
	draft := work.Draft.clone()
	draft.dropEmpty()
	draft.Edition.State = Drafted
	done, err := Written{}, draft.Check(m.library.now())
	if err == nil {
		done, err = m.library.Commit(r.Context(), actorOf(r), work.Thing, draft, work.Base, act)
	}
	switch {
	case fault.Is(err, fault.Conflict):
		return web.Redirect(w, r, conflictPath(work.Thing, lang))
	case fault.Is(err, fault.Invalid):
		return m.renderEdit(w, r, http.StatusUnprocessableEntity, work, cur, lang, fault.Of(err))
	case err != nil:
		return err
	}
	if open(done.State) && act == "publish" {
		return web.Redirect(w, r, resourcePath(done.ID, lang, ""))
	}
	return web.Redirect(w, r, previewPath(done.ID, lang)+"&done="+act)
}

// readEdit reads the form into the working copy, but for the blocks of the text,
// which it gives.
func readEdit(r *http.Request, work *Working, lang facts.Lang) ([]Block, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, "web.unparsable", err)
	}
	if base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64); err == nil && base > 0 {
		work.Base = base
	}
	d := work.Draft.clone()
	words := d.Text.Variants[lang]
	words.Title, words.Summary = strings.TrimSpace(r.PostFormValue("title")), tidy(r.PostFormValue("summary"))
	d.Text.Variants[lang] = words
	if origin := r.PostFormValue("origin"); known("origin", origin) && lang != d.Edition.Original {
		for i := range d.Edition.Variants {
			if d.Edition.Variants[i].Lang == lang {
				d.Edition.Variants[i].Origin = origin
			}
		}
	}
	if r.PostFormValue("meta") != "" {
		readMeta(r, &d)
	}
	work.Draft = d
	var blocks []Block
	for n := 0; ; n++ {
		at := strconv.Itoa(n)
		mark, ok := r.PostForm["m-"+at]
		if !ok {
			return blocks, nil
		}
		blocks = append(blocks, blockOf(mark[0], r.PostFormValue("t-"+at)))
	}
}

// markOf writes a block's anchor and those it stands beside into one field.
func markOf(b Block) string {
	mark := b.Anchor
	if b.With != nil {
		mark += "|" + strings.Join(b.With, ",")
	}
	return mark
}

func blockOf(mark, text string) Block {
	b := Block{Text: strings.ReplaceAll(text, "\r\n", "\n")}
	anchor, with, beside := strings.Cut(mark, "|")
	if validAnchor(anchor) {
		b.Anchor = anchor
	}
	if beside {
		b.With = []string{}
		for _, a := range strings.Split(with, ",") {
			if validAnchor(a) {
				b.With = append(b.With, a)
			}
		}
	}
	return b
}

// validAnchor reports whether a form's word can be a passage's anchor.
func validAnchor(s string) bool {
	return len(s) >= 4 && len(s) <= 32 && strings.HasPrefix(s, "p-") && strings.Trim(s[2:], "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// rearrange does one change of order: add after, join with the next, up, down,
// drop.
func rearrange(list []Block, act string, at int) []Block {
	in := at >= 0 && at < len(list)
	switch {
	case act == "add" && (in || len(list) == 0):
		return slices.Insert(list, min(at+1, len(list)), Block{})
	case act == "join" && in && at+1 < len(list):
		list[at].Text = strings.TrimSpace(list[at].Text) + "\n\n" + strings.TrimSpace(list[at+1].Text)
		return slices.Delete(list, at+1, at+2)
	case act == "up" && in && at > 0:
		list[at-1], list[at] = list[at], list[at-1]
	case act == "down" && in && at+1 < len(list):
		list[at+1], list[at] = list[at], list[at+1]
	case act == "drop" && in:
		return slices.Delete(list, at, at+1)
	}
	return list
}

// blocks gives a text as it stands in the editor.
func (w *Working) blocks(lang facts.Lang) []Block {
	if list, ok := w.Blocks[lang]; ok {
		return list
	}
	return blocksOf(w.Draft.Edition, w.Draft.Text, lang)
}

// set puts the blocks of a text into a working copy. A text that nobody touched
// stays as it is.
func (w *Working) set(lang facts.Lang, blocks []Block) {
	if sameBlocks(w.blocks(lang), blocks) {
		return
	}
	d := &w.Draft
	if lang == d.Edition.Original {
		w.Blocks = nil // the rows of translations follow the original
	}
	if w.Blocks = maps.Clone(w.Blocks); w.Blocks == nil {
		w.Blocks = map[facts.Lang][]Block{}
	}
	w.Blocks[lang] = blocks
	words := d.Text.Variants[lang]
	body, rows := bodyOfBlocks(blocks)
	words.Body, words.Passages = body, nil
	d.Text.Variants[lang] = words
	if d.Rows == nil {
		d.Rows = map[facts.Lang]map[string][]string{}
	}
	d.Rows[lang] = rows
	placePassages(facts.EditionText{}, d)
}

// dropEmpty leaves out languages in which nothing was written.
func (d *Draft) dropEmpty() {
	d.Edition.Variants = slices.DeleteFunc(d.Edition.Variants, func(v facts.Variant) bool {
		words := d.Text.Variants[v.Lang]
		empty := words.Title == "" && words.Summary == "" && strings.TrimSpace(words.Body) == "" && len(v.Files) == 0 && v.Lang != d.Edition.Original
		if empty {
			delete(d.Text.Variants, v.Lang)
		}
		return empty
	})
}

// offered reports whether a text may be written in a language here.
func offered(lang facts.Lang) bool { return lang != "" && i18n.Autonym(lang) != string(lang) }

func tidy(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }

func (m *Room) renderEdit(w http.ResponseWriter, r *http.Request, status int, work Working, cur Current, lang facts.Lang, wrong *fault.Fault) error {
	v := web.VisitOf(r)
	v.Private()
	p, err := m.editPage(r, work, cur, lang, wrong)
	if err != nil {
		return err
	}
	texts := work.Draft.Text.Variants
	title := cmp.Or(texts[lang].Title, texts[work.Draft.Edition.Original].Title, work.Title)
	return web.Render(w, r, status, "knowledge/edit", web.Page{Title: v.T("knowledge.edit.title", i18n.Args{"title": title}), Data: p, Nav: "knowledge", NoSearch: true, NoIndex: true})
}

func (m *Room) editPage(r *http.Request, work Working, cur Current, lang facts.Lang, wrong *fault.Fault) (*editPage, error) {
	v, d := web.VisitOf(r), work.Draft
	p := &editPage{Lang: lang, Original: d.Edition.Original, Action: editPath(work.Thing, lang), Base: work.Base, FilesAction: "/r/" + work.Thing.String() + "/files?in=" + string(lang),
		Preview: previewPath(work.Thing, lang), Translating: lang != d.Edition.Original}
	if !work.Updated.IsZero() {
		p.Kept = v.T("knowledge.edit.kept", i18n.Args{"when": v.Printer.Moment(work.Updated)})
	}
	if work.Base > 0 && cur.Version != work.Base {
		p.Notices = append(p.Notices, web.Notice{Tone: web.Wait, Title: v.T("knowledge.conflict.title"), Text: v.T("knowledge.conflict.lead"),
			Actions: []web.Action{{Text: v.T("knowledge.conflict.act"), Href: conflictPath(work.Thing, lang), Primary: true}}})
	}
	says := map[string]string{}
	if wrong != nil {
		for _, f := range wrong.Fields {
			says[f.Name] = v.T(f.Key, i18n.Args(f.Args))
		}
		p.Notices = append(p.Notices, troubleNotice(v, wrong))
	}
	p.Tabs, p.Languages = editTabs(v, work.Thing, d, lang)
	words := d.Text.Variants[lang]
	p.Head = []web.Field{
		{Name: "title", Label: v.T("knowledge.field.title"), Value: words.Title, Required: true, MaxLength: maxTitle, Lang: lang, Error: says["title"]},
		{Name: "summary", Type: "textarea", Rows: 3, Label: v.T("knowledge.field.summary"), Value: words.Summary, MaxLength: maxSummary, Lang: lang, Error: says["summary"]},
	}
	if p.Translating {
		p.Head = append(p.Head, choice(v, "origin", "origin", originOf(d, lang), "", []string{"human_translation", "machine_draft"}))
	} else {
		p.Meta, p.Vocabularies = metaFields(v, d, says), vocabularies(v, d)
	}
	p.Blocks = m.editBlocks(v, work, cur, lang)
	p.Files = editFiles(v, work.Thing, d, lang)
	var err error
	p.Outcome, p.Publish, err = m.outcomeLine(r, d, cur, work.Thing)
	return p, err
}

// troubleNotice gathers what is wrong with a draft above the form.
func troubleNotice(v *web.Visit, wrong *fault.Fault) web.Notice {
	var list []string
	for _, f := range wrong.Fields {
		list = append(list, v.T(f.Key, i18n.Args(f.Args)))
	}
	if len(list) == 0 {
		list = []string{v.T(wrong.Key, i18n.Args(wrong.Args))}
	}
	return web.Notice{Tone: web.Late, Title: v.T("knowledge.edit.wrong"), Text: strings.Join(list, " ")}
}

func originOf(d Draft, lang facts.Lang) string {
	for _, variant := range d.Edition.Variants {
		if variant.Lang == lang {
			return variant.Origin
		}
	}
	return "human_translation"
}

// editTabs lead to the languages that there are, and list those to add.
func editTabs(v *web.Visit, id facts.ID, d Draft, lang facts.Lang) (web.Tabs, []web.Option) {
	tabs := web.Tabs{Label: v.T("knowledge.resource.languages")}
	for _, variant := range d.Edition.Variants {
		note := ""
		if variant.Lang == d.Edition.Original {
			note = v.T("origin.original")
		}
		tabs.Items = append(tabs.Items, web.Action{Text: i18n.Autonym(variant.Lang), Href: editPath(id, variant.Lang), Lang: variant.Lang, Note: note, Current: variant.Lang == lang})
	}
	return tabs, slices.DeleteFunc(writable(v), func(o web.Option) bool { return d.has(facts.Lang(o.Value)) })
}

// editBlocks lays the text out, a translation beside its original.
func (m *Room) editBlocks(v *web.Visit, work Working, cur Current, lang facts.Lang) []editBlock {
	d := work.Draft
	original := plainPassages(passagesOf(d.Edition.Original, d.Text.Variants[d.Edition.Original]))
	blocks := work.blocks(lang)
	if len(blocks) == 0 {
		blocks = []Block{{}}
	}
	stale := staleRows(d, cur, lang)
	list := make([]editBlock, len(blocks))
	for n, b := range blocks {
		list[n] = editBlock{N: n, Mark: markOf(b), Text: b.Text, Rows: rowsFor(b.Text), Label: v.T("knowledge.edit.passage", i18n.Args{"n": n + 1})}
		if lang == d.Edition.Original {
			continue
		}
		list[n].Original = renderAll(v, d.Edition.Original, originalText(original, b.With), fmt.Sprintf("o%d-", n))
		list[n].Alone = len(b.With) == 0
		list[n].Missing = strings.TrimSpace(b.Text) == "" && len(b.With) > 0
		list[n].Stale = !list[n].Missing && slices.ContainsFunc(b.With, func(a string) bool { return stale[a] })
	}
	return list
}

// staleRows names the passages of the original that changed since the public
// edition while what stands beside them in a translation did not.
func staleRows(d Draft, cur Current, lang facts.Lang) map[string]bool {
	stale := map[string]bool{}
	if !cur.Public {
		return stale
	}
	texts := func(text facts.EditionText, in facts.Lang) map[string]string {
		out := map[string]string{}
		for _, p := range passagesOf(in, text.Variants[in]) {
			key := p.Anchor
			if in == lang && len(p.With) > 0 {
				key = p.With[0]
			}
			out[key] = p.Text
		}
		return out
	}
	original := d.Edition.Original
	wasOriginal, isOriginal := texts(cur.Text, original), texts(d.Text, original)
	was, is := texts(cur.Text, lang), texts(d.Text, lang)
	for anchor, text := range isOriginal {
		if before, ok := wasOriginal[anchor]; ok && before != text && was[anchor] != "" && was[anchor] == is[anchor] {
			stale[anchor] = true
		}
	}
	return stale
}

// rowsFor makes a box about as high as its text.
func rowsFor(text string) int {
	rows := 1
	for line := range strings.Lines(text) {
		rows += 1 + len([]rune(line))/72
	}
	return min(max(rows, 3), 24)
}
