package knowledge

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"

	"sameboat/engines/prose"
	"sameboat/facts"
)

// Block is one passage of a text as an editor shows it: its source, and what of
// the original it stands beside.
type Block struct {
	Anchor string
	With   []string // anchors of the original's passages; nil in the original itself
	Text   string   // Markdown
}

// blocksOf cuts a variant into blocks. A translation has a block for every row of
// the original, empty where nothing is translated yet.
func blocksOf(e facts.Edition, text facts.EditionText, lang facts.Lang) []Block {
	own := passagesOf(lang, text.Variants[lang])
	original, ok := text.Variants[e.Original]
	if lang == e.Original || !ok {
		return plainBlocks(own)
	}
	theirs := passagesOf(e.Original, original)
	var list []Block
	at := 0 // in own, which is in the order of the original but for what has no place there
	for i := 0; i < len(theirs); {
		b := Block{With: []string{theirs[i].Anchor}}
		next := i + 1
		for ; at < len(own) && len(own[at].With) == 0; at++ {
			list = append(list, Block{Anchor: own[at].Anchor, With: []string{}, Text: own[at].Markdown})
		}
		for at < len(own) && slices.Contains(own[at].With, theirs[i].Anchor) {
			if b.Text != "" {
				b.Text += "\n\n"
			} else {
				b.Anchor = own[at].Anchor
				for next < len(theirs) && slices.Contains(own[at].With, theirs[next].Anchor) {
					b.With, next = append(b.With, theirs[next].Anchor), next+1
				}
			}
			b.Text += strings.TrimSpace(own[at].Markdown)
			at++
		}
		list, i = append(list, b), next
	}
	return append(list, plainBlocks(own[at:])...)
}

func plainBlocks(ps []Passage) []Block {
	list := make([]Block, len(ps))
	for i, p := range ps {
		list[i] = Block{Anchor: p.Anchor, Text: strings.TrimSpace(p.Markdown)}
	}
	return list
}

// bodyOfBlocks writes blocks as one body in which every block is a passage: each
// has its anchor before it, and one without an anchor gets one made of its text.
// rows says which passages of the original each stands beside.
func bodyOfBlocks(blocks []Block) (body string, rows map[string][]string) {
	var b strings.Builder
	taken := map[string]bool{}
	rows = map[string][]string{}
	for _, block := range blocks {
		text := strings.TrimSpace(strings.ReplaceAll(block.Text, "\r\n", "\n"))
		if text == "" {
			continue
		}
		anchor := block.Anchor
		if len(block.With) > 0 {
			anchor = block.With[0] // the same place in both languages has the same name
		}
		for n := 0; anchor == "" || taken[anchor]; n++ {
			anchor = freshAnchor(text, n)
		}
		taken[anchor] = true
		if len(block.With) > 0 {
			rows[anchor] = block.With
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString("<!-- " + anchor + " -->\n\n" + text)
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String(), rows
}

// freshAnchor makes the nth name for a passage that has none, of its text.
func freshAnchor(text string, n int) string {
	sum := sha256.Sum256([]byte(text + strings.Repeat("\x00", n)))
	return "p-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// sameBlocks reports whether an editor gives back what it was given, so that a
// body nobody touched stays what it is, byte for byte.
func sameBlocks(a, b []Block) bool {
	return slices.EqualFunc(a, b, func(x, y Block) bool {
		return strings.TrimSpace(x.Text) == strings.TrimSpace(strings.ReplaceAll(y.Text, "\r\n", "\n"))
	})
}

// originalText gives the words of the original that a block stands beside.
func originalText(ps []prose.Passage, anchors []string) (list []prose.Passage) {
	for _, p := range ps {
		if slices.Contains(anchors, p.Anchor) {
			list = append(list, p)
		}
	}
	return list
}
