package search

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/spelling"
	"sameboat/facts"
)

// spell makes the vocabulary of the library anew when words went away, so that
// no suggestion tells of a text that is gone.
func (s *Service) spell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.respell:
		}
		pause(ctx, s.c.Quiet)
		began := time.Now()
		if err := s.Respell(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.Error("search: the vocabulary", "err", err)
		}
		pause(ctx, 5*time.Since(began))
	}
}

// spellings is what must not be lost while the vocabulary is made anew.
type spellings struct {
	gone atomic.Int64 // how often words went away
	told atomic.Int64 // what gone was when the vocabulary was last made anew

	mu      sync.Mutex
	making  bool
	arrived []facts.ID // things indexed since making began
}

// stale reports whether the vocabulary may hold words that are gone.
func (v *spellings) stale() bool { return v.gone.Load() != v.told.Load() }

// begin notes things that arrive from here on.
func (v *spellings) begin() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.making, v.arrived = true, nil
}

// arrive notes a thing whose words the vocabulary in use was given.
func (v *spellings) arrive(id facts.ID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.making {
		v.arrived = append(v.arrived, id)
	}
}

// end gives the things that arrived since begin.
func (v *spellings) end() []facts.ID {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := v.arrived
	v.making, v.arrived = false, nil
	return list
}

// Respell makes the vocabulary of spelling suggestions anew from what is
// public now. What arrives meanwhile is in the new one too.
func (s *Service) Respell(ctx context.Context) error {
	s.respelling.Lock()
	defer s.respelling.Unlock()
	gone := s.spelling.gone.Load() // what goes away from here on makes it stale again
	s.spelling.begin()
	defer s.spelling.end()
	words, read := new(spelling.Vocabulary), map[facts.ID]bool{}
	for _, src := range s.c.Sources {
		err := src.Each(ctx, func(ids []facts.ID) error {
			return s.readWords(ctx, src, ids, words, read)
		})
		if err != nil {
			return err
		}
	}
	s.mu.Lock() // nothing arrives from here on
	defer s.mu.Unlock()
	late := slices.DeleteFunc(s.spelling.end(), func(id facts.ID) bool { return read[id] })
	for _, src := range s.c.Sources {
		if err := s.readWords(ctx, src, late, words, read); err != nil {
			return err
		}
	}
	s.words.Store(words)
	s.spelling.told.Store(gone)
	s.forget()
	return nil
}

// readWords adds the words of things that were not read yet.
func (s *Service) readWords(ctx context.Context, src Source, things []facts.ID, to *spelling.Vocabulary, read map[facts.ID]bool) error {
	docs, err := src.Documents(ctx, things)
	for _, d := range docs {
		if !read[d.ID] {
			read[d.ID] = true
			s.addWords(to, d)
		}
	}
	return err
}

// wordsGone asks for a new vocabulary, because words may have gone away.
func (s *Service) wordsGone() {
	s.spelling.gone.Add(1)
	nudge(s.respell)
}

// saveWords keeps the vocabulary for the next start, unless it may hold words
// that are gone: then there is none on disk.
func (s *Service) saveWords(seq facts.Seq) error {
	if s.spelling.stale() {
		if err := os.Remove(s.file(wordsFile)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	return writeFile(s.file(wordsFile), func(w io.Writer) (err error) {
		_, err = fmt.Fprintf(w, "%s\n", s.stamp(seq, 0))
		s.words.Load().Each(func(lang, word string, n int) bool {
			if err == nil {
				_, err = fmt.Fprintf(w, "%s\t%d\t%s\n", lang, n, word)
			}
			return err == nil
		})
		return err
	})
}

// loadWords reads the vocabulary that belongs to an index up to seq.
func (s *Service) loadWords(seq facts.Seq) error {
	f, err := os.Open(s.file(wordsFile))
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	if !lines.Scan() {
		return errForeign
	}
	if st, ok := s.fits(lines.Bytes(), seq); !ok || st.Seq != seq {
		return errForeign
	}
	words := new(spelling.Vocabulary)
	for lines.Scan() {
		lang, rest, _ := strings.Cut(lines.Text(), "\t")
		count, word, ok := strings.Cut(rest, "\t")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			return errForeign
		}
		words.Add(lang, word, n)
	}
	s.words.Store(words)
	return lines.Err()
}

func (s *Service) addWords(words *spelling.Vocabulary, d Document) {
	for _, v := range d.Variants {
		lang := string(v.Lang)
		add := func(text string) {
			for _, w := range s.analyzer.Words(lang, text) {
				words.Add(lang, w, 1)
			}
		}
		add(v.Title)
		for _, p := range v.Passages {
			add(p.Text)
		}
	}
}

// fewHits is the total up to which another spelling is looked for.
const fewHits = 5

const (
	// maxSpelled bounds the languages whose words are looked through for a
	// misspelt one.
	maxSpelled = 6
	// leastForeign is how many letters a word must have to be taken for a
	// misspelt one of another language: short words resemble too many.
	leastForeign = 6
)

// respelled looks for a better spelling of a question that found little: in the
// language it was read in, and, because a misspelt word may have misled there,
// in those of the reader and the library.
func (s *Service) respelled(ctx context.Context, q Query, r *Result) {
	if q.Text == "" || r.Total > fewHits {
		return
	}
	langs := []facts.Lang{q.QLang}
	for _, g := range r.Guesses {
		if s.ident.Fits(string(g.Lang), q.Text) {
			langs = append(langs, g.Lang)
		}
	}
	most := r.Total
	for _, lang := range langs[:min(len(langs), maxSpelled)] {
		text, whole := s.corrected(q, lang)
		if text == "" || lang != q.QLang && !whole {
			continue
		}
		words, ranking := s.expand(text, lang)
		ask := retrieval.Query{Ranking: ranking}
		for _, w := range words {
			ask.Groups = append(ask.Groups, w.group)
		}
		if found, err := s.index.Load().Search(ctx, ask); err == nil && found.Total > most {
			r.Did, r.DidLang, most = text, lang, found.Total
		}
	}
}

// corrected gives a question with its unknown words replaced by known ones of a
// language, or "" when there is nothing better, and whether all its words are
// known then. A word that translations know in the language the question was
// read in is known; for another language, so is one that a text here holds.
func (s *Service) corrected(q Query, lang facts.Lang) (text string, whole bool) {
	vocabulary := s.words.Load()
	parts := strings.Fields(q.Text)
	changed, whole := false, true
	for i, part := range parts {
		bare := strings.Trim(part, ".,;:!?¿¡\"'«»()؟،")
		word := s.analyzer.Words(string(lang), bare)
		if len(word) != 1 || s.knows(lang, bare) {
			continue
		}
		foreign := lang != q.QLang && (utf8.RuneCountInString(word[0]) < leastForeign || s.knows(q.QLang, bare) ||
			vocabulary.Count(string(q.QLang), word[0]) > 0)
		if better, ok := vocabulary.Suggest(string(lang), word[0]); ok && better != word[0] && !foreign {
			parts[i] = strings.Replace(part, bare, better, 1)
			changed = true
			continue
		}
		whole = whole && vocabulary.Count(string(lang), word[0]) > 0
	}
	if !changed {
		return "", false
	}
	return strings.Join(parts, " "), whole
}

// knows reports whether the lexicon met a word in a language.
func (s *Service) knows(lang facts.Lang, word string) bool {
	lex := s.lexicon.Load().lex
	return lex != nil && lex.Known(string(lang), s.analyzer.Term(string(lang), word))
}
