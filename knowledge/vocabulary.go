package knowledge

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"
)

// terms holds the room's code lists and their names in every language.
//
//go:embed terms/codes.json terms/text/*.json
var terms embed.FS

// Terms gives the names of codes ("topic.lab", "kind.guideline"), one file a
// language, for the catalog.
func Terms() fs.FS {
	sub, err := fs.Sub(terms, "terms")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// codeLists reads the code lists once: vocabulary → codes in display order.
var codeLists = sync.OnceValue(func() map[string][]string {
	b, err := terms.ReadFile("terms/codes.json")
	if err != nil {
		panic(err) // compiled in
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		panic(fmt.Sprintf("terms/codes.json: %v", err))
	}
	lists := map[string][]string{}
	for name, list := range raw {
		var codes []string
		if json.Unmarshal(list, &codes) == nil {
			lists[name] = codes
		}
	}
	return lists
})

// Codes gives a vocabulary's codes ("topic", "audience", "kind", "setting",
// "hazard", "certainty", "strength", "origin", "check") in display order.
func Codes(vocabulary string) []string { return slices.Clone(codeLists()[vocabulary]) }

// known reports whether a vocabulary holds a code.
func known(vocabulary, code string) bool { return slices.Contains(codeLists()[vocabulary], code) }
