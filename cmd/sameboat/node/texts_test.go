package node

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sameboat/facts"
)

// TestTheCommandLineHasAllItsWords: every key that the commands name exists in
// every language of the interface, and the languages say the same.
func TestTheCommandLineHasAllItsWords(t *testing.T) {
	catalog, err := Catalog()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for _, pattern := range []string{"*.go", "../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(`"(node\.[a-z.-]*[a-z])"`).FindAllStringSubmatch(string(raw), -1) {
				keys[m[1]] = true
			}
			for _, m := range regexp.MustCompile(`\bhelp\("([a-z]+)"\)`).FindAllStringSubmatch(string(raw), -1) {
				keys["node.help.flag."+m[1]] = true
			}
			for _, m := range regexp.MustCompile(`\bone\("([a-z]+)", (?:true|false)((?:, "[a-z]+")*)\)`).FindAllStringSubmatch(string(raw), -1) {
				keys["node.help.user-"+m[1]] = true
				for flag := range strings.FieldsFuncSeq(m[2], func(r rune) bool { return strings.ContainsRune(`", `, r) }) {
					keys["node.help.flag.user-"+flag] = true
				}
			}
		}
	}
	for _, kind := range []string{"resources", "translations", "glossary"} {
		keys["node.help.import-"+kind] = true
	}
	if len(keys) < 50 {
		t.Fatalf("only %d keys found: the scan has gone blind", len(keys))
	}
	for key := range keys {
		for _, lang := range []facts.Lang{"en", "ar", "es", "fr", "ru", "zh"} {
			if p := catalog.Printer(lang); p.Lang() != lang || !p.Has(key) {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
	for _, problem := range catalog.Complete() {
		if strings.HasPrefix(problem.Key, "node.") {
			t.Error(problem)
		}
	}
}
