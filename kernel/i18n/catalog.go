package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"sameboat/facts"
)

//go:embed text/*.json
var ownTexts embed.FS

// Args are the values a message names, by their name in the text.
type Args = map[string]any

// Catalog holds every message of every interface language. It does not change
// after Load and is safe for concurrent use.
type Catalog struct {
	langs    []facts.Lang        // the fallback first, the others in order of their code
	packs    map[facts.Lang]Pack // added by the operator
	texts    map[facts.Lang]map[string]entry
	printers map[facts.Lang]*Printer
	matcher  language.Matcher
}

// Load reads text/<lang>.json from each source, together with the texts of this
// package, into one catalog. The fallback language is the one a visitor gets who
// asks for none of ours. A key given twice for a language is an error. The
// languages of the interface are those this package itself speaks; texts in
// others wait until it does.
func Load(fallback facts.Lang, sources ...fs.FS) (*Catalog, error) {
	return join(fallback, append([]fs.FS{ownTexts}, sources...))
}

// join makes a catalog; its first source decides which languages there are.
func join(fallback facts.Lang, sources []fs.FS) (*Catalog, error) {
	c := &Catalog{texts: map[facts.Lang]map[string]entry{}, printers: map[facts.Lang]*Printer{}}
	for i, source := range sources {
		if err := c.read(source, i == 0); err != nil {
			return nil, fmt.Errorf("texts of source %d: %w", i, err)
		}
	}
	if c.texts[fallback] == nil {
		return nil, fmt.Errorf("no texts for the fallback language %q", fallback)
	}
	c.settle(fallback)
	return c, nil
}

// settle puts the languages in order and gives each its voice.
func (c *Catalog) settle(fallback facts.Lang) {
	for lang := range c.texts {
		c.langs = append(c.langs, lang)
	}
	slices.SortFunc(c.langs, func(a, b facts.Lang) int {
		switch {
		case a == fallback:
			return -1
		case b == fallback:
			return 1
		}
		return strings.Compare(string(a), string(b))
	})
	tags := make([]language.Tag, len(c.langs))
	for i, lang := range c.langs {
		tags[i] = tagOf(lang)
		c.printers[lang] = newPrinter(c, lang)
	}
	c.matcher = language.NewMatcher(tags)
}

func (c *Catalog) read(source fs.FS, own bool) error {
	files, err := fs.Glob(source, "text/*.json")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("no text/*.json")
	}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".json")
		lang := facts.LangOf(name)
		if string(lang) != name {
			return fmt.Errorf("%s: not named after a language", file)
		}
		raw, err := fs.ReadFile(source, file)
		if err != nil {
			return err
		}
		got, err := readTexts(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if c.texts[lang] == nil {
			if !own {
				continue
			}
			c.texts[lang] = map[string]entry{}
		}
		for key, m := range got {
			if _, twice := c.texts[lang][key]; twice {
				return fmt.Errorf("%s: %s is given twice", file, key)
			}
			c.texts[lang][key] = m
		}
	}
	return nil
}

// Langs lists the interface languages, the fallback first.
func (c *Catalog) Langs() []facts.Lang { return slices.Clone(c.langs) }

// Fallback is the language of a visitor who asks for none of ours.
func (c *Catalog) Fallback() facts.Lang { return c.langs[0] }

// Speaks reports whether the interface exists in lang.
func (c *Catalog) Speaks(lang facts.Lang) bool { return c.texts[lang] != nil }

// Has reports whether the key exists in any language.
func (c *Catalog) Has(key string) bool {
	for _, texts := range c.texts {
		if _, ok := texts[key]; ok {
			return true
		}
	}
	return false
}

// Printer gives the voice for a language, or that of the fallback for a
// language the interface does not speak.
func (c *Catalog) Printer(lang facts.Lang) *Printer {
	if p := c.printers[lang]; p != nil {
		return p
	}
	return c.printers[c.langs[0]]
}

// tagOf gives x/text's name for one of our languages.
func tagOf(lang facts.Lang) language.Tag { return language.Make(string(lang)) }
