package knowledge

import (
	"slices"
	"strconv"
	"time"

	"sameboat/facts"
	"sameboat/kernel/web"
)

// Resource is a resource as the public sees it: its current edition with all
// its words.
type Resource struct {
	ID             facts.ID
	Version        int64
	Owner          facts.ID // organisation
	State          string
	Edition        facts.Edition
	Text           facts.EditionText
	SupersededBy   facts.ID
	Erased         bool // its words were erased; only a tombstone is left
	FirstPublished time.Time
	Updated        time.Time
}

// Follow reports whether the resource may still be followed: not historical,
// superseded or withdrawn.
func (r *Resource) Follow() bool { return r.State == Published || r.State == ToReview }

// Variant gives the variant in a language and whether there is one.
func (r *Resource) Variant(lang facts.Lang) (facts.Variant, facts.VariantText, bool) {
	for _, v := range r.Edition.Variants {
		if v.Lang == lang {
			return v, r.Text.Variants[lang], true
		}
	}
	return facts.Variant{}, facts.VariantText{}, false
}

// Best gives the language to show to a reader: the first of theirs that there
// is a variant in, else the original, else English, else the first.
func Best(have []facts.Lang, original facts.Lang, reader ...facts.Lang) facts.Lang {
	for _, want := range append(append([]facts.Lang{}, reader...), original, "en") {
		for _, lang := range have {
			if lang == want {
				return lang
			}
		}
	}
	if len(have) == 0 {
		return ""
	}
	return have[0]
}

// readersOf gives the languages a visitor reads, the dearest first; the
// language of the page is the last of them, and the only one when no other is
// known.
func readersOf(v *web.Visit) []facts.Lang {
	langs := v.Reads()
	if !slices.Contains(langs, v.Lang) {
		langs = append(langs, v.Lang)
	}
	return langs
}

// Languages lists the languages of the current edition, the original first.
func (r *Resource) Languages() []facts.Lang {
	langs := make([]facts.Lang, 0, len(r.Edition.Variants))
	for _, v := range r.Edition.Variants {
		langs = append(langs, v.Lang)
	}
	return langs
}

// Card is a resource in a list: one line of what it is, in the language that
// suits the reader best.
type Card struct {
	ID        facts.ID
	State     string
	Kind      string
	Lang      facts.Lang // of Title and Summary
	Title     string
	Summary   string
	Issuer    string
	Date      string // of the source, else of publication
	Languages []facts.Lang
	Original  facts.Lang
	Certainty string
	Sample    bool
	Updated   time.Time
	Edition   int
	Countries []facts.Country
	Topics    []string
}

// Count is a value of a dimension and how many resources have it.
type Count struct {
	Value string
	N     int
}

// EditionLine is one line of a resource's history.
type EditionLine struct {
	Number    int
	State     string
	Published time.Time
	Languages []facts.Lang
	Current   bool
	Erased    bool
}

// resourceTag names what a resource says and its state, for ETags.
func resourceTag(r *Resource) string { return r.ID.String() + "-" + strconv.FormatInt(r.Version, 10) }
