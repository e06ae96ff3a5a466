package search

import (
	"context"
	"hash/fnv"
	"runtime/debug"
	"slices"
	"time"

	"sameboat/engines/retrieval/lexicon"
	"sameboat/facts"
)

// hub is the language every translation is paired with where it has it: most
// texts exist in English, so that two other languages meet through it.
const hub = "en"

// maxLinks bounds the memory of learning to about 128 MB; a center with more
// text than that learns from the part that fits.
const maxLinks = 8 << 20

// Bounds of what is gathered before it is learned from. What lies beyond is left
// out; the rooms give their own texts first.
const (
	maxText    = 256 << 20 // bytes of texts
	maxEntries = 2 << 20   // pairs of terms
)

// train learns the lexicon anew whenever the translations have changed and
// rested for a moment.
func (s *Service) train(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.learnable:
		}
		for rested := false; !rested; {
			select {
			case <-ctx.Done():
				return
			case <-s.learnable:
			case <-time.After(s.c.Quiet):
				rested = true
			}
		}
		began := time.Now()
		if err := s.Learn(ctx); err != nil && ctx.Err() == nil {
			s.c.Log.Error("search: learning the lexicon", "err", err)
			pause(ctx, 30*time.Second)
			nudge(s.learnable)
		}
		// Learning never takes more than a third of the time.
		pause(ctx, 2*time.Since(began))
	}
}

// Learn trains the lexicon now, from all that the rooms hold, unless that is
// what it was trained from before.
func (s *Service) Learn(ctx context.Context) error {
	s.learning.Lock()
	defer s.learning.Unlock()
	seq, err := s.c.Journal.Last(ctx)
	if err != nil {
		return err
	}
	pairs, entries, err := s.material(ctx)
	if err != nil {
		return err
	}
	l := &learned{seq: seq, sum: sumOf(pairs, entries)}
	if now := s.lexicon.Load(); now.lex != nil && now.sum == l.sum {
		l.lex = now.lex
		l.use(s)
		return nil
	}
	l.lex, err = lexicon.Train(ctx, pairs, entries, lexicon.Options{Analyzer: s.analyzer, MaxLinks: maxLinks})
	if err != nil {
		return err
	}
	l.use(s)
	s.forget()
	debug.FreeOSMemory() // learning takes several times the memory of what was learned
	return s.saveLexicon(l)
}

// material gathers what there is to learn from, always in the same order.
func (s *Service) material(ctx context.Context) (pairs []lexicon.Pair, entries []lexicon.Entry, err error) {
	size := 0
	for _, src := range s.c.Sources {
		err := src.Learn(ctx, func(text map[facts.Lang]string) error {
			for _, words := range text {
				size += len(words)
			}
			if size <= maxText {
				pairs = appendPairs(pairs, text)
			}
			return nil
		}, func(terms map[facts.Lang][]string) error {
			if len(entries) < maxEntries {
				entries = appendEntries(entries, terms)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return pairs, entries, nil
}

// sumOf tells material apart.
func sumOf(pairs []lexicon.Pair, entries []lexicon.Entry) uint64 {
	h := fnv.New64a()
	write := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p)) // never fails
			h.Write([]byte{0})
		}
	}
	for _, p := range pairs {
		write(p.LangA, p.TextA, p.LangB, p.TextB)
	}
	for _, e := range entries {
		write(e.LangA, e.TermA, e.LangB, e.TermB)
	}
	return h.Sum64()
}

// appendPairs pairs every language of a text with the hub, or all with the
// first when the hub is missing.
func appendPairs(pairs []lexicon.Pair, text map[facts.Lang]string) []lexicon.Pair {
	langs := make([]facts.Lang, 0, len(text))
	for lang := range text {
		langs = append(langs, lang)
	}
	if len(langs) < 2 {
		return pairs
	}
	slices.Sort(langs)
	center := langs[0]
	if _, ok := text[hub]; ok {
		center = hub
	}
	for _, lang := range langs {
		if lang != center {
			pairs = append(pairs, lexicon.Pair{LangA: string(center), TextA: text[center], LangB: string(lang), TextB: text[lang]})
		}
	}
	return pairs
}

// maxSynonyms bounds the terms of one language in one entry; the preferred come
// first.
const maxSynonyms = 20

// appendEntries pairs the terms of every two languages.
func appendEntries(entries []lexicon.Entry, terms map[facts.Lang][]string) []lexicon.Entry {
	langs := make([]facts.Lang, 0, len(terms))
	for lang := range terms {
		langs = append(langs, lang)
	}
	slices.Sort(langs)
	for i, a := range langs {
		for _, b := range langs[i+1:] {
			for _, ta := range terms[a][:min(len(terms[a]), maxSynonyms)] {
				for _, tb := range terms[b][:min(len(terms[b]), maxSynonyms)] {
					entries = append(entries, lexicon.Entry{LangA: string(a), TermA: ta, LangB: string(b), TermB: tb})
				}
			}
		}
	}
	return entries
}
