package lexicon

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sameboat/engines/retrieval/analysis"
)

// direction holds the translations of every word of one language into one
// other: those of word i are at[i] to at[i+1], heaviest first.
type direction struct {
	at      []uint32
	targets []int32
	weights []float32
}

// langPair names a direction, from and to.
type langPair struct{ from, to string }

// Lexicon holds translations of words between pairs of languages. It does not
// change after training or loading and may be used concurrently.
type Lexicon struct {
	words map[string]*vocabulary
	dirs  map[langPair]*direction
	memo  memo
}

// Train learns a lexicon from texts and glossary entries. Pairs of the same
// language, empty texts and texts beyond the bounds of the options are
// skipped. It works on one core and stops with the context's error.
func Train(ctx context.Context, pairs []Pair, glossary []Entry, o Options) (*Lexicon, error) {
	o = o.withDefaults()
	t := newTrainer(o)
	for i, p := range pairs {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("train lexicon: %w", ctx.Err())
		}
		weight := p.Weight
		if weight <= 0 {
			weight = 1
		}
		t.addText(p.LangA, p.TextA, p.LangB, p.TextB, weight)
	}
	for _, e := range glossary {
		t.add(e.LangA, e.TermA, e.LangB, e.TermB, o.GlossaryWeight)
	}
	clear(t.seen)
	return t.train(ctx)
}

type seenText struct{ lang, text string }

type trainer struct {
	Options
	words   map[string]*vocabulary
	seen    map[seenText]text // terms of texts met, for texts in many pairs
	bitexts map[langPair]*bitext
	links   map[langPair]int
	tokens  []analysis.Token
}

func newTrainer(o Options) *trainer {
	return &trainer{Options: o, words: make(map[string]*vocabulary), seen: make(map[seenText]text), bitexts: make(map[langPair]*bitext), links: make(map[langPair]int)}
}

// addText adds a pair of texts, before any entry of a glossary.
func (t *trainer) addText(langA, textA, langB, textB string, weight float32) {
	if c := t.add(langA, textA, langB, textB, weight); c != nil {
		c.texts = len(c.a)
	}
}

// add puts one pair of texts to its bitext, languages in alphabetical order,
// and returns the bitext, nil if nothing was added.
func (t *trainer) add(langA, textA, langB, textB string, weight float32) *bitext {
	langA, langB = analysis.Canonical(langA), analysis.Canonical(langB)
	if langA == langB || langA == analysis.NeutralLang || langB == analysis.NeutralLang {
		return nil
	}
	if langA > langB {
		langA, textA, langB, textB = langB, textB, langA, textA
	}
	a, b := t.terms(langA, textA), t.terms(langB, textB)
	n := len(a.terms) * len(b.terms)
	key := langPair{langA, langB}
	if n == 0 || t.links[key]+n > t.MaxLinks {
		return nil
	}
	t.links[key] += n
	c := t.bitexts[key]
	if c == nil {
		c = &bitext{}
		t.bitexts[key] = c
	}
	c.a, c.b, c.weights = append(c.a, a), append(c.b, b), append(c.weights, weight)
	return c
}

// terms analyses a text, once.
func (t *trainer) terms(lang, raw string) text {
	key := seenText{lang, raw}
	if known, ok := t.seen[key]; ok {
		return known
	}
	v := t.words[lang]
	if v == nil {
		v = newVocabulary()
		t.words[lang] = v
	}
	t.tokens = t.Analyzer.AppendTokens(t.tokens[:0], lang, raw)
	tokens := t.tokens[:min(len(t.tokens), maxTerms)]
	var out text
	if n := len(tokens); n > 0 {
		last := float32(tokens[n-1].Position + 1)
		out = text{make([]int32, n), make([]float32, n)}
		for i, tok := range tokens {
			out.terms[i] = v.add(tok.Term, strings.Clone(tok.Surface))
			out.places[i] = float32(tok.Position) / last
		}
	}
	t.seen[key] = out
	return out
}

// train aligns one pair of languages after the other, so that only one needs
// room at a time.
func (t *trainer) train(ctx context.Context) (*Lexicon, error) {
	lex := &Lexicon{words: t.words, dirs: make(map[langPair]*direction)}
	for _, v := range t.words {
		v.settle()
	}
	keys := make([]langPair, 0, len(t.bitexts))
	for key := range t.bitexts {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y langPair) int {
		return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to))
	})
	for i, key := range keys {
		nA, nB := len(t.words[key.from].terms), len(t.words[key.to].terms)
		learned, err := align(ctx, *t.bitexts[key], nA, nB, t.model)
		if err != nil {
			return nil, fmt.Errorf("train lexicon %s-%s: %w", key.from, key.to, err)
		}
		delete(t.bitexts, key)
		l := learned.links
		lex.dirs[key] = t.direction(l.a, l.b, learned.ab, learned.ba, nA)
		lex.dirs[langPair{key.to, key.from}] = t.direction(l.b, l.a, learned.ba, learned.ab, nB)
		if t.Progress != nil {
			t.Progress(i+1, len(keys))
		}
	}
	return lex, nil
}

// direction keeps the heaviest translations of every word. The weight mixes
// P(target|source) with P(source|target): the first knows the usual
// translation, the second is not misled by frequent targets.
func (t *trainer) direction(from, to []int32, forward, backward []float32, n int) *direction {
	f := float32(t.model.forward)
	perWord := make([][]candidate, n)
	for i := range from {
		if w := f*forward[i] + (1-f)*backward[i]; w >= float32(t.model.least) {
			perWord[from[i]] = append(perWord[from[i]], candidate{to[i], w})
		}
	}
	d := &direction{at: make([]uint32, 1, n+1)}
	for _, list := range perWord {
		slices.SortFunc(list, func(x, y candidate) int {
			return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.id, y.id))
		})
		for _, c := range list[:min(len(list), t.model.keep)] {
			d.targets = append(d.targets, c.id)
			d.weights = append(d.weights, c.weight)
		}
		d.at = append(d.at, uint32(len(d.targets)))
	}
	return d
}

// candidate is one translation while they are sorted.
type candidate struct {
	id     int32
	weight float32
}
