package search

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/lexicon"
	"sameboat/facts"
)

// format counts up whenever analysis or the fields of a passage change, so that
// an index made the old way is not searched the new way.
const format = 2

const (
	indexFile   = "index"
	lexiconFile = "lexicon"
	wordsFile   = "words"
)

// stamp says what a file on disk was made from.
type stamp struct {
	Format int       `json:"format"`
	Node   facts.ID  `json:"node"` // whose journal
	Seq    facts.Seq `json:"seq"`  // up to which fact
	Sum    uint64    `json:"sum,omitempty"`
}

func (s *Service) stamp(seq facts.Seq, sum uint64) []byte {
	b, err := json.Marshal(stamp{format, s.c.Journal.Node(), seq, sum})
	if err != nil {
		panic(err) // plain values only
	}
	return b
}

// fits reads a stamp and reports whether its file belongs to this journal and
// this version.
func (s *Service) fits(raw []byte, last facts.Seq) (st stamp, ok bool) {
	if json.Unmarshal(raw, &st) != nil {
		return st, false
	}
	return st, st.Format == format && st.Node == s.c.Journal.Node() && st.Seq <= last
}

// load takes what is on disk if it fits. What does not is made anew: neither
// file is anything but a copy.
func (s *Service) load(ctx context.Context) {
	if stray, err := filepath.Glob(s.file("*.tmp-*")); err == nil {
		for _, name := range stray { // of a process that was killed while saving
			os.Remove(name)
		}
	}
	last, err := s.c.Journal.Last(ctx)
	if err != nil {
		return // the journal will tell
	}
	var both sync.WaitGroup
	both.Go(func() {
		if err := s.loadLexicon(last); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.c.Log.Warn("search: the lexicon is learned anew", "err", err)
		}
	})
	if err := s.loadIndex(ctx, last); err != nil && !errors.Is(err, os.ErrNotExist) {
		s.c.Log.Warn("search: the index is built anew", "err", err)
	}
	both.Wait()
	// The facts up to the index's cursor are not read again, so that a lexicon
	// that is missing or older, as after a kill, must be learned anew here: it
	// may hold words that were erased since.
	if s.lexicon.Load().seq < s.cursor {
		nudge(s.learnable)
	}
}

// errForeign says that a file on disk is not ours to use.
var errForeign = errors.New("made by another version or from another journal")

func (s *Service) loadIndex(ctx context.Context, last facts.Seq) error {
	index, raw, err := retrieval.Open(s.file(indexFile), retrieval.Options{})
	if err != nil {
		return err
	}
	st, ok := s.fits(raw, last)
	if !ok {
		return errForeign
	}
	s.index.Store(index)
	s.cursor, s.saved = st.Seq, st.Seq
	if err := s.loadWords(st.Seq); err != nil {
		s.wordsGone()
	}
	return s.retarget(ctx)
}

func (s *Service) loadLexicon(last facts.Seq) error {
	f, err := os.Open(s.file(lexiconFile))
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	st, ok := s.fits(bytes.Clone(line), last)
	if !ok {
		return errForeign
	}
	lex, err := lexicon.Load(r)
	if err != nil {
		return err
	}
	(&learned{lex: lex, seq: st.Seq, sum: st.Sum}).use(s)
	return nil
}

// save writes the index when it has moved on.
func (s *Service) save() {
	s.saving.Lock()
	defer s.saving.Unlock()
	s.mu.Lock()
	cursor, saved, index := s.cursor, s.saved, s.index.Load()
	s.mu.Unlock()
	if s.c.Dir == "" || cursor == saved {
		return
	}
	// Facts that come in between are in the file without being in its stamp:
	// they are indexed again at the next start, which changes nothing.
	if err := index.SaveFile(s.file(indexFile), s.stamp(cursor, 0)); err != nil {
		s.c.Log.Error("search: saving the index", "err", err)
		return
	}
	if err := s.saveWords(cursor); err != nil {
		s.c.Log.Error("search: saving the vocabulary", "err", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index.Load() == index { // else it was built anew meanwhile
		s.saved = cursor
	}
}

func (s *Service) saveLexicon(l *learned) error {
	if s.c.Dir == "" {
		return nil
	}
	return writeFile(s.file(lexiconFile), func(w io.Writer) error {
		if _, err := fmt.Fprintf(w, "%s\n", s.stamp(l.seq, l.sum)); err != nil {
			return err
		}
		return l.lex.Save(w)
	})
}

// writeFile replaces a file so that a crash leaves the old one or the new one.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(w), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
