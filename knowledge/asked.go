package knowledge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

// unknownValues names what an address asks for that there cannot be: a language
// that is none, a value that a list of codes does not hold. It is nil when all
// is known.
func unknownValues(query url.Values) *fault.Fault {
	f := fault.New(fault.Invalid, "search.query.wrong", nil)
	for _, name := range []string{"qlang", "lang"} {
		if value := query.Get(name); value != "" && facts.LangOf(value) == "" {
			f.With(name, "knowledge.results.unknown-language", fault.Args{"value": clip(value), "name": name})
		}
	}
	for _, t := range filtersOf(query) {
		if !possible(t) {
			f.With(t.Dim, "knowledge.results.unknown", fault.Args{"value": clip(t.Value), "name": t.Dim})
		}
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

// possible reports whether anything could have a value.
func possible(t search.Tag) bool {
	switch t.Dim {
	case "issuer":
		return true
	case "language":
		return string(facts.LangOf(t.Value)) == t.Value
	case "country":
		_, ok := i18n.CountryByCode(t.Value)
		return ok && t.Value == strings.ToUpper(t.Value)
	case "year":
		return len(t.Value) == 4 && strings.Trim(t.Value, "0123456789") == ""
	}
	return known(t.Dim, t.Value)
}

// withoutUnknown gives an address without the values that a fault names.
func withoutUnknown(u *url.URL, unknown *fault.Fault) *url.URL {
	query := u.Query()
	tags := slices.DeleteFunc(filtersOf(query), possible)
	for _, field := range unknown.Fields {
		if field.Name == "qlang" || field.Name == "lang" {
			query.Del(field.Name)
		}
	}
	clean := &url.URL{Path: u.Path, RawQuery: query.Encode()}
	for _, t := range tags {
		cursor := clean.Query().Get("cursor")
		if clean, _ = url.Parse(without(clean, t.Dim, t.Value)); cursor != "" {
			clean, _ = url.Parse(with(clean, "cursor", cursor))
		}
	}
	return clean
}

// asking is what a page of results was asked, and what was wrong with it.
type asking struct {
	address *url.URL // without what is unknown
	query   search.Query
	notices []web.Notice
	refused bool // nothing can be found for it
}

// asked reads the address of a page of results. What is wrong is told above the
// results, or in place of them; the question stays in its box.
func (m *Room) asked(r *http.Request) asking {
	v := web.VisitOf(r)
	a := asking{address: r.URL}
	if unknown := unknownValues(r.URL.Query()); unknown != nil {
		a.address = withoutUnknown(r.URL, unknown)
		for _, field := range unknown.Fields {
			a.notices = append(a.notices, web.Notice{Tone: web.Wait, Text: v.T(field.Key, i18n.Args(field.Args)) + " " + v.T("knowledge.results.without")})
		}
	}
	query := a.address.Query()
	a.query = search.Query{Text: query.Get("q"), QLang: facts.LangOf(query.Get("qlang")), Reader: v.Reads(), Face: v.Lang, Filters: filtersOf(query),
		Limit: pageSize, After: query.Get("cursor")}
	return a
}

// refuse notes why a question cannot be asked; an error of another kind is
// given back.
func (a *asking) refuse(v *web.Visit, err error) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	a.refused = true
	f := fault.Of(err)
	for _, field := range f.Fields {
		a.notices = append(a.notices, web.Notice{Tone: web.Late, Text: v.T(field.Key, i18n.Args(field.Args))})
	}
	if len(f.Fields) == 0 {
		a.notices = append(a.notices, web.Notice{Tone: web.Late, Text: v.T(f.Key, i18n.Args(f.Args))})
	}
	return nil
}

// kept gives a refused question as its box can hold it again.
func (a *asking) kept() string {
	const most = 8 << 10 // bytes
	return strings.ToValidUTF8(a.query.Text[:min(len(a.query.Text), most)], "")
}
