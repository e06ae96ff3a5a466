package notify_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"sameboat/engines/retrieval/corpusbench"
	"sameboat/facts"
	"sameboat/kernel/notify"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// BenchmarkFollows holds 10,000 saved searches against 1,000 new resources in a
// library of 5,000: once with every question to be expanded first, and once as
// the next portion finds it. The bound is 5 s for the first.
func BenchmarkFollows(b *testing.B) {
	folder := sharedData(b)
	for _, place := range []struct {
		name string
		at   func(testing.TB) store.Config
	}{
		{"sqlite", func(t testing.TB) store.Config { return store.Config{Dir: t.TempDir()} }},
		{"postgresql", storetest.Postgres},
	} {
		b.Run(place.name, func(b *testing.B) {
			w := newWorld(b, storetest.Open(b, place.at(b)))
			questions := readQuestions(b, folder)
			w.learn = questions
			fresh := w.library(b, folder, 5000, 1000)
			w.must(w.search.CatchUp(b.Context()))
			w.must(w.search.Learn(b.Context()))
			n := w.manyFollows(b, questions, 10_000)
			for b.Loop() {
				began, busy := time.Now(), processorTime(b)
				matches, err := w.notify.Matching(b.Context(), fresh)
				w.must(err)
				first, used := time.Since(began), processorTime(b)-busy
				_, err = w.notify.Matching(b.Context(), fresh)
				w.must(err)
				b.ReportMetric(first.Seconds(), "s/first")
				b.ReportMetric(used.Seconds(), "cpu-s/first")
				b.ReportMetric((processorTime(b) - busy - used).Seconds(), "cpu-s/again")
				b.ReportMetric((time.Since(began) - first).Seconds(), "s/again")
				found := 0
				for _, m := range matches {
					found += len(m.Documents)
				}
				b.ReportMetric(float64(found), "matches")
				// A machine that others keep busy is no reason to fail.
				if first > 5*time.Second && used > 5*time.Second*time.Duration(runtime.GOMAXPROCS(0)) {
					b.Errorf("%d follows took %s (then %s), more than 5 s", n, first, time.Since(began)-first)
				}
			}
		})
	}
}

// processorTime is what this process has used of all processors.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sharedData finds the data folder beside the repository.
func sharedData(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	folder := filepath.Join(dir, "..", "shared", "data")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the data folder is not at hand: ../shared/data beside the repository")
	}
	return folder
}

// benchLangs are the languages of the made library.
var benchLangs = [...]facts.Lang{"en", "fr", "es", "zh", "ar", "ru", "pt"}

// readQuestions reads the segments of TICO-19 (CC0) in the library's languages.
func readQuestions(t testing.TB, folder string) (list []map[facts.Lang]string) {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "parallel", "tico19-dev.jsonl"))
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct{ Text map[string]string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		text := map[facts.Lang]string{}
		for tag, words := range row.Text {
			if lang := facts.LangOf(tag); slices.Contains(benchLangs[:], lang) {
				text[lang] = words
			}
		}
		list = append(list, text)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// library fills the shelf, and gives the last of its documents as new ones.
func (w *world) library(t testing.TB, folder string, n, fresh int) (list []search.Document) {
	t.Helper()
	made, err := corpusbench.Library(folder, n, 1)
	if err != nil {
		t.Skip(err)
	}
	var id facts.ID
	for i, r := range made {
		id = facts.NewID(w.clock.Now().Add(time.Duration(i) * time.Millisecond))
		d := search.Document{ID: id, Boost: 1, Variants: []search.Variant{{Lang: facts.Lang(r.Lang), Title: r.Title,
			Passages: []search.Passage{{Anchor: "p-1", Text: r.Body}}}}}
		for _, f := range r.Facets {
			d.Tags = append(d.Tags, search.Tag(f))
		}
		w.docs[id] = d
		if i >= n-fresh {
			list = append(list, d)
		}
	}
	w.say(id, "published", facts.Public)
	return list
}

// manyFollows follows as many people might: four in five by words, of two to six
// words in any language, half of these and all others with filters.
func (w *world) manyFollows(t testing.TB, questions []map[facts.Lang]string, n int) int {
	t.Helper()
	values := map[string][]string{}
	for _, d := range w.docs {
		for _, t := range d.Tags {
			if !slices.Contains(values[t.Dim], t.Value) {
				values[t.Dim] = append(values[t.Dim], t.Value)
			}
		}
	}
	for _, list := range values {
		slices.Sort(list)
	}
	r := rand.New(rand.NewPCG(3, 3))
	var person facts.ID
	for i := range n {
		if i%notify.MaxFollows == 0 {
			person = w.person(fmt.Sprint("P", i), "en")
		}
		var q notify.Query
		if i%5 > 0 {
			lang := benchLangs[r.IntN(len(benchLangs))]
			q.Lang, q.Text = lang, someWords(r, questions[r.IntN(len(questions))][lang])
		}
		if q.Text == "" || i%2 == 0 {
			for _, dim := range []string{"kind", "topic", "language"} {
				if list := values[dim]; len(list) > 0 && r.IntN(2) == 0 {
					q.Filters = append(q.Filters, search.Tag{Dim: dim, Value: list[r.IntN(len(list))]})
				}
			}
		}
		if len(q.Filters) == 0 && q.Text == "" {
			q.Filters = tags("country", values["country"][r.IntN(len(values["country"]))], "year", values["year"][r.IntN(len(values["year"]))])
		}
		w.follow(person, q, notify.Ways{Site: true})
	}
	return n
}

// someWords takes two to six words that follow each other, or eight characters of
// a language that writes no spaces.
func someWords(r *rand.Rand, text string) string {
	words := strings.Fields(text)
	if len(words) < 3 {
		letters := []rune(text)
		from := r.IntN(max(1, len(letters)-8))
		return string(letters[from:min(len(letters), from+8)])
	}
	k := min(len(words), 2+r.IntN(5))
	from := r.IntN(len(words) - k + 1)
	return strings.Join(words[from:from+k], " ")
}
