package lexicon

import (
	"testing"

	"sameboat/engines/retrieval/analysis"
)

func TestRareWordsLeanOnTheirKin(t *testing.T) {
	// "bekashti" stood once beside nothing that would tell fever from bed.
	pairs := append(toyPairs(), Pair{LangA: "en", TextA: "bed fever", LangB: "xq", TextB: "bekashti olun"})
	x, an := train(t, pairs), analysis.New()
	alone := x.Translate("xq", "xq:bekashti", "en")
	helped := x.supported("xq", "xq:bekashti", "en", alone)
	if ratio(helped) < 1.5*ratio(alone) {
		t.Errorf("fever over bed: alone %v, with kin %v", alone, helped)
	}
	known := x.Translate("xq", an.Term("xq", "kashti"), "en")
	if got := x.supported("xq", an.Term("xq", "kashti"), "en", known); len(got) != len(known) || got[0] != known[0] {
		t.Errorf("a well known word changed from %v to %v", known, got)
	}
}

// ratio compares fever with bed.
func ratio(list []Translation) float32 {
	fever, bed := float32(0), float32(.001)
	for _, tr := range list {
		switch tr.Surface {
		case "fever":
			fever = tr.P
		case "bed":
			bed += tr.P
		}
	}
	return fever / bed
}

func TestUnknownWordsAreFoundByTheirEnd(t *testing.T) {
	x := train(t, toyPairs())
	if got := x.resembling("xq", "xq:wakashti", "en"); len(got) == 0 || got[0].Surface != "fever" {
		t.Errorf("wakashti became %v, want fever", got)
	}
	if got := x.resembling("xq", "xq:wakimbashti", "en"); len(got) > 0 {
		t.Errorf("a word of another stem became %v", got)
	}
}
