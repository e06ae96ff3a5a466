package search

import (
	"fmt"
	"strings"
	"sync"
)

// answers keeps what was answered since anything changed: on a bad day many
// people ask the same. A change of the index or of the lexicon begins a new,
// empty one, so no answer outlives what it tells of.
type answers struct {
	mu    sync.Mutex
	known map[string]*Result
	bytes int
}

// Bounds of the answers that are kept.
const (
	maxAnswers     = 4096
	maxAnswerBytes = 32 << 20
)

// key names everything an answer depends on but the index and the lexicon.
func (q Query) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %s %v %s %d %q", q.Text, q.QLang, q.Reader, q.Face, q.Limit, q.After)
	for _, t := range q.Filters {
		fmt.Fprintf(&b, " %q=%q", t.Dim, t.Value)
	}
	return b.String()
}

func (a *answers) get(key string) *Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[key]
}

func (a *answers) put(key string, r *Result) {
	size := len(key) + 4096
	for _, h := range r.Hits {
		size += len(h.Text) + len(h.FoundText) + len(h.Title) + 512
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= maxAnswers || a.bytes+size > maxAnswerBytes {
		a.known, a.bytes = map[string]*Result{}, 0
	}
	a.known[key] = r
	a.bytes += size
}

// forget drops every answer, because what they tell of may have changed.
func (s *Service) forget() { s.answers.Store(new(answers)) }
