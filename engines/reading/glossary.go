package reading

import (
	"context"
	"iter"
	"slices"
	"strings"
)

// Glossary reads a table of terms, in one of two shapes: one language pair per
// row (columns sourceLang, targetLang, sourceString, targetString, optionally
// pos, description and id or stringID), or one column per language, named by
// its tag (en, fr, …). Several terms in one cell are parted by " : ".
func Glossary(ctx context.Context, src Source, opt Options) iter.Seq2[GlossaryEntry, error] {
	return func(yield func(GlossaryEntry, error) bool) {
		var take func(Record) (GlossaryEntry, bool)
		row := 0
		for r, err := range Records(ctx, src, opt) {
			if err == nil && take == nil && r.Err == nil {
				take, err = glossaryShape(r.Columns)
			}
			if err != nil {
				yield(GlossaryEntry{}, err)
				return
			}
			g, ok := GlossaryEntry{Err: r.Err}, true
			if r.Err == nil {
				g, ok = take(r)
			}
			if !ok {
				continue
			}
			row++
			g.Row, g.Line = row, r.Line
			if g.Err != nil {
				g.Err.Row, g.Err.Line = row, r.Line
			}
			if !yield(g, nil) {
				return
			}
		}
	}
}

// glossaryShape chooses by the header. What it returns says ok = false for a
// row that holds no term at all, such as the padding of an exported sheet.
func glossaryShape(columns []string) (func(Record) (GlossaryEntry, bool), error) {
	has := func(name string) bool {
		return slices.ContainsFunc(columns, func(c string) bool { return strings.EqualFold(c, name) })
	}
	if has("sourceString") && has("targetString") && has("sourceLang") && has("targetLang") {
		return pairEntry, nil
	}
	langs := map[string]string{}
	for _, c := range columns {
		if l := strings.ToLower(c); IsTag(c) && l != "id" && l != "pos" {
			langs[c] = Tag(c)
		}
	}
	// "id" is Indonesian beside other languages when a column before it is one.
	if i := slices.Index(columns, "id"); i > 0 && len(langs) > 0 {
		langs["id"] = "id"
	}
	if len(langs) < 2 {
		return nil, &Error{Code: CodeGlossaryColumns, Line: 1, Detail: map[string]string{"columns": strings.Join(columns, ", ")}}
	}
	return func(r Record) (GlossaryEntry, bool) { return wideEntry(r, langs) }, nil
}

func pairEntry(r Record) (GlossaryEntry, bool) {
	get := func(name string) string {
		v, _ := r.Get(name)
		return strings.TrimSpace(v)
	}
	from, to := get("sourceString"), get("targetString")
	if from == "" && to == "" {
		return GlossaryEntry{}, false
	}
	g := GlossaryEntry{
		ID:           firstOf(r, "id", "stringID"),
		SourceLang:   Tag(get("sourceLang")),
		PartOfSpeech: get("pos"),
		Description:  get("description"),
	}
	target := Tag(get("targetLang"))
	if from == "" || to == "" || g.SourceLang == "" || target == "" || target == g.SourceLang {
		g.Err = &Error{Code: CodeGlossaryTerm}
		return g, true
	}
	g.Terms = map[string][]string{g.SourceLang: splitTerms(from), target: splitTerms(to)}
	return g, true
}

func wideEntry(r Record, langs map[string]string) (GlossaryEntry, bool) {
	g := GlossaryEntry{Terms: map[string][]string{}, PartOfSpeech: firstOf(r, "pos"), Description: firstOf(r, "description", "definition", "note")}
	if _, ok := langs["id"]; !ok {
		g.ID = firstOf(r, "id")
	}
	for i, c := range r.Columns {
		lang, ok := langs[c]
		if !ok {
			continue
		}
		if g.SourceLang == "" {
			g.SourceLang = lang
		}
		if terms := splitTerms(r.Values[i]); len(terms) > 0 {
			g.Terms[lang] = terms
		}
	}
	switch len(g.Terms) {
	case 0:
		return g, false
	case 1:
		g.Err = &Error{Code: CodeGlossaryTerm}
	}
	return g, true
}

// splitTerms parts the terms of one cell.
func splitTerms(s string) []string {
	var out []string
	for _, t := range strings.Split(s, " : ") {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}
