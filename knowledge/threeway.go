package knowledge

import (
	"cmp"
	"slices"
	"strings"

	"sameboat/facts"
)

// Clash is one piece that two people wrote at once, each in their own way.
type Clash struct {
	Lang         facts.Lang // "" for what is about the whole resource
	Part         string     // title, summary, a field of the edition, or the anchor of a passage
	Mine, Theirs string
}

// key names a clash in a form.
func (c Clash) key() string { return string(c.Lang) + "." + c.Part }

// The answers to a clash.
const (
	TakeMine   = "mine"
	TakeTheirs = "theirs"
	TakeBoth   = "both" // mine, then theirs; of a passage
)

// Meet lays what somebody wrote over what somebody else wrote, both from the
// same state: what one of them alone changed is taken, and what both changed
// differently is a clash, decided by take where it has an answer and by mine
// until then. It gives what comes of it and all clashes, in order.
func Meet(base, mine, theirs Draft, take map[string]string) (Draft, []Clash) {
	m := meeting{take: take}
	out := theirs.clone()
	m.edition(&out.Edition, base.Edition, mine.Edition, theirs.Edition)
	authors := func(d Draft) string { return strings.Join(d.Text.Authors, "\n") }
	out.Text.Authors = lines(m.field("", "authors", authors(base), authors(mine), authors(theirs)))
	out.Edition.Variants, out.Rows = nil, nil
	for _, lang := range allLangs(mine, theirs) {
		m.variant(&out, lang, base, mine, theirs)
	}
	out.sort()
	out.keepFileNames()
	for hash := range out.Text.FileNames {
		out.Text.FileNames[hash] = cmp.Or(mine.Text.FileNames[hash], theirs.Text.FileNames[hash])
	}
	placePassages(facts.EditionText{}, &out)
	return out, m.clashes
}

type meeting struct {
	take    map[string]string
	clashes []Clash
}

// field meets one text.
func (m *meeting) field(lang facts.Lang, part, base, mine, theirs string) string {
	switch {
	case mine == theirs, theirs == base:
		return mine
	case mine == base:
		return theirs
	}
	c := Clash{Lang: lang, Part: part, Mine: mine, Theirs: theirs}
	m.clashes = append(m.clashes, c)
	switch m.take[c.key()] {
	case TakeTheirs:
		return theirs
	case TakeBoth:
		return strings.TrimSpace(mine) + "\n\n" + strings.TrimSpace(theirs)
	}
	return mine
}

// edition meets the fields about the whole resource.
func (m *meeting) edition(out *facts.Edition, base, mine, theirs facts.Edition) {
	one := func(part string, of func(*facts.Edition) *string) {
		*of(out) = m.field("", part, *of(&base), *of(&mine), *of(&theirs))
	}
	one("kind", func(e *facts.Edition) *string { return &e.Kind })
	one("certainty", func(e *facts.Edition) *string { return &e.Certainty })
	one("strength", func(e *facts.Edition) *string { return &e.Strength })
	one("setting", func(e *facts.Edition) *string { return &e.Setting })
	one("issuer", func(e *facts.Edition) *string { return &e.Issuer })
	one("licence", func(e *facts.Edition) *string { return &e.Licence })
	one("source_url", func(e *facts.Edition) *string { return &e.SourceURL })
	one("source_date", func(e *facts.Edition) *string { return &e.SourceDate })
	one("review_due", func(e *facts.Edition) *string { return &e.ReviewDue })
	out.Topics = both(base.Topics, mine.Topics, theirs.Topics)
	out.Audiences = both(base.Audiences, mine.Audiences, theirs.Audiences)
	out.Hazards = both(base.Hazards, mine.Hazards, theirs.Hazards)
	out.Countries = both(base.Countries, mine.Countries, theirs.Countries)
}

// both joins two changed sets: what either added is in, what either took out is
// out.
func both[T cmp.Ordered](base, mine, theirs []T) (out []T) {
	for _, list := range [][]T{theirs, mine} {
		for _, x := range list {
			stays := slices.Contains(mine, x) && slices.Contains(theirs, x) || !slices.Contains(base, x)
			if stays && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func allLangs(drafts ...Draft) (list []facts.Lang) {
	for _, d := range drafts {
		for _, v := range d.Edition.Variants {
			if !slices.Contains(list, v.Lang) {
				list = append(list, v.Lang)
			}
		}
	}
	return list
}

func variantOf(d Draft, lang facts.Lang) facts.Variant {
	for _, v := range d.Edition.Variants {
		if v.Lang == lang {
			return v
		}
	}
	return facts.Variant{Lang: lang, Origin: "human_translation"}
}

// variant meets one language. One that a person took out stays out only if the
// other did not touch it.
func (m *meeting) variant(out *Draft, lang facts.Lang, base, mine, theirs Draft) {
	switch {
	case !mine.has(lang) && base.has(lang) && theirs.saysSame(base, lang), !theirs.has(lang) && base.has(lang) && mine.saysSame(base, lang):
		delete(out.Text.Variants, lang)
		return
	case !mine.has(lang):
		out.Edition.Variants, out.Text.Variants[lang] = append(out.Edition.Variants, variantOf(theirs, lang)), theirs.Text.Variants[lang]
		return
	case !theirs.has(lang):
		out.Edition.Variants, out.Text.Variants[lang] = append(out.Edition.Variants, variantOf(mine, lang)), mine.Text.Variants[lang]
		return
	}
	b, x, y := base.Text.Variants[lang], mine.Text.Variants[lang], theirs.Text.Variants[lang]
	v := variantOf(mine, lang)
	if v.Origin == variantOf(base, lang).Origin {
		v.Origin = variantOf(theirs, lang).Origin
	}
	v.Files = both3(variantOf(base, lang).Files, v.Files, variantOf(theirs, lang).Files)
	words := facts.VariantText{Title: m.field(lang, "title", b.Title, x.Title, y.Title), Summary: m.field(lang, "summary", b.Summary, x.Summary, y.Summary)}
	switch {
	case x.Body == y.Body, y.Body == b.Body:
		words.Body = x.Body
	case x.Body == b.Body:
		words.Body = y.Body
	default:
		merged := m.blocks(lang, blocksOf(base.Edition, base.Text, lang), blocksOf(mine.Edition, mine.Text, lang), blocksOf(theirs.Edition, theirs.Text, lang))
		var rows map[string][]string
		words.Body, rows = bodyOfBlocks(merged)
		if out.Rows == nil {
			out.Rows = map[facts.Lang]map[string][]string{}
		}
		out.Rows[lang] = rows
	}
	out.Edition.Variants, out.Text.Variants[lang] = append(out.Edition.Variants, v), words
}

func both3(base, mine, theirs []facts.File) (out []facts.File) {
	has := func(list []facts.File, f facts.File) bool {
		return slices.ContainsFunc(list, func(o facts.File) bool { return o.Hash == f.Hash })
	}
	for _, list := range [][]facts.File{theirs, mine} {
		for _, f := range list {
			if (has(mine, f) && has(theirs, f) || !has(base, f)) && !has(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// blocks meets two texts passage by passage, in the order of mine; what theirs
// adds comes after the passage it follows there.
func (m *meeting) blocks(lang facts.Lang, base, mine, theirs []Block) (out []Block) {
	b, x, y := byName(base), byName(mine), byName(theirs)
	put := func(after string, block Block) {
		at := slices.IndexFunc(out, func(o Block) bool { return nameOfBlock(o) == after })
		out = slices.Insert(out, at+1, block)
	}
	for _, block := range mine {
		name := nameOfBlock(block)
		was, before := b[name]
		other, there := y[name]
		switch {
		case !there && before && strings.TrimSpace(was.Text) == strings.TrimSpace(block.Text):
			continue // they took it out, and it was not touched here
		case !there && before:
			block.Text = m.field(lang, name, was.Text, block.Text, "")
		case there:
			block.Text = m.field(lang, name, strings.TrimSpace(was.Text), strings.TrimSpace(block.Text), strings.TrimSpace(other.Text))
		}
		out = append(out, block)
	}
	after := ""
	for _, block := range theirs {
		name := nameOfBlock(block)
		was, before := b[name]
		switch _, here := x[name]; {
		case here:
		case !before:
			put(after, block)
		default: // taken out here
			if block.Text = m.field(lang, name, strings.TrimSpace(was.Text), "", strings.TrimSpace(block.Text)); block.Text != "" {
				put(after, block)
			}
		}
		after = name
	}
	return out
}

// nameOfBlock is what a block is known by in both texts: its place beside the
// original, else its anchor.
func nameOfBlock(b Block) string {
	if len(b.With) > 0 {
		return b.With[0]
	}
	if b.Anchor == "" {
		return freshAnchor(strings.TrimSpace(b.Text), 0)
	}
	return b.Anchor
}

func byName(list []Block) map[string]Block {
	out := make(map[string]Block, len(list))
	for _, b := range list {
		out[nameOfBlock(b)] = b
	}
	return out
}

func lines(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}
