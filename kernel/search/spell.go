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

// respelled gives a question with its unknown words replaced by known ones, or
// "" when there is nothing better. A word that translations know is known.
func (s *Service) respelled(ctx context.Context, q Query, total int) string {
	if q.Text == "" || total > fewHits {
		return ""
	}
	vocabulary, lex, lang := s.words.Load(), s.lexicon.Load().lex, string(q.QLang)
	parts := strings.Fields(q.Text)
	changed := false
	for i, part := range parts {
		bare := strings.Trim(part, ".,;:!?¿¡\"'«»()؟،")
		known := s.analyzer.Words(lang, bare)
		if len(known) != 1 || lex != nil && lex.Known(lang, s.analyzer.Term(lang, bare)) {
			continue
		}
		if better, ok := vocabulary.Suggest(lang, known[0]); ok && better != known[0] {
			parts[i] = strings.Replace(part, bare, better, 1)
			changed = true
		}
	}
	if !changed {
		return ""
	}
	text := strings.Join(parts, " ")
	words, ranking := s.expand(text, q.QLang)
	ask := retrieval.Query{Ranking: ranking}
	for _, w := range words {
		ask.Groups = append(ask.Groups, w.group)
	}
	if found, err := s.index.Load().Search(ctx, ask); err != nil || found.Total <= total {
		return ""
	}
	return text
}
