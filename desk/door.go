package desk

import (
	"net/http"

	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// door is what page/sign-in.html shows.
type door struct {
	Trouble   *web.Notice
	Fields    []web.Field
	Back      string
	NeedSetUp bool
}

func (d *Room) showSignIn(w http.ResponseWriter, r *http.Request) error {
	back := web.LocalPath(r.URL.Query().Get("back"))
	if web.VisitOf(r).Who.SignedIn() {
		return web.Redirect(w, r, back)
	}
	return d.renderDoor(w, r, http.StatusOK, door{Fields: doorFields(web.VisitOf(r), ""), Back: back})
}

func doorFields(v *web.Visit, email string) []web.Field {
	return []web.Field{
		{Name: "email", Type: "email", Label: v.T("desk.person.email"), Value: email, Required: true, Autocomplete: "username", Autofocus: email == "", MaxLength: 254},
		{Name: "password", Type: "password", Label: v.T("desk.person.password"), Required: true, Autocomplete: "current-password", Autofocus: email != ""},
	}
}

func (d *Room) renderDoor(w http.ResponseWriter, r *http.Request, status int, shown door) error {
	v := web.VisitOf(r)
	v.Private()
	var err error
	if shown.NeedSetUp, err = d.register.NeedsSetUp(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, status, "desk/sign-in", web.Page{Title: v.T("desk.door.title"), Data: shown, NoSearch: true, NoIndex: true})
}

func (d *Room) signIn(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	email, back := r.PostFormValue("email"), web.LocalPath(r.PostFormValue("back"))
	session, err := d.register.SignIn(r.Context(), identity.Attempt{
		Email: email, Password: r.PostFormValue("password"),
		Address: v.Address, Agent: r.UserAgent(), Old: d.site.Cookie(r, sessionCookie),
	})
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		notice := &web.Notice{Tone: web.Late, Text: says[""]}
		return d.renderDoor(w, r, status, door{Trouble: notice, Fields: doorFields(v, email), Back: back})
	}
	return d.enter(w, r, session, back)
}

// enter lets somebody in and leads them on: first to a second factor that is due
// or demanded.
func (d *Room) enter(w http.ResponseWriter, r *http.Request, s identity.Session, back string) error {
	d.letIn(w, r, s)
	actor, _, err := d.register.Recognise(r.Context(), s.Token)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, afterDoor(actor, back))
}

// letIn gives the browser its session.
func (d *Room) letIn(w http.ResponseWriter, r *http.Request, s identity.Session) {
	d.site.SetCookie(w, r, sessionCookie, s.Token, s.Life(d.opts.Now()))
}

func (d *Room) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := d.register.SignOut(r.Context(), d.site.Cookie(r, sessionCookie)); err != nil {
		return err
	}
	d.site.SetCookie(w, r, sessionCookie, "", -1)
	return web.Redirect(w, r, "/")
}
