package search

import (
	"context"
	"errors"
	"strings"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/lexicon"
	"sameboat/facts"
	"sameboat/kernel/fault"
)

// word is one word of a question with all that stands for it in the languages
// of the library.
type word struct {
	surface string
	group   retrieval.Group
	shown   map[string]Found   // by term
	terms   map[string]float32 // how surely each means the word; 0 is not marked
}

// maxTerms bounds the terms of a question over all languages: in a library of
// one other language a word has up to eight translations, in one of seven the
// two or three best in each.
const maxTerms = 240

// markWeight is the least weight, against the best translation, of a word that
// is marked in a passage.
const markWeight = 0.25

// strongWeight is the same for a passage in another language than the one the
// question was answered in: nothing was found there, so that only what surely
// says the same as a word that was found may be marked.
const strongWeight = 0.5

// expand turns a question into words, each with its translations into every
// language there is something to find in, and says how such a question is best
// ranked.
func (s *Service) expand(text string, lang facts.Lang) ([]word, *retrieval.Ranking) {
	if text == "" {
		return nil, nil
	}
	q := s.lexicon.Load().lex.Expand(s.analyzer, string(lang), text, s.targets.Load().langs, lexicon.ExpandOptions{Terms: maxTerms})
	words := make([]word, len(q.Groups))
	for i, g := range q.Groups {
		w := word{surface: q.Words[i].Surface, group: g, shown: map[string]Found{}, terms: map[string]float32{}}
		for _, r := range q.Words[i].Translations {
			w.shown[r.Term] = Found{Lang: facts.Lang(r.Lang), Word: r.Surface, Same: strings.EqualFold(r.Surface, w.surface)}
			// Stop words and doubtful translations are searched, but marking
			// them would hide what matters.
			if !q.Words[i].Stop {
				w.terms[r.Term] = r.Weight
			}
		}
		words[i] = w
	}
	return words, q.Ranking()
}

// targets are the languages there is something to find in, the most frequent
// first, each with its number of texts.
type targets struct {
	langs []string
	texts []int
}

// retarget notes in which languages there is something to find.
func (s *Service) retarget(ctx context.Context) error {
	found, err := s.index.Load().Search(ctx, retrieval.Query{FacetDims: []string{"language"}})
	if err != nil {
		return err
	}
	t := &targets{}
	for _, c := range found.Facets["language"] {
		t.langs, t.texts = append(t.langs, c.Value), append(t.texts, c.N)
	}
	s.targets.Store(t)
	return nil
}

func searchFault(err error) error {
	if errors.Is(err, retrieval.ErrInvalid) {
		return fault.Wrap(fault.Invalid, "search.query.wrong", err)
	}
	return err
}
