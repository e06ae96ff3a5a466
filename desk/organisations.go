package desk

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/notify"
	"sameboat/kernel/web"
)

// perPage is how many organisations or members one page lists.
const perPage = 100

// organisationsPage is what page/organisations.html shows.
type organisationsPage struct {
	Table   web.Table
	Next    string
	Fields  []web.Field // to make one; nil for who may not
	Trouble *web.Notice
}

func (d *Room) showOrganisations(w http.ResponseWriter, r *http.Request) error {
	return d.renderOrganisations(w, r, http.StatusOK, nil)
}

func (d *Room) renderOrganisations(w http.ResponseWriter, r *http.Request, status int, says map[string]string) error {
	v, actor := web.VisitOf(r), actorOf(r)
	after, _ := facts.ParseID(r.URL.Query().Get("after")) // the zero ID begins
	list, err := d.register.Organisations(r.Context(), after, perPage)
	if err != nil {
		return err
	}
	desk := identity.Can(actor, identity.Vet, identity.Thing{})
	p := organisationsPage{Trouble: troubled(says), Table: web.Table{Caption: v.T("desk.organisations.title"),
		Columns: []web.Column{{Text: v.T("desk.organisation.name")}, {Text: v.T("desk.organisation.country")}}}}
	if desk {
		p.Table.Columns = append(p.Table.Columns, web.Column{Text: v.T("desk.organisation.posting")})
	}
	for _, o := range list {
		name, lang := o.NameIn(v.Lang)
		if name == "" {
			continue // the operating one before set-up
		}
		row := web.Row{Href: OrganisationsPath + "/" + o.ID.String(), Cells: []web.Cell{{Text: name, Lang: lang}, {Text: v.Printer.Country(o.Country)}}}
		if desk {
			row.Cells = append(row.Cells, web.Cell{Chip: postingChip(v, o.Posting)})
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	if len(list) == perPage {
		p.Next = OrganisationsPath + "?after=" + list[len(list)-1].ID.String()
	}
	if desk {
		p.Fields = []web.Field{
			{Name: "organisation", Label: v.T("desk.organisation.name"), Hint: v.T("desk.organisation.name-hint"), Value: r.PostFormValue("organisation"), Error: says["organisation"], Required: true, MaxLength: 200},
			{Name: "lang", Type: "select", Label: v.T("desk.organisation.lang"), Error: says["lang"], Required: true, Options: d.langOptions(v.Lang)},
			{Name: "country", Type: "select", Label: v.T("desk.organisation.country"), Error: says["country"], Required: true, Options: countryOptions(v, facts.Country(r.PostFormValue("country")))},
		}
	}
	return web.Render(w, r, status, "desk/organisations", web.Page{Title: v.T("desk.organisations.title"), Data: p, NoSearch: true})
}

// makeOrganisation adds an organisation. Nobody vouches for it yet.
func (d *Room) makeOrganisation(w http.ResponseWriter, r *http.Request) error {
	o, err := d.register.CreateOrganisation(r.Context(), r.PostFormValue("organisation"), facts.Lang(r.PostFormValue("lang")), facts.Country(r.PostFormValue("country")))
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return d.renderOrganisations(w, r, status, says)
	}
	return web.Redirect(w, r, OrganisationsPath+"/"+o.ID.String())
}

func postingChip(v *web.Visit, p identity.Posting) *web.Chip {
	tone := web.Wait
	switch p {
	case identity.Trusted:
		tone = web.Good
	case identity.Blocked:
		tone = web.Late
	}
	return &web.Chip{Tone: tone, Text: v.T("desk.posting." + string(p)), Why: v.T("desk.posting." + string(p) + "-means")}
}

// organisationPage is what page/organisation.html shows.
type organisationPage struct {
	Notices []web.Notice
	Lang    facts.Lang
	Country string
	Path    string
	Posting *web.Chip // for its members and the desk
	Members []shownMember
	Next    string
	Roles   []roleChoice // that the visitor may give
	Invite  []web.Field  // nil for who may not
	Waiting []shownInvitation
	Vet     []web.Field
	Vetted  []web.Step
	Names   []web.Field
	Link    string // of an invitation that no mail carries
}

// roleChoice is a role that the visitor may give, and what it allows.
type roleChoice struct {
	Value, Text, Means string
	On                 bool
}

type shownMember struct {
	ID, Name, Email, Roles string
	Closed                 bool
	Mine                   bool
	Takes                  []roleChoice // that the visitor may take
	Gives                  []roleChoice
	MayClose               bool
}

type shownInvitation struct {
	ID, Email, Roles string
	Expires          time.Time
}

// insider reports whether the visitor sees who is in an organisation.
func insider(actor identity.Actor, org facts.ID) bool {
	return !actor.Anonymous() && actor.Roles != 0 && actor.Org == org || identity.Can(actor, identity.Vet, identity.Thing{Owner: org})
}

func (d *Room) showOrganisation(w http.ResponseWriter, r *http.Request) error {
	return d.renderOrganisation(w, r, http.StatusOK, nil, "")
}

func (d *Room) pathOrganisation(r *http.Request) (identity.Organisation, error) {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return identity.Organisation{}, fault.New(fault.NotFound, "identity.organisation.unknown", nil)
	}
	return d.register.Organisation(r.Context(), id)
}

func (d *Room) renderOrganisation(w http.ResponseWriter, r *http.Request, status int, says map[string]string, link string) error {
	o, err := d.pathOrganisation(r)
	if err != nil {
		return err
	}
	v, actor := web.VisitOf(r), actorOf(r)
	name, lang := o.NameIn(v.Lang)
	p := &organisationPage{Lang: lang, Country: v.Printer.Country(o.Country), Path: OrganisationsPath + "/" + o.ID.String(), Link: link}
	if n := troubled(says); n != nil {
		p.Notices = append(p.Notices, *n)
	}
	if insider(actor, o.ID) {
		v.Private()
		if err := d.fillOrganisation(r, p, o, says); err != nil {
			return err
		}
	}
	return web.Render(w, r, status, "desk/organisation", web.Page{Title: name, Data: p, NoSearch: true, NoIndex: true})
}

func (d *Room) fillOrganisation(r *http.Request, p *organisationPage, o identity.Organisation, says map[string]string) error {
	v, actor := web.VisitOf(r), actorOf(r)
	if done := r.URL.Query().Get("done"); slices.Contains(acts, done) {
		p.Notices = append(p.Notices, web.Notice{Tone: web.Good, Text: v.T("desk.organisation.done-" + done)})
	}
	p.Posting = postingChip(v, o.Posting)
	after, _ := facts.ParseID(r.URL.Query().Get("after")) // the zero ID begins
	people, err := d.register.Members(r.Context(), o.ID, after, perPage)
	if err != nil {
		return err
	}
	if len(people) == perPage {
		p.Next = p.Path + "?after=" + people[len(people)-1].ID.String()
	}
	for _, person := range people {
		p.Members = append(p.Members, memberOf(v, actor, person, o.ID))
	}
	for _, role := range allRoles() {
		if identity.MayGrant(actor, o.ID, role) && (o.Operator || role&(identity.Desk|identity.Admin) == 0) {
			p.Roles = append(p.Roles, choiceOf(v, role))
		}
	}
	if len(p.Roles) > 0 {
		if err := d.fillInvitations(r, p, o, says); err != nil {
			return err
		}
	}
	if identity.Can(actor, identity.Vet, identity.Thing{Owner: o.ID}) || actor.Org == o.ID {
		return d.fillVettings(r, p, o, says)
	}
	return nil
}

func allRoles() []identity.Roles {
	return []identity.Roles{identity.Reader, identity.Contributor, identity.Reviewer, identity.Coordinator, identity.Desk, identity.Admin}
}

func choiceOf(v *web.Visit, role identity.Roles) roleChoice {
	return roleChoice{Value: role.String(), Text: v.T("desk.role." + role.String()), Means: v.T("desk.role." + role.String() + "-means")}
}

func memberOf(v *web.Visit, actor identity.Actor, person identity.Person, org facts.ID) shownMember {
	m := shownMember{ID: person.ID.String(), Name: person.Name, Closed: !person.Active, Mine: person.ID == actor.Person}
	if identity.Can(actor, identity.Invite, identity.Thing{Owner: org}) {
		m.Email = person.Email
	}
	var has identity.Roles
	for _, ship := range person.Memberships {
		has = ship.Roles
	}
	m.Roles = roleNames(v, has)
	for _, role := range allRoles() {
		switch {
		case has.Has(role) && (identity.MayGrant(actor, org, role) || m.Mine):
			m.Takes = append(m.Takes, choiceOf(v, role))
		case !has.Has(role) && role != identity.Coordinator && identity.MayGrant(actor, org, role) && (actor.Operator && actor.Org == org || role&(identity.Desk|identity.Admin) == 0):
			m.Gives = append(m.Gives, choiceOf(v, role))
		}
	}
	m.MayClose = !m.Mine && identity.Can(actor, identity.Administer, identity.Thing{})
	return m
}

func (d *Room) fillInvitations(r *http.Request, p *organisationPage, o identity.Organisation, says map[string]string) error {
	v := web.VisitOf(r)
	p.Invite = []web.Field{
		{Name: "email", Type: "email", Label: v.T("desk.person.email"), Value: r.PostFormValue("email"), Error: says["email"], Required: true, MaxLength: 254},
	}
	if slices.ContainsFunc(p.Roles, func(c roleChoice) bool { return c.Value == identity.Coordinator.String() }) {
		p.Invite = append(p.Invite, web.Field{Name: "countries", Label: v.T("desk.organisation.countries"), Hint: v.T("desk.organisation.countries-hint"), Value: r.PostFormValue("countries"), Error: says["countries"]})
	}
	open, err := d.register.Invitations(r.Context(), o.ID, perPage)
	if err != nil {
		return err
	}
	for _, i := range open {
		p.Waiting = append(p.Waiting, shownInvitation{ID: i.ID.String(), Email: i.Email, Roles: roleNames(v, i.Roles), Expires: i.Expires})
	}
	return nil
}

func (d *Room) fillVettings(r *http.Request, p *organisationPage, o identity.Organisation, says map[string]string) error {
	v, actor := web.VisitOf(r), actorOf(r)
	vettings, err := d.register.Vettings(r.Context(), o.ID, perPage)
	if err != nil {
		return err
	}
	for _, vet := range vettings {
		p.Vetted = append(p.Vetted, web.Step{When: vet.When, Text: v.T("desk.posting." + string(vet.Posting)), Note: vet.Reason})
	}
	if o.Operator || !identity.Can(actor, identity.Vet, identity.Thing{Owner: o.ID}) {
		return nil
	}
	posting := web.Field{Name: "posting", Type: "select", Label: v.T("desk.organisation.posting"), Error: says["posting"], Required: true}
	for _, right := range identity.Postings() {
		posting.Options = append(posting.Options, web.Option{Value: string(right), Text: v.T("desk.posting."+string(right)) + ": " + v.T("desk.posting."+string(right)+"-means"), Selected: right == o.Posting})
	}
	p.Vet = []web.Field{posting, {Name: "reason", Type: "textarea", Rows: 3, Label: v.T("desk.organisation.reason"), Hint: v.T("desk.organisation.reason-hint"), Value: r.PostFormValue("reason"), Error: says["reason"], Required: true, MaxLength: 2000}}
	return nil
}

// acts are what the forms of an organisation's page do.
var acts = []string{"appoint", "dismiss", "invite", "uninvite", "vet", "deactivate", "reactivate", "name"}

// organisation does what a form of an organisation's page says. Who may do it is
// asked by the register.
func (d *Room) organisation(w http.ResponseWriter, r *http.Request) error {
	o, err := d.pathOrganisation(r)
	if err != nil {
		return err
	}
	actor, person, link := actorOf(r), idOf(r, "person"), ""
	if !insider(actor, o.ID) {
		return fault.New(fault.Refused, "fault.refused", nil)
	}
	roles, _ := identity.ParseRoles(strings.Join(r.PostForm["roles"], ",")) // none is refused below
	switch r.PostFormValue("do") {
	case "appoint":
		err = d.register.Appoint(r.Context(), actor, identity.Grant{Person: person, Org: o.ID, Roles: roles})
	case "dismiss":
		err = d.register.Dismiss(r.Context(), actor, person, o.ID, roles)
	case "invite":
		link, err = d.invite(r, actor, o, roles)
	case "uninvite":
		err = d.register.Uninvite(r.Context(), actor, idOf(r, "invitation"))
	case "vet":
		err = d.register.Vet(r.Context(), actor, o.ID, identity.Posting(r.PostFormValue("posting")), r.PostFormValue("reason"))
	case "deactivate":
		err = d.register.Deactivate(r.Context(), actor, person)
	case "reactivate":
		err = d.register.Reactivate(r.Context(), actor, person)
	default:
		err = fault.New(fault.Invalid, "web.unparsable", nil)
	}
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		return d.renderOrganisation(w, r, status, says, "")
	}
	if link != "" {
		return d.renderOrganisation(w, r, http.StatusOK, nil, link)
	}
	return web.Redirect(w, r, OrganisationsPath+"/"+o.ID.String()+"?done="+r.PostFormValue("do"))
}

// invite makes an invitation and sends it by mail; where no mail leaves, it gives
// the link to hand over.
func (d *Room) invite(r *http.Request, actor identity.Actor, o identity.Organisation, roles identity.Roles) (link string, err error) {
	var countries []facts.Country
	if roles.Has(identity.Coordinator) {
		for _, code := range strings.FieldsFunc(r.PostFormValue("countries"), func(c rune) bool { return c == ',' || c == ' ' || c == '،' || c == '，' }) {
			countries = append(countries, facts.Country(strings.ToUpper(code)))
		}
	}
	token, made, err := d.register.Invite(r.Context(), actor, identity.Invitation{Email: r.PostFormValue("email"), Org: o.ID, Roles: roles, Countries: countries})
	if err != nil {
		return "", err
	}
	path := InvitationPath + token
	if d.opts.Letters == nil {
		return d.site.Absolute(path), nil
	}
	v := web.VisitOf(r)
	letter := notify.Letter{Key: "invitation/" + made.ID.String(), Address: made.Email, Lang: v.Lang, Words: "desk.letter.invitation",
		Args: map[string]any{"organisation": o.Name, "roles": roleNames(v, made.Roles), "name": actor.Name}, Link: path, Mail: true}
	if person, err := d.register.PersonByEmail(r.Context(), made.Email); err == nil {
		letter.Lang = person.Lang
	}
	return "", d.opts.Letters.NoticeTo(r.Context(), letter)
}
