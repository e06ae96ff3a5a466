package knowledge

import "sameboat/facts"

// detectLang guesses the language of a document from its text.
func detectLang(text string) facts.Lang { return "en" }
