package lexicon

import (
	"strings"
	"testing"

	"sameboat/engines/retrieval/analysis"
)

// unspacedPairs says the toy sentences in Chinese words of two characters.
func unspacedPairs() []Pair {
	words := strings.NewReplacer("mask", "口罩", "hand", "双手", "hospital", "医院", "fever", "发热", "doctor", "大夫",
		"water", "饮水", "child", "儿童", "bed", "床位", "oxygen", "氧气", "test", "检测", " ", "")
	pairs := toyPairs()
	for i := range pairs {
		pairs[i].LangB, pairs[i].TextB = "zh", words.Replace(pairs[i].TextA)
	}
	return pairs
}

func TestOverlappingTermsShareOneWord(t *testing.T) {
	x, an := train(t, unspacedPairs()), analysis.New()
	q := x.Expand(an, "zh", "口罩医院", []string{"en"}, ExpandOptions{})
	sum, weight := float32(0), make(map[string]float32)
	for i, w := range q.Words {
		weight[w.Surface] = q.Groups[i].Weight
		sum += q.Groups[i].Weight
	}
	if weight["口罩"] < 1.5*weight["罩医"] || weight["医院"] < 1.5*weight["罩医"] || weight["口罩"] < weight["口"] {
		t.Errorf("what is no word outweighs words: %v", weight)
	}
	if sum > 2 || sum < 1 {
		t.Errorf("two words weigh %v: %v", sum, weight)
	}
	twice := x.Expand(an, "zh", "口罩。口罩", []string{"en"}, ExpandOptions{})
	once := x.Expand(an, "zh", "口罩", []string{"en"}, ExpandOptions{})
	if len(twice.Groups) != len(once.Groups) || twice.Groups[0].Weight < 1.9*once.Groups[0].Weight {
		t.Errorf("once %v, twice %v", once.Groups, twice.Groups)
	}
}

func TestSpacedWordsShareNothing(t *testing.T) {
	x, an := train(t, toyPairs()), analysis.New()
	both := x.Expand(an, "xq", "pelu brundel", []string{"en"}, ExpandOptions{})
	alone := x.Expand(an, "xq", "pelu", []string{"en"}, ExpandOptions{})
	if len(both.Groups) != 2 || both.Groups[0].Weight != alone.Groups[0].Weight {
		t.Errorf("alone %v, beside another %v", alone.Groups, both.Groups)
	}
}
