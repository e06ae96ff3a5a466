package desk

import (
	"net/http"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/notify"
	"sameboat/kernel/web"
)

// invitationPage is what page/invitation.html shows.
type invitationPage struct {
	Trouble *web.Notice
	Lead    string
	Email   string
	Fields  []web.Field
	Known   bool   // the address has an account
	Other   string // who is signed in, when it is somebody else
	SignIn  string
}

func (d *Room) showInvitation(w http.ResponseWriter, r *http.Request) error {
	return d.renderInvitation(w, r, http.StatusOK, identity.Acceptance{Lang: web.VisitOf(r).Lang}, nil)
}

func (d *Room) renderInvitation(w http.ResponseWriter, r *http.Request, status int, a identity.Acceptance, says map[string]string) error {
	v, actor := web.VisitOf(r), actorOf(r)
	i, err := d.register.Invitation(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	org, err := d.register.Organisation(r.Context(), i.Org)
	if err != nil {
		return err
	}
	name, _ := org.NameIn(v.Lang)
	p := invitationPage{Trouble: troubled(says), Email: i.Email, Known: i.Known,
		Lead: v.T("desk.invitation.lead", i18n.Args{"organisation": name, "roles": roleNames(v, i.Roles)})}
	if i.Known {
		p.SignIn = SignInPath + "?back=" + r.URL.Path
		if !actor.Anonymous() {
			person, err := d.register.Person(r.Context(), actor.Person)
			if err != nil {
				return err
			}
			if p.SignIn = ""; person.Email != i.Email {
				p.Other = person.Email
			}
		}
	} else {
		p.Fields = []web.Field{
			{Name: "name", Label: v.T("desk.person.name"), Value: a.Name, Error: says["name"], Required: true, Autocomplete: "name", MaxLength: 200},
			{Name: "password", Type: "password", Label: v.T("desk.person.password"), Hint: v.T("desk.person.password-hint", i18n.Args{"n": identity.MinPassword}), Error: says["password"], Required: true, Autocomplete: "new-password"},
			{Name: "again", Type: "password", Label: v.T("desk.person.again"), Error: says["again"], Required: true, Autocomplete: "new-password"},
			{Name: "lang", Type: "select", Label: v.T("desk.person.lang"), Error: says["lang"], Required: true, Options: d.langOptions(a.Lang)},
		}
	}
	return page(w, r, status, "invitation", v.T("desk.invitation.title"), p)
}

func (d *Room) accept(w http.ResponseWriter, r *http.Request) error {
	actor, token := actorOf(r), r.PathValue("token")
	if !actor.Anonymous() {
		if err := d.register.AcceptAs(r.Context(), actor, token); err != nil {
			return err
		}
		return web.Redirect(w, r, AccountPath)
	}
	a := identity.Acceptance{Name: r.PostFormValue("name"), Lang: facts.Lang(r.PostFormValue("lang")), Password: r.PostFormValue("password"),
		Again: r.PostFormValue("again"), Agent: r.UserAgent()}
	session, err := d.register.Accept(r.Context(), token, a)
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return d.renderInvitation(w, r, status, a, says)
	}
	d.site.SetCookie(w, r, "lang", string(a.Lang), 365*24*time.Hour)
	return d.enter(w, r, session, "/")
}

// recoverPage is what page/recover.html shows.
type recoverPage struct {
	Trouble *web.Notice
	Sent    bool
	NoMail  bool
	Fields  []web.Field
}

// showRecover asks for the address of an account whose password is lost.
func (d *Room) showRecover(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	return page(w, r, http.StatusOK, "recover", v.T("desk.recover.title"), recoverPage{NoMail: d.opts.Letters == nil,
		Fields: []web.Field{{Name: "email", Type: "email", Label: v.T("desk.person.email"), Required: true, Autocomplete: "username", MaxLength: 254}}})
}

// sendRecovery says the same whether there is such an account or not.
func (d *Room) sendRecovery(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	p := recoverPage{Sent: true}
	if d.opts.Letters == nil {
		return web.Redirect(w, r, RecoverPath)
	}
	token, err := d.register.RecoverLink(r.Context(), r.PostFormValue("email"), v.Address)
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return page(w, r, status, "recover", v.T("desk.recover.title"), recoverPage{Trouble: troubled(says)})
	}
	if token != "" {
		person, err := d.register.PersonByEmail(r.Context(), r.PostFormValue("email"))
		if err != nil {
			return err
		}
		err = d.opts.Letters.NoticeTo(r.Context(), notify.Letter{Key: "recovery/" + facts.NewID(d.opts.Now()).String(), Person: person.ID, Words: "desk.letter.recovery",
			Args: map[string]any{"name": person.Name}, Link: RecoverPath + "/" + token, Mail: true})
		if err != nil {
			return err
		}
	}
	return page(w, r, http.StatusOK, "recover", v.T("desk.recover.title"), p)
}

// showNewPassword asks for a new password where a recovery link leads.
func (d *Room) showNewPassword(w http.ResponseWriter, r *http.Request) error {
	if err := d.register.CheckRecovery(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return renderNewPassword(w, r, http.StatusOK, nil)
}

func renderNewPassword(w http.ResponseWriter, r *http.Request, status int, says map[string]string) error {
	v := web.VisitOf(r)
	return page(w, r, status, "recover", v.T("desk.recover.title"), recoverPage{Trouble: troubled(says), Fields: []web.Field{
		{Name: "password", Type: "password", Label: v.T("desk.account.new"), Hint: v.T("desk.person.password-hint", i18n.Args{"n": identity.MinPassword}), Error: says["password"], Required: true, Autocomplete: "new-password"},
		{Name: "again", Type: "password", Label: v.T("desk.person.again"), Error: says["again"], Required: true, Autocomplete: "new-password"},
	}})
}

func (d *Room) newPassword(w http.ResponseWriter, r *http.Request) error {
	if err := d.register.Recover(r.Context(), r.PathValue("token"), r.PostFormValue("password"), r.PostFormValue("again")); err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return renderNewPassword(w, r, status, says)
	}
	return web.Redirect(w, r, SignInPath)
}
