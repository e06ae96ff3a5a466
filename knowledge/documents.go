package knowledge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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

// maxFile bounds one file that is kept as an attachment.
const maxFile = 512 << 20 // bytes

// cardName is the file that makes one resource of a folder: beside it lies one
// Markdown or HTML file a language, named by its tag ("fr.md").
const cardName = "resource.json"

// groupFiles puts the files of a folder that has a resource.json together;
// every other file stands for itself.
func groupFiles(files []File) [][]File {
	folders := map[string]bool{}
	for _, f := range files {
		if path.Base(f.Name) == cardName {
			folders[path.Dir(f.Name)] = true
		}
	}
	return groupBy(files, func(f File) (string, bool) {
		dir := path.Dir(f.Name)
		return dir, folders[dir]
	})
}

// groupBy puts files with the same key together, each group in the place of its
// first file; a file without a key stands for itself.
func groupBy(files []File, key func(File) (string, bool)) [][]File {
	var groups [][]File
	place := map[string]int{}
	for _, f := range files {
		k, shared := key(f)
		i, ok := place[k]
		if !shared || !ok {
			i, groups = len(groups), append(groups, nil)
		}
		if shared {
			place[k] = i
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// files takes one group in: a table, a document, a bilingual table, or a folder
// with a card.
func (run *importRun) files(ctx context.Context, group []File) error {
	if i := slices.IndexFunc(group, func(f File) bool { return path.Base(f.Name) == cardName }); i >= 0 {
		return run.folder(ctx, group[i], slices.Delete(slices.Clone(group), i, i+1))
	}
	opened, err := group[0].Open()
	if err != nil {
		run.refuse(run.file, 0, fmt.Errorf("open: %w", err))
		return nil
	}
	defer opened.Close()
	src := reading.Source{Name: run.file, Body: opened, Size: run.size}
	format, err := src.Detect()
	if err != nil {
		run.refuse(run.file, 0, err)
		return nil
	}
	opt := run.readingOptions(format)
	switch format {
	case reading.FormatText, reading.FormatMarkdown, reading.FormatHTML, reading.FormatDOCX, reading.FormatPDF:
		return run.document(ctx, src, opt)
	}
	if len(run.o.Bilingual) > 0 {
		return run.bilingual(ctx, reading.Records(ctx, src, opt))
	}
	return run.table(ctx, reading.Records(ctx, src, opt), format != reading.FormatJSON && format != reading.FormatJSONL)
}

func (run *importRun) readingOptions(format reading.Format) reading.Options {
	return reading.Options{Format: format, Charset: run.o.Charset, Sheet: run.o.Sheet, Limits: run.l.limits, Progress: func(n int64) {
		run.read = n
		run.tell(false)
	}}
}

// document makes one resource of one file and keeps the file when it is not
// plain text itself.
func (run *importRun) document(ctx context.Context, src reading.Source, opt reading.Options) error {
	doc, err := reading.ReadDocument(ctx, src, opt)
	if err != nil && !keepsFile(err) {
		run.Read++
		run.refuse(run.file, lineOf(err), err)
		return nil
	}
	if err != nil {
		// The text cannot be had here, but the file is worth keeping.
		run.refuse(run.file, 0, err)
		doc = &reading.Document{Title: strings.TrimSuffix(path.Base(run.file), path.Ext(run.file))}
	}
	run.note(run.file, doc.Warnings)
	d := run.documentRow(doc).draft(run.o, run.l.now())
	if d.Edition.Kind == "" {
		d.Edition.Kind = "public-info"
	}
	if opt.Format == reading.FormatPDF || opt.Format == reading.FormatDOCX {
		if err := run.attach(ctx, &d, src, opt.Format); err != nil {
			return err
		}
	}
	return run.add(ctx, d, 0)
}

// note keeps what a reader passed over in a document that was taken all the
// same.
func (run *importRun) note(file string, warnings []reading.Warning) {
	for _, w := range warnings {
		run.noteFault(file, w.Line, readingFault(&reading.Error{Code: w.Code, Line: w.Line, Detail: w.Detail}))
	}
}

func (run *importRun) noteFault(file string, line int, why *fault.Fault) {
	if len(run.Notes) < maxRefusals {
		run.Notes = append(run.Notes, Refusal{File: file, Line: line, Fault: why})
	}
}

// keepsFile reports whether a document whose text cannot be read is taken as a
// file without text: the tool is missing, or a scan holds no letters.
func keepsFile(err error) bool {
	switch reading.CodeOf(err) {
	case reading.CodePDFToTextMissing, reading.CodePDFToTextTimeout, reading.CodePDFNoText, reading.CodePDFGarbage:
		return true
	}
	return false
}

// documentRow gives a document's own words about itself the shape of a row.
func (run *importRun) documentRow(doc *reading.Document) row {
	title := doc.Title
	if title == "" && len(doc.Headings) > 0 {
		title = doc.Headings[0].Text
	}
	if title == "" {
		title = strings.TrimSuffix(path.Base(run.file), path.Ext(run.file))
	}
	r := row{cols: columns{}}
	set := func(name, value string) {
		if value == "" {
			return
		}
		r.Columns, r.Values, r.cols[name] = append(r.Columns, name), append(r.Values, value), name
	}
	for _, f := range fields {
		switch f.name {
		case "title", "body", "lang":
			continue
		}
		for _, key := range append([]string{f.name}, f.known...) {
			if v := doc.Meta[key]; len(v) > 0 {
				set(f.name, strings.Join(v, "; "))
				break
			}
		}
	}
	set("title", title)
	set("body", doc.Markdown)
	set("lang", doc.Lang)
	return r
}

// mediaTypes are those of the formats that are kept as files.
var mediaTypes = map[reading.Format]string{
	reading.FormatPDF:  "application/pdf",
	reading.FormatDOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

func (run *importRun) attach(ctx context.Context, d *Draft, src reading.Source, format reading.Format) error {
	hash, size, err := run.l.blobs.Put(ctx, io.NewSectionReader(src.Body, 0, src.Size), maxFile)
	if err != nil {
		return err
	}
	d.Edition.Variants[0].Files = []facts.File{{Hash: hash, Type: mediaTypes[format], Size: size}}
	d.Text.FileNames = map[facts.Hash]string{hash: safeName(run.file)}
	return nil
}

// safeName keeps the last part of a file's name, without anything that means
// something to a shell, a path or a header.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?/\`, r) || r == '\u202e' || r == '\u202d' {
			return '_'
		}
		return r
	}, name)
	if name == "" || name == "." || name == ".." {
		return "file"
	}
	return clip(name)
}

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
		run.refuse(run.file, 0, fault.Wrap(fault.Invalid, "knowledge.import.bad_card", err))
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
			run.refuse(f.Name, lineOf(err), err)
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
	return run.add(ctx, d, 0)
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

// lineOf gives the line a reader's error names.
func lineOf(err error) int {
	var e *reading.Error
	if errors.As(err, &e) {
		return e.Line
	}
	return 0
}

// readingFault gives an error of engines/reading a message for people; its code
// is the last part of the key.
func readingFault(err error) *fault.Fault {
	var e *reading.Error
	if !errors.As(err, &e) {
		return fault.Of(err)
	}
	args := fault.Args{"line": e.Line, "row": e.Row, "column": e.Column}
	for k, v := range e.Detail {
		args[k] = v
	}
	return &fault.Fault{Kind: fault.Invalid, Key: "knowledge.reading." + string(e.Code), Args: args, Err: err}
}

// withColumn adds one column → field to what the caller said.
func withColumn(said map[string]string, column, field string) map[string]string {
	said = maps.Clone(said)
	if said == nil {
		said = map[string]string{}
	}
	said[column] = field
	return said
}
