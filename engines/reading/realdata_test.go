package reading

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
)

func TestRealTables(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, column string
		rows         int
	}{
		{"faq/deepset/faq_200327.tsv", "answer_html", 896},
		{"faq/deepset/faq_covidbert.csv", "answer", 213},
		{"faq/cdc/cdc-main-faq-20200420-140158.csv", "Answer", 86},
		{"faq/cdc/cdc-main-faq-20200430-233515.csv", "Answer", 104},
		{"faq/cdc/cdc-main-faq-20200501-074839.csv", "Answer", 104},
		{"faq/cdc/cdc-main-faq-20200502-115535.csv", "Answer", 104},
		{"faq/france/faq.json", "r", 1059},
		{"faq/quebec/real_user_questions_train.csv", "question", 1857},
		{"guidelines/aligned.tsv", "zh", 241},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rs, err := collect(t, openShared(t, tc.name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if b := broken(rs); len(b) > 0 {
				t.Errorf("%d broken rows, first %v", len(b), b[0])
			}
			if len(rs) != tc.rows {
				t.Errorf("got %d rows, want %d", len(rs), tc.rows)
			}
			if v, ok := rs[len(rs)-1].Get(tc.column); !ok || v == "" {
				t.Errorf("last row: column %q is %q, %v; columns %q", tc.column, v, ok, rs[len(rs)-1].Columns)
			}
		})
	}
}

func TestRealJHU(t *testing.T) {
	t.Parallel()
	dir := shared(t, "faq/jhu")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".jsonl") {
			continue
		}
		rs, err := collect(t, openShared(t, filepath.Join("faq/jhu", e.Name())), Options{})
		if err != nil {
			t.Fatalf("%s: %v", e.Name(), err)
		}
		if b := broken(rs); len(b) > 0 {
			t.Errorf("%s: %d broken rows, first %v", e.Name(), len(b), b[0])
		}
		for _, r := range rs {
			if q, _ := r.Get("questionText"); q == "" {
				t.Errorf("%s line %d: no question", e.Name(), r.Line)
			}
		}
		total += len(rs)
	}
	if total != 2261 {
		t.Errorf("got %d records, want 2261", total)
	}
}

// Every answer in HTML keeps its letters and brings no markup with it.
func TestRealHTMLAnswers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, column string }{
		{"faq/france/faq.json", "r"}, {"faq/cdc/cdc-main-faq-20200502-115535.csv", "Answer"}, {"faq/deepset/faq_200327.tsv", "answer_html"},
	} {
		rs, err := collect(t, openShared(t, tc.name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		before, after := 0, 0
		for _, r := range rs {
			v, _ := r.Get(tc.column)
			md := HTMLToMarkdown(v)
			if r.Row%4 == 0 { // rendering is what takes the time
				checkHarmless(t, v, md)
			}
			for _, tag := range []string{"<p", "<div", "<br", "<li", "&nbsp;"} {
				if strings.Contains(md, tag) && !strings.Contains(md, "\\"+tag) {
					t.Errorf("%s line %d: %q left in %q", tc.name, r.Line, tag, md)
				}
			}
			before += letters(html.UnescapeString(textOnly(v)))
			after += letters(linkTarget.ReplaceAllString(md, "]"))
		}
		if before == 0 || after*100 < before*99 || after*100 > before*102 {
			t.Errorf("%s: %d letters in, %d out", tc.name, before, after)
		}
	}
}

var linkTarget = regexp.MustCompile(`\]\([^)]*\)`)

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}
