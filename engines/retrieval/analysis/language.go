package analysis

import (
	"sync"
)

// entry is what is remembered about a surface word.
type entry struct {
	term    string
	stop    bool
	neutral bool
}

// maxRemembered bounds the surfaces remembered per language; when it is
// reached the memory starts anew.
const maxRemembered = 1 << 16

// language holds the rules of one language and the memory of its words.
type language struct {
	code      string
	elides    bool // an apostrophe ends a word: l'eau
	splitZWNJ bool
	stop      map[string]bool
	stem      func(string) string

	mu      sync.RWMutex
	known   map[string]entry
	neutral map[string]string
}

func newLanguage(code string) *language {
	return &language{
		code:      code,
		elides:    code == "fr" || code == "it" || code == "ca",
		splitZWNJ: usesScript(code, arabic),
		stop:      stopWords(code),
		stem:      stemmerFor(code),
		known:     make(map[string]entry),
		neutral:   make(map[string]string),
	}
}

func (l *language) uses(sc script) bool { return usesScript(l.code, sc) }

// entry returns the term of a word, remembered or made.
func (l *language) entry(surface string, sc script) entry {
	l.mu.RLock()
	e, ok := l.known[surface]
	l.mu.RUnlock()
	if ok {
		return e
	}
	return l.remember(surface, l.makeEntry(surface, sc))
}

// gram returns the term of an n-gram in a script without spaces.
func (l *language) gram(surface string, sc script) entry {
	l.mu.RLock()
	e, ok := l.known[surface]
	l.mu.RUnlock()
	if ok {
		return e
	}
	folded := foldCase(l.code, surface)
	if l.code == "zh" {
		folded = foldGram(folded)
	}
	e = entry{term: l.code + ":" + folded, stop: l.stop[folded]}
	if !l.uses(sc) {
		e = entry{term: NeutralLang + ":" + folded, neutral: true}
	}
	return l.remember(surface, e)
}

func (l *language) remember(surface string, e entry) entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= maxRemembered {
		clear(l.known)
	}
	l.known[clone(surface)] = e
	return e
}

func (l *language) makeEntry(surface string, sc script) entry {
	word := foldCase(l.code, surface)
	if word == "" {
		return entry{}
	}
	if !l.uses(sc) {
		return entry{term: NeutralLang + ":" + l.foldForeign(word, sc), neutral: true}
	}
	e := entry{stop: l.stop[word] && !isAcronym(surface)}
	e.term = l.code + ":" + l.stemWord(word, sc)
	return e
}

func (l *language) foldForeign(word string, sc script) string {
	switch sc {
	case arabic:
		return foldArabic("", word)
	case latin, cyrillic:
		return foldAccents(word)
	}
	return word
}

// isAcronym says that the word is written in capitals: WHO is not who.
func isAcronym(surface string) bool {
	if len(surface) < 2 {
		return false
	}
	for i := 0; i < len(surface); i++ {
		if surface[i] < 'A' || surface[i] > 'Z' {
			return false
		}
	}
	return true
}

// intern returns the neutral term of a folded code or number.
func (l *language) intern(folded []byte) string {
	l.mu.RLock()
	term, ok := l.neutral[string(folded)]
	l.mu.RUnlock()
	if ok {
		return term
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.neutral) >= maxRemembered {
		clear(l.neutral)
	}
	key := string(folded)
	term = NeutralLang + ":" + key
	l.neutral[key] = term
	return term
}
