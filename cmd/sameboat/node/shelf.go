package node

import (
	"context"
	"time"

	"sameboat/desk"
	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
	"sameboat/knowledge"
)

// shelf shows the library on the home page: desk declares what it needs, and
// this gives it.
type shelf struct {
	library *knowledge.Library
	catalog *i18n.Catalog
}

// Newest implements desk.Shelf. The context is that of a visit, whose languages
// the titles are in where they can be; lang is that of the page.
func (s shelf) Newest(ctx context.Context, lang facts.Lang, n int) ([]desk.Card, error) {
	cards, _, err := s.library.List(ctx, knowledge.Filter{Limit: n}, append(web.VisitIn(ctx).Reads(), lang)...)
	if err != nil {
		return nil, err
	}
	p := s.catalog.Printer(lang)
	out := make([]desk.Card, len(cards))
	for i, c := range cards {
		out[i] = desk.Card{Title: c.Title, Lang: c.Lang, URL: knowledge.Path(c.ID, c.Lang), Kind: p.T("kind." + c.Kind), State: c.State, Sample: c.Sample, When: c.Updated}
		if c.Issuer != "" {
			out[i].Meta = append(out[i].Meta, c.Issuer)
		}
		out[i].Meta = append(out[i].Meta, languagesLine(p, c.Languages))
	}
	return out, nil
}

// languagesLine names a few languages, or how many there are.
func languagesLine(p *i18n.Printer, langs []facts.Lang) string {
	if len(langs) > 3 {
		return p.T("node.languages", i18n.Args{"n": len(langs)})
	}
	names := make([]string, len(langs))
	for i, l := range langs {
		names[i] = p.LangName(l)
	}
	return p.List(names)
}

// Topics implements desk.Shelf.
func (s shelf) Topics(ctx context.Context, lang facts.Lang) ([]desk.Topic, error) {
	counts, err := s.library.Counts(ctx, "topic")
	if err != nil {
		return nil, err
	}
	p := s.catalog.Printer(lang)
	out := make([]desk.Topic, len(counts))
	for i, c := range counts {
		out[i] = desk.Topic{Name: p.T("topic." + c.Value), URL: "/search?topic=" + c.Value, Count: c.N}
	}
	return out, nil
}

// Figures implements desk.Shelf.
func (s shelf) Figures(ctx context.Context) (desk.Figures, error) {
	resources, langs, owners, err := s.library.Totals(ctx)
	return desk.Figures{Resources: resources, Languages: langs, Organisations: owners, AsOf: time.Now().UTC()}, err
}
