package search

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/langid"
	"sameboat/engines/retrieval/lexicon"
	"sameboat/engines/retrieval/spelling"
	"sameboat/facts"
	"sameboat/kernel/journal"
)

// Dims are the dimensions counted for every search, in the order they are
// shown.
var dims = [...]string{"kind", "topic", "language", "issuer", "country", "year"}

// Dims gives the dimensions that every search counts, in display order.
func Dims() []string { return append([]string(nil), dims[:]...) }

// Config is what a service needs. Journal and Sources are required; without Dir
// nothing is kept on disk.
type Config struct {
	Dir     string // folder for the snapshot and the lexicon, thrown away at will
	Journal *journal.Journal
	Sources []Source
	Log     *slog.Logger
	// Quiet is how long the translations must rest before the lexicon is
	// trained anew; 0 means 2 s.
	Quiet time.Duration
	// Snapshot is how long changes may wait before they are saved; 0 means 20 s.
	Snapshot time.Duration
	// Took is told how long each search in the index took; may be nil.
	Took func(time.Duration)
}

// Service answers searches. It is safe for use by many goroutines.
type Service struct {
	c        Config
	analyzer *analysis.Analyzer
	index    atomic.Pointer[retrieval.Index]
	lexicon  atomic.Pointer[learned]
	targets  atomic.Pointer[targets]
	words    atomic.Pointer[spelling.Vocabulary]
	ident    *langid.Detector
	answers  atomic.Pointer[answers] // to questions asked since the last change
	kept     kept                    // expansions of standing questions

	mu     sync.Mutex // of the fields below, held by whoever follows
	cursor facts.Seq  // the index holds everything up to here
	saved  facts.Seq  // the snapshot on disk does

	saving     sync.Mutex  // held by whoever writes the snapshot
	learning   sync.Mutex  // held by whoever trains the lexicon
	respelling sync.Mutex  // held by whoever makes the vocabulary anew
	running    atomic.Bool // Run trains the lexicon
	spelling   spellings

	learnable chan struct{} // something to learn from changed
	respell   chan struct{} // words went away: the vocabulary must be made anew
}

// learned is a lexicon and the facts it was learned from.
type learned struct {
	lex *lexicon.Lexicon
	seq facts.Seq
	sum uint64 // of all that it was learned from
	// langs are its languages, sorted.
	langs []string
}

// use gives what was learned to questions from here on.
func (l *learned) use(s *Service) {
	if l.lex != nil {
		l.langs = l.lex.Languages()
	}
	s.lexicon.Store(l)
}

// Open makes a service from what is on disk; CatchUp or Run brings it up to
// date. A snapshot that is torn, foreign or of another version is left behind,
// and the index is built again from the rooms.
func Open(ctx context.Context, c Config) (*Service, error) {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Quiet <= 0 {
		c.Quiet = 2 * time.Second
	}
	if c.Snapshot <= 0 {
		c.Snapshot = 20 * time.Second
	}
	s := &Service{c: c, analyzer: analysis.New(), learnable: make(chan struct{}, 1), respell: make(chan struct{}, 1)}
	var err error
	if s.ident, err = langid.New(); err != nil {
		return nil, fmt.Errorf("language profiles: %w", err)
	}
	s.use(target{retrieval.New(retrieval.Options{}), new(spelling.Vocabulary)})
	s.targets.Store(new(targets))
	s.lexicon.Store(&learned{lex: nil})
	if c.Dir == "" {
		return s, nil
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("search folder: %w", err)
	}
	s.load(ctx)
	return s, nil
}

// CatchUp indexes everything that the journal holds now.
func (s *Service) CatchUp(ctx context.Context) error {
	last, err := s.c.Journal.Last(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.cursor < last {
		if err := s.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Run follows the journal and trains the lexicon until ctx ends; then it saves
// what is not saved yet.
func (s *Service) Run(ctx context.Context) error {
	s.running.Store(true)
	defer s.running.Store(false)
	var wait sync.WaitGroup
	wait.Go(func() { s.train(ctx) })
	wait.Go(func() { s.spell(ctx) })
	defer wait.Wait()
	lastSave := time.Now()
	for ctx.Err() == nil {
		s.mu.Lock()
		cursor := s.cursor
		s.mu.Unlock()
		waiting, cancel := context.WithTimeout(ctx, s.c.Snapshot)
		err := s.c.Journal.Wait(waiting, cursor)
		cancel()
		if err == nil {
			err = s.CatchUp(ctx)
		} else if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
		if err != nil && ctx.Err() == nil {
			s.c.Log.Error("search: following the journal", "err", err)
			pause(ctx, time.Second)
		}
		if time.Since(lastSave) >= s.c.Snapshot {
			s.save()
			lastSave = time.Now()
		}
	}
	s.save()
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// step takes the next portion of the journal into the index. The caller holds
// the lock.
func (s *Service) step(ctx context.Context) error {
	if s.cursor == 0 {
		return s.fill(ctx)
	}
	list, err := s.c.Journal.After(ctx, s.cursor, 1000)
	if err != nil || len(list) == 0 {
		return err
	}
	for _, src := range s.c.Sources {
		var things []facts.ID
		seen := map[facts.ID]bool{}
		for _, f := range list {
			index, learn := src.Concerns(f.Kind)
			if learn {
				nudge(s.learnable)
			}
			if index && !seen[f.Thing] {
				seen[f.Thing] = true
				things = append(things, f.Thing)
			}
		}
		if err := s.replace(ctx, target{s.index.Load(), s.words.Load()}, src, things); err != nil {
			return err
		}
	}
	s.cursor = list[len(list)-1].Seq
	defer s.forget()
	return s.retarget(ctx)
}

// fill builds the index from nothing: from what the rooms show now, which is
// faster than from every fact there ever was. The first index can be searched
// while it grows; a later one takes the place of the old one when it is whole.
// The caller holds the lock.
func (s *Service) fill(ctx context.Context) error {
	last, err := s.c.Journal.Last(ctx)
	if err != nil {
		return err
	}
	to := target{retrieval.New(retrieval.Options{}), new(spelling.Vocabulary)}
	if s.Len() == 0 {
		s.use(to)
	}
	for _, src := range s.c.Sources {
		if err := src.Each(ctx, func(ids []facts.ID) error { return s.replace(ctx, to, src, ids) }); err != nil {
			return err
		}
	}
	to.index.Compact()
	s.use(to)
	s.cursor, s.saved = last, 0
	defer s.forget()
	if err := s.retarget(ctx); err != nil {
		return err
	}
	nudge(s.learnable)
	return nil
}

// target is what documents are put into.
type target struct {
	index *retrieval.Index
	words *spelling.Vocabulary
}

func (s *Service) use(to target) {
	s.index.Store(to.index)
	s.words.Store(to.words)
	s.forget()
}

// nudge wakes whoever waits on c; it may be awake already.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// replace indexes things anew, and takes those out that are no longer public.
func (s *Service) replace(ctx context.Context, to target, src Source, things []facts.ID) error {
	const portion = 100 // their words are in memory at once
	for len(things) > 0 {
		part := things[:min(portion, len(things))]
		things = things[len(part):]
		docs, err := src.Documents(ctx, part)
		if err != nil {
			return fmt.Errorf("documents to index: %w", err)
		}
		here := map[facts.ID]bool{}
		for _, d := range docs {
			here[d.ID] = true
		}
		var gone []string
		for _, id := range part {
			if !here[id] {
				gone = append(gone, id.String())
			}
		}
		s.forget()
		if to.index.Remove(gone...) > 0 {
			s.wordsGone()
		}
		if err := s.put(to, docs); err != nil {
			return err
		}
	}
	return nil
}

// Len is the number of documents that can be found.
func (s *Service) Len() int { return s.index.Load().Len() }

// Cursor is the last fact the index holds.
func (s *Service) Cursor() facts.Seq {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursor
}

func (s *Service) file(name string) string { return filepath.Join(s.c.Dir, name) }

// Ready brings the index up to date, and the lexicon too when nobody else does:
// for a command that runs without a server.
func (s *Service) Ready(ctx context.Context) error {
	if err := s.CatchUp(ctx); err != nil {
		return err
	}
	if s.running.Load() {
		return nil
	}
	defer s.save()
	select {
	case <-s.learnable:
		err := s.Learn(ctx)
		if err != nil {
			nudge(s.learnable) // whoever comes next
		}
		return err
	default:
		return nil
	}
}

// Rebuild makes the index anew from the rooms, and lets the lexicon be learned
// anew.
func (s *Service) Rebuild(ctx context.Context) error {
	s.mu.Lock()
	err := s.fill(ctx)
	s.mu.Unlock()
	s.save()
	return err
}
