package retrieval_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
)

// qaPassage is a piece of an article of at most 120 words.
type qaPassage struct {
	article, from, to int
	text              string
}

// qaSet is the passage benchmark: question → the passage that holds most of
// the answer.
type qaSet struct {
	titles    []string
	passages  []qaPassage
	questions []string
	answer    []int // index of the passage
	article   []int // of the question, to cross-validate
}

// dataFile finds a file of the shared data beside the repository and skips
// when it is absent.
func dataFile(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(dataRoot(tb), name))
	if err != nil {
		tb.Skipf("needs the shared data beside the repository: %v", err)
	}
	return b
}

func dataRoot(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "data")
		}
	}
	tb.Skip("needs the shared data beside the repository")
	return ""
}

func loadCovidQA(tb testing.TB) *qaSet {
	tb.Helper()
	var in struct {
		Data []struct {
			Paragraphs []struct {
				Context string
				Qas     []struct {
					Question string
					Answers  []struct {
						Text  string
						Start int `json:"answer_start"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(dataFile(tb, "passages/covidqa-dev.json"), &in); err != nil {
		tb.Fatal(err)
	}
	set := &qaSet{}
	for _, a := range in.Data {
		for _, p := range a.Paragraphs {
			article, first := len(set.titles), len(set.passages)
			text := []rune(p.Context) // answers count characters
			title, _, _ := strings.Cut(strings.TrimSpace(p.Context), "\n")
			set.titles = append(set.titles, title)
			for _, s := range cutArticle(p.Context) {
				s.article = article
				set.passages = append(set.passages, s)
			}
			for _, q := range p.Qas {
				if len(q.Answers) == 0 {
					continue
				}
				from := len(string(text[:min(q.Answers[0].Start, len(text))]))
				to := from + len(q.Answers[0].Text)
				best, most := -1, 0
				for i, s := range set.passages[first:] {
					if n := min(to, s.to) - max(from, s.from); n > most {
						best, most = first+i, n
					}
				}
				if best >= 0 {
					set.questions = append(set.questions, q.Question)
					set.answer = append(set.answer, best)
					set.article = append(set.article, article)
				}
			}
		}
	}
	return set
}

var (
	blockEnd    = regexp.MustCompile(`\n\s*\n`)
	sentenceEnd = regexp.MustCompile(`[.!?]["')\]]*\s+`)
)

const passageWords = 120

// cutArticle packs blocks, and the sentences of long ones, into passages.
func cutArticle(text string) []qaPassage {
	var pieces [][2]int
	for _, b := range splitAfter(blockEnd, text, 0) {
		if len(strings.Fields(text[b[0]:b[1]])) <= passageWords {
			pieces = append(pieces, b)
			continue
		}
		pieces = append(pieces, splitAfter(sentenceEnd, text[b[0]:b[1]], b[0])...)
	}
	var out []qaPassage
	words := 0
	for _, p := range pieces {
		n := len(strings.Fields(text[p[0]:p[1]]))
		if len(out) == 0 || words+n > passageWords {
			out = append(out, qaPassage{from: p[0]})
			words = 0
		}
		last := &out[len(out)-1]
		words += n
		last.to = p[1]
		last.text = text[last.from:last.to]
	}
	return out
}

func splitAfter(re *regexp.Regexp, text string, offset int) (out [][2]int) {
	at := 0
	for _, m := range re.FindAllStringIndex(text, -1) {
		out = append(out, [2]int{offset + at, offset + m[1]})
		at = m[1]
	}
	if at < len(text) {
		out = append(out, [2]int{offset + at, offset + len(text)})
	}
	return out
}

func analyse(a *analysis.Analyzer, text string, stops bool) []string {
	var out []string
	for _, t := range a.Analyze("en", text) {
		if stops || !t.Stop {
			out = append(out, t.Term)
		}
	}
	return out
}

// index puts every article as one document of many passages.
func (set *qaSet) index(tb testing.TB, a *analysis.Analyzer) *retrieval.Index {
	tb.Helper()
	x := retrieval.New(retrieval.Options{})
	docs := make([]retrieval.Document, len(set.titles))
	for i, t := range set.titles {
		docs[i] = retrieval.Document{ID: fmt.Sprintf("%03d %.200s", i, t)}
	}
	for i, p := range set.passages {
		docs[p.article].Passages = append(docs[p.article].Passages, retrieval.Passage{
			Lang: "en", Anchor: fmt.Sprint(i),
			Fields: [][]string{analyse(a, set.titles[p.article], true), nil, analyse(a, p.text, true)},
		})
	}
	if err := x.Put(docs...); err != nil {
		tb.Fatal(err)
	}
	return x
}

// groupsOf makes a group of each word of a question; words of grammar count
// little.
func groupsOf(a *analysis.Analyzer, lang, question string) (groups []retrieval.Group) {
	seen := map[string]bool{}
	for _, t := range a.Analyze(lang, question) {
		if seen[t.Term] {
			continue
		}
		seen[t.Term] = true
		g := retrieval.Group{Terms: []retrieval.Weighted{{Term: t.Term, Weight: 1}}}
		if t.Stop {
			g.Weight = retrieval.StopWeight
		}
		groups = append(groups, g)
	}
	return groups
}

// mrr10 returns the mean reciprocal rank over the first ten passages.
func (set *qaSet) mrr10(tb testing.TB, x *retrieval.Index, a *analysis.Analyzer, r retrieval.Ranking) float64 {
	tb.Helper()
	sum := 0.0
	for i, question := range set.questions {
		res, err := x.Search(context.Background(), retrieval.Query{
			Groups: groupsOf(a, "en", question), Limit: 10, EachPassage: true, Ranking: &r,
		})
		if err != nil {
			tb.Fatal(err)
		}
		for rank, h := range res.Hits {
			if h.Anchor == fmt.Sprint(set.answer[i]) {
				sum += 1 / float64(rank+1)
			}
		}
	}
	return sum / float64(len(set.questions))
}

// plainBM25 is the yardstick, written out on its own: passages as bags of
// words, k1 1.2, b .75.
func (set *qaSet) plainBM25(a *analysis.Analyzer, withTitle, stops bool) float64 {
	tf := make([]map[string]int, len(set.passages))
	length, df, total := make([]int, len(set.passages)), map[string]int{}, 0
	for i, p := range set.passages {
		text := p.text
		if withTitle {
			text = set.titles[p.article] + "\n" + text
		}
		tf[i] = map[string]int{}
		for _, t := range analyse(a, text, stops) {
			tf[i][t]++
			length[i]++
		}
		for t := range tf[i] {
			df[t]++
		}
		total += length[i]
	}
	n, mean, sum := float64(len(tf)), float64(total)/float64(len(tf)), 0.0
	for qi, question := range set.questions {
		terms := analyse(a, question, stops)
		score := make([]float64, len(tf))
		for i := range tf {
			for _, t := range terms {
				if f := float64(tf[i][t]); f > 0 {
					idf := math.Log(1 + (n-float64(df[t])+.5)/(float64(df[t])+.5))
					score[i] += idf * f * 2.2 / (f + 1.2*(.25+.75*float64(length[i])/mean))
				}
			}
		}
		rank := 1
		for i := range score {
			if s := score[set.answer[qi]]; score[i] > s || score[i] == s && i < set.answer[qi] {
				rank++
			}
		}
		if score[set.answer[qi]] > 0 && rank <= 10 {
			sum += 1 / float64(rank)
		}
	}
	return sum / float64(len(set.questions))
}

// BenchmarkCovidQA prints MRR@10 of the default ranking beside plain BM25 with
// the same analysis, in its four forms; the target is measured against the
// one that treats a passage as a bag of its content words.
func BenchmarkCovidQA(b *testing.B) {
	set, a := loadCovidQA(b), analysis.New()
	x := set.index(b, a)
	plain := set.plainBM25(a, false, false)
	ours := 0.0
	for b.Loop() {
		ours = set.mrr10(b, x, a, retrieval.DefaultRanking())
	}
	b.Logf("%d questions, %d passages of %d articles", len(set.questions), len(set.passages), len(set.titles))
	b.Logf("MRR@10: ours %.4f; plain BM25 %.4f (ours %+.1f %%); with title %.4f; with stop words %.4f, with both %.4f", ours,
		plain, 100*(ours/plain-1), set.plainBM25(a, true, false), set.plainBM25(a, false, true), set.plainBM25(a, true, true))
	b.ReportMetric(ours, "mrr10")
	b.ReportMetric(plain, "bm25-mrr10")
}
