package search

import (
	"fmt"

	"sameboat/engines/retrieval"
)

// put analyses documents and indexes them.
func (s *Service) put(to target, docs []Document) error {
	for _, d := range docs {
		doc := retrieval.Document{ID: d.ID.String(), Boost: d.Boost, Order: d.Order}
		for _, t := range d.Tags {
			doc.Facets = append(doc.Facets, retrieval.Facet{Dim: t.Dim, Value: t.Value})
		}
		for _, v := range d.Variants {
			doc.Passages = s.passages(doc.Passages, v)
		}
		if to.index.Has(doc.ID) {
			s.wordsGone()
		} else {
			s.addWords(to.words, d)
			s.spelling.arrive(d.ID)
		}
		if err := to.index.Put(doc); err != nil {
			return fmt.Errorf("index %s: %w", d.ID, err)
		}
	}
	return nil
}

// passages appends the passages of one variant. A variant without a body is
// found by its title and summary.
func (s *Service) passages(to []retrieval.Passage, v Variant) []retrieval.Passage {
	lang := string(v.Lang)
	title := s.terms(lang, v.Title)
	summary := s.terms(lang, v.Summary)
	if len(v.Passages) == 0 && len(to) < retrieval.MaxPassages {
		return append(to, retrieval.Passage{Lang: lang, Fields: [][]string{title, summary, nil}})
	}
	for i, p := range v.Passages {
		if len(to) == retrieval.MaxPassages {
			break
		}
		heading := s.terms(lang, p.Heading)
		if i == 0 {
			heading = append(heading, summary...)
		}
		to = append(to, retrieval.Passage{Lang: lang, Anchor: p.Anchor, Fields: [][]string{title, heading, s.terms(lang, p.Text)}})
	}
	return to
}

// terms analyses a text into the terms of one field, cut where the index would
// refuse more.
func (s *Service) terms(lang, text string) []string {
	tokens := s.analyzer.Analyze(lang, text)
	terms := make([]string, 0, min(len(tokens), retrieval.MaxFieldTerms))
	for _, t := range tokens {
		if len(terms) == cap(terms) {
			break
		}
		terms = append(terms, t.Term)
	}
	return terms
}
