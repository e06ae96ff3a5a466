package node

import (
	"context"
	"net/http"

	"sameboat/desk"
	"sameboat/kernel/blobs"
	"sameboat/kernel/doctor"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/keep"
	"sameboat/kernel/notify"
	"sameboat/kernel/store"
	"sameboat/kernel/web"
	"sameboat/kernel/web/once"
	"sameboat/knowledge"
)

// Catalog gathers the texts of every room and of the kernel.
func Catalog() (*i18n.Catalog, error) {
	return i18n.Load("en", store.Texts(), journal.Texts(), blobs.Texts(), keep.Texts(), doctor.Texts(), web.Texts(), identity.Texts(), notify.Texts(), knowledge.Terms(), knowledge.Texts(), desk.Texts(), Texts())
}

// Projections lists the views of all rooms.
func Projections() []journal.Projection {
	return []journal.Projection{knowledge.Projection()}
}

// Views lists the names of the views of all rooms.
func Views() (names []string) {
	for _, p := range Projections() {
		names = append(names, p.Name)
	}
	return names
}

// commands lists what the command line can ask of a node.
var commands = map[string]Command{
	"import/resources":    importResources,
	"import/translations": importTranslations,
	"import/glossary":     importGlossary,
	"search":              searchCommand,
	"rebuild":             rebuild,
	"backup":              backup,
	"backup/erasures":     backupErasures,
	"doctor":              examine,
	"user/list":           userList,
	"user/add":            userAdd,
	"user/password":       userPassword,
	"user/token":          userToken,
}

// letters carries letters where mail leaves from here.
func (n *Node) letters() desk.Letters {
	if n.config.Mail.Host == "" {
		return nil
	}
	return n.Notify
}

// newSite declares every route of every room.
func (n *Node) newSite(ctx context.Context) (*web.Site, error) {
	secret, err := n.secret()
	if err != nil {
		return nil, err
	}
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		return nil, err
	}
	receipts, err := once.Open(ctx, n.DB, secret, n.now)
	if err != nil {
		return nil, err
	}
	name, _ := org.NameIn("en")
	door := desk.New(n.Identity, shelf{n.Library, n.Catalog}, desk.Options{Browse: "/browse", Feed: "/feed.atom", Langs: n.Catalog.Langs(), Now: n.now, Letters: n.letters()})
	site, err := web.New(web.Options{
		Catalog:  n.Catalog,
		Operator: web.Operator{Name: name},
		URL:      n.config.URL,
		Proxies:  n.config.Proxies,
		Secret:   secret,
		Log:      n.log,
		Now:      n.now,
		Nav:      []web.Link{{Name: "knowledge", Key: "knowledge.nav", Href: "/browse"}},
		Foot: []web.Link{{Name: "about", Key: "desk.about.nav", Href: desk.AboutPath}, {Name: "feed", Key: "node.feed", Href: "/feed.atom"},
			{Name: "data", Key: "desk.about.data", Href: desk.AboutPath + "#data"}, {Name: "access", Key: "desk.about.access", Href: desk.AboutPath + "#access"}},
		Search:    "/search",
		SignIn:    desk.SignInPath,
		SignOut:   desk.SignOutPath,
		Who:       door.Who,
		Authorise: door.Authorise,
		Observe:   n.measures.served,
		Once:      receipts,
		Menu:      func(r *http.Request) []web.MenuItem { return append(n.Room.Menu(r), door.Menu(r)...) },
	}, knowledge.Face(), door.Face())
	if err != nil {
		return nil, err
	}
	n.Room = knowledge.NewRoom(n.Library, n.Search, site)
	n.Room.Routes()
	door.Mount(site)
	n.mountReady(site)
	return site, nil
}
