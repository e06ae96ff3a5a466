package node

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"runtime/metrics"
	"time"

	"sameboat/engines/measure"
	"sameboat/kernel/web"
)

// measures are what a node tells of itself.
type measures struct {
	set      measure.Set
	requests *measure.Counter
	took     *measure.Histogram
	search   *measure.Histogram
}

// seconds are the bounds of the histograms.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newMeasures(n *Node) *measures {
	m := &measures{}
	m.requests = m.set.Counter("sameboat_http_requests_total", "Requests answered, by route, method and class of status.", "route", "method", "status")
	m.took = m.set.Histogram("sameboat_http_request_seconds", "Time to answer a request.", seconds, "route")
	m.search = m.set.Histogram("sameboat_search_seconds", "Time of searches in the index.", seconds)
	one := func(name, help string, ask func() float64) {
		m.set.Gauge(name, help, nil, func(say func(float64, ...string)) { say(ask()) })
	}
	m.set.Gauge("sameboat_build_info", "The version of the program.", []string{"version"}, func(say func(float64, ...string)) { say(1, Version()) })
	m.set.Gauge("sameboat_ready", "Whether each part is ready: 1 yes, 0 no.", []string{"part"}, n.measureReady)
	m.set.Gauge("sameboat_journal_facts", "Facts in the journal.", nil, func(say func(float64, ...string)) {
		if last, err := n.Journal.Last(brief()); err == nil {
			say(float64(last))
		}
	})
	m.set.Gauge("sameboat_reactor_lag_facts", "Facts a reactor has not seen yet.", []string{"reactor"}, n.measureReactors)
	m.set.Gauge("sameboat_index_lag_facts", "Facts the index does not hold yet; none while it is being worked on.", nil, func(say func(float64, ...string)) {
		if at, rests := n.Search.Followed(); rests {
			if last, err := n.Journal.Last(brief()); err == nil {
				say(float64(max(0, last-at)))
			}
		}
	})
	one("sameboat_index_documents", "Passages in the index.", func() float64 { return float64(n.Search.Len()) })
	m.set.Gauge("sameboat_disk_free_bytes", "Room left on the disk of the data folder.", nil, func(say func(float64, ...string)) {
		if room, _, _ := n.guard.State(); room.Total > 0 {
			say(float64(room.Free))
		}
	})
	one("go_goroutines", "Goroutines there are.", func() float64 { return float64(runtime.NumGoroutine()) })
	for _, r := range [][3]string{
		{"go_memory_total_bytes", "Memory the Go runtime has from the system.", "/memory/classes/total:bytes"},
		{"go_memory_heap_objects_bytes", "Memory of live and not yet freed objects.", "/memory/classes/heap/objects:bytes"},
		{"go_gc_cycles", "Garbage collections done.", "/gc/cycles/total:gc-cycles"},
	} {
		one(r[0], r[1], func() float64 { return runtimeValue(r[2]) })
	}
	return m
}

// brief bounds what a scrape asks of the database.
func brief() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	context.AfterFunc(ctx, cancel)
	return ctx
}

func runtimeValue(name string) float64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return float64(sample[0].Value.Uint64())
}

// served is told of every request.
func (m *measures) served(s web.Served) {
	m.requests.Add(1, s.Route, s.Method, s.Class)
	m.took.Observe(s.Took.Seconds(), s.Route)
}

func (n *Node) measureReactors(say func(float64, ...string)) {
	cursors, err := n.Journal.Cursors(brief())
	if err != nil {
		return
	}
	last, err := n.Journal.Last(brief())
	if err != nil {
		return
	}
	for name, at := range cursors {
		say(float64(max(0, last-at)), name)
	}
}

func (n *Node) measureReady(say func(float64, ...string)) {
	for _, p := range n.ready(brief()) {
		v := 0.0
		if p.ok {
			v = 1
		}
		say(v, p.name)
	}
}

// serveMetrics answers GET /metrics on a listener of its own, which is meant for
// the operator's network alone.
func (n *Node) serveMetrics(l net.Listener) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_ = n.measures.set.Write(w) // the scraper is gone; there is nobody left to tell
	})
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	go s.Serve(l) // ends when the node closes the server
	return s
}
