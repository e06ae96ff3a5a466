package retrieval

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
)

// Index is an inverted index in memory. It is safe for many concurrent
// readers and writers; writers take turns.
type Index struct {
	ranking Ranking
	writing sync.Mutex   // held by the one writer, compaction included
	mu      sync.RWMutex // held by readers while they search, by the writer while it changes store
	store   *store
	scratch sync.Pool
	sweeps  sync.Pool
	idle    chan struct{} // holds a token for every sweep beside the first of its query
	window  int           // windowPassages, smaller in tests
	alone   int           // workOfOne, less in tests
}

// Options configures an index. The zero value is ready to use.
type Options struct {
	// Ranking replaces DefaultRanking when it is not nil.
	Ranking *Ranking
}

// Stats describes the size of an index.
type Stats struct {
	Documents, Passages int // alive
	Dead                int // removed documents not yet compacted away
	Terms, Postings     int
	MeanBody            float64 // terms in the body of a live passage
}

// New returns an empty index.
func New(o Options) *Index {
	x := &Index{ranking: DefaultRanking(), store: newStore(), window: windowPassages, alone: workOfOne}
	if o.Ranking != nil {
		x.ranking = *o.Ranking
	}
	x.scratch.New = func() any { return new(search) }
	x.sweeps.New = func() any { return new(sweep) }
	x.idle = make(chan struct{}, max(0, runtime.GOMAXPROCS(0)-1))
	return x
}

// writeStep is how many documents are changed under one lock, so that searches
// wait for about a millisecond at most.
const writeStep = 32

// Put adds documents, replacing those with the same ID. They become visible a
// few at a time, each one whole. On an error nothing is changed.
func (x *Index) Put(docs ...Document) error {
	ready := make([]*prepared, len(docs))
	passages := 0
	for i := range docs {
		var err error
		if ready[i], err = prepare(&docs[i]); err != nil {
			return fmt.Errorf("put document %.80q: %w", docs[i].ID, err)
		}
		passages += len(docs[i].Passages)
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	if len(x.store.pass.doc)+passages >= maxAllPassages {
		x.compact()
	}
	if len(x.store.pass.doc)+passages >= maxAllPassages {
		return fmt.Errorf("put %d documents: %w", len(docs), ErrFull)
	}
	for step := range slices.Chunk(ready, writeStep) {
		x.change(func(s *store) {
			for _, d := range step {
				if old, ok := s.docOf[d.id]; ok {
					s.remove(old)
				}
				s.add(d)
			}
		})
	}
	return nil
}

// Remove takes documents out; unknown IDs are ignored. It returns how many
// were there.
func (x *Index) Remove(ids ...string) int {
	x.writing.Lock()
	defer x.writing.Unlock()
	n := 0
	for step := range slices.Chunk(ids, writeStep) {
		x.change(func(s *store) {
			for _, id := range step {
				if doc, ok := s.docOf[id]; ok {
					s.remove(doc)
					n++
				}
			}
		})
	}
	return n
}

func (x *Index) change(f func(*store)) {
	x.mu.Lock()
	f(x.store)
	x.mu.Unlock()
	if dead := len(x.store.docs.id) - x.store.live; dead > 1024 && dead > x.store.live/3 {
		x.compact()
	}
}

// compact builds a store of the live documents beside the old one and swaps
// them. Searches go on meanwhile: only a writer changes a store, and the
// caller is the only writer.
func (x *Index) compact() {
	fresh := x.store.compacted()
	x.mu.Lock()
	x.store = fresh
	x.mu.Unlock()
}

// Compact drops what removed documents left behind. Put and Remove do so by
// themselves when a quarter of the index is dead.
func (x *Index) Compact() {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.compact()
}

// Len returns the number of documents.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.store.live
}

// Has tells whether a document is in the index.
func (x *Index) Has(id string) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, ok := x.store.docOf[id]
	return ok
}

// DF returns in how many live passages a term occurs.
func (x *Index) DF(term string) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if id, ok := x.store.termOf[term]; ok {
		return int(x.store.df[id])
	}
	return 0
}

// Stats returns the size of the index.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := x.store
	return Stats{
		Documents: s.live,
		Passages:  s.livePass,
		Dead:      len(s.docs.id) - s.live,
		Terms:     len(s.terms),
		Postings:  s.postings,
		MeanBody:  float64(s.fieldTerms[2]) / float64(max(1, s.livePass)),
	}
}
