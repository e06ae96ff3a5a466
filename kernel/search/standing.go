package search

import (
	"slices"
	"sync"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/lexicon"
	"sameboat/facts"
)

// Fresh is a handful of new documents to be held against many standing
// questions. Its methods may be called by many goroutines.
type Fresh struct {
	s    *Service
	ids  []facts.ID
	docs *retrieval.Fresh
	work sync.Pool
}

// Fresh prepares new documents for Matching. They should be in the index
// already (CatchUp), which is asked how much each word tells.
func (s *Service) Fresh(docs []Document) (*Fresh, error) {
	f := &Fresh{s: s, work: sync.Pool{New: func() any { return new(retrieval.Weighing) }}}
	list := make([]retrieval.Document, len(docs))
	for i, d := range docs {
		f.ids = append(f.ids, d.ID)
		list[i].ID = d.ID.String()
		for _, v := range d.Variants {
			list[i].Passages = s.passages(list[i].Passages, v)
		}
	}
	var err error
	f.docs, err = retrieval.NewFresh(list...)
	return f, err
}

// Matching gives the places of the documents that match a standing question, by
// the rule by which Search would count them: those that a person who asks now
// would find. Nothing but punctuation matches nothing.
func (f *Fresh) Matching(text string, lang facts.Lang) ([]int32, error) {
	q := f.s.standing(tidy(text), lang)
	if len(q.Groups) == 0 {
		return nil, nil
	}
	w := f.work.Get().(*retrieval.Weighing)
	defer f.work.Put(w)
	found, err := f.s.index.Load().Matching(f.docs, q, w)
	return found, searchFault(err)
}

// Language gives the language a question is most likely in, as Search would
// take it to be.
func (s *Service) Language(text string, reader []facts.Lang) facts.Lang {
	if guesses := s.detect(tidy(text), reader); len(guesses) > 0 {
		return facts.Lang(guesses[0].Lang)
	}
	if len(reader) > 0 {
		return reader[0]
	}
	return ""
}

// kept holds the expansions of standing questions as long as the lexicon and the
// languages of the library stay what they are.
type kept struct {
	mu      sync.Mutex
	lex     *learned
	targets []string
	asked   map[standingKey]retrieval.Query
	terms   int
}

type standingKey struct {
	text string
	lang facts.Lang
}

// maxKeptTerms bounds the memory of kept expansions to about 64 MB.
const maxKeptTerms = 2 << 20

// standing gives a question with the words that stand for it, from memory where
// it can.
func (s *Service) standing(text string, lang facts.Lang) retrieval.Query {
	k, key := &s.kept, standingKey{text, lang}
	lex, targets := s.lexicon.Load(), slices.Sorted(slices.Values(s.targets.Load().langs))
	k.mu.Lock()
	if k.asked == nil || k.lex == nil || k.lex.lex != lex.lex || !slices.Equal(k.targets, targets) {
		k.lex, k.targets, k.asked, k.terms = lex, targets, map[standingKey]retrieval.Query{}, 0
	}
	q, ok := k.asked[key]
	k.mu.Unlock()
	if ok {
		return q
	}
	expanded := lex.lex.Expand(s.analyzer, string(lang), text, targets, lexicon.ExpandOptions{Terms: maxTerms})
	q.Groups, q.Ranking = expanded.Groups, expanded.Ranking()
	terms := 0
	for _, g := range q.Groups {
		terms += len(g.Terms)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lex.lex == lex.lex && k.terms+terms <= maxKeptTerms {
		k.asked[key] = q
		k.terms += terms
	}
	return q
}
