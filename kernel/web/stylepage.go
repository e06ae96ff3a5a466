package web

import (
	"net/http"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// Sheet is what the style page shows: every component with sample contents, in
// the reader's language.
type Sheet struct {
	Colours          []string
	Scripts          []facts.Lang
	Big, Plain       Question
	Chips            []Chip
	Notices          []Notice
	Fields           []Field
	SignIn, SetUp    []Field
	Facets           Facets
	Hits             []Hit
	Pager, FirstPage Pager
	Tabs             Tabs
	Prose            Passage
	Beside           SideBySide
	Contents         []Content
	Citation         Citation
	Files            []File
	History          []Step
	Details          []Detail
	Figures          []Figure
	Table            Table
	Progress         []Progress
	Empty            Empty
	Troubles         []TitledTrouble
}

// TitledTrouble is one kind of fault page with its title.
type TitledTrouble struct {
	Title string
	Trouble
}

// showStyle is the living style page.
func showStyle(w http.ResponseWriter, r *http.Request) error {
	v := VisitOf(r)
	say := sampler{v}
	sheet := &Sheet{
		Colours: []string{"paper", "sheet", "ink", "quiet", "line", "edge", "sea", "sea-soft", "sun", "sun-soft", "coral", "coral-soft", "deep"},
		Scripts: []facts.Lang{"ar", "en", "es", "fr", "ru", "zh", "zh-Hant", "ur", "ps", "fa", "hi", "bn", "ne", "km", "my", "sw", "so", "am", "ti", "pt"},
	}
	say.signs(sheet)
	say.forms(sheet)
	say.finding(sheet)
	say.reading(sheet)
	say.showing(sheet)
	for kind := fault.Internal; kind <= fault.Busy; kind++ {
		f := fault.New(kind, "fault.internal", nil)
		if kind == fault.Invalid {
			f.With(say.t("form.title"), "web.style.form.title-error", nil)
		}
		sheet.Troubles = append(sheet.Troubles, TitledTrouble{v.T("web.fault." + kind.String() + ".title"), newTrouble(v, f, StatusOf(f))})
	}
	return Render(w, r, http.StatusOK, "web/style", Page{Title: say.t("title"), NoIndex: true, Data: sheet})
}

// sampler says the sample texts of the style page.
type sampler struct{ *Visit }

func (s sampler) t(key string) string { return s.T("web.style." + key) }

// other is the language set beside the page's own.
func (s sampler) other() facts.Lang {
	for _, lang := range []facts.Lang{"zh", "en"} {
		if lang != s.Lang && s.site.opts.Catalog.Speaks(lang) {
			return lang
		}
	}
	return s.Lang
}

// in says a sample text in another language.
func (s sampler) in(lang facts.Lang, key string) string {
	return s.site.opts.Catalog.Printer(lang).T("web.style." + key)
}

func (s sampler) signs(sheet *Sheet) {
	ask := Question{Action: "/style", Label: s.t("ask.label"), Placeholder: s.t("ask.placeholder"), Submit: s.t("ask.submit")}
	sheet.Plain = ask
	sheet.Plain.Value, sheet.Plain.Lang = s.t("ask.typed"), s.Lang
	sheet.Plain.Label = s.t("ask.submit")
	ask.Big = true
	for _, lang := range s.site.opts.Catalog.Langs() {
		ask.Try = append(ask.Try, Action{Text: s.in(lang, "ask.placeholder"), Href: "/style", Lang: lang})
	}
	sheet.Big = ask
	tones := []struct{ tone, name string }{{Plain, "plain"}, {Good, "good"}, {Wait, "wait"}, {Late, "late"}}
	for _, tone := range tones {
		sheet.Chips = append(sheet.Chips, Chip{Tone: tone.tone, Text: s.t("chip." + tone.name)})
		notice := Notice{Tone: tone.tone, Title: s.t("notice." + tone.name + ".title"), Text: s.t("notice." + tone.name + ".text")}
		if tone.tone == Wait {
			notice.Actions = []Action{{Text: s.t("notice.act"), Href: "/style"}}
		}
		sheet.Notices = append(sheet.Notices, notice)
	}
	sheet.Progress = []Progress{
		{Label: s.t("progress.label"), Done: 1530, Total: 2261, Note: s.t("progress.note")},
		{Label: s.t("progress.label")},
	}
	sheet.Empty = Empty{
		Title: s.t("empty.title"), Text: s.t("empty.text"), Command: s.t("empty.command"), Steps: []string{s.t("empty.step1"), s.t("empty.step2"), s.t("empty.step3")},
		Actions: []Action{{Text: s.t("empty.act"), Href: "/style", Primary: true}},
	}
}

func (s sampler) forms(sheet *Sheet) {
	kinds := []Option{{Value: "protocol", Text: s.t("facet.protocol"), Selected: true}, {Value: "checklist", Text: s.t("facet.checklist")}}
	sheet.Fields = []Field{
		{Name: "title", Label: s.t("form.title"), Hint: s.t("form.title-hint"), Value: s.t("hit.title"), Required: true, MaxLength: 120},
		{Name: "wrong", Label: s.t("form.title"), Hint: s.t("form.title-hint"), Error: s.t("form.title-error"), Required: true},
		{Name: "summary", Label: s.t("form.summary"), Type: "textarea", Rows: 3},
		{Name: "kind", Label: s.t("form.kind"), Type: "select", Options: kinds, Required: true},
		{Name: "file", Label: s.t("form.file"), Type: "file"},
		{Name: "agree", Label: s.t("form.agree"), Type: "checkbox", On: true},
	}
	email := Field{Name: "email", Label: s.t("signin.email"), Type: "email", Autocomplete: "username", Required: true}
	password := Field{Name: "password", Label: s.t("signin.password"), Type: "password", Autocomplete: "current-password", Required: true, Error: s.t("signin.wrong")}
	sheet.SignIn = []Field{email, password}
	email.Name, password.Name, password.Error = "new-email", "new-password", ""
	password.Hint, password.Autocomplete = s.t("signin.password-hint"), "new-password"
	sheet.SetUp = []Field{{Name: "name", Label: s.t("signin.name"), Autocomplete: "name", Required: true}, email, password}
}

func (s sampler) finding(sheet *Sheet) {
	other := s.other()
	langs := func(current facts.Lang) (list []Action) {
		for _, lang := range []facts.Lang{"zh", "en", "fr", "ar"} {
			list = append(list, Action{Text: i18n.Autonym(lang), Href: "/style", Lang: lang, Current: lang == current})
		}
		return list
	}
	found := func(lang facts.Lang) []Span {
		return []Span{{Text: s.in(lang, "hit.before")}, {Text: s.in(lang, "hit.hit"), Hit: true}, {Text: s.in(lang, "hit.after")}}
	}
	meta := []string{s.t("facet.protocol"), s.t("hit.issuer"), s.Printer.Date(s.Now)}
	why := []Reason{{Text: s.t("hit.why1")}, {Text: s.t("hit.why2")}, {Text: s.t("hit.but"), But: true}}
	sheet.Hits = []Hit{
		{Sub: true, Title: s.t("hit.title"), Href: "/style", Lang: s.Lang, Meta: meta, Langs: langs(s.Lang), Passage: found(s.Lang), Chips: sheet.Chips[1:2], Why: why},
		{Sub: true, Title: s.in(other, "hit.title"), Href: "/style", Lang: other, Meta: meta, Langs: langs(other), Passage: found(other), Chips: sheet.Chips[2:3], Beside: "/style", Why: why},
		{Sub: true, Title: s.t("hit.other"), Href: "/style", Lang: s.Lang, Meta: meta[:2], Warning: s.t("notice.wait.title") + " " + s.t("notice.wait.text"), Passage: found(s.Lang), Langs: langs("")},
	}
	sheet.Pager = Pager{Prev: "/style?page=1", Next: "/style?page=3", From: 11, To: 20, Total: 1734}
	sheet.FirstPage = Pager{Next: "/style?page=2", From: 1, To: 10, Total: 1734}
	language := FacetGroup{Name: "language", Title: s.t("facet.language"), MoreHref: "/style"}
	for i, lang := range []facts.Lang{"en", "zh", "fr", "ar", "sw"} {
		language.Items = append(language.Items, Facet{Value: string(lang), Text: s.Printer.LangName(lang), Count: 1320 / (i*i + 1)})
	}
	sheet.Facets = Facets{Action: "/style", On: 1, Clear: "/style", Groups: []FacetGroup{
		{Name: "kind", Title: s.t("facet.kind"), Items: []Facet{
			{Value: "protocol", Text: s.t("facet.protocol"), Count: 812, On: true}, {Value: "checklist", Text: s.t("facet.checklist"), Count: 64},
			{Value: "experience", Text: s.t("facet.experience"), Count: 9},
		}},
		{Name: "topic", Title: s.t("facet.topic"), Items: []Facet{
			{Value: "triage", Text: s.t("facet.triage"), Count: 112}, {Value: "infection", Text: s.t("facet.infection"), Count: 96},
		}},
		language,
	}}
}
