package knowledge

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
)

// full is a draft that uses every field and is right.
func full() Draft {
	return Draft{
		Edition: facts.Edition{State: Published, Source: "s", Key: "id:1", Kind: "guideline", Topics: Codes("topic")[:2], Audiences: Codes("audience")[:1],
			Hazards: Codes("hazard")[:1], Countries: []facts.Country{"KH", "FR"}, Setting: Codes("setting")[0], Issuer: "Ministry", Licence: "CC-BY-4.0",
			SourceURL: "https://example.org/a?b=c", SourceDate: "2020-03", ReviewDue: "2027", Certainty: "high", Strength: "strong", Original: "zh",
			Variants: []facts.Variant{{Lang: "zh", Origin: "original"}, {Lang: "zh-Hant", Origin: "human_translation"}}},
		Text: facts.EditionText{Authors: []string{"A. Author"}, Variants: map[facts.Lang]facts.VariantText{
			"zh": {Title: "洗手", Summary: "何时洗手", Body: "# 洗手\n\n用肥皂。"}, "zh-Hant": {Title: "洗手", Body: "用肥皂。"}}},
	}
}

// words changes the words of one language.
func rewrite(d *Draft, lang facts.Lang, change func(*facts.VariantText)) {
	w := d.Text.Variants[lang]
	change(&w)
	d.Text.Variants[lang] = w
}

func TestCheckNamesTheField(t *testing.T) {
	d := full()
	if err := d.Check(ruleTime); err != nil {
		t.Fatalf("a right draft: %v", err)
	}
	long := func(n int) string { return strings.Repeat("语", n) }
	many := func(n int) []string { return slices.Repeat(Codes("topic")[:1], n) }
	for _, c := range []struct {
		field, why string
		change     func(*Draft)
	}{
		{"kind", "unknown_code", func(d *Draft) { d.Edition.Kind = "nonsense" }},
		{"kind", "unknown_code", func(d *Draft) { d.Edition.Kind = "" }},
		{"state", "unknown_code", func(d *Draft) { d.Edition.State = Withdrawn }},
		{"state", "unknown_code", func(d *Draft) { d.Edition.State = Superseded }},
		{"state", "unknown_code", func(d *Draft) { d.Edition.State = "" }},
		{"topics", "unknown_code", func(d *Draft) { d.Edition.Topics = []string{"x"} }},
		{"topics", "too_many", func(d *Draft) { d.Edition.Topics = many(maxTags + 1) }},
		{"audiences", "unknown_code", func(d *Draft) { d.Edition.Audiences = []string{""} }},
		{"audiences", "too_many", func(d *Draft) { d.Edition.Audiences = many(maxTags + 1) }},
		{"hazards", "unknown_code", func(d *Draft) { d.Edition.Hazards = []string{"x"} }},
		{"hazards", "too_many", func(d *Draft) { d.Edition.Hazards = many(maxTags + 1) }},
		{"countries", "unknown_country", func(d *Draft) { d.Edition.Countries = []facts.Country{"Atlantis"} }},
		{"countries", "too_many", func(d *Draft) { d.Edition.Countries = slices.Repeat([]facts.Country{"KH"}, 251) }},
		{"setting", "unknown_code", func(d *Draft) { d.Edition.Setting = "x" }},
		{"certainty", "unknown_code", func(d *Draft) { d.Edition.Certainty = "" }},
		{"strength", "unknown_code", func(d *Draft) { d.Edition.Strength = "x" }},
		{"issuer", "too_long", func(d *Draft) { d.Edition.Issuer = long(maxIssuer + 1) }},
		{"issuer", "control", func(d *Draft) { d.Edition.Issuer = "a\x00b" }},
		{"licence", "too_long", func(d *Draft) { d.Edition.Licence = long(maxField + 1) }},
		{"source", "too_long", func(d *Draft) { d.Edition.Source = long(maxSource + 1) }},
		{"id", "too_long", func(d *Draft) { d.Edition.Key = long(maxKey + 1) }},
		{"source_url", "too_long", func(d *Draft) { d.Edition.SourceURL = "https://example.org/" + long(maxField) }},
		{"source_url", "bad_url", func(d *Draft) { d.Edition.SourceURL = "javascript:alert(1)" }},
		{"source_url", "bad_url", func(d *Draft) { d.Edition.SourceURL = "//example.org" }},
		{"source_url", "bad_url", func(d *Draft) { d.Edition.SourceURL = "https://" }},
		{"source_date", "bad_date", func(d *Draft) { d.Edition.SourceDate = "2020-02-30" }},
		{"source_date", "bad_date", func(d *Draft) { d.Edition.SourceDate = "spring" }},
		{"source_date", "bad_date", func(d *Draft) { d.Edition.SourceDate = "1720" }},
		{"review_due", "bad_date", func(d *Draft) { d.Edition.ReviewDue = "2206-01-01" }},
		{"authors", "too_many", func(d *Draft) { d.Text.Authors = slices.Repeat([]string{"A"}, maxAuthors+1) }},
		{"authors", "bad_encoding", func(d *Draft) { d.Text.Authors = []string{"\xff"} }},
		{"authors", "too_long", func(d *Draft) { d.Text.Authors = []string{long(maxField + 1)} }},
		{"lang", "no_language", func(d *Draft) { d.Edition.Variants = nil }},
		{"lang", "bad_language", func(d *Draft) { d.Edition.Variants[1].Lang = "zh-TW" }},
		{"lang", "bad_language", func(d *Draft) { d.Edition.Variants[1].Lang = "" }},
		{"lang", "twice", func(d *Draft) { d.Edition.Variants[1].Lang = "zh" }},
		{"lang", "too_many", func(d *Draft) { d.Edition.Variants = slices.Repeat(d.Edition.Variants[:1], maxVariants+1) }},
		{"origin", "unknown_code", func(d *Draft) { d.Edition.Variants[0].Origin = "" }},
		{"original", "bad_language", func(d *Draft) { d.Edition.Original = "Chinese" }},
		{"original", "bad_language", func(d *Draft) { d.Edition.Original = "" }},
		{"title", "no_title", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Title = " \n" }) }},
		{"title", "no_title", func(d *Draft) { delete(d.Text.Variants, "zh-Hant") }},
		{"body", "no_text", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Body = " \n\t" }) }},
		{"title", "too_long", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Title = long(maxTitle + 1) }) }},
		{"title", "bad_encoding", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Title = "a\xc3" }) }},
		{"summary", "too_long", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Summary = long(maxSummary + 1) }) }},
		{"summary", "control", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Summary = "\x1b[31m" }) }},
		{"body", "too_long", func(d *Draft) {
			rewrite(d, "zh", func(w *facts.VariantText) { w.Body = strings.Repeat("a", maxBody+1) })
		}},
		{"body", "control", func(d *Draft) { rewrite(d, "zh-Hant", func(w *facts.VariantText) { w.Body = "a\x7f" }) }},
		{"body", "bad_encoding", func(d *Draft) { rewrite(d, "zh", func(w *facts.VariantText) { w.Body = "\xd6\xd0" }) }},
	} {
		d := full()
		c.change(&d)
		err := d.Check(ruleTime)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool {
			return x.Name == c.field && x.Key == "knowledge.draft."+c.why
		}) {
			t.Errorf("%s %s: %+v", c.field, c.why, err)
		}
		if len(fmt.Sprint(err)) > 4000 {
			t.Errorf("%s %s: a message of %d bytes", c.field, c.why, len(fmt.Sprint(err)))
		}
	}
}

// TestCheckTakesWhatIsJustRight: bounds count letters, not bytes, and the texts
// at a bound go in.
func TestCheckTakesWhatIsJustRight(t *testing.T) {
	d := full()
	rewrite(&d, "zh", func(w *facts.VariantText) {
		w.Title, w.Summary, w.Body = strings.Repeat("语", maxTitle), strings.Repeat("𠀀", maxSummary), "a\r\n\tb\n"
	})
	d.Edition.Issuer, d.Edition.SourceDate, d.Edition.ReviewDue = strings.Repeat("𠀀", maxIssuer), "1800-01-01", "2046-12-31"
	d.Edition.Variants[1].Files = []facts.File{{Hash: "a", Type: "application/pdf", Size: 1}}
	rewrite(&d, "zh-Hant", func(w *facts.VariantText) { w.Body = "" }) // the file is its text
	if err := d.Check(ruleTime); err != nil {
		t.Error(err)
	}
}

func TestAllWordsTogetherAreBounded(t *testing.T) {
	d := full()
	d.Edition.Variants = nil
	for _, lang := range []facts.Lang{"aa", "ab", "ae", "af", "ak"} {
		d.Edition.Variants = append(d.Edition.Variants, facts.Variant{Lang: lang, Origin: "original"})
		d.Text.Variants[lang] = facts.VariantText{Title: "T", Body: strings.Repeat("a", maxBody)}
	}
	if err := d.Check(ruleTime); !fault.Is(err, fault.Invalid) {
		t.Errorf("%d bytes of words: %v", d.size(), err)
	}
}

// TestFiltersOfManyValues reads a hostile address in no time and lets the search
// refuse it.
func TestFiltersOfManyValues(t *testing.T) {
	var list []string
	for i := range 30_000 {
		list = append(list, fmt.Sprint(i))
	}
	began := time.Now()
	tags := filtersOf(url.Values{"kind": {strings.Join(list, ",")}})
	if len(tags) != maxTagsAsked || time.Since(began) > time.Second {
		t.Errorf("%d filters after %s", len(tags), time.Since(began))
	}
}
