package prose

import (
	"strings"
	"testing"
	"time"
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

// FuzzAlign tests that every passage is in exactly one pair, in order.
func FuzzAlign(f *testing.F) {
	f.Add(seeds()[0], seeds()[1])
	f.Fuzz(func(t *testing.T, a, b string) {
		checkPairs(t, Split("en", a), Split("zh", b))
		for _, pair := range AlignSentences("en", a, "zh", b, nil) {
			if pair[0] == "" || pair[1] == "" {
				t.Errorf("empty sentence in %q", pair)
			}
		}
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

func TestHostileMarkdownTakesLinearTime(t *testing.T) {
	t.Parallel()
	const size = 1 << 15
	for _, c := range []string{"[", "]", ">", "> ", "*", "|", "_a", "`", "- ", "*a ", "[a](", "![", "<", "&", "#", "# x\n", "> a\n", "a\n", "1. ",
		"  - a\n", "|-|\n", "a|b\n-|-\n", "[^a]: b\n", "[a]: b\n[a] ", "\\", "~", "a_ *b ", "<a ", "http://a.b", "\n", " ", "。", "ា", "<!-- p-22 -->\n",
		"**a** ", "*_", ">\n\n", "```\n", "a.", "a. ", "\t", "-\n", "==\n"} {
		body := strings.Repeat(c, size/len(c))
		start := time.Now()
		passages := Split("en", body)
		split := time.Since(start)
		page := Render("en", body, passages, Options{})
		took := time.Since(start)
		if took > 8*time.Second {
			t.Errorf("32 kB of %q took %v (split %v)", c, took, split)
		}
		if took > 1500*time.Millisecond {
			t.Logf("32 kB of %q: split %v, both %v, %d passages, %d bytes", c, split, took, len(passages), len(page))
		}
	}
}
