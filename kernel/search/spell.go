package search

import (
	"context"
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
			return err
		}
	}
	s.words.Store(words)
	s.forget()
	return nil
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
