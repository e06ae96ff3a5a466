package desk

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"sameboat/facts"
	"sameboat/kernel/web"
)

// tryFile holds questions that people may try, each in its own language. They
// are no texts of the interface: every reader sees them as they are.
//
//go:embed try.json
var tryFile []byte

var tryQuestions = sync.OnceValues(func() (list []struct {
	Lang facts.Lang `json:"lang"`
	Text string     `json:"text"`
}, err error) {
	err = json.Unmarshal(tryFile, &list)
	return list, err
})

// home is what page/home.html shows.
type home struct {
	Question  web.Question
	Figures   []web.Figure
	AsOf      time.Time
	HowHref   string
	Newest    []entry
	Topics    []Topic
	Browse    string
	Feed      string
	Empty     bool
	NeedSetUp bool
	Commands  commands
}

// entry is a card with its marks.
type entry struct {
	Card
	Chips []web.Chip
}

// commands are typed as they stand, in every language.
type commands struct{ Import, Search, Help string }

var firstCommands = commands{
	Import: "sameboat import resources FILE…",
	Search: "sameboat search QUESTION",
	Help:   "sameboat help import",
}

const (
	newestOnHome = 6
	topicsOnHome = 12
)

func (d *Room) showHome(w http.ResponseWriter, r *http.Request) error {
	v, ctx := web.VisitOf(r), r.Context()
	figures, err := d.shelf.Figures(ctx)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	newest, err := d.shelf.Newest(ctx, v.Lang, newestOnHome)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	topics, err := d.shelf.Topics(ctx, v.Lang)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	question, err := d.question(v)
	if err != nil {
		return fmt.Errorf("home: %w", err)
	}
	h := home{
		Question: question, Topics: topics[:min(len(topics), topicsOnHome)], Browse: d.opts.Browse, Feed: d.opts.Feed,
		Figures: figureStrip(v, figures), AsOf: figures.AsOf, HowHref: AboutPath + "#counts",
		Empty: len(newest) == 0, Commands: firstCommands,
	}
	for _, card := range newest {
		h.Newest = append(h.Newest, entry{card, chips(v, card)})
	}
	if h.Empty {
		if h.NeedSetUp, err = d.register.NeedsSetUp(ctx); err != nil {
			return fmt.Errorf("home: %w", err)
		}
	}
	page := web.Page{Description: v.T("desk.home.description"), Data: h, Lead: true, NoSearch: true, Canonical: "/"}
	if d.opts.Feed != "" {
		page.Feeds = []web.Feed{{Title: v.T("desk.home.new"), Href: d.opts.Feed, Type: "application/atom+xml"}}
	}
	return web.Render(w, r, http.StatusOK, "desk/home", page)
}

func (d *Room) question(v *web.Visit) (web.Question, error) {
	q := web.Question{
		Action: d.opts.Search, Big: true, Label: v.T("desk.home.label"), Submit: v.T("desk.home.ask"),
		Placeholder: v.T("desk.home.placeholder"),
	}
	list, err := tryQuestions()
	for _, try := range list {
		if try.Lang != v.Lang { // what is new here is that other languages work
			q.Try = append(q.Try, web.Action{Text: try.Text, Lang: try.Lang, Href: d.opts.Search + "?" + url.Values{"q": {try.Text}}.Encode()})
		}
	}
	return q, err
}

func figureStrip(v *web.Visit, f Figures) []web.Figure {
	one := func(key string, n int) web.Figure {
		return web.Figure{Number: v.Printer.N(n), Unit: v.T(key, map[string]any{"n": n})}
	}
	return []web.Figure{
		one("desk.home.resources", f.Resources),
		one("desk.home.languages", f.Languages),
		one("desk.home.organisations", f.Organisations),
	}
}

// chips marks a card whose state or origin a reader must know before opening it.
func chips(v *web.Visit, c Card) (list []web.Chip) {
	switch c.State {
	case "historical":
		list = append(list, web.Chip{Tone: web.Wait, Text: v.T("desk.state.historical"), Why: v.T("desk.state.historical-why")})
	case "superseded":
		list = append(list, web.Chip{Tone: web.Wait, Text: v.T("desk.state.superseded"), Why: v.T("desk.state.superseded-why")})
	}
	if c.Sample {
		list = append(list, web.Chip{Tone: web.Wait, Text: v.T("desk.state.sample"), Why: v.T("desk.state.sample-why")})
	}
	return list
}
