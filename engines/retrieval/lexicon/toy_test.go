package lexicon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sameboat/engines/retrieval"
	"sameboat/engines/retrieval/analysis"
)

// toyWords is an invented language, word for word.
var toyWords = map[string]string{
	"mask": "pelu", "hand": "zorku", "hospital": "brundel", "fever": "kashti", "doctor": "mivano",
	"water": "ulpe", "child": "dreno", "bed": "stolku", "oxygen": "haxiro", "test": "quembu",
}

// toyPairs says sentences of three words in English and the invented language,
// in another order.
func toyPairs() []Pair {
	words := strings.Fields("mask hand hospital fever doctor water child bed oxygen test")
	var out []Pair
	for i := range words {
		for j := range words {
			k := (i*3 + j*7 + 1) % len(words)
			if i == j || j == k || i == k {
				continue
			}
			out = append(out, Pair{
				LangA: "en", TextA: fmt.Sprintf("%s %s %s", words[i], words[j], words[k]),
				LangB: "xq", TextB: fmt.Sprintf("%s %s %s", toyWords[words[k]], toyWords[words[i]], toyWords[words[j]]),
			})
		}
	}
	return out
}

func train(t testing.TB, pairs []Pair, glossary ...Entry) *Lexicon {
	t.Helper()
	x, err := Train(context.Background(), pairs, glossary, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestLearnsAToyLanguageExactly(t *testing.T) {
	x, an := train(t, toyPairs()), analysis.New()
	for english, other := range toyWords {
		got := x.Translate("en", an.Term("en", english), "xq")
		if len(got) == 0 || got[0].Term != an.Term("xq", other) || got[0].P < .5 || got[0].Surface != other {
			t.Errorf("%s: got %v, want %s", english, got, other)
		}
		back := x.Translate("xq", an.Term("xq", other), "en-GB")
		if len(back) == 0 || back[0].Surface != english {
			t.Errorf("%s: got %v, want %s", other, back, english)
		}
	}
}

func TestGoesThroughAThirdLanguage(t *testing.T) {
	pairs := toyPairs()
	for _, p := range toyPairs() {
		third := strings.NewReplacer("a", "o", "e", "y").Replace(p.TextA)
		pairs = append(pairs, Pair{LangA: "en", TextA: p.TextA, LangB: "xr", TextB: third})
	}
	x, an := train(t, pairs), analysis.New()
	got := x.Translate("xr", an.Term("xr", "mosk"), "xq")
	if len(got) == 0 || got[0].Surface != "pelu" {
		t.Errorf("mosk through English: got %v, want pelu", got)
	}
}

func TestGlossaryAloneTeaches(t *testing.T) {
	x := train(t, nil, Entry{LangA: "en", TermA: "face shield", LangB: "sw_KE", TermB: "ngao"}, Entry{LangA: "en", TermA: "face", LangB: "sw", TermB: "uso"})
	an := analysis.New()
	if got := x.Translate("sw", an.Term("sw", "uso"), "en"); len(got) == 0 || got[0].Surface != "face" {
		t.Errorf("uso: %v", got)
	}
}

func TestExpansionExplainsItself(t *testing.T) {
	x, an := train(t, toyPairs()), analysis.New()
	q := x.Expand(an, "xq", "PELU haxiro FFP2 remdesivir brundelu", []string{"en", "xq", "zh"}, ExpandOptions{})
	want := map[string][2]string{ // surface: a term that must be there, and how
		"PELU":       {"en:mask", Learned},
		"haxiro":     {"en:oxygen", Learned},
		"FFP2":       {"und:ffp2", Passed},
		"remdesivir": {"en:remdesivir", Passed},
		"brundelu":   {"en:hospit", Resembling},
	}
	for i, w := range q.Words {
		found := false
		for k, r := range w.Translations {
			found = found || r.Term == want[w.Surface][0] && (r.How == want[w.Surface][1] || r.How == Same)
			if g := q.Groups[i].Terms[k]; g.Term != r.Term || g.Weight != r.Weight || !(g.Weight > 0 && g.Weight <= 1) {
				t.Errorf("%s: group term %v is not explained by %v", w.Surface, g, r)
			}
		}
		if !found {
			t.Errorf("%s became %v, want %v", w.Surface, w.Translations, want[w.Surface])
		}
		delete(want, w.Surface)
	}
	if len(want) > 0 {
		t.Errorf("words not searched: %v", want)
	}
	for _, r := range q.Words[0].Translations {
		if r.Term == "xq:pelu" && r.Weight != 1 {
			t.Errorf("the word itself weighs %v", r.Weight)
		}
	}
}

func TestWithoutALexiconWordsPass(t *testing.T) {
	var none *Lexicon
	q := none.Expand(analysis.New(), "fr", "remdesivir 2019", []string{"en", "ar"}, ExpandOptions{})
	if len(q.Groups) != 2 || len(q.Groups[0].Terms) != 2 || q.Groups[0].Terms[1].Term != "en:remdesivir" && q.Groups[0].Terms[0].Term != "en:remdesivir" {
		t.Errorf("got %v", q.Groups)
	}
}

func TestExpansionIsBounded(t *testing.T) {
	x, an := train(t, toyPairs()), analysis.New()
	var long strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&long, "word%d pelu ", i)
	}
	targets := x.Languages()
	for i := range 100 {
		targets = append(targets, fmt.Sprintf("x%c%c", 'a'+i%26, 'a'+i/26))
	}
	for _, text := range []string{long.String(), strings.Repeat("很长的问题", 4000), strings.Repeat("x", 1<<20), "?!…", "\xff\xfe"} {
		q := x.Expand(an, "xq", text, targets, ExpandOptions{})
		terms := 0
		for _, g := range q.Groups {
			terms += len(g.Terms)
		}
		if len(q.Groups) > 64 || terms > 1024 {
			t.Errorf("%.10q: %d groups, %d terms", text, len(q.Groups), terms)
		}
	}
}

func TestTrainingIsAFunctionOfItsInput(t *testing.T) {
	var one, two bytes.Buffer
	if err := train(t, toyPairs()).Save(&one); err != nil {
		t.Fatal(err)
	}
	if err := train(t, toyPairs()).Save(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same pairs gave different lexicons")
	}
	loaded, err := Load(bytes.NewReader(one.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	two.Reset()
	if err := loaded.Save(&two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("loading and saving changed the lexicon")
	}
}

func TestDamagedLexiconIsRefused(t *testing.T) {
	var out bytes.Buffer
	if err := train(t, toyPairs()).Save(&out); err != nil {
		t.Fatal(err)
	}
	whole := out.Bytes()
	for at := 0; at < len(whole); at += 37 {
		bad := bytes.Clone(whole)
		bad[at] ^= 0x20
		if _, err := Load(bytes.NewReader(bad)); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("byte %d changed: %v", at, err)
		}
		if _, err := Load(bytes.NewReader(whole[:at])); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut at %d: %v", at, err)
		}
	}
}

func TestTrainingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, toyPairs(), nil, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTextsBeyondTheBoundAreLeftOut(t *testing.T) {
	x, err := Train(context.Background(), toyPairs(), nil, Options{MaxLinks: 9})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(x.words["en"].terms); n > len(toyWords) || len(x.Translate("en", "en:mask", "xq")) > 3 {
		t.Errorf("more than one text was aligned: %d words", n)
	}
}

// FuzzDecode looks behind the checksum.
func FuzzDecode(f *testing.F) {
	var out bytes.Buffer
	if err := train(f, toyPairs()[:5]).Save(&out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes()[len(magic) : out.Len()-32])
	f.Add([]byte{1, 2, 'e', 'n', 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		x, err := decode(body)
		if err != nil {
			return
		}
		an := analysis.New()
		for _, lang := range x.Languages() {
			x.Expand(an, lang, "mask pelu 2019", x.Languages(), ExpandOptions{})
		}
	})
}

// FuzzLoad feeds whole files.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(magic))
	f.Add([]byte("sameboat lexicon 2\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := Load(bytes.NewReader(file)); err == nil && len(file) < 32 {
			t.Error("a short file was loaded")
		}
	})
}

func TestTranslatedQuestionsWeighLength(t *testing.T) {
	an := analysis.New()
	x := train(t, toyPairs())
	own := x.Expand(an, "en", "mask", []string{"en"}, ExpandOptions{}).Ranking()
	both := x.Expand(an, "xq", "pelu", []string{"en"}, ExpandOptions{}).Ranking()
	if own.B != retrieval.DefaultRanking().B {
		t.Errorf("a word of the library's only language ranks by %v", own.B)
	}
	if both.B[bodyField] <= own.B[bodyField] || both.B[0] != own.B[0] || both.Share >= own.Share {
		t.Errorf("a translated word ranks by %+v", *both)
	}
}
