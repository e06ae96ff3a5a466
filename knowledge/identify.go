package knowledge

import (
	"sync"

	"sameboat/engines/retrieval/langid"
	"sameboat/facts"
)

// detector is the built-in one, read once.
var detector = sync.OnceValue(func() *langid.Detector {
	d, err := langid.New()
	if err != nil {
		panic(err) // its profiles are compiled in
	}
	return d
})

// detectLang tells the language of a document that does not say it, from the
// beginning of its text.
func detectLang(text string) facts.Lang {
	const enough = 2000 // bytes
	guesses := detector().Detect(text[:min(len(text), enough)], nil)
	if len(guesses) == 0 {
		return ""
	}
	return facts.LangOf(guesses[0].Lang)
}
