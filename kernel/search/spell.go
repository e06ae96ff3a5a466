package search

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
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

// Respell makes the vocabulary of spelling suggestions anew from what is
// public now.
func (s *Service) Respell(ctx context.Context) error {
	s.stale.Store(false) // what goes away from here on makes it stale again
	words := new(spelling.Vocabulary)
	for _, src := range s.c.Sources {
		err := src.Each(ctx, func(ids []facts.ID) error {
			docs, err := src.Documents(ctx, ids)
			for _, d := range docs {
				s.addWords(words, d)
			}
			return err
		})
		if err != nil {
			s.stale.Store(true)
			return err
		}
	}
	s.words.Store(words)
	s.forget()
	return nil
}

// wordsGone asks for a new vocabulary, because words may have gone away.
func (s *Service) wordsGone() {
	s.stale.Store(true)
	nudge(s.respell)
}

// saveWords keeps the vocabulary for the next start, unless it may hold words
// that are gone: then there is none on disk.
func (s *Service) saveWords(seq facts.Seq) error {
	if s.stale.Load() {
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
