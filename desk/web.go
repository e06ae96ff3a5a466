package desk

import (
	"embed"
	"errors"
	"io/fs"
	"net/http"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

//go:embed page/*.html
var pages embed.FS

//go:embed text/*.json
var texts embed.FS

// Texts are the messages of this room, for the catalog.
func Texts() fs.FS { return texts }

// The addresses that the shell of the site must know.
const (
	SignInPath  = "/sign-in"
	SignOutPath = "/sign-out"
	AboutPath   = "/about"
	AccountPath = "/account"
	FactorPath  = "/account/factor"
	// FactorDoorPath asks for the second factor after the password.
	FactorDoorPath    = "/sign-in/factor"
	OrganisationsPath = "/organisations"
	InvitationPath    = "/invitation/" // before the token
	RecoverPath       = "/recover"
)

// Options say where the home page's links lead; zero values work.
type Options struct {
	Search  string           // address that takes the question as q; "" is /search
	Browse  string           // a list of everything; "" shows no link
	Feed    string           // Atom feed of what is new; "" shows no link
	Contact string           // e-mail address that visitors can write to; "" shows none
	Langs   []facts.Lang     // of the interface, to choose from at set-up; nil is English alone
	Now     func() time.Time // the clock; nil is time.Now
	Letters Letters          // carries invitations and recovery links; nil: the pages show them, or say whom to ask
}

// Room is the desk. Make it with New, give its Who and Authorise to the site's
// options, make the site with its Face, then Mount it.
type Room struct {
	register *identity.Register
	shelf    Shelf
	opts     Options
	site     *web.Site
}

// New makes the room on the register of people and the shelf of the home page.
func New(register *identity.Register, shelf Shelf, opts Options) *Room {
	if opts.Search == "" {
		opts.Search = "/search"
	}
	if opts.Langs == nil {
		opts.Langs = []facts.Lang{"en"}
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Room{register: register, shelf: shelf, opts: opts}
}

// Face is what the site needs of the room: its name and its pages.
func (d *Room) Face() web.Room { return web.Room{Name: "desk", Pages: pages} }

// Mount declares the room's routes.
func (d *Room) Mount(site *web.Site) {
	d.site = site
	site.Get("desk.home", "/{$}", string(identity.Read), d.showHome)
	site.Get("desk.about", AboutPath, web.Open, d.showAbout)
	site.Get("desk.door", SignInPath, web.Open, d.showSignIn)
	site.Post("desk.signin", SignInPath, web.Open, d.signIn)
	site.Post("desk.signout", SignOutPath, web.Open, d.signOut)
	site.Get("desk.setup", "/setup/{token}", web.Open, d.showSetUp)
	d.mine("desk.account", AccountPath, strong(d.showAccount), strong(d.account))
	d.mine("desk.factor", FactorPath, own(d.showFactor), own(d.factor))
	d.mine("desk.factordoor", FactorDoorPath, own(d.showFactorDoor), own(d.passFactorDoor))
	site.Get("desk.organisations", OrganisationsPath, web.Open, d.showOrganisations)
	site.Post("desk.organisations.make", OrganisationsPath, string(identity.Vet), d.makeOrganisation)
	site.Get("desk.organisation", OrganisationsPath+"/{id}", web.Open, d.showOrganisation)
	site.Post("desk.organisation.act", OrganisationsPath+"/{id}", web.Open, strong(d.organisation))
	site.Get("desk.invitation", InvitationPath+"{token}", web.Open, d.showInvitation)
	site.Post("desk.accept", InvitationPath+"{token}", web.Open, d.accept)
	site.Get("desk.recover", RecoverPath, web.Open, d.showRecover)
	site.Post("desk.recovery", RecoverPath, web.Open, d.sendRecovery)
	site.Get("desk.newpassword", RecoverPath+"/{token}", web.Open, d.showNewPassword)
	site.Post("desk.recovered", RecoverPath+"/{token}", web.Open, d.newPassword)
	site.Post("desk.administrate", "/setup/{token}", web.Open, d.setUp)
}

// sessionCookie is the cookie that holds the session token.
const sessionCookie = "session"

// Who tells who makes a request, for the site's options: by an API token in the
// Authorization header, or by the session cookie. Who.Actor is always an
// identity.Actor, the zero one for anybody.
func (d *Room) Who(r *http.Request) (web.Who, error) {
	if token := identity.BearerToken(r.Header.Get("Authorization")); token != "" {
		actor, err := d.register.RecogniseToken(r.Context(), token)
		if err != nil {
			return web.Who{Actor: identity.Actor{}}, err
		}
		return web.Who{Actor: actor, Name: actor.Name, Session: "token " + actor.Token.String()}, nil
	}
	actor, session, err := d.register.Recognise(r.Context(), d.site.Cookie(r, sessionCookie))
	return web.Who{Actor: actor, Name: actor.Name, Session: session.String()}, err
}

// Authorise is the rule of every route, for the site's options: the verb is one
// of identity's.
func (d *Room) Authorise(_ *http.Request, who web.Who, verb string) error {
	actor, _ := who.Actor.(identity.Actor) // anything else is anybody
	return identity.Admit(actor, identity.Verb(verb))
}

// formFaults gives the message for each field of a form that is to be shown
// again with what was entered, and the status of that answer, whose header says
// when to come again if that is the trouble. Any other error is given back.
func formFaults(w http.ResponseWriter, r *http.Request, err error) (says map[string]string, status int, other error) {
	f := fault.Of(err)
	switch f.Kind {
	case fault.Invalid, fault.Conflict, fault.Busy:
	default:
		return nil, 0, err
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return nil, 0, err
	}
	v := web.VisitOf(r)
	says = map[string]string{}
	for _, field := range f.Fields {
		says[field.Name] = v.T(field.Key, field.Args)
	}
	says[""] = v.T(f.Key, f.Args)
	web.Retry(w.Header(), f)
	return says, web.StatusOf(f), nil
}
