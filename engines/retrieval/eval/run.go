package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
	"sameboat/engines/retrieval/lexicon"
)

// Files names the input of an evaluation.
type Files struct {
	Corpus       string   // JSONL of Document
	Queries      string   // JSONL of Question
	Translations []string // JSONL of Parallel
	Glossaries   []string // CSV
}

// Input is what an evaluation works on.
type Input struct {
	Corpus       []Document
	Questions    []Question
	Translations []Parallel
	Glossary     []lexicon.Entry
}

// Run reads the files and evaluates them.
func Run(ctx context.Context, f Files) (*Report, error) {
	in, err := Read(f)
	if err != nil {
		return nil, err
	}
	return Evaluate(ctx, in)
}

// Read reads the files of an evaluation.
func Read(f Files) (Input, error) {
	var in Input
	err := readLines(f.Corpus, func(d Document) error {
		if d.ID == "" {
			return fmt.Errorf("document without id: %w", ErrInput)
		}
		in.Corpus = append(in.Corpus, d)
		return nil
	})
	if err != nil {
		return in, fmt.Errorf("read corpus: %w", err)
	}
	err = readLines(f.Queries, func(q Question) error {
		in.Questions = append(in.Questions, q)
		return nil
	})
	if err != nil {
		return in, fmt.Errorf("read queries: %w", err)
	}
	for _, path := range f.Translations {
		err = readLines(path, func(p Parallel) error {
			in.Translations = append(in.Translations, p)
			return nil
		})
		if err != nil {
			return in, fmt.Errorf("read translations: %w", err)
		}
	}
	for _, path := range f.Glossaries {
		entries, err := readGlossary(path)
		if err != nil {
			return in, fmt.Errorf("read glossary: %w", err)
		}
		in.Glossary = append(in.Glossary, entries...)
	}
	return in, nil
}

// Evaluate indexes the corpus, learns the lexicon and asks every question.
func Evaluate(ctx context.Context, in Input) (*Report, error) {
	an := analysis.New()
	engine := engine{analyzer: an, index: retrieval.New(retrieval.Options{})}
	if err := engine.fill(in.Corpus); err != nil {
		return nil, err
	}
	pairs, glossary := needed(in, engine.langs)
	lex, err := lexicon.Train(ctx, pairs, glossary, lexicon.Options{Analyzer: an})
	if err != nil {
		return nil, fmt.Errorf("evaluate search: %w", err)
	}
	return engine.ask(ctx, in.Questions, lex)
}

// engine is the search engine as the product runs it.
type engine struct {
	analyzer *analysis.Analyzer
	index    *retrieval.Index
	langs    []string // of the corpus
}

// fill indexes the corpus.
func (e *engine) fill(corpus []Document) error {
	seen := make(map[string]bool, len(corpus))
	for _, d := range corpus {
		if seen[d.ID] {
			return fmt.Errorf("document %.80q twice: %w", d.ID, ErrInput)
		}
		seen[d.ID] = true
		if lang := analysis.Canonical(d.Lang); !slices.Contains(e.langs, lang) {
			e.langs = append(e.langs, lang)
		}
		if err := e.index.Put(e.document(d)); err != nil {
			return fmt.Errorf("index %.80q: %w", d.ID, err)
		}
	}
	slices.Sort(e.langs)
	return nil
}

func (e *engine) document(d Document) retrieval.Document {
	title := e.terms(d.Lang, d.Title)
	doc := retrieval.Document{ID: d.ID}
	for _, part := range passages(d.Text) {
		doc.Passages = append(doc.Passages, retrieval.Passage{
			Lang: analysis.Canonical(d.Lang), Anchor: fmt.Sprint(len(doc.Passages)),
			Fields: [][]string{title, nil, e.terms(d.Lang, part)},
		})
	}
	return doc
}

func (e *engine) terms(lang, text string) []string {
	tokens := e.analyzer.Analyze(lang, text)
	out := make([]string, 0, len(tokens))
	for _, t := range tokens {
		out = append(out, t.Term)
	}
	return out
}

// ask puts every question twice, with and without the lexicon.
func (e *engine) ask(ctx context.Context, questions []Question, lex *lexicon.Lexicon) (*Report, error) {
	byLang := make(map[string]*Language)
	for i, q := range questions {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("evaluate search: %w", ctx.Err())
		}
		lang := analysis.Canonical(q.Lang)
		l := byLang[lang]
		if l == nil {
			l = &Language{Lang: lang}
			byLang[lang] = l
		}
		relevant := make(map[string]bool, len(q.Relevant))
		for _, id := range q.Relevant {
			relevant[id] = true
		}
		l.Queries++
		for _, run := range []struct {
			lexicon *lexicon.Lexicon
			sum     *Scores
		}{{lex, &l.With}, {nil, &l.Without}} {
			ranked, err := e.search(ctx, run.lexicon, lang, q.Text)
			if err != nil {
				return nil, fmt.Errorf("question %.80q: %w", q.ID, err)
			}
			run.sum.add(score(ranked, relevant))
		}
	}
	return report(byLang), nil
}

// search returns the IDs of the best documents.
func (e *engine) search(ctx context.Context, lex *lexicon.Lexicon, lang, text string) ([]string, error) {
	q := lex.Expand(e.analyzer, lang, text, e.langs, lexicon.ExpandOptions{})
	if len(q.Groups) == 0 {
		return nil, nil
	}
	found, err := e.index.Search(ctx, retrieval.Query{Groups: q.Groups, Limit: depth, Ranking: q.Ranking()})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, depth)
	for _, hit := range found.Hits {
		ids = append(ids, hit.ID)
	}
	return ids, nil
}

func report(byLang map[string]*Language) *Report {
	r := &Report{Languages: make([]Language, 0, len(byLang))}
	for _, l := range byLang {
		l.With, l.Without = l.With.mean(l.Queries), l.Without.mean(l.Queries)
		r.Languages = append(r.Languages, *l)
	}
	slices.SortFunc(r.Languages, func(a, b Language) int { return cmp.Compare(a.Lang, b.Lang) })
	return r
}
