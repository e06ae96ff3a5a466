package prose

import (
	"strings"
	"testing"
)

// checkPassages tests what holds for every body.
func checkPassages(t *testing.T, name string, passages []Passage) {
	t.Helper()
	seen := make(map[string]bool)
	for i, p := range passages {
		if p.Words > MaxWords || Words(p.Text) != p.Words {
			t.Errorf("%s: passage %d has %d words (field says %d): %.80q", name, i, Words(p.Text), p.Words, p.Text)
		}
		if p.Text == "" || !validAnchor(p.Anchor) || seen[p.Anchor] {
			t.Errorf("%s: passage %d: anchor %q, text %.80q", name, i, p.Anchor, p.Text)
		}
		seen[p.Anchor] = true
		if got := passageText(p); got != p.Text && strings.Trim(p.Shape, "123456") != "" {
			t.Errorf("%s: passage %d %s: text of its source differs\n%q\n%q\nsource %q", name, i, p.Shape, got, p.Text, p.Markdown)
		}
	}
}

func passageText(p Passage) string {
	w := walker{source: []byte(p.Markdown), skipHead: continuesTable(p), out: discard{}}
	w.document(parseMarkdown(w.source))
	return w.text.String()
}

func TestSplitBlocks(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Wash hands often and well. ", 30) // 150 words
	for _, c := range []struct {
		name, markdown string
		want           []string // headings > shape > text, each passage
	}{
		{"paragraphs join", "One short.\n\nTwo short.", []string{" pp One short.\nTwo short."}},
		{"heading goes along", "# A\n\n## B\n\ntext\n\n## C\n\nmore", []string{"A/B 12p text", "A/C 2p more"}},
		{"heading alone", "# A\n\n# B\n\ntext\n\n# C", []string{"A 1 A", "B 1p text", "C 1 C"}},
		{"setext", "Title\n=====\ntext *it*\nmore", []string{"Title 1p text it more"}},
		{"list", "Do this:\n\n- a **b**\n- c\n  - d\n\n1. x", []string{" pll Do this:\na b\nc\nd\n1. x"}},
		{"table", "| a | b |\n|---|---|\n| 1 | 2<br>3 |\n| 4 | |\n\nend", []string{" tp a\tb\n1\t2\n3\n4\nend"}},
		{"quote and code", "> q1\n> q2\n\n```go\nx := 1\n```", []string{" qc q1 q2\nx := 1"}},
		{"notes and links", "See [it][x][^1].\n\n[^1]: Source: [WHO](https://who.int).\n[x]: https://example.org", []string{" pn See it.\nSource: WHO."}},
		{"escapes", `1\. not a list &amp; \*stars\* &lt;b&gt;`, []string{" p 1. not a list & *stars* <b>"}},
		{"html", "a <b>bold</b> <script>x</script>\n\n<div>\nkept\n</div>", []string{" pp a bold x\nkept"}},
		{"marks nested beyond reason", "- " + strings.Repeat("> - ", 50) + "a", []string{" l a"}},
		{"rule", "a\n\n---\n\nb", []string{" pp a\nb"}},
		{"marks", "<!-- p-2222 -->\n# H\n\na\n\n<!-- p-3333 -->\nb", []string{"H 1p a", "H p b"}},
		{"chinese lines", "发热\n患者", []string{" p 发热患者"}},
		{"long paragraph", long, []string{" p " + strings.TrimSpace(long[:15*27]), " p " + strings.TrimSpace(long[15*27:])}},
		{"nothing", " \n\n", nil},
	} {
		passages := Split("en", c.markdown)
		checkPassages(t, c.name, passages)
		var got []string
		for _, p := range passages {
			got = append(got, strings.Join(p.Headings, "/")+" "+p.Shape+" "+p.Text)
		}
		if strings.Join(got, "\n--\n") != strings.Join(c.want, "\n--\n") {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}
