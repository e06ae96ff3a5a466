package prose

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostile returns bodies of about size bytes made to be slow to read.
func hostile(size int) map[string]string {
	out := make(map[string]string)
	for _, c := range []string{"[", "]", ">", "> ", "*", "|", "_a", "`", "- ", "*a ", "[a](", "![", "<", "&", "#", "# x\n", "> a\n", "a\n", "1. ",
		"  - a\n", "|-|\n", "a|b\n-|-\n", "[^a]: b\n", "[a]: b\n[a] ", "\\", "~", "a_ *b ", "<a ", "http://a.b", "\n", " ", "。", "ា", "<!-- p-22 -->\n",
		"**a** ", "*_", ">\n\n", "```\n", "a.", "a. ", "\t", "-\n", "==\n", "a\n\n", "- a\n\n", "> - ", "- > ", "1)\n", "[a][b] ", "&amp;", "\\*", "<!--", "(", "[^a]",
		"a |", "~~a", "<b>", "`` ` ", "###### y\n", "Dr. A. ", "A. B. ", "\u0301", "🇦", "'", "ก", "<a@b.c>", "www.", "--\n", "    a\n", "* * a\n", "a@b.", "![](", "]("} {
		out[c] = strings.Repeat(c, size/len(c))
	}
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%s- a\n", strings.Repeat(" ", i%200*2))
	}
	out["deep lists"] = b.String()
	b.Reset()
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%s a\n", strings.Repeat(">", i%200))
	}
	out["deep quotes"] = b.String()
	out["one definition, many uses"] = "[a]: " + strings.Repeat("x", 4000) + "\n\n" + strings.Repeat("- [a]\n", size/6)
	b.Reset()
	for i := 0; b.Len() < size/2; i++ {
		fmt.Fprintf(&b, "[%d]: x\n", i)
	}
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "- [%d]\n", i)
	}
	out["many definitions"] = b.String()
	out["wide table"] = "|" + strings.Repeat("a|", 60) + "\n|" + strings.Repeat("-|", 60) + "\n" + strings.Repeat("|b\n", size/3)
	out["one long list item"] = "- " + strings.Repeat("a\n  - b\n", size/8)
	for _, c := range []string{"- > ", "> - ", "1. ", "* ", "> ", "[", "[a](", "*_", "**a** ", "![", "<a ", "`` ` ", "&amp;"} {
		line := "- " + strings.Repeat(c, min(size, 7000)/len(c)) + "\n"
		out["items of "+c] = strings.Repeat(line, max(1, size/len(line)))
	}
	out["quoted lists"] = strings.Repeat("> - a\n>   > b\n", size/14)
	out["one long fence"] = "```\n" + strings.Repeat("a`` ```` \n", size/10)
	out["backticks growing"] = "    " + strings.Repeat("`", size-4)
	return out
}

func TestHostileMarkdownTakesLinearTime(t *testing.T) {
	t.Parallel()
	for name, body := range hostile(1 << 13) {
		start := time.Now()
		passages := Split("en", body)
		split := time.Since(start)
		Render("en", body, passages, Options{})
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("8 kB of %q took %v (split %v)", name, took, split)
		}
	}
}

// BenchmarkHostile tells what 1 MB of each hostile body costs.
func BenchmarkHostile(b *testing.B) {
	for name, body := range hostile(1 << 20) {
		b.Run(fmt.Sprintf("%q", name), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				Render("en", body, Split("en", body), Options{})
			}
		})
	}
}
