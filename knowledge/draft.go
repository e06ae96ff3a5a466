package knowledge

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// Bounds of what one resource may hold.
const (
	maxTitle    = 500      // characters
	maxSummary  = 5_000    // characters
	maxBody     = 4 << 20  // bytes
	maxTags     = 60       // codes per vocabulary
	maxVariants = 80       // languages
	maxField    = 1_000    // characters of any other field
	maxIssuer   = 500      // characters; it is filtered by, and PostgreSQL bounds the rows of an index
	maxSource   = 255      // characters; with the key it is the identity of a row, under the same bound
	maxKey      = 300      // characters
	maxEdition  = 16 << 20 // bytes of all words together
	maxAuthors  = 200      // names
	aheadYears  = 20       // how far a date may lie ahead
)

// Draft is an edition somebody wants to write: what will be the fact and its
// words. Number, Content and the passages of the words are filled by Write.
type Draft struct {
	Edition facts.Edition
	Text    facts.EditionText
	// Rows says, where somebody has laid a translation beside its original by hand,
	// which anchors of the original each of its passages stands beside.
	Rows map[facts.Lang]map[string][]string `json:",omitempty"`
}

var isoDate = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// size is how many bytes of words a draft holds.
func (d *Draft) size() int {
	n := 0
	for _, words := range d.Text.Variants {
		n += len(words.Title) + len(words.Summary) + len(words.Body)
	}
	return n
}

// Check says all that is wrong with a draft, field by field, or nil. now bounds
// dates that lie absurdly far ahead.
func (d *Draft) Check(now time.Time) error {
	f := fault.New(fault.Invalid, "knowledge.draft.invalid", nil)
	d.checkCodes(f)
	d.checkPlain(f, now)
	d.checkVariants(f)
	if len(f.Fields) == 0 {
		return nil
	}
	return f
}

func (d *Draft) checkCodes(f *fault.Fault) {
	e := &d.Edition
	one := func(field, vocabulary, code string, required bool) {
		if code == "" && !required {
			return
		}
		if !known(vocabulary, code) {
			f.With(field, "knowledge.draft.unknown_code", fault.Args{"code": clip(code), "known": strings.Join(Codes(vocabulary), ", ")})
		}
	}
	many := func(field, vocabulary string, codes []string) {
		if len(codes) > maxTags {
			f.With(field, "knowledge.draft.too_many", fault.Args{"max": maxTags})
			return
		}
		for _, code := range codes {
			one(field, vocabulary, code, true)
		}
	}
	one("kind", "kind", e.Kind, true)
	one("setting", "setting", e.Setting, false)
	one("certainty", "certainty", e.Certainty, true)
	one("strength", "strength", e.Strength, false)
	many("topics", "topic", e.Topics)
	many("audiences", "audience", e.Audiences)
	many("hazards", "hazard", e.Hazards)
	if len(e.Countries) > 250 {
		f.With("countries", "knowledge.draft.too_many", fault.Args{"max": 250})
		return
	}
	for _, c := range e.Countries {
		if _, ok := i18n.CountryByCode(string(c)); !ok {
			f.With("countries", "knowledge.draft.unknown_country", fault.Args{"code": clip(string(c))})
		}
	}
	switch e.State {
	case Drafted, InReview, ToReview, Published, Historical:
	default:
		f.With("state", "knowledge.draft.unknown_code", fault.Args{"code": clip(e.State), "known": "draft, in_review, published, historical"})
	}
}

func (d *Draft) checkPlain(f *fault.Fault, now time.Time) {
	e := &d.Edition
	checkText(f, "issuer", e.Issuer, maxIssuer)
	checkText(f, "licence", e.Licence, maxField)
	checkText(f, "source_url", e.SourceURL, maxField)
	checkText(f, "source", e.Source, maxSource)
	checkText(f, "id", e.Key, maxKey)
	if e.SourceURL != "" {
		u, err := url.Parse(e.SourceURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			f.With("source_url", "knowledge.draft.bad_url", fault.Args{"text": clip(e.SourceURL)})
		}
	}
	for _, date := range [][2]string{{"source_date", e.SourceDate}, {"review_due", e.ReviewDue}} {
		if date[1] != "" && !realDate(date[1], now) {
			f.With(date[0], "knowledge.draft.bad_date", fault.Args{"text": clip(date[1])})
		}
	}
	if len(d.Text.Authors) > maxAuthors {
		f.With("authors", "knowledge.draft.too_many", fault.Args{"max": maxAuthors})
	}
	for _, a := range d.Text.Authors {
		checkText(f, "authors", a, maxField)
	}
}

func (d *Draft) checkVariants(f *fault.Fault) {
	e := &d.Edition
	if len(e.Variants) == 0 {
		f.With("lang", "knowledge.draft.no_language", nil)
		return
	}
	if len(e.Variants) > maxVariants {
		f.With("lang", "knowledge.draft.too_many", fault.Args{"max": maxVariants})
		return
	}
	seen := map[facts.Lang]bool{}
	for _, v := range e.Variants {
		if v.Lang == "" || facts.LangOf(string(v.Lang)) != v.Lang {
			f.With("lang", "knowledge.draft.bad_language", fault.Args{"text": clip(string(v.Lang))})
		}
		if seen[v.Lang] {
			f.With("lang", "knowledge.draft.twice", fault.Args{"lang": v.Lang})
		}
		seen[v.Lang] = true
		if !known("origin", v.Origin) {
			f.With("origin", "knowledge.draft.unknown_code", fault.Args{"code": clip(v.Origin), "known": strings.Join(Codes("origin"), ", ")})
		}
		words := d.Text.Variants[v.Lang]
		if strings.TrimSpace(words.Title) == "" {
			f.With("title", "knowledge.draft.no_title", fault.Args{"lang": v.Lang})
		}
		if strings.TrimSpace(words.Body) == "" && len(v.Files) == 0 {
			f.With("body", "knowledge.draft.no_text", fault.Args{"lang": v.Lang})
		}
		checkText(f, "title", words.Title, maxTitle)
		checkText(f, "summary", words.Summary, maxSummary)
		checkText(f, "body", words.Body, maxBody)
	}
	if d.size() > maxEdition {
		f.With("body", "knowledge.draft.too_long", fault.Args{"max": maxEdition})
	}
	if facts.LangOf(string(e.Original)) != e.Original || e.Original == "" {
		f.With("original", "knowledge.draft.bad_language", fault.Args{"text": clip(string(e.Original))})
	}
}

// checkText refuses text that is too long, not UTF-8, or holds control
// characters that no document has a use for.
func checkText(f *fault.Fault, field, s string, most int) {
	if !utf8.ValidString(s) {
		f.With(field, "knowledge.draft.bad_encoding", nil)
		return
	}
	if len(s) > most && utf8.RuneCountInString(s) > most {
		f.With(field, "knowledge.draft.too_long", fault.Args{"max": most})
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f }); i >= 0 {
		f.With(field, "knowledge.draft.control", fault.Args{"code": fmt.Sprintf("U+%04X", s[i])})
	}
}

// realDate reads 2006, 2006-01 or 2006-01-02, between 1800 and a few years
// from now (a review may be due later, but not in 2206).
func realDate(s string, now time.Time) bool {
	if !isoDate.MatchString(s) {
		return false
	}
	t, err := time.Parse("2006-01-02"[:len(s)], s)
	return err == nil && t.Year() >= 1800 && t.Year() <= now.Year()+aheadYears
}

// clip keeps a message short when it repeats what somebody typed.
func clip(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return strings.ToValidUTF8(s, "�")
	}
	return string([]rune(strings.ToValidUTF8(s, "�"))[:most]) + "…"
}
