package knowledge

import (
	"embed"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

//go:embed page/*.html
var pages embed.FS

//go:embed text/*.json
var texts embed.FS

// Texts gives the room's messages for the catalog.
func Texts() fs.FS { return texts }

// Face gives the room's pages to the site.
func Face() web.Room { return web.Room{Name: "knowledge", Pages: pages} }

// Room is the room's face: its pages, feeds, files and API operations.
type Room struct {
	library *Library
	search  *search.Service
	site    *web.Site
}

// NewRoom makes the room's face over a library and a search service.
func NewRoom(l *Library, s *search.Service, site *web.Site) *Room {
	return &Room{library: l, search: s, site: site}
}

// readVerb is the rule of every route of this room so far. What of the library
// the visitor then sees is up to the policy: Room.shelf.
const readVerb = "read"

// Routes declares the room's addresses.
func (m *Room) Routes() {
	m.site.Get("knowledge.search", "/search", readVerb, m.showResults)
	m.site.Get("knowledge.browse", "/browse", readVerb, m.showBrowse)
	m.site.Get("knowledge.resource", "/r/{id}", readVerb, oneAddress(m.showResource))
	m.site.Get("knowledge.beside", "/r/{id}/beside", readVerb, oneAddress(m.showBeside))
	m.site.Get("knowledge.history", "/r/{id}/history", readVerb, oneAddress(m.showHistory))
	m.site.Get("knowledge.edition", "/r/{id}/edition/{number}", readVerb, oneAddress(m.showEdition))
	m.site.Get("knowledge.cite", "/r/{id}/cite/{format}", readVerb, oneAddress(m.sendCitation))
	m.site.Get("knowledge.file", "/r/{id}/file/{hash}/{name}", readVerb, oneAddress(m.sendFile))
	m.site.Get("knowledge.feed", "/feed.atom", readVerb, m.sendFeed)
	m.writing()
	m.operations()
}

// writing declares the addresses of those who write. Who may write what is asked
// again of the very thing: Library.Open, Library.Commit.
func (m *Room) writing() {
	create, edit := string(identity.Create), string(identity.Edit)
	post := func(name, pattern, verb string, most int64, h web.Handler) {
		m.site.Handle(web.Route{Name: name, Method: http.MethodPost, Pattern: pattern, Verb: verb, MaxBody: most, Carry: true, Handler: h})
	}
	m.site.Get("knowledge.write", "/write", create, m.showWrite)
	post("knowledge.begin", "/write", create, 0, m.begin)
	m.site.Get("knowledge.editor", "/r/{id}/edit", edit, oneAddress(m.showEdit))
	post("knowledge.edit", "/r/{id}/edit", edit, maxEditBytes, m.edit)
	m.site.Get("knowledge.conflict", "/r/{id}/conflict", edit, oneAddress(m.showConflict))
	post("knowledge.settle", "/r/{id}/conflict", edit, 0, m.settle)
	m.site.Get("knowledge.draft", "/r/{id}/draft", string(identity.Trace), oneAddress(m.showDraft))
	post("knowledge.decide", "/r/{id}/draft", edit, 0, m.decideDraft)
	m.site.Handle(web.Route{Name: "knowledge.upload", Method: http.MethodPost, Pattern: "/r/{id}/files", Verb: edit, MaxBody: 2*maxUpload + 1<<20, Timeout: uploadTime, Handler: m.upload})
	m.site.Get("knowledge.draftfile", "/r/{id}/draft/file/{hash}", edit, oneAddress(m.sendDraftFile))
}

// uploadTime is how long a file may take on a slow line: 64 MiB at 256 kbit/s.
const uploadTime = 40 * time.Minute

// oneAddress leads an ID that was typed in capitals, or as it was heard, to the
// address that everybody else uses.
func oneAddress(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		typed := r.PathValue("id")
		id, err := facts.ParseID(typed)
		if err != nil || id.String() == typed {
			return h(w, r)
		}
		to := url.URL{Path: "/r/" + id.String() + strings.TrimPrefix(r.URL.Path, "/r/"+typed), RawQuery: r.URL.RawQuery}
		return web.Redirect(w, r, to.String())
	}
}

// Menu gives the lines of the room in the menu of somebody who is signed in.
func (m *Room) Menu(r *http.Request) []web.MenuItem {
	actor := actorOf(r)
	if !identity.Can(actor, identity.Create, identity.Thing{Room: "knowledge", Owner: actor.Org, State: Drafted}) {
		return nil
	}
	return []web.MenuItem{{Text: web.VisitOf(r).T("knowledge.write.title"), Href: "/write"}}
}
