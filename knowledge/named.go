package knowledge

import (
	"encoding/json"
	"fmt"

	"sameboat/facts"
)

// Named gives the blobs that a fact of this room names, for those who keep or
// check them. Facts of other rooms name none that it knows of.
func Named(kind facts.Kind, payload []byte) (list []facts.Hash, err error) {
	switch kind {
	case facts.EditionDrafted, facts.EditionPublished:
		var e facts.Edition
		err = json.Unmarshal(payload, &e)
		for _, v := range e.Variants {
			for _, f := range v.Files {
				list = append(list, f.Hash)
			}
		}
	case facts.MemoryAdded, facts.GlossaryAdded:
		var m facts.Memory
		err = json.Unmarshal(payload, &m)
		list = append(list, m.Content)
	}
	if err != nil {
		return nil, fmt.Errorf("blobs of a %s: %w", kind, err)
	}
	return list, nil
}
