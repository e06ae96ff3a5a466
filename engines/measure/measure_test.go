package measure_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"sameboat/engines/measure"
)

func TestTheTextFormat(t *testing.T) {
	t.Parallel()
	var s measure.Set
	c := s.Counter("asked_total", "How often.\nReally.", "route")
	c.Add(1, `/r/{id}`)
	c.Add(2, "a\"b\\c\nd")
	h := s.Histogram("took_seconds", "How long.", []float64{0.1, 1})
	h.Observe(0.05)
	h.Observe(0.1)
	h.Observe(5)
	s.Gauge("left", "How much.", nil, func(say func(float64, ...string)) { say(1.5) })
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	const want = `# HELP asked_total How often.\nReally.
# TYPE asked_total counter
asked_total{route="/r/{id}"} 1
asked_total{route="a\"b\\c\nd"} 2
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{le="0.1"} 2
took_seconds_bucket{le="1"} 2
took_seconds_bucket{le="+Inf"} 3
took_seconds_sum 5.15
took_seconds_count 3
# HELP left How much.
# TYPE left gauge
left 1.5
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	var s measure.Set
	c := s.Counter("asked_total", "x", "who")
	h := s.Histogram("took", "x", []float64{1}, "who")
	var wait sync.WaitGroup
	for side := range 4 {
		wait.Go(func() {
			for i := range 1000 {
				c.Add(1, fmt.Sprint(side, i))
				h.Observe(1, fmt.Sprint(side, i))
			}
		})
	}
	wait.Wait()
	var b strings.Builder
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "asked_total{"); n > 1001 {
		t.Errorf("%d series", n)
	}
	if !strings.Contains(b.String(), `asked_total{who="other"} 3000`) {
		t.Error("what is over the bound is not counted as other")
	}
}
