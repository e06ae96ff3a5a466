package eval

import (
	"bufio"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sameboat/engines/retrieval/analysis"
)

// sharedData finds the real data beside the project, or skips.
func sharedData(tb testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			tb.Skip("no go.mod above this folder")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(filepath.Join(data, "parallel")); err != nil {
		tb.Skip("the real data is not here: ", err)
	}
	return data
}

type segment struct {
	ID   string            `json:"id"`
	Text map[string]string `json:"text"`
}

func (s segment) document() string { return strings.Split(s.ID, ":")[0] }

// folds spreads the documents over n folds of about equal size.
func folds(all []segment, n int) map[string]int {
	size := make(map[string]int)
	for _, s := range all {
		size[s.document()]++
	}
	var docs []string
	for d := range size {
		docs = append(docs, d)
	}
	slices.SortFunc(docs, func(a, b string) int { return cmp.Or(size[b]-size[a], cmp.Compare(a, b)) })
	load, of := make([]int, n), make(map[string]int)
	for _, d := range docs {
		k := slices.Index(load, slices.Min(load))
		of[d] = k
		load[k] += size[d]
	}
	return of
}

// BenchmarkTwin is figure 1 of the search: each segment of the TICO-19
// development set in a language asks for its twin among all English segments;
// the lexicon comes from the documents of the other folds, FLORES and the
// glossaries of that language.
func BenchmarkTwin(b *testing.B) {
	data := sharedData(b)
	var segments []segment
	if err := readLines(filepath.Join(data, "parallel", "tico19-dev.jsonl"), func(s segment) error {
		segments = append(segments, s)
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	langs := strings.Fields("fr es pt ru ur sw ar zh hi km")
	if set := os.Getenv("BENCH_LANGS"); set != "" {
		langs = strings.Fields(set)
	}
	for _, lang := range langs {
		b.Run(lang, func(b *testing.B) {
			for range b.N {
				twin(b, data, segments, lang)
			}
		})
	}
}

// permuted names the documents whose French column is out of order in the
// data itself: line i of the French text translates another line.
func permuted(lang, document string) bool {
	return lang == "fr" && (document == "PubMed_8" || document == "Wikinews_3")
}

func twin(b *testing.B, data string, segments []segment, lang string) {
	rest := Input{Translations: flores(b, data, lang), Corpus: nil}
	files, err := filepath.Glob(filepath.Join(data, "glossary", "*.csv"))
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range files {
		entries, err := readGlossary(path)
		if err != nil {
			b.Fatal(err)
		}
		for _, e := range entries {
			if analysis.Canonical(e.LangB) == lang {
				rest.Glossary = append(rest.Glossary, e)
			}
		}
	}
	of := folds(segments, 5)
	for _, s := range segments {
		rest.Corpus = append(rest.Corpus, Document{ID: s.ID, Lang: "en", Text: s.Text["en"]})
	}
	var all, clean Scores
	var n, nClean int
	for k := range 5 {
		in := rest
		in.Translations = slices.Clone(rest.Translations)
		var cleanQ []Question
		for _, s := range segments {
			text := canonical(s.Text)[lang]
			if of[s.document()] != k {
				in.Translations = append(in.Translations, Parallel{Text: map[string]string{"en": s.Text["en"], lang: text}})
				continue
			}
			q := Question{ID: s.ID, Lang: lang, Text: text, Relevant: []string{s.ID}}
			in.Questions = append(in.Questions, q)
			if !permuted(lang, s.document()) {
				cleanQ = append(cleanQ, q)
			}
		}
		sum, m := evaluateFold(b, in)
		all.add(sum)
		n += m
		if lang == "fr" {
			in.Questions = cleanQ
			sum, m = evaluateFold(b, in)
			clean.add(sum)
			nClean += m
		}
	}
	mean := all.mean(n)
	b.ReportMetric(mean.MRR10, "mrr10")
	b.ReportMetric(mean.Recall1, "recall1")
	b.ReportMetric(mean.Recall10, "recall10")
	if nClean > 0 {
		b.ReportMetric(clean.mean(nClean).MRR10, "mrr10_in_order")
	}
}

// evaluateFold returns the sum of the scores and the number of questions.
func evaluateFold(b *testing.B, in Input) (Scores, int) {
	r, err := Evaluate(context.Background(), in)
	if err != nil {
		b.Fatal(err)
	}
	var sum Scores
	n := 0
	for _, l := range r.Languages {
		q := float64(l.Queries)
		sum.add(Scores{l.With.MRR10 * q, l.With.NDCG10 * q, l.With.Recall1 * q, l.With.Recall5 * q, l.With.Recall10 * q})
		n += l.Queries
	}
	return sum, n
}

// flores reads the general sentences in English and the language, if there.
func flores(b *testing.B, data, lang string) []Parallel {
	read := func(l string) []string {
		f, err := os.Open(filepath.Join(data, "parallel", "flores-dev", "flores-dev."+l))
		if err != nil {
			return nil
		}
		defer f.Close()
		var out []string
		for s := bufio.NewScanner(f); s.Scan(); {
			out = append(out, s.Text())
		}
		return out
	}
	en, other := read("en"), read(lang)
	var out []Parallel
	for i := range min(len(en), len(other)) {
		out = append(out, Parallel{Text: map[string]string{"en": en[i], lang: other[i]}})
	}
	if len(other) != len(en) {
		b.Logf("no FLORES sentences in %s", lang)
	}
	return out
}
