package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// fields are what a row can say of a resource, with the column names under
// which files in the field carry them. The first name is ours.
var fields = []struct {
	name  string
	known []string
}{
	{"id", []string{"id"}},
	{"title", []string{"title", "question", "questiontext", "q", "titre", "titulo", "título", "标题", "问题"}},
	{"body", []string{"body", "text", "answer", "answertext", "r", "content", "réponse", "respuesta", "正文", "内容", "答案"}},
	{"summary", []string{"summary", "description", "abstract", "résumé", "resumen", "摘要"}},
	{"lang", []string{"lang", "language", "langue", "idioma", "语言"}},
	{"original", []string{"original"}},
	{"origin", []string{"origin"}},
	{"kind", []string{"kind"}},
	{"state", []string{"state"}},
	{"topics", []string{"topics"}},
	{"audiences", []string{"audiences"}},
	{"hazards", []string{"hazards"}},
	{"countries", []string{"countries"}},
	{"place", []string{"country", "targetlocation", "pays"}}, // any name or code; what is no country is left out
	{"setting", []string{"setting"}},
	{"issuer", []string{"issuer", "sourcename", "source_name", "source", "s", "publisher"}},
	{"authors", []string{"authors", "author"}},
	{"licence", []string{"licence", "license"}},
	{"source_url", []string{"source_url", "sourceurl", "link", "url", "u"}},
	{"source_date", []string{"source_date", "sourcedate", "date", "last_update", "datelastchanged", "m"}},
	{"review_due", []string{"review_due"}},
	{"certainty", []string{"certainty"}},
	{"strength", []string{"strength"}},
}

// Field is what a row can say of a resource, with the names of columns that are
// taken for it.
type Field struct {
	Name    string
	Columns []string
}

// Fields lists what --map can name.
func Fields() (list []Field) {
	for _, f := range fields {
		list = append(list, Field{f.name, slices.Clone(f.known)})
	}
	return list
}

// fieldNamed gives our name of a field, which may be said by the short name
// that --set knows; "" when there is none.
func fieldNamed(said string) string {
	switch said {
	case "url", "date":
		said = "source_" + said
	}
	for _, f := range fields {
		if f.name == said {
			return said
		}
	}
	return ""
}

// columns maps our fields to the columns of one table.
type columns map[string]string

// mapColumns decides which column of a table is which field: what the caller
// said (--map column=field, either way round is not guessed), else by name.
func mapColumns(names []string, said map[string]string) (columns, error) {
	cols := columns{}
	for _, column := range slices.Sorted(maps.Keys(said)) {
		field := fieldNamed(said[column])
		if field == "" {
			return nil, fault.New(fault.Invalid, "knowledge.import.bad_map", nil).
				With("map", "knowledge.import.no_field", fault.Args{"field": clip(said[column])})
		}
		i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), column) })
		if i < 0 {
			return nil, fault.New(fault.Invalid, "knowledge.import.bad_map", nil).
				With("map", "knowledge.import.no_column", fault.Args{"column": clip(column), "columns": clip(strings.Join(names, ", "))})
		}
		cols[field] = names[i]
	}
	for _, f := range fields {
		if cols[f.name] != "" {
			continue
		}
		for _, alias := range f.known {
			if i := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), alias) }); i >= 0 && !cols.uses(names[i]) {
				cols[f.name] = names[i]
				break
			}
		}
	}
	if cols["title"] == "" || cols["body"] == "" {
		return nil, fault.New(fault.Invalid, "knowledge.import.bad_map", nil).
			With("map", "knowledge.import.need_title_body", fault.Args{"columns": clip(strings.Join(names, ", "))})
	}
	return cols, nil
}

func (c columns) uses(column string) bool {
	for _, used := range c {
		if used == column {
			return true
		}
	}
	return false
}

// row reads one record with the columns of its table.
type row struct {
	reading.Record
	cols columns
}

func (r row) get(field string) string {
	column, ok := r.cols[field]
	if !ok {
		return ""
	}
	v, _ := r.Get(column)
	return strings.TrimSpace(v)
}

func (r row) list(field string) []string { return splitList(r.get(field)) }

// splitList reads "a; b", "a|b" and "a, b".
func splitList(s string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ';' || c == '|' || c == ',' }) {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// draft makes the edition that a row describes, with the options standing in
// for what the row does not say.
func (r row) draft(o Options, now time.Time) Draft {
	d := o.blank()
	title, body := markdownOf(r.get("title")), markdownOf(r.get("body"))
	title = oneLine(title)
	or := func(to *string, field string) {
		if v := r.get(field); v != "" {
			*to = v
		}
	}
	e := &d.Edition
	or(&e.Kind, "kind")
	or(&e.State, "state")
	or(&e.Setting, "setting")
	or(&e.Issuer, "issuer")
	or(&e.Licence, "licence")
	or(&e.SourceURL, "source_url")
	or(&e.Certainty, "certainty")
	or(&e.Strength, "strength")
	or(&e.ReviewDue, "review_due")
	if e.Kind == "" {
		e.Kind = "public-info"
		if strings.HasPrefix(strings.ToLower(r.cols["title"]), "q") || r.cols["title"] == "问题" {
			e.Kind = "qa"
		}
	}
	// A column only guessed to be the date counts when it holds one.
	if date := dateOf(r.get("source_date")); isoDate.MatchString(date) || date != "" && strings.EqualFold(r.cols["source_date"], "source_date") {
		e.SourceDate = date
	}
	appendNew(&e.Topics, r.list("topics"))
	appendNew(&e.Audiences, r.list("audiences"))
	appendNew(&e.Hazards, r.list("hazards"))
	for _, c := range r.list("countries") {
		e.Countries = appendCountry(e.Countries, c, true)
	}
	for _, c := range r.list("place") {
		e.Countries = appendCountry(e.Countries, c, false)
	}
	d.Text.Authors = append(d.Text.Authors, splitAuthors(r.get("authors"))...)
	lang := o.langOf(r.get("lang"), title+"\n"+body)
	origin := r.get("origin")
	if origin == "" {
		origin = "original"
	}
	e.Original = lang
	if v := facts.LangOf(r.get("original")); v != "" {
		e.Original = v
		if v != lang && r.get("origin") == "" {
			origin = "human_translation"
		}
	}
	e.Variants = []facts.Variant{{Lang: lang, Origin: origin}}
	d.Text.Variants = map[facts.Lang]facts.VariantText{lang: {Title: title, Summary: oneLine(markdownOf(r.get("summary"))), Body: body}}
	e.Key = rowKey(r.get("id"), e.SourceURL, title)
	return d
}

// rowKey is the identity of a row within its source: its ID, else its source
// address and title. What is not an ID is hashed, because a title may name
// somebody and the key stays in the fact for good.
func rowKey(id, url, title string) string {
	if id != "" {
		return "id:" + id
	}
	sum := sha256.Sum256([]byte(url + "\n" + title))
	return "row:" + hex.EncodeToString(sum[:12])
}

var markup = regexp.MustCompile(`(?i)<(p|div|br|ul|ol|li|a|span|h[1-6]|table|strong|em|b|i|u|sup|sub|img|script|style|iframe|svg|blockquote|section)\b[^>]*>`)

// blocks are lines that only Markdown begins so.
var blocks = regexp.MustCompile(`(?m)^(#{1,6} |[-*+] |\d+[.)] |\|)`)

// markdownOf turns a cell that holds HTML into Markdown. Plain text stays, and
// so does Markdown that has a tag here and there: nothing of it is ever shown
// as markup.
func markdownOf(cell string) string {
	if !markup.MatchString(cell) || blocks.MatchString(cell) {
		return strings.TrimSpace(cell)
	}
	return strings.TrimSpace(reading.HTMLToMarkdown(cell))
}

// oneLine makes a title of what may hold line breaks.
//
// No-break spaces stay: they keep the signs of French at the words before them.
func oneLine(s string) string {
	words := strings.FieldsFunc(strings.TrimLeft(s, "# "), func(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' })
	return strings.TrimSpace(strings.Join(words, " "))
}

var dateShapes = []string{"2006-01-02", "2006/01/02", "2006/1/2", "02.01.2006", "2006-01", "2006", time.RFC3339, "2006-01-02 15:04:05", "2 January 2006", "January 2, 2006"}

// dateOf reads the dates that files in the field carry and writes 2006-01-02,
// 2006-01 or 2006. What is no date comes back as it is, for Check to refuse.
func dateOf(s string) string {
	if len(s) > 10 && (s[10] == 'T' || s[10] == ' ') {
		if _, err := time.Parse("2006-01-02", s[:10]); err == nil {
			return s[:10]
		}
	}
	if sec, err := strconv.ParseFloat(s, 64); err == nil && sec > 1e8 && sec < 1e10 {
		return time.Unix(int64(sec), 0).UTC().Format("2006-01-02") // Unix time
	}
	for _, shape := range dateShapes {
		t, err := time.Parse(shape, s)
		if err != nil {
			continue
		}
		switch shape {
		case "2006", "2006-01":
			return t.Format(shape)
		}
		return t.Format("2006-01-02")
	}
	return s
}

// appendCountry adds a country by code or by name in any of the six languages.
// An unknown one is kept for Check to refuse when strict, else left out.
func appendCountry(list []facts.Country, s string, strict bool) []facts.Country {
	c, ok := i18n.CountryByCode(s)
	if !ok {
		c, ok = i18n.FindCountry(s)
	}
	code := facts.Country(c.Code)
	if !ok {
		if !strict {
			return list
		}
		code = facts.Country(s)
	}
	if slices.Contains(list, code) {
		return list
	}
	return append(list, code)
}

func splitAuthors(s string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c == ';' || c == '|' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func appendNew(to *[]string, values []string) {
	for _, v := range values {
		if !slices.Contains(*to, v) {
			*to = append(*to, v)
		}
	}
}
