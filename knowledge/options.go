package knowledge

import (
	"maps"
	"slices"
	"time"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
)

// Options set what an imported file does not say.
type Options struct {
	Actor     facts.ID          // who imports
	Owner     facts.ID          // the organisation that will own what comes in
	Source    string            // name of the source; empty: the file's name within what was named
	Map       map[string]string // column → field
	IDColumn  string            // the column that identifies a row
	Kind      string
	Lang      facts.Lang
	Issuer    string
	Licence   string
	State     string // empty: published
	Topics    []string
	Audiences []string
	Hazards   []string
	Countries []string
	URL       string                // source address of a document
	Date      string                // source date of a document
	Titles    map[facts.Lang]string // title of the one resource of a bilingual table
	Bilingual []facts.Lang          // columns of a table of aligned units, the original first
	Charset   string
	Sheet     string
	Sample    bool
}

func (o Options) withDefaults() Options {
	if o.State == "" {
		o.State = Published
	}
	return o
}

// blank is the edition an import starts every row from.
func (o Options) blank() Draft {
	d := Draft{Edition: facts.Edition{State: o.State, Owner: o.Owner, Source: o.Source, Kind: o.Kind, Issuer: o.Issuer, Licence: o.Licence,
		SourceURL: o.URL, SourceDate: o.Date, Certainty: "not_graded", Sample: o.Sample}}
	appendNew(&d.Edition.Topics, o.Topics)
	appendNew(&d.Edition.Audiences, o.Audiences)
	appendNew(&d.Edition.Hazards, o.Hazards)
	for _, c := range o.Countries {
		d.Edition.Countries = appendCountry(d.Edition.Countries, c, true)
	}
	return d
}

// langOf decides a row's language: what it says, what the options say, or what
// its text looks like.
func (o Options) langOf(said, text string) facts.Lang {
	if lang := facts.LangOf(said); lang != "" {
		return lang
	}
	if said != "" {
		return facts.Lang(said) // for Check to refuse
	}
	if o.Lang != "" {
		return o.Lang
	}
	return detectLang(text)
}

// Check says all that is wrong with options, field by field, or nil: before any
// file is read, and once instead of with every row.
func (o Options) Check(now time.Time) error {
	f := fault.New(fault.Invalid, "knowledge.import.bad_options", nil)
	d := o.withDefaults().blank()
	if d.Edition.Kind == "" {
		d.Edition.Kind = "public-info"
	}
	d.checkCodes(f)
	d.checkPlain(f, now)
	for _, column := range slices.Sorted(maps.Keys(o.Map)) {
		if field := o.Map[column]; fieldNamed(field) == "" {
			f.With("map", "knowledge.import.no_field", fault.Args{"field": clip(field)})
		}
	}
	if o.Lang != "" && facts.LangOf(string(o.Lang)) != o.Lang {
		f.With("lang", "knowledge.draft.bad_language", fault.Args{"text": clip(string(o.Lang))})
	}
	if err := reading.CheckCharset(o.Charset); err != nil {
		why := readingFault(err)
		f.With("charset", why.Key, why.Args)
	}
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}
