package knowledge

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
)

var (
	ruleTime  = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ruleThing = facts.NewID(ruleTime)
)

// drafted is a draft of one resource in some languages; the first is its
// original, and each body is what words says.
func drafted(state string, original facts.Lang, words map[facts.Lang]string) Draft {
	d := Draft{Edition: facts.Edition{State: state, Source: "s", Key: "id:1", Kind: "qa", Certainty: "not_graded", Original: original},
		Text: facts.EditionText{Variants: map[facts.Lang]facts.VariantText{}}}
	for _, lang := range slices.Sorted(maps.Keys(words)) {
		d.Edition.Variants = append(d.Edition.Variants, facts.Variant{Lang: lang, Origin: "original"})
		d.Text.Variants[lang] = facts.VariantText{Title: "T " + string(lang), Body: words[lang]}
	}
	return d
}

// after gives what a rule reads once facts were applied to cur, as the views do.
func after(t *testing.T, cur Current, list []journal.New) Current {
	t.Helper()
	for _, n := range list {
		cur.Version++
		switch p := n.Payload.(type) {
		case facts.Mark:
			cur.State, cur.SupersededBy = p.State, p.SupersededBy
		case facts.Edition:
			d := Draft{Edition: p}
			if err := json.Unmarshal(n.Body, &d.Text); err != nil {
				t.Fatal(err)
			}
			if cur.Draft = nil; n.Kind == facts.EditionDrafted {
				cur.Draft = &d
				continue
			}
			cur.Public, cur.State, cur.Edition, cur.Text, cur.SupersededBy = true, p.State, d.Edition, d.Text, facts.ID{}
		}
	}
	return cur
}

// write lays drafts over nothing, one after the other.
func write(t *testing.T, drafts ...Draft) Current {
	t.Helper()
	var cur Current
	for _, d := range drafts {
		list, err := Write(ruleThing, cur, d)
		if err != nil {
			t.Fatal(err)
		}
		cur = after(t, cur, list)
	}
	return cur
}

func marked(t *testing.T, cur Current, to string, by facts.ID) Current {
	t.Helper()
	n, err := ChangeState(ruleThing, cur, to, by, "")
	if err != nil {
		t.Fatal(err)
	}
	return after(t, cur, []journal.New{*n})
}

type words = map[facts.Lang]string

func TestWrite(t *testing.T) {
	one := drafted(Published, "en", words{"en": "Wash."})
	other := facts.NewID(ruleTime)
	for _, c := range []struct {
		name  string
		cur   Current
		d     Draft
		kinds []facts.Kind // of the facts
		num   int
		state string // of the edition
		langs string
	}{
		{"new", Current{}, one, []facts.Kind{facts.EditionPublished}, 1, Published, "en"},
		{"a new draft", Current{}, drafted(Drafted, "en", words{"en": "Wash."}), []facts.Kind{facts.EditionDrafted}, 1, Drafted, "en"},
		{"the same", write(t, one), one, nil, 0, "", ""},
		{"changed words", write(t, one), drafted(Published, "en", words{"en": "Rub."}), []facts.Kind{facts.EditionPublished}, 2, Published, "en"},
		{"another language joins", write(t, one), drafted(Published, "fr", words{"fr": "Lavez."}), []facts.Kind{facts.EditionPublished}, 2, Published, "en fr"},
		{"traditional Chinese is a language of its own", write(t, drafted(Published, "zh", words{"zh": "洗手"})), drafted(Published, "zh-Hant", words{"zh-Hant": "洗手"}),
			[]facts.Kind{facts.EditionPublished}, 2, Published, "zh zh-Hant"},
		{"the same as historical", write(t, one), drafted(Historical, "en", words{"en": "Wash."}), []facts.Kind{facts.ResourceMarked}, 0, "", ""},
		{"historical stays with the same words", marked(t, write(t, one), Historical, facts.ID{}), one, nil, 0, "", ""},
		{"historical stays with new words", marked(t, write(t, one), Historical, facts.ID{}), drafted(Published, "en", words{"en": "Rub."}),
			[]facts.Kind{facts.EditionPublished}, 2, Historical, "en"},
		{"historical stays with a new language", marked(t, write(t, one), Historical, facts.ID{}), drafted(Published, "fr", words{"fr": "Lavez."}),
			[]facts.Kind{facts.EditionPublished}, 2, Historical, "en fr"},
		{"superseded stays with new words", marked(t, write(t, one), Superseded, other), drafted(Published, "en", words{"en": "Rub."}),
			[]facts.Kind{facts.EditionPublished, facts.ResourceMarked}, 2, Published, "en"},
		{"the same as withdrawn", marked(t, write(t, one), Withdrawn, facts.ID{}), one, nil, 0, "", ""},
		{"a draft is published", write(t, drafted(Drafted, "en", words{"en": "Wash."})), one, []facts.Kind{facts.EditionPublished}, 1, Published, "en"},
		{"a draft is handed in", write(t, drafted(Drafted, "en", words{"en": "Wash."})), drafted(InReview, "en", words{"en": "Wash."}),
			[]facts.Kind{facts.EditionDrafted}, 1, InReview, "en"},
		{"what is in review is not called back by the same draft", write(t, drafted(InReview, "en", words{"en": "Wash."})), drafted(Drafted, "en", words{"en": "Wash."}), nil, 0, "", ""},
		{"a draft goes on", write(t, drafted(Drafted, "en", words{"en": "Wash."})), drafted(Drafted, "en", words{"en": "Rub."}), []facts.Kind{facts.EditionDrafted}, 1, Drafted, "en"},
		{"a draft over what is public", write(t, one), drafted(Drafted, "en", words{"en": "Rub."}), []facts.Kind{facts.EditionDrafted}, 2, Drafted, "en"},
		{"and again", write(t, one, drafted(Drafted, "en", words{"en": "Rub."})), drafted(Drafted, "en", words{"en": "Rub well."}), []facts.Kind{facts.EditionDrafted}, 2, Drafted, "en"},
		{"and published", write(t, one, drafted(Drafted, "en", words{"en": "Rub."})), drafted(Published, "en", words{"en": "Rub."}), []facts.Kind{facts.EditionPublished}, 2, Published, "en"},
		{"a draft of what is public already", write(t, one), drafted(Drafted, "en", words{"en": "Wash."}), nil, 0, "", ""},
	} {
		list, err := Write(ruleThing, c.cur, c.d)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var kinds []facts.Kind
		for _, n := range list {
			kinds = append(kinds, n.Kind)
			if want := map[bool]facts.Audience{true: facts.Node, false: facts.Public}[n.Kind == facts.EditionDrafted]; n.Audience != want || n.Thing != ruleThing {
				t.Errorf("%s: %s for %s", c.name, n.Kind, n.Audience)
			}
		}
		if !slices.Equal(kinds, c.kinds) {
			t.Errorf("%s: facts %v, want %v", c.name, kinds, c.kinds)
			continue
		}
		if c.langs == "" {
			continue
		}
		e := list[0].Payload.(facts.Edition)
		langs := ""
		for _, v := range e.Variants {
			langs += " " + string(v.Lang)
		}
		if e.Number != c.num || e.State != c.state || langs != " "+c.langs {
			t.Errorf("%s: edition %d, %s, in%s; want %d, %s, in %s", c.name, e.Number, e.State, langs, c.num, c.state, c.langs)
		}
	}
}

// TestWithdrawnTakesNoNewWords, in any language or state.
func TestWithdrawnTakesNoNewWords(t *testing.T) {
	cur := marked(t, write(t, drafted(Published, "en", words{"en": "Wash."})), Withdrawn, facts.ID{})
	for _, d := range []Draft{drafted(Published, "en", words{"en": "Rub."}), drafted(Drafted, "en", words{"en": "Rub."}), drafted(Historical, "fr", words{"fr": "Lavez."})} {
		if list, err := Write(ruleThing, cur, d); !fault.Is(err, fault.Refused) || list != nil {
			t.Errorf("%v: %v, %v", d.Text.Variants, list, err)
		}
	}
}

// TestDraftsDoNotLeak: publishing one language does not publish the unpublished
// words of another, and leaves them waiting.
func TestDraftsDoNotLeak(t *testing.T) {
	for name, cur := range map[string]Current{
		"nothing public": write(t, drafted(Drafted, "fr", words{"fr": "Secret."})),
		"public before":  write(t, drafted(Published, "en", words{"en": "Wash."}), drafted(Drafted, "fr", words{"fr": "Secret."})),
	} {
		if cur.Draft == nil {
			t.Fatalf("%s: no draft to begin with", name)
		}
		list, err := Write(ruleThing, cur, drafted(Published, "en", words{"en": "Rub."}))
		if err != nil || len(list) != 2 || list[1].Kind != facts.EditionDrafted || list[1].Audience != facts.Node {
			t.Fatalf("%s: %v, %v", name, list, err)
		}
		if e := list[0].Payload.(facts.Edition); len(e.Variants) != 1 || e.Original != "en" {
			t.Errorf("%s: published %+v", name, e.Variants)
		}
		if string(list[0].Body) == "" || json.Valid(list[0].Body) == false || slices.Contains([]byte(string(list[0].Body)), 0) {
			t.Errorf("%s: body %s", name, list[0].Body)
		}
		var text facts.EditionText
		if err := json.Unmarshal(list[0].Body, &text); err != nil || len(text.Variants) != 1 || text.Variants["fr"].Body != "" {
			t.Errorf("%s: words %+v, %v", name, text, err)
		}
	}
}

// TestPublishingKeepsOtherDrafts: what waits in a language stays, until that
// language itself is published.
func TestPublishingKeepsOtherDrafts(t *testing.T) {
	french := drafted(Drafted, "fr", words{"fr": "Lavez."})
	french.Edition.Original = "en"
	english := drafted(Drafted, "en", words{"en": "Rub, as a draft."})
	public := drafted(Published, "en", words{"en": "Wash."})
	newer := drafted(Published, "en", words{"en": "Rub."})
	german := drafted(Published, "de", words{"de": "Waschen."})
	german.Edition.Original = "en"
	for _, c := range []struct {
		name   string
		drafts []Draft
		want   words // of the draft; nil for none
	}{
		{"another language", []Draft{public, french, newer}, words{"en": "Rub.", "fr": "Lavez."}},
		{"nothing public before", []Draft{french, newer}, words{"en": "Rub.", "fr": "Lavez."}},
		{"the same language", []Draft{public, english, newer}, nil},
		{"a draft of the original under a new translation", []Draft{public, english, german}, words{"en": "Rub, as a draft.", "de": "Waschen."}},
		{"two drafts, one published", []Draft{public, french, english, newer}, words{"en": "Rub.", "fr": "Lavez."}},
		{"in the end the draft itself", []Draft{public, french, newer, drafted(Published, "fr", words{"fr": "Lavez."})}, nil},
	} {
		cur := write(t, c.drafts...)
		if (cur.Draft != nil) != (c.want != nil) {
			t.Errorf("%s: a draft waits: %t", c.name, cur.Draft != nil)
			continue
		}
		if cur.Draft == nil {
			continue
		}
		got := words{}
		for lang, w := range cur.Draft.Text.Variants {
			got[lang] = w.Body
		}
		if !maps.Equal(got, c.want) || cur.Draft.Edition.State != Drafted || cur.Draft.Edition.Original != "en" || cur.Draft.Edition.Number != cur.Edition.Number+1 {
			t.Errorf("%s: %v waits as %+v", c.name, got, cur.Draft.Edition)
		}
		for _, d := range c.drafts {
			if list, err := Write(ruleThing, cur, d); d.Edition.State == Drafted && d.Text.Variants["fr"].Body != "" && (err != nil || len(list) > 0) {
				t.Errorf("%s: the same draft again makes %v, %v", c.name, list, err)
			}
		}
	}
}

// TestRowsInAnyOrder: the rows of one resource, a language each and with their
// own sources, come again in any order without making an edition.
func TestRowsInAnyOrder(t *testing.T) {
	row := func(lang facts.Lang) Draft {
		d := drafted(Published, lang, words{lang: "Body " + string(lang)})
		d.Edition.SourceURL = "https://example.org/" + string(lang)
		d.Text.Authors = []string{"Author " + string(lang)}
		return d
	}
	cur := write(t, row("fr"), row("en"), row("ar"))
	if cur.Edition.Original != "fr" || cur.Edition.SourceURL != "https://example.org/fr" || cur.Text.Authors[0] != "Author fr" {
		t.Errorf("original %s, source %s, by %v", cur.Edition.Original, cur.Edition.SourceURL, cur.Text.Authors)
	}
	for i, v := range cur.Edition.Variants {
		if want := map[bool]string{true: "original", false: "human_translation"}[i == 0]; v.Origin != want {
			t.Errorf("%s is %s, want %s", v.Lang, v.Origin, want)
		}
	}
	for _, lang := range []facts.Lang{"ar", "fr", "en", "fr", "ar"} {
		if list, err := Write(ruleThing, cur, row(lang)); err != nil || list != nil {
			t.Errorf("the row in %s again: %v, %v", lang, list, err)
		}
	}
	changed := row("fr")
	changed.Edition.Topics = []string{"lab"}
	if list, err := Write(ruleThing, cur, changed); err != nil || len(list) != 1 || len(list[0].Payload.(facts.Edition).Variants) != 3 {
		t.Errorf("the original with another topic: %v, %v", list, err)
	}
}

// TestErasedWordsStayAway: a language whose words were erased is not published
// again, empty, when another one joins; its files do not come back either.
func TestErasedWordsStayAway(t *testing.T) {
	first := drafted(Published, "en", words{"en": "Wash."})
	first.Edition.Variants[0].Files = []facts.File{{Hash: "aa", Type: "application/pdf"}}
	first.Text.FileNames = map[facts.Hash]string{"aa": "a.pdf"}
	cur := write(t, first)
	cur.Text = facts.EditionText{}
	if list, err := Write(ruleThing, cur, first); err != nil || list != nil {
		t.Errorf("the erased words again: %v, %v", list, err)
	}
	list, err := Write(ruleThing, cur, drafted(Published, "fr", words{"fr": "Lavez."}))
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if e := list[0].Payload.(facts.Edition); len(e.Variants) != 1 || e.Variants[0].Lang != "fr" || e.Number != 2 {
		t.Errorf("published %+v", e)
	}
}

// TestFilesStayWithTheirLanguage through a language that joins.
func TestFilesStayWithTheirLanguage(t *testing.T) {
	first := drafted(Published, "en", words{"en": "Wash."})
	first.Edition.Variants[0].Files = []facts.File{{Hash: "aa", Type: "application/pdf"}}
	first.Text.FileNames = map[facts.Hash]string{"aa": "a.pdf"}
	cur := write(t, first, drafted(Published, "fr", words{"fr": "Lavez."}))
	if cur.Text.FileNames["aa"] != "a.pdf" || len(cur.Edition.Variants[0].Files) != 1 {
		t.Errorf("names %v, variants %+v", cur.Text.FileNames, cur.Edition.Variants)
	}
}

func TestChangeState(t *testing.T) {
	cur := write(t, drafted(Published, "en", words{"en": "Wash."}))
	other := facts.NewID(ruleTime)
	allowed := map[string][]string{Published: {Superseded, Historical, Withdrawn}, Superseded: {Published, Historical, Withdrawn},
		Historical: {Published, Superseded, Withdrawn}}
	for _, from := range []string{Published, Superseded, Historical, Withdrawn} {
		for _, to := range []string{Published, Superseded, Historical, Withdrawn, Drafted, InReview, "", "gone"} {
			cur.State = from
			n, err := ChangeState(ruleThing, cur, to, other, "why")
			if want := slices.Contains(allowed[from], to); want != (err == nil) {
				t.Errorf("%s to %s: %v", from, to, err)
				continue
			}
			if err != nil {
				continue
			}
			m := n.Payload.(facts.Mark)
			if m.State != to || (m.SupersededBy == other) != (to == Superseded) || string(n.Body) != "why" || n.Audience != facts.Public {
				t.Errorf("%s to %s: %+v", from, to, n)
			}
		}
	}
	cur.State = Published
	for _, by := range []facts.ID{{}, ruleThing} {
		if _, err := ChangeState(ruleThing, cur, Superseded, by, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("superseded by %q: %v", by, err)
		}
	}
	if _, err := ChangeState(ruleThing, Current{}, Withdrawn, facts.ID{}, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("a mark on nothing: %v", err)
	}
}

// TestBodiesStayShort: no text makes a body more than twice as long as its
// words, so that what Check lets through fits into the journal's batch.
func TestBodiesStayShort(t *testing.T) {
	for _, s := range []string{"<&>", "\n", `"\`, "\t", "\u2028", "<b>漢字</b>"} {
		text := facts.EditionText{Variants: map[facts.Lang]facts.VariantText{"en": {Body: ""}}}
		empty := len(bodyOf(text))
		const times = 1000
		body := ""
		for range times {
			body += s
		}
		text.Variants["en"] = facts.VariantText{Body: body}
		if got := len(bodyOf(text)) - empty; got > 2*len(body) {
			t.Errorf("%q: %d bytes for %d", s, got, len(body))
		}
	}
}
