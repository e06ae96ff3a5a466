package spelling

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"
)

func sample() *Vocabulary {
	var v Vocabulary
	for lang, words := range map[string]map[string]int{
		"en": {"mask": 90, "masks": 40, "quarantine": 60, "symptoms": 80, "symptom": 20, "task": 5, "vaccine": 70, "vacine": 1, "hospital": 50, "the": 900},
		"fr": {"masque": 50, "quarantaine": 30, "symptômes": 44},
		"ru": {"больница": 30, "симптомы": 25, "маска": 40},
		"ar": {"مستشفى": 20, "أعراض": 30, "كمامة": 12},
	} {
		for w, n := range words {
			v.Add(lang, w, n)
		}
	}
	return &v
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	v := sample()
	for _, c := range []struct{ lang, word, want string }{
		{"en", "quarentine", "quarantine"}, // replaced
		{"en", "quarantne", "quarantine"},  // left out
		{"en", "hopsital", "hospital"},     // swapped
		{"en", "symptomms", "symptoms"},    // too many
		{"en", "symtpons", "symptoms"},     // two edits
		{"en", "maks", "mask"},             // the more frequent of two
		{"en", "vacine", "vaccine"},        // seen once, still a slip
		{"en", "task", ""},                 // known
		{"en", "mask", ""},                 // known
		{"en", "zzzzzzz", ""},              // nothing near
		{"en", "teh", "the"},
		{"en", "th", ""},
		{"fr", "symptomes", "symptômes"},
		{"fr", "mask", ""}, // languages do not mix; two edits are too many for four letters
		{"ru", "болница", "больница"},
		{"ru", "симтпомы", "симптомы"},
		{"ar", "مستشقى", "مستشفى"},
		{"ar", "كمامه", "كمامة"},
		{"xx", "mask", ""},
		{"en", "\xff\xfe\xfd", ""},
	} {
		if got, ok := v.Suggest(c.lang, c.word); got != c.want || ok != (c.want != "") {
			t.Errorf("%s %q: %q, want %q", c.lang, c.word, got, c.want)
		}
	}
}

func TestForgottenWordsAreNotSuggested(t *testing.T) {
	t.Parallel()
	v := sample()
	v.Add("en", "quarantine", -60)
	if got, ok := v.Suggest("en", "quarentine"); ok {
		t.Fatalf("suggested %q", got)
	}
	v.Add("en", "quarantine", 5)
	if got, _ := v.Suggest("en", "quarentine"); got != "quarantine" {
		t.Fatalf("suggested %q", got)
	}
}

// plainEdits fills the whole matrix.
func plainEdits(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range len(b) + 1 {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestEditsAgreeWithWholeMatrix(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	word := func() (w []rune) {
		for range r.IntN(9) {
			w = append(w, rune('a'+r.IntN(3)))
		}
		return w
	}
	for range 20_000 {
		a, b := word(), word()
		for most := 1; most <= 2; most++ {
			if got, want := edits(a, b, most), min(plainEdits(a, b), most+1); got != want {
				t.Fatalf("%q %q up to %d: %d, want %d", string(a), string(b), most, got, want)
			}
		}
	}
}

// TestHistory adds and takes away at random; counts must be those of a map.
func TestHistory(t *testing.T) {
	t.Parallel()
	var v Vocabulary
	want, r := map[string]int{}, rand.New(rand.NewPCG(2, 2))
	for range 5000 {
		w, n := fmt.Sprintf("w%d", r.IntN(120)), r.IntN(9)-4
		v.Add("en", w, n)
		want[w] = max(0, want[w]+n)
	}
	known := 0
	for w, n := range want {
		if v.Count("en", w) != n {
			t.Fatalf("%s: %d, want %d", w, v.Count("en", w), n)
		}
		if n > 0 {
			known++
		}
	}
	if v.Len() != known {
		t.Fatalf("%d words, want %d", v.Len(), known)
	}
}

func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	v := sample()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 300 {
				v.Add("en", fmt.Sprintf("word%d", (g+i)%50), 1-2*(i%2))
				v.Suggest("en", "quarentine")
			}
		})
	}
	wg.Wait()
}

// BenchmarkSuggest fills the vocabulary to its bound.
func BenchmarkSuggest(b *testing.B) {
	var v Vocabulary
	r := rand.New(rand.NewPCG(3, 3))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for v.Len() < MaxWords {
		w := make([]byte, 3+r.IntN(5)+r.IntN(6))
		for i := range w {
			w[i] = "eeeaaaoooiiuutnnssrrlldhcmpgbfvykwxjqz"[r.IntN(38)]
		}
		v.Add("en", string(w), 1+int(20*r.Float64()*r.Float64()))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.Logf("%d words take %d MB", v.Len(), (after.HeapAlloc-before.HeapAlloc)>>20)
	words := []string{"quarentine", "hopsital", "symtpons", "vacination", "distansing"}
	start := time.Now()
	n := 0
	for b.Loop() {
		v.Suggest("en", words[n%len(words)])
		n++
	}
	b.ReportMetric(float64(time.Since(start).Microseconds())/float64(n), "µs/suggestion")
}

// TestFrequency: the count of all words of a language follows every change.
func TestFrequency(t *testing.T) {
	var v Vocabulary
	for _, c := range []struct {
		word         string
		add          int
		count, total int
	}{{"mask", 3, 3, 3}, {"fever", 2, 2, 5}, {"mask", 1, 4, 6}, {"mask", -2, 2, 4}, {"mask", -9, 0, 2}, {"gown", -1, 0, 2}} {
		v.Add("en", c.word, c.add)
		if n, total := v.Frequency("en", c.word); n != c.count || total != c.total {
			t.Errorf("after %+d %s: %d of %d, want %d of %d", c.add, c.word, n, total, c.count, c.total)
		}
	}
	if n, total := v.Frequency("fr", "mask"); n != 0 || total != 0 {
		t.Errorf("of a language it does not hold: %d of %d", n, total)
	}
}
