package knowledge

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/web"
)

// reference is what a citation says of a resource in one language.
type reference struct {
	id       facts.ID
	lang     facts.Lang
	title    string
	authors  []string
	issuer   string
	date     string // 2020, 2020-03 or 2020-03-04: of the source, else of its publication here
	edition  int
	state    string
	url      string
	source   string
	accessed time.Time
	kind     string
}

func (m *Room) reference(r *Resource, lang facts.Lang, now time.Time) reference {
	_, words, _ := r.Variant(lang)
	date := cmp.Or(r.Edition.SourceDate, r.FirstPublished.Format(time.DateOnly))
	return reference{id: r.ID, lang: lang, title: words.Title, authors: r.Text.Authors, issuer: r.Edition.Issuer, date: date,
		edition: r.Edition.Number, state: r.State, url: m.site.Absolute(resourcePath(r.ID, lang, "")), source: r.Edition.SourceURL, accessed: now, kind: r.Edition.Kind}
}

// text is the citation for a person to copy. What is not to be followed says so.
func (c reference) text(p *i18n.Printer) string {
	var parts []string
	if len(c.authors) > 0 {
		parts = append(parts, strings.Join(c.authors, ", "))
	} else if c.issuer != "" {
		parts = append(parts, c.issuer)
	}
	title := c.title
	if c.edition > 1 {
		title += " (" + p.T("knowledge.cite.edition", i18n.Args{"number": c.edition}) + ")"
	}
	if c.state != Published {
		title += " [" + p.T("state."+c.state) + "]"
	}
	parts = append(parts, title)
	if len(c.authors) > 0 && c.issuer != "" {
		parts = append(parts, c.issuer)
	}
	if c.date != "" {
		parts = append(parts, c.date)
	}
	parts = append(parts, c.url+" ("+p.T("knowledge.cite.accessed", i18n.Args{"date": p.Date(c.accessed)})+")")
	return strings.Join(parts, ". ")
}

// citeFormats are the formats of a reference, by the last part of the address.
var citeFormats = []struct {
	name, label, mediaType, file string
	write                        func(reference) string
}{
	{"bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "bib", reference.bibTeX},
	{"ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris", reference.ris},
	{"csl-json", "CSL-JSON", "application/vnd.citationstyles.csl+json", "json", reference.cslJSON},
}

// note warns in a reference file, which is for machines and has one language,
// with the stable word of the state first.
func (c reference) note() string {
	switch c.state {
	case Published:
		return ""
	case ToReview:
		return c.state + ": nobody has reviewed it yet"
	case Historical:
		return c.state + ": kept for the record, not to be followed"
	case Superseded:
		return c.state + ": something newer takes its place, not to be followed"
	}
	return c.state + ": not to be followed"
}

// bibTeX escapes what TeX would act on; the rest is UTF-8.
func (c reference) bibTeX() string {
	var b strings.Builder
	fmt.Fprintf(&b, "@techreport{sameboat-%s,\n", c.id)
	field := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = {%s},\n", name, texEscape(value))
		}
	}
	field("title", c.title)
	field("author", strings.Join(c.authors, " and "))
	field("institution", c.issuer)
	if len(c.date) >= 4 {
		field("year", c.date[:4])
	}
	if len(c.date) >= 7 {
		field("month", strings.TrimPrefix(c.date[5:7], "0"))
	}
	if c.edition > 1 {
		field("number", fmt.Sprint(c.edition)) // a techreport has no edition
	}
	field("language", string(c.lang))
	field("note", c.note())
	field("url", c.url)
	field("urldate", c.accessed.Format(time.DateOnly))
	b.WriteString("}\n")
	return b.String()
}

var texSpecial = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `#`, `\#`, `&`, `\&`, `_`, `\_`, `$`, `\$`, `^`, `\^{}`, `~`, `\~{}`, "\n", " ")

func texEscape(s string) string { return texSpecial.Replace(s) }

// ris writes one record; a line break in a value would end its field.
func (c reference) ris() string {
	var b strings.Builder
	field := func(tag, value string) {
		if value != "" || tag == "ER" {
			fmt.Fprintf(&b, "%s  - %s\r\n", tag, strings.Join(strings.Fields(value), " "))
		}
	}
	field("TY", "RPRT")
	field("TI", c.title)
	for _, a := range c.authors {
		field("AU", a)
	}
	field("PB", c.issuer)
	if len(c.date) >= 4 {
		field("PY", c.date[:4])
		field("DA", strings.ReplaceAll(c.date, "-", "/"))
	}
	if c.edition > 1 {
		field("ET", fmt.Sprint(c.edition))
	}
	field("LA", string(c.lang))
	field("N1", c.note())
	field("UR", c.url)
	field("L1", c.source)
	field("ER", "")
	return b.String()
}

func (c reference) cslJSON() string {
	type name struct {
		Literal string `json:"literal"`
	}
	type when struct {
		Parts [][]int `json:"date-parts"`
	}
	item := struct {
		ID        string `json:"id"`
		Type      string `json:"type"`
		Title     string `json:"title"`
		Author    []name `json:"author,omitempty"`
		Publisher string `json:"publisher,omitempty"`
		Issued    *when  `json:"issued,omitempty"`
		Accessed  when   `json:"accessed"`
		Edition   string `json:"edition,omitempty"`
		Language  string `json:"language"`
		URL       string `json:"URL"`
		Note      string `json:"note,omitempty"`
	}{ID: "sameboat-" + c.id.String(), Type: "report", Title: c.title, Publisher: c.issuer, Language: string(c.lang), URL: c.url, Note: c.note(),
		Accessed: when{[][]int{{c.accessed.Year(), int(c.accessed.Month()), c.accessed.Day()}}}}
	for _, a := range c.authors {
		item.Author = append(item.Author, name{a})
	}
	if t, exact, err := parseDate(c.date); err == nil {
		known := map[int]int{4: 1, 7: 2, 10: 3}[exact] // year, month, day
		item.Issued = &when{[][]int{[]int{t.Year(), int(t.Month()), t.Day()}[:known]}}
	}
	if c.edition > 1 {
		item.Edition = fmt.Sprint(c.edition)
	}
	b, err := json.MarshalIndent([]any{item}, "", "  ")
	if err != nil {
		panic(err) // plain values only
	}
	return string(b) + "\n"
}

// sendCitation answers with a reference in one of the formats.
func (m *Room) sendCitation(w http.ResponseWriter, r *http.Request) error {
	res, err := m.fromPath(r)
	if err != nil {
		return err
	}
	v := web.VisitOf(r)
	i := slices.IndexFunc(citeFormats, func(f struct {
		name, label, mediaType, file string
		write                        func(reference) string
	}) bool {
		return f.name == r.PathValue("format")
	})
	if i < 0 || res.State == Withdrawn || res.Erased {
		return fault.New(fault.NotFound, "knowledge.resource.unknown", nil)
	}
	lang, err := m.chosen(r, res)
	if err != nil {
		return err
	}
	f := citeFormats[i]
	w.Header().Set("Content-Disposition", `attachment; filename="sameboat-`+res.ID.String()+"."+f.file+`"`)
	return web.Send(w, r, f.mediaType, true, []byte(f.write(m.reference(res, lang, v.Now))))
}

// jsonLD describes a resource in schema.org's words.
func (m *Room) jsonLD(r *Resource, lang facts.Lang) map[string]any {
	variant, words, _ := r.Variant(lang)
	kind := "Article"
	switch r.Edition.Kind {
	case "guideline", "protocol":
		kind = "MedicalGuideline"
	case "qa":
		kind = "QAPage"
	case "training":
		kind = "LearningResource"
	case "dataset":
		kind = "Dataset"
	}
	d := map[string]any{"@context": "https://schema.org", "@type": kind, "@id": m.site.Absolute("/r/" + r.ID.String()), "name": words.Title,
		"inLanguage": string(lang), "url": m.site.Absolute(resourcePath(r.ID, lang, "")), "version": r.Edition.Number,
		"datePublished": r.FirstPublished.Format(time.DateOnly), "dateModified": r.Updated.Format(time.DateOnly), "creativeWorkStatus": r.State}
	put := func(key, value string) {
		if value != "" {
			d[key] = value
		}
	}
	put("description", words.Summary)
	put("license", r.Edition.Licence)
	put("isBasedOn", r.Edition.SourceURL)
	put("expires", r.Edition.ReviewDue)
	if kind == "MedicalGuideline" {
		put("guidelineDate", r.Edition.SourceDate)
		if r.Edition.Certainty != "not_graded" {
			put("evidenceLevel", r.Edition.Certainty)
		}
	}
	if r.Edition.Issuer != "" {
		d["publisher"] = map[string]any{"@type": "Organization", "name": r.Edition.Issuer}
	}
	if len(r.Text.Authors) > 0 {
		d["author"] = r.Text.Authors
	}
	if variant.Origin != "original" && r.Edition.Original != lang {
		d["translationOfWork"] = map[string]any{"@id": m.site.Absolute(resourcePath(r.ID, r.Edition.Original, "")), "inLanguage": string(r.Edition.Original)}
	}
	if kind == "QAPage" {
		d["mainEntity"] = map[string]any{"@type": "Question", "name": words.Title, "acceptedAnswer": map[string]any{"@type": "Answer", "text": plainText(words.Body)}}
	}
	return d
}
