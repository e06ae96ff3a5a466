package lexicon

import "sync"

// memo keeps the translations that questions asked for lately: the words of
// questions are few, and finding what a rare one resembles takes a look at many.
type memo struct {
	mu    sync.RWMutex
	found map[memoKey]memoValue
}

type memoKey struct{ lang, term, target string }

type memoValue struct {
	list []Translation
	how  string
}

// memoSize is how many lookups are kept; when it is reached, all are dropped.
const memoSize = 1 << 15

func (m *memo) get(k memoKey) (memoValue, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.found[k]
	return v, ok
}

func (m *memo) put(k memoKey, v memoValue) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found == nil || len(m.found) >= memoSize {
		m.found = map[memoKey]memoValue{}
	}
	m.found[k] = v
}
