package prose

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func seeds() []string {
	return []string{
		"# A\n\ntext *it* `code` [l](http://x.org \"t\") ![i](a.png)\n\n- a\n  - b\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n",
		"> q\n>> r\n\n```\ncode\n```\n\n    indented\n\n[^1]: note\n\nx[^1]",
		"<!-- p-2222 -->\n发热。咳嗽！\n\n<script>alert(1)</script>",
		"1. a\n1. b\n\n3) c\n\ttab\n\n[x]: y\n[x]", "&#0;&nbsp;&lt;\\", "\r\n\x00\xff", "a\n===\nb\n---\n***\n",
		"مرحبا؟ نعم؛ ។ । 12.5 Dr. X. e.g. y\u200d\U0001F1E6\U0001F1E7",
	}
}

// checkBody tests what holds for any input at all.
func checkBody(t *testing.T, body string) {
	passages := Split("en", body)
	seen := make(map[string]bool)
	for i, p := range passages {
		if p.Words > MaxWords || p.Words != Words(p.Text) || p.Text == "" || seen[p.Anchor] || !utf8.ValidString(p.Text) {
			t.Errorf("passage %d of %q: %+v", i, body, p)
		}
		seen[p.Anchor] = true
	}
	for i, p := range passages {
		if got := passageText(p); got != p.Text && strings.Trim(p.Shape, "123456") != "" {
			t.Errorf("passage %d of %q: its source %q reads %q, its text is %q", i, body, p.Markdown, got, p.Text)
		}
	}
	for _, p := range passages {
		spans := [][2]int{{len(p.Text) / 3, len(p.Text) / 2}}
		quick, parsed := htmlWriter{spans: spans}, htmlWriter{spans: spans}
		if parsed.parsedBlocks(p); quick.plainBlocks(p) && quick.b.String() != strings.ReplaceAll(parsed.b.String(), "</mark><mark>", "") {
			t.Errorf("%q is written %q; by the parser %q", p.Markdown, quick.b.String(), parsed.b.String())
		}
	}
	page := Render("en", body, passages, Options{})
	checkSafe(t, body, page)
	for _, pair := range Align(passages, passages, nil) {
		if len(pair.A) != 1 || len(pair.B) != 1 || pair.A[0] != pair.B[0] {
			t.Errorf("a body aligned with itself: %v", pair)
		}
	}
	for i, p := range Reanchor(passages, passages) {
		if p.Anchor != passages[i].Anchor {
			t.Errorf("anchor of an untouched passage went from %s to %s", passages[i].Anchor, p.Anchor)
		}
	}
	Excerpt(body, [][2]int{{len(body) / 3, len(body) / 2}}, 5)
	if again := Split("en", body); len(again) != len(passages) {
		t.Errorf("split gave %d passages, then %d", len(passages), len(again))
	}
}

func FuzzBody(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(checkBody)
}

// FuzzQuickText holds the quick reader of inline source to the parser.
func FuzzQuickText(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	for _, s := range []string{"a [1] *b* **c** _d_ e_f_g `h` [i](http://j.k/l_m) * n", "a [b](c) & d <3 \\* x | y ~5", "- *a* b", "12. [a](b).",
		"发热\n患者 *a*", "a_b *c (*d*), \"*e*\" f*", "*a*b `c``d` http://x/*y* www.z_y_ a@b_c_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		source = clean(source)
		for _, line := range append(strings.Split(source, "\n"), joinParagraph(nonBlank(strings.Split(source, "\n")))) {
			line = strings.TrimSpace(line)
			if len(line) > 4096 || line == "" {
				continue
			}
			checkQuick(t, 'h', line)
			checkQuick(t, 'p', escapeStart(line))
			checkQuick(t, 'l', "- "+line)
			checkQuick(t, 'l', line)
		}
	})
}

func checkQuick(t *testing.T, kind byte, source string) {
	t.Helper()
	if level, _ := atxHeading("# " + source); kind == 'l' && markerLength(source) == 0 || kind == 'h' && level == 0 {
		return
	}
	if got, ok := quickText(kind, source); ok && got != parsedText(kind, source) {
		t.Errorf("%c %q reads %q, by the parser %q", kind, source, got, parsedText(kind, source))
	}
}

// FuzzAlign tests that every passage is in exactly one pair, in order.
func FuzzAlign(f *testing.F) {
	f.Add(seeds()[0], seeds()[1])
	f.Fuzz(func(t *testing.T, a, b string) {
		checkPairs(t, Split("en", a), Split("zh", b))
	})
}

func checkPairs(t *testing.T, a, b []Passage) []Pair {
	t.Helper()
	pairs := Align(a, b, nil)
	i, j := 0, 0
	for _, p := range pairs {
		for _, x := range p.A {
			if x != i {
				t.Fatalf("passage %d of a comes where %d should", x, i)
			}
			i++
		}
		for _, x := range p.B {
			if x != j {
				t.Fatalf("passage %d of b comes where %d should", x, j)
			}
			j++
		}
	}
	if i != len(a) || j != len(b) {
		t.Fatalf("%d of %d and %d of %d passages are in pairs", i, len(a), j, len(b))
	}
	return pairs
}
