package knowledge

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// tongues are the languages in which a text may be begun in a form; a draft can
// bring any other.
var tongues = []facts.Lang{"am", "ar", "bn", "de", "en", "es", "fa", "fr", "ha", "hi", "id", "it", "ja", "km", "ko", "ku", "ln", "mg", "ms", "my", "ne", "om",
	"pl", "ps", "pt", "ro", "ru", "rw", "so", "sw", "ta", "th", "ti", "tr", "uk", "ur", "uz", "vi", "wo", "yo", "zh", "zh-Hant", "zu"}

// Tongues lists the languages in which a text may be begun in a form.
func Tongues() []facts.Lang { return slices.Clone(tongues) }

// writable lists the languages to write in, by their names.
func writable(v *web.Visit) []web.Option {
	list := make([]web.Option, len(tongues))
	for i, lang := range tongues {
		list[i] = web.Option{Value: string(lang), Text: v.Printer.LangName(lang)}
	}
	order := v.Printer.Order()
	slices.SortFunc(list, func(a, b web.Option) int { return order(a.Text, b.Text) })
	return list
}

// choice is a select of the codes of a vocabulary, all of them when none is given.
func choice(v *web.Visit, name, terms, value, says string, codes []string) web.Field {
	f := web.Field{Name: name, Type: "select", Label: v.T("knowledge.field." + name), Error: says, Required: true}
	for _, code := range codes {
		text := v.T("knowledge.field.none")
		if code != "" {
			text = v.T(terms + "." + code)
		}
		f.Options = append(f.Options, web.Option{Value: code, Text: text, Selected: code == value})
	}
	return f
}

// metaFields are the fields about the whole resource.
func metaFields(v *web.Visit, d Draft, says map[string]string) []web.Field {
	e := d.Edition
	text := func(name, value, kind string, most int) web.Field {
		hint := ""
		if v.Printer.Has("knowledge.field." + name + "-hint") {
			hint = v.T("knowledge.field." + name + "-hint")
		}
		return web.Field{Name: name, Type: kind, Label: v.T("knowledge.field." + name), Hint: hint, Value: value, Error: says[name], MaxLength: most, Rows: 3}
	}
	countries := make([]string, len(e.Countries))
	for i, c := range e.Countries {
		countries[i] = string(c)
	}
	return []web.Field{
		choice(v, "kind", "kind", e.Kind, says["kind"], Codes("kind")),
		choice(v, "certainty", "certainty", e.Certainty, says["certainty"], Codes("certainty")),
		choice(v, "strength", "strength", e.Strength, says["strength"], append([]string{""}, Codes("strength")...)),
		choice(v, "setting", "setting", e.Setting, says["setting"], append([]string{""}, Codes("setting")...)),
		text("issuer", e.Issuer, "text", maxIssuer),
		text("authors", strings.Join(d.Text.Authors, "\n"), "textarea", 0),
		text("countries", strings.Join(countries, ", "), "text", 0),
		text("licence", e.Licence, "text", maxField),
		text("source_url", e.SourceURL, "url", maxField),
		text("source_date", e.SourceDate, "text", 10),
		text("review_due", e.ReviewDue, "date", 10),
	}
}

// vocabularies are the sets of codes to tick.
func vocabularies(v *web.Visit, d Draft) (list []vocabulary) {
	for _, set := range []struct {
		name, terms string
		on          []string
	}{{"topics", "topic", d.Edition.Topics}, {"audiences", "audience", d.Edition.Audiences}, {"hazards", "hazard", d.Edition.Hazards}} {
		voc := vocabulary{Name: set.name, Title: v.T("knowledge.dim." + set.terms), Open: len(set.on) > 0}
		for _, code := range Codes(set.terms) {
			voc.Choices = append(voc.Choices, web.Facet{Value: code, Text: v.T(set.terms + "." + code), On: slices.Contains(set.on, code)})
		}
		list = append(list, voc)
	}
	return list
}

// readMeta reads the fields about the whole resource. What is no code is kept,
// for Draft.Check to name.
func readMeta(r *http.Request, d *Draft) {
	one := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	e := &d.Edition
	e.Kind, e.Certainty, e.Strength, e.Setting = one("kind"), one("certainty"), one("strength"), one("setting")
	e.Issuer, e.Licence, e.SourceURL, e.SourceDate, e.ReviewDue = one("issuer"), one("licence"), one("source_url"), one("source_date"), one("review_due")
	e.Topics, e.Audiences, e.Hazards = codes(r.PostForm["topics"]), codes(r.PostForm["audiences"]), codes(r.PostForm["hazards"])
	e.Countries = nil
	for _, code := range strings.FieldsFunc(one("countries"), func(c rune) bool { return c == ',' || c == ';' || c == ' ' || c == '،' || c == '、' || c == '，' }) {
		if country := facts.Country(strings.ToUpper(code)); !slices.Contains(e.Countries, country) {
			e.Countries = append(e.Countries, country)
		}
	}
	d.Text.Authors = nil
	for line := range strings.Lines(r.PostFormValue("authors")) {
		if name := strings.TrimSpace(line); name != "" {
			d.Text.Authors = append(d.Text.Authors, name)
		}
	}
}

// codes gives what was ticked, once each; none is nil, as imports write it.
func codes(list []string) (out []string) {
	for _, code := range list {
		if !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// Commit saves what somebody wrote and, by act, leaves it ("save"), sends it for
// review ("send") or makes it public ("publish"). The working copy is gone once
// the words are saved.
func (l *Library) Commit(ctx context.Context, actor identity.Actor, id facts.ID, d Draft, base int64, act string) (Written, error) {
	done, err := l.Save(ctx, actor, id, d, base)
	if err != nil {
		return done, err
	}
	if err := l.Drop(ctx, actor.Person, id); err != nil {
		return done, err
	}
	switch {
	case act == "send" && done.State == Drafted:
		return l.Send(ctx, actor, id, done.Version)
	case act == "publish" && !open(done.State):
		return l.Publish(ctx, actor, id, done.Version)
	}
	return done, nil
}

// Foretell tells what publishing a draft that the actor writes would make of it.
func (l *Library) Foretell(ctx context.Context, actor identity.Actor, e facts.Edition) (string, error) {
	posting, err := l.postingOf(ctx, e.Owner)
	if err != nil {
		return "", err
	}
	return Outcome(e, Posted{Actor: actor, Posting: posting, Wrote: true})
}

func (l *Library) postingOf(ctx context.Context, owner facts.ID) (identity.Posting, error) {
	if l.standing == nil {
		return identity.Unverified, nil
	}
	org, err := l.standing.Organisation(ctx, owner)
	return org.Posting, err
}

// outcomeLine says what publishing would do, and the word on the button; "" where
// it would only send for review.
func (m *Room) outcomeLine(r *http.Request, d Draft, cur Current, id facts.ID) (line, button string, err error) {
	v := web.VisitOf(r)
	state, err := m.library.Foretell(r.Context(), actorOf(r), d.Edition)
	if fault.Is(err, fault.Refused) {
		return v.T(fault.Of(err).Key), "", nil
	}
	if err != nil {
		return "", "", err
	}
	line = v.T("knowledge.edit.will-" + state)
	if state == InReview && Clinical(d.Edition.Kind) {
		line = v.T("knowledge.edit.will-second")
	}
	if state != InReview {
		button = v.T("knowledge.edit.publish")
	}
	return line, button, nil
}
