package eval

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// Scores are means over the queries of one language, each in [0, 1].
type Scores struct {
	MRR10    float64 `json:"mrr10"`
	NDCG10   float64 `json:"ndcg10"`
	Recall1  float64 `json:"recall1"`
	Recall5  float64 `json:"recall5"`
	Recall10 float64 `json:"recall10"`
}

// Language is the result of the queries in one language.
type Language struct {
	Lang    string `json:"lang"`
	Queries int    `json:"queries"`
	With    Scores `json:"with"`    // with the lexicon
	Without Scores `json:"without"` // words pass through untranslated
}

// Report is the result of an evaluation, languages in alphabetical order.
type Report struct {
	Languages []Language `json:"languages"`
}

// WriteTable prints the report for people.
func (r *Report) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "lang\tqueries\tmrr10\tndcg10\trecall1\trecall5\trecall10\t|\tmrr10 without\trecall10 without\t")
	for _, l := range r.Languages {
		fmt.Fprintf(t, "%s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t|\t%.4f\t%.4f\t\n", l.Lang, l.Queries,
			l.With.MRR10, l.With.NDCG10, l.With.Recall1, l.With.Recall5, l.With.Recall10, l.Without.MRR10, l.Without.Recall10)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	return nil
}

// depth is how many hits count.
const depth = 10

// score rates one ranking against the set of relevant documents.
func score(ranked []string, relevant map[string]bool) Scores {
	var s Scores
	if len(relevant) == 0 {
		return s
	}
	found, gain := 0, 0.0
	for i, id := range ranked[:min(len(ranked), depth)] {
		if relevant[id] {
			found++
			gain += 1 / math.Log2(float64(i)+2)
			if s.MRR10 == 0 {
				s.MRR10 = 1 / float64(i+1)
			}
		}
		share := float64(found) / float64(len(relevant))
		if i < 1 {
			s.Recall1 = share
		}
		if i < 5 {
			s.Recall5 = share
		}
		s.Recall10 = share
	}
	ideal := 0.0
	for i := range min(len(relevant), depth) {
		ideal += 1 / math.Log2(float64(i)+2)
	}
	s.NDCG10 = gain / ideal
	return s
}

func (s *Scores) add(o Scores) {
	s.MRR10 += o.MRR10
	s.NDCG10 += o.NDCG10
	s.Recall1 += o.Recall1
	s.Recall5 += o.Recall5
	s.Recall10 += o.Recall10
}

func (s Scores) mean(n int) Scores {
	d := float64(max(n, 1))
	return Scores{s.MRR10 / d, s.NDCG10 / d, s.Recall1 / d, s.Recall5 / d, s.Recall10 / d}
}
