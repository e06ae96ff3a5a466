package knowledge

import (
	"net/http"
	"slices"
	"strconv"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// previewPage is the data of page/preview.html.
type previewPage struct {
	Notices []web.Notice
	Working bool // it shows what is being typed, and not a saved draft
	Lang    facts.Lang
	Action  string
	Version int64
	Outcome string
	Publish string // the word on the button
	Send    bool
	Edit    string
	Discard bool
	Shown   *resourcePage
	Title   string
}

func previewPath(id facts.ID, lang facts.Lang) string {
	return "/r/" + id.String() + "/draft?in=" + string(lang)
}

// showDraft shows what is not public yet as it will look: the visitor's own
// working copy, else the draft that their organisation keeps.
func (m *Room) showDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return errNoResource()
	}
	v, actor := web.VisitOf(r), actorOf(r)
	v.Private()
	work, workErr := m.library.Working(r.Context(), actor.Person, id)
	if workErr != nil && !fault.Is(workErr, fault.NotFound) {
		return workErr
	}
	cur, err := m.library.known(r.Context(), actor, id)
	if err != nil && (workErr != nil || !fault.Is(err, fault.NotFound)) {
		return err
	}
	p := &previewPage{Working: workErr == nil, Version: cur.Version, Action: "/r/" + id.String() + "/draft"}
	d := work.Draft
	switch {
	case p.Working:
	case cur.Draft != nil && identity.Can(actor, identity.Read, cur.thing(cur.Draft.Edition)):
		d = *cur.Draft
	case cur.Public:
		return web.Redirect(w, r, resourcePath(id, "", ""))
	default:
		return errNoResource()
	}
	if p.Lang = facts.LangOf(r.URL.Query().Get("in")); !d.has(p.Lang) {
		p.Lang = leading(d)
	}
	if identity.Can(actor, identity.Edit, cur.thing(d.Edition)) || cur.Version == 0 {
		p.Edit = editPath(id, p.Lang)
	}
	if err := m.mayDo(r, p, cur, d); err != nil {
		return err
	}
	return m.renderDraft(w, r, id, p, d)
}

// mayDo fills in what the visitor may do with a saved draft.
func (m *Room) mayDo(r *http.Request, p *previewPage, cur Current, d Draft) (err error) {
	v, actor := web.VisitOf(r), actorOf(r)
	if p.Working || p.Edit == "" {
		return nil
	}
	p.Discard, p.Send = true, d.Edition.State == Drafted
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return errNoResource()
	}
	state, err := m.library.outcome(r.Context(), actor, id, cur)
	switch {
	case fault.Is(err, fault.Refused):
		p.Outcome, p.Send = v.T(fault.Of(err).Key), false
	case err != nil:
		return err
	case state != InReview:
		p.Outcome, p.Publish = v.T("knowledge.edit.will-"+state), v.T("knowledge.edit.publish")
	case Clinical(d.Edition.Kind):
		p.Outcome = v.T("knowledge.edit.will-second")
	default:
		p.Outcome = v.T("knowledge.edit.will-" + state)
	}
	return nil
}

func (m *Room) renderDraft(w http.ResponseWriter, r *http.Request, id facts.ID, p *previewPage, d Draft) error {
	v := web.VisitOf(r)
	if done := r.URL.Query().Get("done"); slices.Contains([]string{"save", "send", "publish"}, done) {
		p.Notices = append(p.Notices, web.Notice{Tone: web.Good, Text: v.T("knowledge.preview.done-" + done)})
	}
	title, text := v.T("knowledge.preview.draft"), v.T("knowledge.preview.draft-text")
	switch {
	case p.Working:
		title, text = v.T("knowledge.preview.working"), v.T("knowledge.preview.working-text")
	case d.Edition.State == InReview:
		title, text = v.T("state.in_review"), v.T("knowledge.preview.review-text")
	}
	p.Notices = append(p.Notices, web.Notice{Tone: web.Wait, Title: title, Text: text})
	d = d.clone()
	for lang, words := range d.Text.Variants { // an anchor an edit has not placed yet
		if words.Passages == nil {
			placePassages(facts.EditionText{}, &d)
			words = d.Text.Variants[lang]
		}
	}
	res := &Resource{ID: id, Owner: d.Edition.Owner, State: d.Edition.State, Edition: d.Edition, Text: d.Text, FirstPublished: v.Now, Updated: v.Now}
	shown, err := m.resourcePage(r, res, p.Lang, 0)
	if err != nil {
		return err
	}
	shown.Citation, shown.History, shown.Beside, shown.Fallback = nil, "", "", ""
	shown.Tabs = web.Tabs{Label: v.T("knowledge.resource.languages")}
	for _, variant := range d.Edition.Variants {
		shown.Tabs.Items = append(shown.Tabs.Items, web.Action{Text: i18n.Autonym(variant.Lang), Href: previewPath(id, variant.Lang), Lang: variant.Lang, Current: variant.Lang == p.Lang})
	}
	p.Shown, p.Title = shown, d.Text.Variants[p.Lang].Title
	return web.Render(w, r, http.StatusOK, "knowledge/preview", web.Page{Title: v.T("knowledge.preview.title", i18n.Args{"title": p.Title}), Data: p, Nav: "knowledge", NoSearch: true, NoIndex: true})
}

// decideDraft does what a button under a draft says: send, publish or discard.
func (m *Room) decideDraft(w http.ResponseWriter, r *http.Request) error {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return errNoResource()
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return errMoved()
	}
	actor, act := actorOf(r), r.PostFormValue("do")
	var done Written
	switch act {
	case "send":
		done, err = m.library.Send(r.Context(), actor, id, version)
	case "publish":
		done, err = m.library.Publish(r.Context(), actor, id, version)
	case "discard":
		if done, err = m.library.Discard(r.Context(), actor, id, version); err == nil {
			if done.State == "" {
				return web.Redirect(w, r, "/write")
			}
			return web.Redirect(w, r, resourcePath(id, "", ""))
		}
	default:
		return fault.New(fault.Invalid, "web.unparsable", nil)
	}
	if err != nil {
		return err
	}
	if open(done.State) {
		return web.Redirect(w, r, resourcePath(id, "", ""))
	}
	return web.Redirect(w, r, previewPath(id, facts.LangOf(r.PostFormValue("in")))+"&done="+act)
}
