package lexicon

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
)

// How a term came into a query.
const (
	Same       = "same"       // the word itself, in its own language
	Learned    = "learned"    // a translation learned from parallel texts or a glossary
	Resembling = "resembling" // the translation of a known word that looks alike
	Passed     = "passed"     // the word as it stands, in the form of the other language
)

// ExpandOptions bound an expansion. The zero value is meant for use.
type ExpandOptions struct {
	// Groups bounds the words of the question that are used; 0 stands for 64,
	// the bound of the index. The words that tell least are left out.
	Groups int
	// Terms bounds all terms of the query together; 0 stands for 640.
	Terms int
	// PerLanguage bounds the translations of a word into one language; 0
	// stands for 8.
	PerLanguage int
}

// Query is a question in terms of every target language, ready for the index,
// with what a reader needs to see why a passage was found.
type Query struct {
	Lang   string
	Groups []retrieval.Group
	Words  []Word // Words[i] explains Groups[i]
	// Translated says that languages other than the question's are searched.
	Translated bool
}

// Word is one word of the question and what it was searched as.
type Word struct {
	Surface      string
	Start, End   int // byte offsets in the question
	Term         string
	Stop         bool
	Known        bool // the lexicon met it in training, or it belongs to no language
	Translations []Rendering
}

// Rendering is one term that stands for a word of the question.
type Rendering struct {
	Lang    string
	Term    string
	Surface string // how the term is usually written
	Weight  float32
	How     string // Same, Learned, Resembling or Passed
}

// Expand turns a question into weighted terms of the target languages. Every
// word becomes one group: itself with weight 1 where its own language is a
// target, and its translations. A nil lexicon translates nothing but passes
// words through.
func (x *Lexicon) Expand(an *analysis.Analyzer, lang, question string, targets []string, o ExpandOptions) Query {
	o = o.withDefaults()
	lang = analysis.Canonical(lang)
	question = question[:min(len(question), maxQuestion)]
	e := expander{lexicon: x, analyzer: an, lang: lang, targets: canonicalTargets(targets), o: o}
	words := e.words(question)
	words = words[:min(len(words), o.Groups)]
	slices.SortStableFunc(words, func(a, b scored) int { return cmp.Compare(a.Start, b.Start) })
	return e.query(words)
}

// maxQuestion bounds the bytes of a question that are looked at.
const maxQuestion = 8 << 10

func (o ExpandOptions) withDefaults() ExpandOptions {
	if o.Groups <= 0 || o.Groups > retrieval.MaxGroups {
		o.Groups = retrieval.MaxGroups
	}
	if o.Terms <= 0 || o.Terms > retrieval.MaxQueryTerms {
		o.Terms = 640
	}
	if o.PerLanguage <= 0 {
		o.PerLanguage = 8
	}
	return o
}

func canonicalTargets(tags []string) []string {
	var out []string
	for _, tag := range tags {
		if lang := analysis.Canonical(tag); !slices.Contains(out, lang) && lang != analysis.NeutralLang {
			out = append(out, lang)
		}
	}
	slices.Sort(out)
	return out
}

type expander struct {
	lexicon  *Lexicon
	analyzer *analysis.Analyzer
	lang     string
	targets  []string
	o        ExpandOptions
}

// scored is a word with its weight as a group: how often it was asked, and how
// sure its translations are.
type scored struct {
	Word
	weight float64
	rank   float64 // what it tells, times weight
	sure   float64 // its best translation, 0 for none
}

// words renders every distinct word of the question, the ones that tell most
// first.
func (e *expander) words(question string) []scored {
	var out []scored
	at := make(map[string]int)
	tokens := e.analyzer.Analyze(e.lang, question)
	for _, tok := range tokens {
		if i, ok := at[tok.Term]; ok {
			out[i].weight = min(out[i].weight+1, mostAsked)
			continue
		}
		at[tok.Term] = len(out)
		w := Word{Surface: tok.Surface, Start: tok.Start, End: tok.End, Term: tok.Term, Stop: tok.Stop}
		w.Known = tok.Neutral || e.lexicon != nil && e.lexicon.Known(e.lang, tok.Term)
		out = append(out, scored{Word: w, weight: 1})
	}
	for i := range out {
		e.rate(&out[i])
	}
	e.share(tokens, out, at)
	for i := range out {
		out[i].rank *= out[i].weight
	}
	slices.SortStableFunc(out, func(a, b scored) int { return cmp.Compare(b.rank, a.rank) })
	return out
}

// rate estimates what a word tells: rare words and sure translations first.
func (e *expander) rate(s *scored) {
	s.rank = e.lexicon.rarity(e.lang, s.Term)
	if s.Stop {
		s.rank *= .5
	}
	best := float32(0)
	for _, target := range e.targets {
		if list, _ := e.translations(s.Term, target); len(list) > 0 {
			best = max(best, list[0].P)
		}
	}
	s.sure = float64(best)
	if best > 0 {
		s.rank *= math.Sqrt(s.sure)
	}
}

// rarity is the inverse document frequency of a word in the training texts,
// in the manner of BM25; unknown words are the rarest.
func (x *Lexicon) rarity(lang, term string) float64 {
	if x == nil {
		return 1
	}
	v := x.words[lang]
	if v == nil {
		return 1
	}
	n := float64(len(v.terms)) + 10
	id, ok := v.ids[term]
	if !ok {
		return math.Log1p(n)
	}
	return math.Log1p(n / float64(v.counts[id]))
}

// translations looks a term up, and rare and unknown ones by the known words
// that resemble them.
func (e *expander) translations(term, target string) ([]Translation, string) {
	if e.lexicon == nil || target == e.lang {
		return nil, ""
	}
	key := memoKey{e.lang, term, target}
	if v, ok := e.lexicon.memo.get(key); ok {
		return v.list, v.how
	}
	v := memoValue{list: e.lexicon.Translate(e.lang, term, target), how: Learned}
	if len(v.list) > 0 {
		v.list = e.lexicon.supported(e.lang, term, target, v.list)
	} else {
		v.list, v.how = e.lexicon.resembling(e.lang, term, target), Resembling
	}
	key.term = strings.Clone(term) // it may be a part of the question
	e.lexicon.memo.put(key, v)
	return v.list, v.how
}

// query renders the words as groups within the bound on terms.
func (e *expander) query(words []scored) Query {
	q := Query{Lang: e.lang, Translated: len(e.targets) > 1 || len(e.targets) == 1 && e.targets[0] != e.lang}
	per := e.o.PerLanguage
	if n := len(words) * len(e.targets); n > 0 {
		per = min(per, max(1, e.o.Terms/n-1))
	}
	total := 0
	grammar := retrieval.StopWeight + (1-retrieval.StopWeight)*length(len(words))
	for _, w := range words {
		sure := e.render(&w.Word, per)
		if len(w.Translations) == 0 || total+len(w.Translations) > retrieval.MaxQueryTerms {
			continue
		}
		total += len(w.Translations)
		if w.Stop {
			sure *= grammar
		}
		g := retrieval.Group{Weight: float32(min(w.weight*sure, 16))}
		for _, r := range w.Translations {
			g.Terms = append(g.Terms, retrieval.Weighted{Term: r.Term, Weight: r.Weight})
		}
		q.Groups = append(q.Groups, g)
		q.Words = append(q.Words, w.Word)
	}
	return q
}

// render collects the terms of one word and returns how sure they are: 1 when
// the word's own language is searched, else the root of its best translation.
func (e *expander) render(w *Word, per int) float64 {
	surest := 0.0
	sure := make(map[string]float64, len(e.targets))
	for _, target := range e.targets {
		if target == e.lang {
			e.put(w, Rendering{Lang: target, Term: w.Term, Surface: w.Surface, Weight: 1, How: Same})
			surest = 1
			continue
		}
		sure[target] = e.renderIn(w, target, per)
		surest = max(surest, sure[target])
	}
	// What is found in the question's own language, or in a language whose
	// translations are sure, stands before what is found by a doubtful one.
	for i := range w.Translations {
		if r := &w.Translations[i]; r.How == Learned || r.How == Resembling {
			r.Weight *= float32(sure[r.Lang] / surest)
		}
	}
	return surest
}

// renderIn adds the terms of one target language. Their weights are relative
// to the best, so that a word with many translations weighs as much as one
// with few.
func (e *expander) renderIn(w *Word, target string, per int) float64 {
	list, how := e.translations(w.Term, target)
	if len(list) == 0 || how == Resembling || analysis.LangOf(w.Term) == analysis.NeutralLang {
		e.pass(w, target)
		if len(list) == 0 {
			return 1
		}
	}
	best := list[0].P
	for _, tr := range list[:min(len(list), per)] {
		r := Rendering{Lang: target, Term: tr.Term, Surface: tr.Surface, Weight: flatter(tr.P / best), How: how}
		if r.Weight >= leastWeight {
			e.put(w, r)
		}
	}
	return math.Sqrt(float64(best))
}

// flatter brings the lesser translations nearer to the best, .1 to .16: the
// texts to come use other words than those learned from. Measured on TICO-19:
// about .001 MRR in Arabic, Chinese, Khmer and Swahili.
func flatter(share float32) float32 { return float32(math.Pow(float64(share), .8)) }

// leastWeight is the smallest weight, relative to the best translation, that
// is searched.
const leastWeight = .02

// pass adds the word as it stands: neutral, and as the target language would
// write it if it shares the script.
func (e *expander) pass(w *Word, target string) {
	for _, tok := range e.analyzer.Analyze(target, w.Surface) {
		if tok.End-tok.Start == len(w.Surface) {
			e.put(w, Rendering{Lang: target, Term: tok.Term, Surface: w.Surface, Weight: 1, How: Passed})
		}
	}
	if analysis.LangOf(w.Term) == analysis.NeutralLang {
		e.put(w, Rendering{Lang: analysis.NeutralLang, Term: w.Term, Surface: w.Surface, Weight: 1, How: Passed})
	}
}

// put adds a rendering unless its term is there already; then the greater
// weight counts.
func (e *expander) put(w *Word, r Rendering) {
	for i := range w.Translations {
		if w.Translations[i].Term == r.Term {
			w.Translations[i].Weight = max(w.Translations[i].Weight, r.Weight)
			return
		}
	}
	w.Translations = append(w.Translations, r)
}
