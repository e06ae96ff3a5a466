package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/engines/retrieval/corpusbench"
	"sameboat/knowledge"
)

// BenchmarkCenter measures the program as its users meet it, from outside: it
// takes 100,000 made resources in, starts, and answers real questions at 200
// requests a second from the same machine. SAMEBOAT_BENCH_DOCUMENTS sets
// another number.
func BenchmarkCenter(b *testing.B) {
	data, err := filepath.Abs("../../../shared/data")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(data); err != nil {
		b.Skip("the real data is not here")
	}
	for b.Loop() {
		benchmarkCenter(b, data)
	}
}

func benchmarkCenter(b *testing.B, data string) {
	n := 100_000
	if s := os.Getenv("SAMEBOAT_BENCH_DOCUMENTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	dir := b.TempDir()
	c := &center{b: b, binary: filepath.Join(dir, "sameboat"), data: filepath.Join(dir, "data")}
	c.run("go", "build", "-o", c.binary, ".")
	file := filepath.Join(dir, "made.jsonl")
	writeLibrary(b, data, file, n)

	began := time.Now()
	c.run(c.binary, "import", "resources", filepath.Join(data, "faq", "jhu"), "--data", filepath.Join(dir, "jhu"))
	fmt.Printf("import of faq/jhu, durable, whole process:   %6.2f s\n", time.Since(began).Seconds())
	began = time.Now()
	c.run(c.binary, "import", "resources", file, "--kind", "qa", "--data", c.data)
	took := time.Since(began).Seconds()
	fmt.Printf("import of %d resources, durable:        %6.1f s  (%.0f/s)\n", n, took, float64(n)/took)
	c.run(c.binary, "import", "translations", filepath.Join(data, "parallel", "tico19-dev.jsonl"), "--data", c.data)

	began = time.Now()
	c.serve()
	c.waitTotal(n)
	fmt.Printf("start without a snapshot, until all is found: %6.2f s  (%.0f/s)\n", time.Since(began).Seconds(), float64(n)/time.Since(began).Seconds())
	c.waitLexicon()
	c.found(dir)
	c.stop()
	began = time.Now()
	c.serve()
	c.waitTotal(n)
	fmt.Printf("ready after a restart:                       %6.2f s\n", time.Since(began).Seconds())
	questions, err := corpusbench.Questions(data)
	if err != nil {
		b.Fatal(err)
	}
	for _, seconds := range []int{5, 30} { // the first is to warm up
		c.load(questions, 200, time.Duration(seconds)*time.Second)
	}
	fmt.Printf("resident memory of the server:               %6.0f MB\n", c.resident())
	c.stop()
}

// center is the program under test.
type center struct {
	b            *testing.B
	binary, data string
	url          string
	server       *exec.Cmd
}

func (c *center) run(name string, args ...string) {
	c.b.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		if e, ok := err.(*exec.ExitError); !ok || e.ExitCode() != exitRefused {
			c.b.Fatalf("%s %s: %v\n%s", name, args, err, out)
		}
	}
}

func (c *center) serve() {
	c.b.Helper()
	c.server = exec.Command(c.binary, "serve", "--data", c.data, "--listen", "127.0.0.1:0")
	c.server.Stderr = os.Stderr
	out, err := c.server.StdoutPipe()
	if err != nil {
		c.b.Fatal(err)
	}
	if err := c.server.Start(); err != nil {
		c.b.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if i := strings.Index(lines.Text(), "http://"); i >= 0 {
			c.url, _, _ = strings.Cut(lines.Text()[i:], " ")
			break
		}
	}
	go io.Copy(io.Discard, out)
}

func (c *center) stop() {
	c.server.Process.Signal(os.Interrupt)
	c.server.Wait()
}

func (c *center) get(path string, into any) error {
	answer, err := http.Get(c.url + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", answer.StatusCode)
	}
	if into == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		return err
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

func (c *center) waitTotal(n int) {
	c.b.Helper()
	for range 3000 {
		var a struct{ Total int }
		if c.get("/api/v1/search?q=&limit=1", &a) == nil && a.Total >= n*95/100 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.b.Fatal("the index is not whole after a minute")
}

// waitLexicon waits until a Russian question finds English text.
func (c *center) waitLexicon() {
	c.b.Helper()
	for range 240 {
		var a struct{ Total int }
		if c.get("/api/v1/search?qlang=ru&language=en&limit=1&q="+url.QueryEscape("симптомы вируса"), &a) == nil && a.Total > 0 {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
	c.b.Fatal("no lexicon after two minutes")
}

// found measures how soon what was just taken in is found.
func (c *center) found(dir string) {
	file := filepath.Join(dir, "new.jsonl")
	if err := os.WriteFile(file, []byte(`{"id":"new","lang":"en","title":"Zanzibarine","text":"A word nobody wrote before: zanzibarine."}`+"\n"), 0o600); err != nil {
		c.b.Fatal(err)
	}
	c.run(c.binary, "import", "resources", file, "--data", c.data)
	began := time.Now()
	for {
		var a struct{ Total int }
		if c.get("/api/v1/search?q=zanzibarine&limit=1", &a) == nil && a.Total == 1 {
			fmt.Printf("found after publishing:                      %6.2f s\n", time.Since(began).Seconds())
			return
		}
		if time.Since(began) > 10*time.Second {
			c.b.Fatal("not found after 10 s")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// load asks perSecond questions a second, each at its own time whether or not
// the ones before are answered, and prints how long answers took.
func (c *center) load(questions []corpusbench.Question, perSecond int, d time.Duration) {
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 64
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	var mu sync.Mutex
	var took []time.Duration
	failed := 0
	var wait sync.WaitGroup
	began := time.Now()
	for i := 0; ctx.Err() == nil; i++ {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		q := questions[i%len(questions)].Text
		wait.Go(func() {
			err := c.get("/api/v1/search?limit=10&lang=fr&q="+url.QueryEscape(q), nil)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(due))
			if err != nil {
				failed++
			}
		})
	}
	wait.Wait()
	slices.Sort(took)
	at := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Microseconds()) / 1000 }
	fmt.Printf("HTTP, %d requests at %d/s, %d failed:      p50 %.2f ms, p90 %.2f ms, p99 %.2f ms, max %.1f ms\n", len(took), perSecond, failed, at(.5), at(.9), at(.99), at(1))
}

func (c *center) resident() float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.server.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}

// writeLibrary writes made resources as a file to import, with the values that
// our code lists know.
func writeLibrary(b *testing.B, data, file string, n int) {
	b.Helper()
	all, err := corpusbench.Library(data, n, 1)
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	topics := knowledge.Codes("topic")
	for i, r := range all {
		row := map[string]any{"id": r.ID, "lang": r.Lang, "title": r.Title, "body": r.Body, "topics": topics[i%len(topics)]}
		for _, facet := range r.Facets {
			switch facet.Dim {
			case "issuer":
				row["issuer"] = facet.Value
			case "country":
				row["country"] = facet.Value
			case "year":
				row["source_date"] = facet.Value
			}
		}
		if err := enc.Encode(row); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
}
