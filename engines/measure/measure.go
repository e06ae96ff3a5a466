// Package measure counts and times what a program does and tells it in the text
// format of Prometheus (exposition format 0.0.4).
//
// It knows nothing of what is measured and keeps no history. Its invariant: the
// number of series is bounded whatever the labels are; what is over the bound is
// counted under the value "other".
package measure

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxSeries bounds the series of one metric.
const maxSeries = 1000

// Set is a set of metrics. It is safe for concurrent use.
type Set struct {
	mu      sync.Mutex
	metrics []metric
}

type metric interface {
	write(w *bufio.Writer)
}

func (s *Set) add(m metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.metrics = append(s.metrics, m)
}

// Write tells all metrics in the order in which they were made.
func (s *Set) Write(w io.Writer) error {
	s.mu.Lock()
	list := slices.Clone(s.metrics)
	s.mu.Unlock()
	b := bufio.NewWriter(w)
	for _, m := range list {
		m.write(b)
	}
	return b.Flush()
}

// about is what every metric has.
type about struct {
	name, help, kind string
	labels           []string
}

func (a about) head(w *bufio.Writer) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", a.name, strings.NewReplacer("\\", `\\`, "\n", `\n`).Replace(a.help), a.name, a.kind)
}

// series writes the labels of one series: {a="x",b="y"}.
func (a about) series(values []string, more ...string) string {
	var list []string
	for i, l := range a.labels {
		list = append(list, l+`="`+strings.NewReplacer("\\", `\\`, "\n", `\n`, `"`, `\"`).Replace(values[i])+`"`)
	}
	list = append(list, more...)
	if len(list) == 0 {
		return ""
	}
	return "{" + strings.Join(list, ",") + "}"
}

// key joins values; a series too many becomes "other".
func (a about) key(values []string, there bool, n int) string {
	if len(values) != len(a.labels) {
		panic(fmt.Sprintf("measure: %s takes %d labels", a.name, len(a.labels)))
	}
	if there || n < maxSeries {
		return strings.Join(values, "\x00")
	}
	return strings.Join(slices.Repeat([]string{"other"}, len(a.labels)), "\x00")
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Counter counts up.
type Counter struct {
	about
	mu sync.Mutex
	n  map[string]float64
}

// Counter makes a counter with the names of its labels.
func (s *Set) Counter(name, help string, labels ...string) *Counter {
	c := &Counter{about: about{name, help, "counter", labels}, n: map[string]float64{}}
	s.add(c)
	return c
}

// Add counts n for the values of the labels.
func (c *Counter) Add(n float64, values ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, there := c.n[strings.Join(values, "\x00")]
	c.n[c.key(values, there, len(c.n))] += n
}

func (c *Counter) write(w *bufio.Writer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.head(w)
	for _, key := range slices.Sorted(maps.Keys(c.n)) {
		fmt.Fprintf(w, "%s%s %s\n", c.name, c.series(strings.Split(key, "\x00")), number(c.n[key]))
	}
}

// Histogram counts how often a value fell below each of some bounds.
type Histogram struct {
	about
	bounds []float64
	mu     sync.Mutex
	n      map[string]*buckets
}

type buckets struct {
	under []uint64
	count uint64
	sum   float64
}

// Histogram makes a histogram; bounds rise.
func (s *Set) Histogram(name, help string, bounds []float64, labels ...string) *Histogram {
	h := &Histogram{about: about{name, help, "histogram", labels}, bounds: bounds, n: map[string]*buckets{}}
	s.add(h)
	return h
}

// Observe takes one value in.
func (h *Histogram) Observe(v float64, values ...string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, there := h.n[strings.Join(values, "\x00")]
	key := h.key(values, there, len(h.n))
	b := h.n[key]
	if b == nil {
		b = &buckets{under: make([]uint64, len(h.bounds))}
		h.n[key] = b
	}
	for i, bound := range h.bounds {
		if v <= bound {
			b.under[i]++
		}
	}
	b.count++
	b.sum += v
}

func (h *Histogram) write(w *bufio.Writer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.head(w)
	for _, key := range slices.Sorted(maps.Keys(h.n)) {
		var values []string
		if len(h.labels) > 0 {
			values = strings.Split(key, "\x00")
		}
		b := h.n[key]
		for i, bound := range h.bounds {
			fmt.Fprintf(w, "%s_bucket%s %d\n", h.name, h.series(values, `le="`+number(bound)+`"`), b.under[i])
		}
		fmt.Fprintf(w, "%s_bucket%s %d\n", h.name, h.series(values, `le="+Inf"`), b.count)
		fmt.Fprintf(w, "%s_sum%s %s\n%s_count%s %d\n", h.name, h.series(values), number(b.sum), h.name, h.series(values), b.count)
	}
}

// gauge asks for its value when it is told.
type gauge struct {
	about
	ask func(say func(v float64, values ...string))
}

// Gauge makes a metric that is asked for when the set is written: ask calls say
// for each series.
func (s *Set) Gauge(name, help string, labels []string, ask func(say func(v float64, values ...string))) {
	s.add(&gauge{about{name, help, "gauge", labels}, ask})
}

func (g *gauge) write(w *bufio.Writer) {
	g.head(w)
	n := 0
	g.ask(func(v float64, values ...string) {
		if n++; n > maxSeries || math.IsNaN(v) {
			return
		}
		fmt.Fprintf(w, "%s%s %s\n", g.name, g.series(values), number(v))
	})
}
