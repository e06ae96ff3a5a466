package desk

import (
	"context"
	"net/http"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/notify"
	"sameboat/kernel/web"
)

// Letters tells one person something: a part of notify.Service.
type Letters interface {
	NoticeTo(ctx context.Context, l notify.Letter) error
}

// actorOf gives who makes a request.
func actorOf(r *http.Request) identity.Actor {
	actor, _ := web.VisitOf(r).Who.Actor.(identity.Actor) // anything else is anybody
	return actor
}

// sessionOf gives the session of a request; the zero ID for none.
func sessionOf(r *http.Request) facts.ID {
	id, err := facts.ParseID(web.VisitOf(r).Who.Session)
	if err != nil {
		return facts.ID{}
	}
	return id
}

// own is the rule of pages about oneself, which no verb of the policy speaks of:
// somebody is signed in, in a browser.
func own(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if actorOf(r).Anonymous() || sessionOf(r).IsZero() {
			return fault.New(fault.SignIn, "fault.refused", nil)
		}
		web.VisitOf(r).Private()
		return h(w, r)
	}
}

// strong is own for what proves who somebody is: whoever has still to show a
// second factor, or to set one up, does that first.
func strong(h web.Handler) web.Handler {
	return own(func(w http.ResponseWriter, r *http.Request) error {
		if to := afterDoor(actorOf(r), r.URL.Path); to != r.URL.Path {
			return web.Redirect(w, r, to)
		}
		return h(w, r)
	})
}

// mine declares a page about oneself and what its forms do.
func (d *Room) mine(name, pattern string, show, act web.Handler) {
	d.site.Get(name, pattern, web.Open, show)
	d.site.Post(name+".act", pattern, web.Open, act)
}

// page renders a page of the desk that is for its visitor alone.
func page(w http.ResponseWriter, r *http.Request, status int, name, title string, data any) error {
	web.VisitOf(r).Private()
	return web.Render(w, r, status, "desk/"+name, web.Page{Title: title, Data: data, NoSearch: true, NoIndex: true})
}

// troubled makes a notice of what says[""] holds; nil for nothing.
func troubled(says map[string]string) *web.Notice {
	if says[""] == "" {
		return nil
	}
	return &web.Notice{Tone: web.Late, Text: says[""]}
}

// Menu gives the lines of the desk in the menu of somebody who is signed in.
func (d *Room) Menu(r *http.Request) []web.MenuItem {
	v, actor := web.VisitOf(r), actorOf(r)
	list := []web.MenuItem{}
	if !actor.Org.IsZero() {
		list = append(list, web.MenuItem{Text: v.T("desk.menu.organisation"), Href: OrganisationsPath + "/" + actor.Org.String()})
	}
	return append(list, web.MenuItem{Text: v.T("desk.menu.account"), Href: AccountPath})
}
