package knowledge

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// conflictPage is the data of page/conflict.html.
type conflictPage struct {
	Action  string
	Back    string
	Version int64
	Lead    string
	Clashes []shownClash
}

// shownClash is one piece that two people wrote differently.
type shownClash struct {
	Key          string
	Label        string
	Lang         facts.Lang
	Mine, Theirs string
	Passage      bool // both can be kept
}

func conflictPath(id facts.ID, lang facts.Lang) string {
	return "/r/" + id.String() + "/conflict?in=" + string(lang)
}

// asOf gives what there was to write on at a version of a thing: the draft, else
// the public edition. What was erased since is empty.
func (l *Library) asOf(ctx context.Context, id facts.ID, version int64) (Draft, error) {
	history, err := l.journal.History(ctx, id)
	if err != nil {
		return Draft{}, err
	}
	var public, draft *Draft
	for _, f := range history {
		if f.Version > version {
			break
		}
		switch f.Kind {
		case facts.EditionDrafted, facts.EditionPublished:
			d := new(Draft)
			if err := f.Decode(&d.Edition); err != nil {
				return Draft{}, err
			}
			if f.Body != nil {
				if err := json.Unmarshal(f.Body, &d.Text); err != nil {
					return Draft{}, err
				}
			}
			if draft = d; f.Kind == facts.EditionPublished {
				public, draft = d, nil
			}
		case facts.DraftDiscarded:
			draft = nil
		}
	}
	switch {
	case draft != nil:
		return *draft, nil
	case public != nil:
		return *public, nil
	}
	return Draft{}, nil
}

// met lays the working copy over what somebody else wrote meanwhile.
func (m *Room) met(r *http.Request, work Working, cur Current, take map[string]string) (Draft, []Clash, error) {
	base, err := m.library.asOf(r.Context(), work.Thing, work.Base)
	if err != nil {
		return Draft{}, nil, err
	}
	out, clashes := Meet(base, work.Draft, cur.base(Drafted), take)
	return out, clashes, nil
}

// showConflict shows both texts where two people wrote at once.
func (m *Room) showConflict(w http.ResponseWriter, r *http.Request) error {
	work, cur, lang, err := m.opened(r)
	if err != nil {
		return err
	}
	if cur.Version == work.Base {
		return web.Redirect(w, r, editPath(work.Thing, lang))
	}
	v := web.VisitOf(r)
	v.Private()
	_, clashes, err := m.met(r, work, cur, nil)
	if err != nil {
		return err
	}
	p := &conflictPage{Action: conflictPath(work.Thing, lang), Back: editPath(work.Thing, lang), Version: cur.Version,
		Lead: v.T("knowledge.conflict.count", i18n.Args{"n": len(clashes)})}
	for _, c := range clashes {
		p.Clashes = append(p.Clashes, shownClash{Key: c.key(), Label: clashLabel(v, c), Lang: c.Lang, Mine: c.Mine, Theirs: c.Theirs, Passage: strings.HasPrefix(c.Part, "p-")})
	}
	return web.Render(w, r, http.StatusOK, "knowledge/conflict", web.Page{Title: v.T("knowledge.conflict.title"), Data: p, Nav: "knowledge", NoSearch: true, NoIndex: true})
}

func clashLabel(v *web.Visit, c Clash) string {
	label := v.T("knowledge.conflict.passage")
	if !strings.HasPrefix(c.Part, "p-") {
		label = v.T("knowledge.field." + c.Part)
	}
	if c.Lang != "" {
		label += " · " + v.Printer.LangName(c.Lang)
	}
	return label
}

// settle makes one text of both by the answers of the form, on which the visitor
// goes on writing. Nothing is saved yet.
func (m *Room) settle(w http.ResponseWriter, r *http.Request) error {
	work, cur, lang, err := m.opened(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("version") != strconv.FormatInt(cur.Version, 10) {
		return web.Redirect(w, r, conflictPath(work.Thing, lang)) // it moved again: look again
	}
	take := map[string]string{}
	for name, values := range r.PostForm {
		if key, ok := strings.CutPrefix(name, "take."); ok && len(values) > 0 {
			take[key] = values[0]
		}
	}
	out, _, err := m.met(r, work, cur, take)
	if err != nil {
		return err
	}
	work.Draft, work.Blocks, work.Base = out, nil, cur.Version
	if err := m.library.Keep(r.Context(), actorOf(r).Person, work); err != nil {
		return err
	}
	return web.Redirect(w, r, editPath(work.Thing, lang))
}

// showWrite begins a new resource, and lists what the visitor has begun.
func (m *Room) showWrite(w http.ResponseWriter, r *http.Request) error {
	return m.renderWrite(w, r, http.StatusOK, nil)
}

// writePage is the data of page/write.html.
type writePage struct {
	Notices []web.Notice
	Fields  []web.Field
	Begun   []web.Step
	Import  string
}

func (m *Room) renderWrite(w http.ResponseWriter, r *http.Request, status int, wrong *fault.Fault) error {
	v := web.VisitOf(r)
	v.Private()
	says := map[string]string{}
	p := &writePage{}
	if wrong != nil {
		for _, f := range wrong.Fields {
			says[f.Name] = v.T(f.Key, i18n.Args(f.Args))
		}
		p.Notices = append(p.Notices, web.Notice{Tone: web.Late, Text: v.T("knowledge.edit.wrong")})
	}
	original := r.PostFormValue("original")
	if original == "" {
		original = string(v.Lang)
	}
	langs := web.Field{Name: "original", Type: "select", Label: v.T("knowledge.write.language"), Required: true, Error: says["original"], Options: writable(v)}
	for i, o := range langs.Options {
		langs.Options[i].Selected = o.Value == original
	}
	kind := choice(v, "kind", "kind", r.PostFormValue("kind"), says["kind"], Codes("kind"))
	p.Fields = []web.Field{
		{Name: "title", Label: v.T("knowledge.field.title"), Hint: v.T("knowledge.write.title-hint"), Value: r.PostFormValue("title"), Required: true, MaxLength: maxTitle, Error: says["title"]},
		kind, langs,
	}
	begun, err := m.library.Workings(r.Context(), actorOf(r).Person)
	if err != nil {
		return err
	}
	for _, work := range begun {
		p.Begun = append(p.Begun, web.Step{When: work.Updated, Text: work.Title, Href: editPath(work.Thing, "")})
	}
	return web.Render(w, r, status, "knowledge/write", web.Page{Title: v.T("knowledge.write.title"), Data: p, Nav: "knowledge", NoSearch: true, NoIndex: true})
}

func (m *Room) begin(w http.ResponseWriter, r *http.Request) error {
	work, err := m.library.Begin(r.Context(), actorOf(r), r.PostFormValue("kind"), facts.LangOf(r.PostFormValue("original")), strings.TrimSpace(r.PostFormValue("title")))
	if fault.Is(err, fault.Invalid) {
		return m.renderWrite(w, r, http.StatusUnprocessableEntity, fault.Of(err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, editPath(work.Thing, ""))
}
