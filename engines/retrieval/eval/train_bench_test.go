package eval

import (
	"bytes"
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"sameboat/engines/retrieval/lexicon"
)

// BenchmarkTrain learns eight languages against English from all of TICO-19's
// development set and FLORES (about 2,700 pairs each) on one core, and prints
// the size of what is kept.
func BenchmarkTrain(b *testing.B) {
	data := sharedData(b)
	var pairs []lexicon.Pair
	add := func(lang string, p Parallel) {
		t := canonical(p.Text)
		pairs = append(pairs, lexicon.Pair{LangA: "en", TextA: t["en"], LangB: lang, TextB: t[lang]})
	}
	for _, lang := range strings.Fields("ar es fr hi pt ru zh fa") {
		err := readLines(filepath.Join(data, "parallel", "tico19-dev.jsonl"), func(p Parallel) error {
			add(lang, p)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range flores(b, data, lang) {
			add(lang, p)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for range b.N {
		x, err := lexicon.Train(context.Background(), pairs, nil, lexicon.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		var out bytes.Buffer
		if err := x.Save(&out); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len()), "stored-bytes")
		b.StartTimer()
	}
	b.ReportMetric(float64(len(pairs)), "pairs")
}
