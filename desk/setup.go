package desk

import (
	"net/http"
	"slices"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// setUpForm is what page/setup.html shows.
type setUpForm struct {
	Trouble      *web.Notice
	Person       []web.Field
	Organisation []web.Field
}

func (d *Room) showSetUp(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	if err := d.register.CheckSetup(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return renderSetUp(w, r, http.StatusOK, d.newSetUpForm(v, identity.SetUp{Lang: v.Lang}, nil))
}

func renderSetUp(w http.ResponseWriter, r *http.Request, status int, form setUpForm) error {
	v := web.VisitOf(r)
	v.Private()
	return web.Render(w, r, status, "desk/setup", web.Page{Title: v.T("desk.setup.title"), Data: form, NoSearch: true, NoIndex: true})
}

// setUp uses the link up. A form with mistakes is shown again with all that was
// entered but the passwords, and the link stays good.
func (d *Room) setUp(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitOf(r)
	given := identity.SetUp{
		Name: r.PostFormValue("name"), Email: r.PostFormValue("email"),
		Password: r.PostFormValue("password"), Again: r.PostFormValue("again"),
		Organisation: r.PostFormValue("organisation"), Country: facts.Country(r.PostFormValue("country")),
		Lang: facts.Lang(r.PostFormValue("lang")), Agent: r.UserAgent(),
	}
	session, err := d.register.Administrate(r.Context(), r.PathValue("token"), given)
	if err != nil {
		says, status, other := formFaults(w, r, err)
		if other != nil {
			return other
		}
		form := d.newSetUpForm(v, given, says)
		form.Trouble = &web.Notice{Tone: web.Late, Text: says[""]}
		return renderSetUp(w, r, status, form)
	}
	d.site.SetOperator(web.Operator{Name: given.Organisation, Contact: d.opts.Contact})
	d.site.SetCookie(w, r, "lang", string(given.Lang), 365*24*time.Hour)
	return d.enter(w, r, session, "/")
}

func (d *Room) newSetUpForm(v *web.Visit, u identity.SetUp, says map[string]string) setUpForm {
	n := map[string]any{"n": identity.MinPassword}
	return setUpForm{
		Person: []web.Field{
			{Name: "name", Label: v.T("desk.person.name"), Value: u.Name, Error: says["name"], Required: true, Autocomplete: "name", MaxLength: 200},
			{Name: "email", Type: "email", Label: v.T("desk.person.email"), Value: u.Email, Error: says["email"], Required: true, Autocomplete: "username", MaxLength: 254},
			{Name: "password", Type: "password", Label: v.T("desk.person.password"), Hint: v.T("desk.person.password-hint", n), Error: says["password"], Required: true, Autocomplete: "new-password"},
			{Name: "again", Type: "password", Label: v.T("desk.person.again"), Error: says["again"], Required: true, Autocomplete: "new-password"},
		},
		Organisation: []web.Field{
			{Name: "organisation", Label: v.T("desk.organisation.name"), Hint: v.T("desk.organisation.name-hint"), Value: u.Organisation, Error: says["organisation"], Required: true, Autocomplete: "organization", MaxLength: 200},
			{Name: "country", Type: "select", Label: v.T("desk.organisation.country"), Error: says["country"], Required: true, Autocomplete: "country", Options: countryOptions(v, u.Country)},
			{Name: "lang", Type: "select", Label: v.T("desk.person.lang"), Error: says["lang"], Required: true, Options: d.langOptions(u.Lang)},
		},
	}
}

func countryOptions(v *web.Visit, chosen facts.Country) []web.Option {
	list := []web.Option{}
	for _, c := range i18n.Countries() {
		code := facts.Country(c.Code)
		list = append(list, web.Option{Value: c.Code, Text: v.Printer.Country(code), Selected: code == chosen})
	}
	order := v.Printer.Order()
	slices.SortFunc(list, func(a, b web.Option) int { return order(a.Text, b.Text) })
	return append([]web.Option{{Text: v.T("desk.organisation.choose")}}, list...)
}

func (d *Room) langOptions(chosen facts.Lang) (list []web.Option) {
	for _, lang := range d.opts.Langs {
		list = append(list, web.Option{Value: string(lang), Text: i18n.Autonym(lang), Lang: lang, Selected: lang == chosen})
	}
	return list
}
