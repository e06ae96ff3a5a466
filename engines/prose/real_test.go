package prose

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shared returns the path of a file of real data, or skips the test.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real data %s is not here: %v", name, err)
	}
	return path
}

// documents returns the segments of each translated document of at most so
// many segments, and the order of the documents.
func documents(t testing.TB, most int) (docs map[string][]map[string]string, order []string) {
	t.Helper()
	raw, err := os.ReadFile(shared(t, "parallel/tico19-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string][]string)
	for line := range strings.Lines(string(raw)) {
		_, doc, _ := strings.Cut(line, `"id": "`)
		doc, _, _ = strings.Cut(doc, ":")
		if rows[doc] == nil {
			order = append(order, doc)
		}
		rows[doc] = append(rows[doc], line)
	}
	docs = make(map[string][]map[string]string)
	order = slices.DeleteFunc(order, func(doc string) bool { return len(rows[doc]) > most })
	for _, doc := range order {
		for _, line := range rows[doc] {
			var row struct{ Text map[string]string }
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				t.Fatal(err)
			}
			docs[doc] = append(docs[doc], row.Text)
		}
	}
	return docs, order
}

// articles returns the bodies of the covidqa articles.
func articles(t testing.TB) []string {
	raw, err := os.ReadFile(shared(t, "passages/covidqa-dev.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Data []struct {
			Paragraphs []struct{ Context string }
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range file.Data {
		for _, p := range d.Paragraphs {
			out = append(out, p.Context)
		}
	}
	return out
}

func TestSplitArticlesLosesNothing(t *testing.T) {
	t.Parallel()
	var passages, words, whole int
	for i, body := range articles(t) {
		got := Split("en", body)
		checkPassages(t, "article", got)
		var b strings.Builder
		for _, p := range got {
			b.WriteString(p.Text + "\n")
			passages++
			words += p.Words
			if strings.ContainsAny(p.Text[len(p.Text)-1:], ".!?)\"]") {
				whole++
			}
		}
		text, source := squeeze(b.String()), squeeze(body)
		if text != source {
			n := 0
			for n < len(text) && n < len(source) && text[n] == source[n] {
				n++
			}
			t.Errorf("article %d differs at %d:\n%.200q\n%.200q", i, n, text[n:], source[n:])
		}
	}
	t.Logf("%d passages of %d words on average, %d end in a sentence's end", passages, words/passages, whole)
	if words/passages < 70 {
		t.Errorf("passages have %d words on average; want at least 70", words/passages)
	}
}

// squeeze keeps letters and digits only: what no markup may swallow.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (isASCIIPunct(byte(r)) || isASCIISpace(byte(r))) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(s), ""))
}
