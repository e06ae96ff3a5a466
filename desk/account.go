package desk

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// accountPage is what page/account.html shows.
type accountPage struct {
	Notices       []web.Notice
	Email         string
	About         []web.Field
	Password      []web.Field
	Organisations []actFor
	Factor        string // where the second factor stands, in words
	FactorChip    web.Chip
	Sessions      []openSession
	Tokens        []shownToken
	Token         []web.Field
	Scopes        []web.Facet
	Fresh         string // a token that was just made
	MayToken      bool
}

// actFor is an organisation that somebody can act for.
type actFor struct {
	ID      string
	Name    string
	Roles   string
	Href    string
	Current bool
}

type openSession struct {
	ID            string
	Agent         string
	Created, Seen time.Time
	Current       bool
}

type shownToken struct {
	ID, Name, Scopes string
	Expires          time.Time
}

func (d *Room) showAccount(w http.ResponseWriter, r *http.Request) error {
	return d.renderAccount(w, r, http.StatusOK, nil, "")
}

// account does what a form of the account page says.
func (d *Room) account(w http.ResponseWriter, r *http.Request) error {
	actor, session := actorOf(r), sessionOf(r)
	var err error
	fresh := ""
	switch r.PostFormValue("do") {
	case "describe":
		lang := facts.Lang(r.PostFormValue("lang"))
		if err = d.register.Describe(r.Context(), actor.Person, r.PostFormValue("name"), lang); err == nil {
			d.site.SetCookie(w, r, "lang", string(lang), 365*24*time.Hour)
		}
	case "password":
		var s identity.Session
		s, err = d.register.ChangePassword(r.Context(), actor, identity.PasswordChange{Old: r.PostFormValue("old"), New: r.PostFormValue("password"),
			Again: r.PostFormValue("again"), Agent: r.UserAgent()})
		if err == nil {
			d.letIn(w, r, s)
		}
	case "act":
		err = d.register.ActFor(r.Context(), actor.Person, session, idOf(r, "organisation"))
	case "end":
		err = d.register.EndSession(r.Context(), actor.Person, idOf(r, "session"))
	case "others":
		_, err = d.register.EndOtherSessions(r.Context(), actor.Person, session)
	case "token":
		fresh, err = d.makeToken(r, actor)
	case "untoken":
		err = d.register.EndToken(r.Context(), actor.Person, idOf(r, "token"))
	default:
		err = fault.New(fault.Invalid, "web.unparsable", nil)
	}
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return d.renderAccount(w, r, status, says, "")
	}
	if fresh != "" {
		return d.renderAccount(w, r, http.StatusOK, nil, fresh) // shown this once
	}
	return web.Redirect(w, r, AccountPath+"?done="+r.PostFormValue("do"))
}

func (d *Room) makeToken(r *http.Request, actor identity.Actor) (string, error) {
	days, err := strconv.Atoi(r.PostFormValue("life"))
	if err != nil {
		days = 0 // MakeToken names the field
	}
	var scopes []identity.Verb
	for _, scope := range r.PostForm["scopes"] {
		scopes = append(scopes, identity.Verb(scope))
	}
	token, _, err := d.register.MakeToken(r.Context(), identity.NewToken{Person: actor.Person, Org: actor.Org, Name: r.PostFormValue("token-name"),
		Scopes: scopes, Life: time.Duration(min(max(days, 0), 1000)) * 24 * time.Hour})
	return token, err
}

// idOf reads an ID of a form; what is none names nothing.
func idOf(r *http.Request, field string) facts.ID {
	id, err := facts.ParseID(r.PostFormValue(field))
	if err != nil {
		return facts.ID{}
	}
	return id
}

func (d *Room) renderAccount(w http.ResponseWriter, r *http.Request, status int, says map[string]string, fresh string) error {
	v, actor := web.VisitOf(r), actorOf(r)
	person, err := d.register.Person(r.Context(), actor.Person)
	if err != nil {
		return err
	}
	p := accountPage{Email: person.Email, Fresh: fresh, MayToken: !actor.Org.IsZero()}
	if n := troubled(says); n != nil {
		p.Notices = append(p.Notices, *n)
	}
	if done := r.URL.Query().Get("done"); slices.Contains([]string{"describe", "password", "act", "end", "others", "untoken"}, done) {
		p.Notices = append(p.Notices, web.Notice{Tone: web.Good, Text: v.T("desk.account.done-" + done)})
	}
	p.About = []web.Field{
		{Name: "name", Label: v.T("desk.person.name"), Value: person.Name, Error: says["name"], Required: true, Autocomplete: "name", MaxLength: 200},
		{Name: "lang", Type: "select", Label: v.T("desk.person.lang"), Hint: v.T("desk.account.lang-hint"), Error: says["lang"], Required: true, Options: d.langOptions(person.Lang)},
	}
	p.Password = []web.Field{
		{Name: "old", Type: "password", Label: v.T("desk.account.old"), Error: says["old"], Required: true, Autocomplete: "current-password"},
		{Name: "password", Type: "password", Label: v.T("desk.account.new"), Hint: v.T("desk.person.password-hint", i18n.Args{"n": identity.MinPassword}), Error: says["password"], Required: true, Autocomplete: "new-password"},
		{Name: "again", Type: "password", Label: v.T("desk.person.again"), Error: says["again"], Required: true, Autocomplete: "new-password"},
	}
	for _, m := range person.Memberships {
		p.Organisations = append(p.Organisations, actFor{ID: m.Org.String(), Name: m.OrgName, Roles: roleNames(v, m.Roles), Href: OrganisationsPath + "/" + m.Org.String(), Current: m.Org == actor.Org})
	}
	p.Factor, p.FactorChip = factorLine(v, actor)
	if err := d.fillAccount(r, &p, says); err != nil {
		return err
	}
	return page(w, r, status, "account", v.T("desk.account.title"), p)
}

// fillAccount adds the sessions and the API tokens.
func (d *Room) fillAccount(r *http.Request, p *accountPage, says map[string]string) error {
	v, actor, session := web.VisitOf(r), actorOf(r), sessionOf(r)
	sessions, err := d.register.Sessions(r.Context(), actor.Person)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		agent := s.Agent
		if agent == "" {
			agent = v.T("desk.account.some-browser")
		}
		p.Sessions = append(p.Sessions, openSession{ID: s.ID.String(), Agent: agent, Created: s.Created, Seen: s.Seen, Current: s.ID == session})
	}
	tokens, err := d.register.Tokens(r.Context(), actor.Person)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		names := make([]string, len(t.Scopes))
		for i, verb := range t.Scopes {
			names[i] = v.T("desk.verb." + string(verb))
		}
		p.Tokens = append(p.Tokens, shownToken{ID: t.ID.String(), Name: t.Name, Scopes: v.Printer.List(names), Expires: t.Expires})
	}
	p.Token = []web.Field{
		{Name: "token-name", Label: v.T("desk.account.token-name"), Hint: v.T("desk.account.token-hint"), Required: true, MaxLength: 200},
		{Name: "life", Type: "select", Label: v.T("desk.account.token-life"), Error: says["life"], Required: true, Options: []web.Option{
			{Value: "7", Text: v.T("desk.account.days", i18n.Args{"n": 7})}, {Value: "90", Text: v.T("desk.account.days", i18n.Args{"n": 90}), Selected: true}, {Value: "365", Text: v.T("desk.account.days", i18n.Args{"n": 365})}}},
	}
	for _, verb := range identity.Verbs() {
		if verb != identity.Read && verb != identity.Trace && identity.Admit(actor, verb) == nil {
			p.Scopes = append(p.Scopes, web.Facet{Value: string(verb), Text: v.T("desk.verb." + string(verb))})
		}
	}
	return nil
}

func roleNames(v *web.Visit, roles identity.Roles) string {
	var names []string
	for _, role := range roles.Names() {
		names = append(names, v.T("desk.role."+role))
	}
	return v.Printer.List(names)
}
