package corpusbench

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

// Resource is one made document.
type Resource struct {
	ID, Lang, Title, Body string
	Facets                []Facet
}

// Facet is a value of a dimension.
type Facet struct{ Dim, Value string }

// Dims names the dimensions every resource has values in.
func Dims() []string {
	return []string{"kind", "topic", "language", "issuer", "country", "year"}
}

// BodyWords is the length of a body; in languages without spaces, two
// characters count as one word.
const BodyWords = 120

// share is the part of a language in the library, in percent.
var shares = []struct {
	lang    string
	percent int
}{{"en", 40}, {"fr", 25}, {"es", 9}, {"zh", 8}, {"ar", 6}, {"ru", 6}, {"pt", 6}}

// Library returns n resources made from the data folder.
func Library(folder string, n int, seed uint64) ([]Resource, error) {
	text, err := readSentences(folder)
	if err != nil {
		return nil, err
	}
	for _, s := range shares {
		if len(text[s.lang]) == 0 {
			return nil, fmt.Errorf("no sentences in %s", s.lang)
		}
	}
	r := rand.New(rand.NewPCG(seed, 0x5a))
	out := make([]Resource, n)
	for i := range out {
		lang := pickLang(r)
		sentences := text[lang]
		out[i] = Resource{
			ID:     fmt.Sprintf("r%06d", i),
			Lang:   lang,
			Title:  cut(sentences[r.IntN(len(sentences))], 10),
			Body:   body(r, sentences),
			Facets: facets(r, lang),
		}
	}
	return out, nil
}

func pickLang(r *rand.Rand) string {
	at := r.IntN(100)
	for _, s := range shares {
		if at -= s.percent; at < 0 {
			return s.lang
		}
	}
	return shares[0].lang
}

func body(r *rand.Rand, sentences []string) string {
	var b strings.Builder
	for words := 0; words < BodyWords; {
		s := cut(sentences[r.IntN(len(sentences))], BodyWords-words)
		words += max(1, wordsOf(s))
		b.WriteString(s)
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

// facets draws values with the skew of real libraries: few values hold most.
func facets(r *rand.Rand, lang string) []Facet {
	skewed := func(n int) int { return int(float64(n) * r.Float64() * r.Float64() * r.Float64()) }
	out := []Facet{
		{"kind", fmt.Sprintf("kind-%d", skewed(12))},
		{"language", lang},
		{"issuer", fmt.Sprintf("issuer-%d", skewed(300))},
		{"country", fmt.Sprintf("country-%d", skewed(80))},
		{"year", fmt.Sprint(2020 + skewed(7))},
	}
	for range 1 + r.IntN(2) {
		out = append(out, Facet{"topic", fmt.Sprintf("topic-%d", skewed(25))})
	}
	return out
}

// wordsOf counts words, two characters of an unspaced script as one.
func wordsOf(s string) int {
	words, unspaced := 0, 0
	for _, f := range strings.Fields(s) {
		n := 0
		for _, c := range f {
			if unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) {
				n++
			}
		}
		if n > 0 {
			unspaced += n
		} else {
			words++
		}
	}
	return words + (unspaced+1)/2
}

// cut returns the beginning of a sentence, at most n words long.
func cut(s string, n int) string {
	if wordsOf(s) <= n {
		return s
	}
	if fields := strings.Fields(s); len(fields) > n {
		return strings.Join(fields[:n], " ")
	}
	if c := []rune(s); len(c) > 2*n {
		return string(c[:2*n])
	}
	return s
}
