package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

// pageSet is every template in one language: the functions that speak are bound
// to it, so that a component needs nothing handed down.
type pageSet struct {
	all *template.Template
}

// loadPages parses the pages of all rooms and gives each interface language its
// own copy. The file page/resource.html of the room knowledge is the template
// "knowledge/resource"; what a file defines beside itself is a part that pages of
// any room may use.
func loadPages(s *Site, rooms []Room) (map[facts.Lang]*pageSet, error) {
	langs := s.opts.Catalog.Langs()
	all := template.New("").Funcs(s.funcs(s.opts.Catalog.Printer(langs[0]))).Option("missingkey=error")
	for _, room := range rooms {
		if err := parseRoom(all, room); err != nil {
			return nil, err
		}
	}
	sets := map[facts.Lang]*pageSet{}
	for _, lang := range langs {
		copied, err := all.Clone()
		if err != nil {
			return nil, fmt.Errorf("templates in %s: %w", lang, err)
		}
		sets[lang] = &pageSet{all: copied.Funcs(s.funcs(s.opts.Catalog.Printer(lang)))}
	}
	return sets, nil
}

// parseRoom adds a room's files. A name defined twice would silently replace the
// first, so it is an error.
func parseRoom(all *template.Template, room Room) error {
	files, err := fs.Glob(room.Pages, "page/*.html")
	if err != nil {
		return err
	}
	for _, file := range files {
		raw, err := fs.ReadFile(room.Pages, file)
		if err != nil {
			return err
		}
		name := room.Name + "/" + strings.TrimSuffix(path.Base(file), ".html")
		alone, err := template.New(name).Funcs((&Site{}).funcs(nil)).Parse(string(raw))
		if err != nil {
			return fmt.Errorf("template %s: %w", name, err)
		}
		for _, t := range alone.Templates() {
			if all.Lookup(t.Name()) != nil {
				return fmt.Errorf("template %s defines %q again", name, t.Name())
			}
			if _, err := all.AddParseTree(t.Name(), t.Tree); err != nil {
				return fmt.Errorf("template %s: %w", name, err)
			}
		}
	}
	return nil
}

// funcs are the words templates may use, in one language.
func (s *Site) funcs(p printer) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) (string, error) { return speak(p, key, pairs) },
		"n":        func(v any) string { return p.N(v) },
		"percent":  func(share float64) string { return p.Percent(share) },
		"bytes":    func(size int64) string { return p.Bytes(size) },
		"date":     p.Date,
		"month":    p.Month,
		"moment":   p.Moment,
		"ago":      p.Ago,
		"span":     p.Span,
		"list":     p.List,
		"langname": func(lang facts.Lang) string { return p.LangName(lang) },
		"country":  func(c facts.Country) string { return p.Country(c) },
		"autonym":  i18n.Autonym,
		"dir":      i18n.Dir,
		"script":   i18n.Script,
		"langs":    func() []facts.Lang { return s.opts.Catalog.Langs() },
		"asset":    func(name string) (string, error) { return s.assets.href(name) },
		"absolute": s.Absolute,
		"options":  func() Options { return s.opts },
		"iso":      isoTime,
		"href":     href,
		"args":     args,
		"chip":     chip,
		"jsonld":   jsonLD,
	}
}

// speak fills a message with values given as name, value, name, value.
func speak(p printer, key string, pairs []any) (string, error) {
	values, err := args(pairs...)
	if err != nil {
		return "", fmt.Errorf("t %q: %w", key, err)
	}
	return p.T(key, values), nil
}

// args makes named values for a part: args "name" 1 "other" 2.
func args(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("want name and value by turns, got %d words", len(pairs))
	}
	values := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("name %v is no text", pairs[i])
		}
		values[name] = pairs[i+1]
	}
	return values, nil
}
