package prose

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func TestSplitAlignedProtocol(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(shared(t, "guidelines/aligned.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var units []Unit
	for _, line := range strings.Split(strings.TrimRight(string(raw), "\r\n"), "\n")[1:] {
		f := strings.Split(line, "\t")
		units = append(units, Unit{Style: f[3], Text: map[string]string{"zh": f[1], "en": f[2]}})
	}
	bodies := SplitAligned([]string{"zh", "en"}, units)
	zh, en := bodies["zh"].Passages, bodies["en"].Passages
	checkPassages(t, "zh", zh)
	checkPassages(t, "en", en)
	if len(zh) != len(en) {
		t.Fatalf("%d passages in zh, %d in en", len(zh), len(en))
	}
	for i := range zh {
		if zh[i].Anchor != en[i].Anchor || !zh[i].Marked || len(zh[i].Headings) != len(en[i].Headings) {
			t.Errorf("passage %d: %+v and %+v", i, zh[i], en[i])
		}
	}
	for _, p := range Align(zh, en, nil) {
		if len(p.A) != 1 || len(p.B) != 1 || p.A[0] != p.B[0] || p.Score != 1 {
			t.Errorf("pair %+v; want one to one", p)
		}
	}
	t.Logf("%d units make %d passages", len(units), len(zh))
}

// TestAlignFindsMergedTranslations joins the segments of documents into
// paragraphs differently on both sides and looks whether pairs hold the same segments.
func TestAlignFindsMergedTranslations(t *testing.T) {
	t.Parallel()
	docs, order := documents(t, 70)
	for _, lang := range []string{"ar", "es-LA", "fr", "hi", "km", "ru", "sw", "zh"} {
		random := rand.New(rand.NewPCG(7, 7))
		var got, best kept
		for _, doc := range order {
			a, ofA := joinedPassages(random, docs[doc], "en")
			b, ofB := joinedPassages(random, docs[doc], lang)
			got.count(checkPairs(t, a, b), ofA, ofB)
			best.count(oracle(ofA, ofB), ofA, ofB)
		}
		t.Logf("en–%s: %.1f %% of %d segments stand in a pair that holds their translation, %.1f %% could; pairs hold %.2f passages, the best %.2f",
			lang, 100*got.share(), got.segments, 100*best.share(), got.size(), best.size())
		if got.share() < 0.90 {
			t.Errorf("en–%s: %.3f; want 0.90", lang, got.share())
		}
	}
}

// kept counts the segments that pairs keep with their translation.
type kept struct{ good, segments, pairs, passages int }

func (k *kept) share() float64 { return float64(k.good) / float64(k.segments) }
func (k *kept) size() float64  { return float64(k.passages) / float64(k.pairs) }

func (k *kept) count(pairs []Pair, ofA, ofB [][]int) {
	for _, pair := range pairs {
		k.pairs++
		k.passages += len(pair.A) + len(pair.B)
		right := make(map[int]bool)
		for _, j := range pair.B {
			for _, s := range ofB[j] {
				right[s] = true
			}
		}
		for _, i := range pair.A {
			for _, s := range ofA[i] {
				k.segments++
				if right[s] {
					k.good++
				}
			}
		}
	}
}

// oracle pairs passages knowing which segments they hold: the most any
// alignment into pairs of at most three with three could reach.
func oracle(ofA, ofB [][]int) []Pair {
	in := make(map[int]int)
	for j, segments := range ofB {
		for _, s := range segments {
			in[s] = j
		}
	}
	p := pairing{a: len(ofA), b: len(ofB)}
	for i, segments := range ofA {
		for _, s := range segments {
			p.links = append(p.links, link{i, in[s], 1, 1})
		}
	}
	return p.pairs()
}

// joinedPassages makes passages of one to three segments each, and tells which.
func joinedPassages(random *rand.Rand, segments []map[string]string, lang string) (out []Passage, of [][]int) {
	for at := 0; at < len(segments); {
		n := min(1+random.IntN(3), len(segments)-at)
		var text []string
		var ids []int
		for k := range n {
			text = append(text, norm(segments[at+k][lang]))
			ids = append(ids, at+k)
		}
		at += n
		joined := strings.Join(text, " ")
		out = append(out, Passage{Anchor: anchorName(anchorDigest(lang+joined, at), 12), Text: joined, Words: Words(joined), Shape: "p"})
		of = append(of, ids)
	}
	return out, of
}

func TestReanchorKeepsUntouchedPassages(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 100 {
		var paragraphs []string
		for i := range 12 {
			words := make([]string, 70+random.IntN(40))
			for w := range words {
				words[w] = anchorName(random.Uint64(), 4)[2:] + string(rune('a'+i))
			}
			paragraphs = append(paragraphs, strings.Join(words, " ")+".")
		}
		old := Split("en", strings.Join(paragraphs, "\n\n"))
		edited := random.IntN(len(paragraphs))
		changed := append([]string(nil), paragraphs...)
		changed[edited] = "Now " + changed[edited]
		added := random.IntN(len(changed) + 1)
		changed = append(changed[:added:added], append([]string{strings.Repeat("Entirely new words here. ", 20)}, changed[added:]...)...)
		now := Reanchor(old, Split("en", strings.Join(changed, "\n\n")))
		if len(now) != len(old)+1 {
			t.Fatalf("round %d: %d passages; want %d", round, len(now), len(old)+1)
		}
		for i, p := range old {
			j := i
			if i >= added {
				j++
			}
			if now[j].Anchor != p.Anchor {
				t.Errorf("round %d: passage %d (edited %d, added %d) went from %s to %s", round, i, edited, added, p.Anchor, now[j].Anchor)
			}
		}
		checkPassages(t, "edited", now)
	}
}

func TestExcerptShowsMatches(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Nothing to see here at all. ", 30) + "A fever of 39 °C needs care. " + strings.Repeat("More follows here. ", 30)
	at := strings.Index(text, "fever")
	got := Excerpt(text, [][2]int{{at, at + 5}}, 20)
	if len(got.Spans) != 1 || got.Text[got.Spans[0][0]:got.Spans[0][1]] != "fever" || Words(got.Text) > 20 || !strings.HasPrefix(got.Text, "A fever") || !got.Before || !got.After {
		t.Errorf("got %+v", got)
	}
	zh := strings.Repeat("一般治疗和监测。", 40) + "发热患者" + strings.Repeat("注意休息。", 40)
	at = strings.Index(zh, "发热")
	got = Excerpt(zh, [][2]int{{at, at + 6}}, 20)
	if len(got.Spans) != 1 || got.Text[got.Spans[0][0]:got.Spans[0][1]] != "发热" || Words(got.Text) > 22 {
		t.Errorf("got %+v, %d words", got, Words(got.Text))
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Dr. Li gave 2.5 mg, e.g. one dose. It worked! See Fig. 3 now. The end.", "Dr. Li gave 2.5 mg, e.g. one dose.|It worked!|See Fig. 3 now.|The end."},
		{"ru", "В 2020 г. в Ухане и т. д. стало хуже. Да?", "В 2020 г. в Ухане и т. д. стало хуже.|Да?"},
		{"ar", "هل لديك حمى؟ نعم؛ لدي. شكرا", "هل لديك حمى؟|نعم؛|لدي.|شكرا"},
		{"zh", "发热。“咳嗽！”37.5℃；是？", "发热。|“咳嗽！”|37.5℃；|是？"},
		{"hi", "बुखार है। खांसी भी।", "बुखार है।|खांसी भी।"},
		{"km", "ក្តៅខ្លួន។ ក្អក។", "ក្តៅខ្លួន។|ក្អក។"},
		{"fr", "M. Dupont va mieux. Voir p. 12 svp.", "M. Dupont va mieux.|Voir p. 12 svp."},
		{"es", "¿Tiene fiebre? Sí. El Sr. Gómez sí.", "¿Tiene fiebre?|Sí.|El Sr. Gómez sí."},
		{"en", "Dose A. It worked! Written by John F. Kennedy. J. A. Smith and Dr. B. Jones had hepatitis B. They left.", "Dose A.|It worked!|Written by John F. Kennedy.|J. A. Smith and Dr. B. Jones had hepatitis B.|They left."},
		{"en", "He had Influenza A. Patients rest. Vitamin D. Take it.", "He had Influenza A.|Patients rest.|Vitamin D.|Take it."},
		{"ru", "Это А. С. Пушкин. Он писал.", "Это А. С. Пушкин.|Он писал."},
		{"sw", "Homa ni nini? Ni joto.", "Homa ni nini?|Ni joto."},
	} {
		if got := strings.Join(Sentences(c.lang, c.text), "|"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.lang, got, c.want)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	body := strings.Join(articles(b), "\n\n")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Split("en", body)
	}
}

func BenchmarkRender(b *testing.B) {
	body := strings.Join(articles(b), "\n\n")
	passages := Split("en", body)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Render("en", body, passages, Options{})
	}
}
