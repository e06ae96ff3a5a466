package langid

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sameboat/engines/retrieval/analysis"
)

func sharedData(tb testing.TB) string {
	dir, err := filepath.Abs("../../..")
	if err != nil {
		tb.Fatal(err)
	}
	data := filepath.Join(dir, "..", "shared", "data", "parallel")
	if _, err := os.Stat(data); err != nil {
		tb.Skip("the real data is not here: ", err)
	}
	return data
}

type sample struct{ lang, text, document string }

// BenchmarkDetect prints the accuracy on held-out documents of TICO-19 (a
// model learned from the other documents and the seeds) and on FLORES, which
// no model has seen: whole sentences, and fragments of five words.
func BenchmarkDetect(b *testing.B) {
	data := sharedData(b)
	tico := ticoSamples(b, data)
	whole, short := confusion{}, confusion{}
	for range b.N {
		for k := range 5 {
			l := NewLearner()
			addSeeds(b, l)
			for i, s := range tico {
				if fold(s.document) != k {
					l.Add(tico[i].lang, s.text)
				}
			}
			d := l.Detector()
			for _, s := range tico {
				if fold(s.document) == k {
					whole.add(d, s.lang, s.text)
					short.add(d, s.lang, fragment(s.text))
				}
			}
		}
		floresWhole, floresShort := confusion{}, confusion{}
		d, err := New()
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range floresSamples(b, data) {
			floresWhole.add(d, s.lang, s.text)
			floresShort.add(d, s.lang, fragment(s.text))
		}
		fmt.Printf("TICO-19 held out, sentences: %s\n", whole)
		fmt.Printf("TICO-19 held out, fragments of 5 words: %s\n", short)
		fmt.Printf("FLORES, sentences: %s\n", floresWhole)
		fmt.Printf("FLORES, fragments of 5 words: %s\n", floresShort)
	}
}

func fold(document string) int {
	n := 0
	for _, c := range []byte(document) {
		n = n*31 + int(c)
	}
	return ((n % 5) + 5) % 5
}

func fragment(text string) string {
	words := strings.Fields(text)
	if len(words) < 3 { // written without spaces
		r := []rune(text)
		return string(r[:min(len(r), 12)])
	}
	from := min(len(words)/3, max(len(words)-5, 0))
	return strings.Join(words[from:min(len(words), from+5)], " ")
}

// confusion counts guesses by true language.
type confusion map[string]map[string]int

func (c confusion) add(d *Detector, lang, text string) {
	got := "-"
	if g := d.Detect(text, nil); len(g) > 0 {
		got = g[0].Lang
	}
	if c[lang] == nil {
		c[lang] = map[string]int{}
	}
	c[lang][got]++
}

func (c confusion) String() string {
	var out strings.Builder
	right, all := 0, 0
	for _, lang := range slices.Sorted(maps.Keys(c)) {
		n := 0
		for _, k := range c[lang] {
			n += k
		}
		fmt.Fprintf(&out, "\n  %s %.3f", lang, float64(c[lang][lang])/float64(n))
		others := slices.SortedFunc(maps.Keys(c[lang]), func(a, b string) int { return cmp.Or(c[lang][b]-c[lang][a], cmp.Compare(a, b)) })
		for _, o := range others[:min(4, len(others))] {
			if o != lang && c[lang][o]*100 > n {
				fmt.Fprintf(&out, " %s:%d", o, c[lang][o])
			}
		}
		right, all = right+c[lang][lang], all+n
	}
	fmt.Fprintf(&out, "\n  all %.4f of %d", float64(right)/float64(all), all)
	return out.String()
}

func ticoSamples(b *testing.B, data string) []sample {
	f, err := os.Open(filepath.Join(data, "tico19-dev.jsonl"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var out []sample
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		var s struct {
			ID   string
			Text map[string]string
		}
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			b.Fatal(err)
		}
		if n++; n%2 == 0 {
			continue // half of it is enough
		}
		for _, tag := range slices.Sorted(maps.Keys(s.Text)) {
			if !strings.HasPrefix(tag, "ti_") && tag != "prs" {
				out = append(out, sample{analysis.Canonical(tag), s.Text[tag], strings.Split(s.ID, ":")[0]})
			}
		}
	}
	return out
}

func floresSamples(b testing.TB, data string) []sample {
	files, err := filepath.Glob(filepath.Join(data, "flores-dev", "flores-dev.*"))
	if err != nil {
		b.Fatal(err)
	}
	var out []sample
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			out = append(out, sample{lang: strings.TrimPrefix(filepath.Ext(path), "."), text: line})
		}
	}
	return out
}

func addSeeds(b *testing.B, l *Learner) {
	files, err := filepath.Glob("learn/seed/*.txt")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			l.Add(strings.TrimSuffix(filepath.Base(path), ".txt"), line)
		}
	}
}
