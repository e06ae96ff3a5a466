package knowledge

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
)

// card is what resource.json may say: the fields of a row, lists as lists.
type card struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	State      string   `json:"state"`
	Original   string   `json:"original_language"`
	Topics     []string `json:"topics"`
	Audiences  []string `json:"audiences"`
	Hazards    []string `json:"hazards"`
	Countries  []string `json:"countries"`
	Setting    string   `json:"setting"`
	Issuer     string   `json:"issuer"`
	Authors    []string `json:"authors"`
	Licence    string   `json:"licence"`
	SourceURL  string   `json:"source_url"`
	SourceDate string   `json:"source_date"`
	ReviewDue  string   `json:"review_due"`
	Sample     bool     `json:"sample"`
	Evidence   struct {
		Certainty string `json:"certainty"`
		Strength  string `json:"strength"`
	} `json:"evidence"`
}

// folder makes one resource of a card and the documents beside it, one a
// language.
func (run *importRun) folder(ctx context.Context, cardFile File, docs []File) error {
	run.file, run.size = cardFile.Name, cardFile.Size
	c, unknown, err := readCard(cardFile)
	if err != nil {
		run.Read++
		run.refuse(run.file, place{}, fault.Wrap(fault.Invalid, "knowledge.import.bad_card", err))
		return nil
	}
	for _, field := range unknown {
		run.noteFault(run.file, 0, fault.New(fault.Invalid, "knowledge.import.card_field",
			fault.Args{"field": clip(field), "known": strings.Join(cardFields(), ", ")}))
	}
	d := c.draft(run.o)
	if c.ID == "" { // the folder's name tells cards apart
		d.Edition.Key = rowKey("", c.SourceURL, path.Base(path.Dir(cardFile.Name)))
	}
	for _, f := range docs {
		words, origin, lang, err := run.variant(ctx, f)
		if err != nil {
			run.refuse(f.Name, place{line: lineOf(err)}, err)
			continue
		}
		if origin == "" {
			origin = "human_translation"
			if lang == d.Edition.Original {
				origin = "original"
			}
		}
		d.Edition.Variants = append(d.Edition.Variants, facts.Variant{Lang: lang, Origin: origin})
		d.Text.Variants[lang] = words
	}
	slices.SortFunc(d.Edition.Variants, func(a, b facts.Variant) int { return compareLang(d.Edition.Original, a.Lang, b.Lang) })
	return run.add(ctx, pending{draft: d, file: run.file, document: true})
}

// maxCard bounds a resource.json.
const maxCard = 1 << 20 // bytes

// readCard reads a resource.json and names the fields in it that are not ours.
func readCard(f File) (c card, unknown []string, err error) {
	opened, err := f.Open()
	if err != nil {
		return c, nil, err
	}
	defer opened.Close()
	raw, err := io.ReadAll(io.NewSectionReader(opened, 0, min(f.Size, maxCard)))
	if err != nil {
		return c, nil, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, nil, err
	}
	said := struct {
		top      map[string]json.RawMessage
		Evidence map[string]json.RawMessage `json:"evidence"`
	}{}
	if err := errors.Join(json.Unmarshal(raw, &said.top), json.Unmarshal(raw, &said)); err != nil {
		return c, nil, err
	}
	for name := range said.Evidence {
		said.top["evidence."+name] = nil
	}
	delete(said.top, "evidence")
	known := cardFields()
	return c, slices.DeleteFunc(slices.Sorted(maps.Keys(said.top)), func(name string) bool { return slices.Contains(known, strings.ToLower(name)) }), nil
}

// cardFields names all that a resource.json may say.
func cardFields() (names []string) {
	t := reflect.TypeFor[card]()
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("json")
		if inner := t.Field(i).Type; inner.Kind() == reflect.Struct {
			for k := range inner.NumField() {
				names = append(names, name+"."+inner.Field(k).Tag.Get("json"))
			}
			continue
		}
		names = append(names, name)
	}
	return names
}

func (c card) draft(o Options) Draft {
	d := o.blank()
	e := &d.Edition
	for to, v := range map[*string]string{&e.Kind: c.Kind, &e.State: c.State, &e.Setting: c.Setting, &e.Issuer: c.Issuer, &e.Licence: c.Licence,
		&e.SourceURL: c.SourceURL, &e.SourceDate: c.SourceDate, &e.ReviewDue: c.ReviewDue, &e.Certainty: c.Evidence.Certainty} {
		if v != "" {
			*to = v
		}
	}
	if e.Kind == "" {
		e.Kind = "public-info"
	}
	e.Strength, e.Original, e.Sample = c.Evidence.Strength, facts.LangOf(c.Original), e.Sample || c.Sample
	appendNew(&e.Topics, c.Topics)
	appendNew(&e.Audiences, c.Audiences)
	appendNew(&e.Hazards, c.Hazards)
	for _, country := range c.Countries {
		e.Countries = appendCountry(e.Countries, country, true)
	}
	e.Key = rowKey(c.ID, "", "")
	d.Text.Authors, d.Text.Variants = c.Authors, map[facts.Lang]facts.VariantText{}
	return d
}

// variant reads one language of a folder; its tag is the name of the file, the
// front matter, or what the text looks like.
func (run *importRun) variant(ctx context.Context, f File) (words facts.VariantText, origin string, lang facts.Lang, err error) {
	opened, err := f.Open()
	if err != nil {
		return words, "", "", err
	}
	defer opened.Close()
	src := reading.Source{Name: f.Name, Body: opened, Size: f.Size}
	format, err := src.Detect()
	if err != nil {
		return words, "", "", err
	}
	doc, err := reading.ReadDocument(ctx, src, run.readingOptions(format))
	if err != nil {
		return words, "", "", err
	}
	run.note(f.Name, doc.Warnings)
	first := func(key string) string { return strings.Join(doc.Meta[key], " ") }
	said := doc.Lang
	if said == "" {
		said = strings.TrimSuffix(path.Base(f.Name), path.Ext(f.Name))
	}
	words = facts.VariantText{Title: oneLine(doc.Title), Summary: oneLine(first("summary")), Body: doc.Markdown}
	return words, first("origin"), run.o.langOf(string(facts.LangOf(said)), doc.Title+"\n"+doc.Markdown), nil
}
