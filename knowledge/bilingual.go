package knowledge

import (
	"context"
	"iter"
	"path"
	"strings"

	"sameboat/engines/prose"
	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
)

// styleColumns are the names under which a table of aligned units says what
// each unit is: T1, T2 … a heading of that level, P a paragraph, L a list item.
var styleColumns = []string{"style", "type", "样式"}

// bilingual makes one resource of a table whose rows hold the same text in
// several languages, with passages that are aligned row by row.
func (run *importRun) bilingual(ctx context.Context, records iter.Seq2[reading.Record, error]) error {
	var units []prose.Unit
	for record, err := range records {
		if err != nil {
			run.refuse(run.file, place{line: lineOf(err)}, err)
			return nil
		}
		if record.Err != nil {
			run.refuse(run.file, place{line: record.Line}, record.Err)
			return nil // half a document is no document
		}
		u, err := run.alignedUnit(record)
		if err != nil {
			run.refuse(run.file, place{line: record.Line}, err)
			return nil
		}
		if len(u.Text) > 0 {
			units = append(units, u)
		}
	}
	langs := make([]string, len(run.o.Bilingual))
	for i, lang := range run.o.Bilingual {
		langs[i] = string(lang)
	}
	bodies := prose.SplitAligned(langs, units)
	d := run.o.blank()
	if d.Edition.Kind == "" {
		d.Edition.Kind = "public-info"
	}
	d.Edition.Original = run.o.Bilingual[0]
	d.Text.Variants = map[facts.Lang]facts.VariantText{}
	for i, lang := range run.o.Bilingual {
		origin := "human_translation"
		if i == 0 {
			origin = "original"
		}
		d.Edition.Variants = append(d.Edition.Variants, facts.Variant{Lang: lang, Origin: origin})
		d.Text.Variants[lang] = facts.VariantText{Title: run.bilingualTitle(lang), Body: bodies[string(lang)].Markdown}
	}
	d.Edition.Key = rowKey("", d.Edition.SourceURL, path.Base(run.file))
	return run.add(ctx, pending{draft: d, file: run.file, document: true})
}

// bilingualTitle is the title said for a language, else the file's name: the
// table itself has none.
func (run *importRun) bilingualTitle(lang facts.Lang) string {
	if t := run.o.Titles[lang]; t != "" {
		return t
	}
	return strings.TrimSuffix(path.Base(run.file), path.Ext(run.file))
}

func (run *importRun) alignedUnit(record reading.Record) (prose.Unit, error) {
	u := prose.Unit{Text: map[string]string{}}
	for _, lang := range run.o.Bilingual {
		text, ok := record.Get(string(lang))
		if !ok {
			return u, fault.New(fault.Invalid, "knowledge.import.bad_map", nil).
				With("bilingual", "knowledge.import.no_column", fault.Args{"column": string(lang), "columns": clip(strings.Join(record.Columns, ", "))})
		}
		if text = strings.TrimSpace(text); text != "" {
			u.Text[string(lang)] = text
		}
	}
	for _, name := range styleColumns {
		if style, ok := record.Get(name); ok {
			u.Style = strings.TrimSpace(style)
			break
		}
	}
	return u, nil
}
