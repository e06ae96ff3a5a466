package prose

import "math"

// A Pair says which passages of two variants say the same: A and B index
// into the lists aligned, ascending and consecutive; one of them may be empty.
type Pair struct {
	A, B []int
	// Score tells from 0 to 1 how sure the pair is; 1 for passages that share
	// an anchor by which the variants were imported. It orders pairs and is no
	// probability.
	Score float64
}

// A Scorer says how likely two texts are to translate each other: 0 for
// strangers, 1 for certain. A bilingual lexicon can be plugged in with it.
type Scorer func(a, b string) float64

// Align pairs the passages of two variants of one body. Every passage is in
// exactly one pair, in order. Passages that share anchors are pairs already;
// between those it aligns sentences by length (W. A. Gale and K. W. Church,
// 1993, "A program for aligning sentences in bilingual corpora"), corrected by
// headings and by rare numbers and Latin words both sides have, and pairs the
// passages, up to three with three, that share most. scorer may be nil.
func Align(a, b []Passage, scorer Scorer) []Pair {
	var out []Pair
	i, j := 0, 0
	for _, fixed := range sharedAnchors(a, b) {
		out = append(out, alignRange(a, b, Range{i, fixed[0]}, Range{j, fixed[1]}, scorer)...)
		out = append(out, Pair{A: []int{fixed[0]}, B: []int{fixed[1]}, Score: 1})
		i, j = fixed[0]+1, fixed[1]+1
	}
	return append(out, alignRange(a, b, Range{i, len(a)}, Range{j, len(b)}, scorer)...)
}

// sharedAnchors returns the ascending index pairs of equal anchors, none when
// too few are equal to be more than chance.
func sharedAnchors(a, b []Passage) [][2]int {
	at := make(map[string]int, len(b))
	for j, p := range b {
		at[p.Anchor] = j
	}
	var out [][2]int
	marked := 0
	for i, p := range a {
		j, ok := at[p.Anchor]
		if !ok || len(out) > 0 && j <= out[len(out)-1][1] {
			continue
		}
		if p.Marked || b[j].Marked || p.Text == b[j].Text {
			marked++
		}
		out = append(out, [2]int{i, j})
	}
	if marked == 0 && len(out)*2 < min(len(a), len(b)) {
		return nil
	}
	return out
}

// alignRange pairs passages by the sentences in them: those keep better step
// than passages, which each side cuts where it likes.
func alignRange(a, b []Passage, ra, rb Range, scorer Scorer) []Pair {
	left, right := passageUnits(a[ra.From:ra.To]), passageUnits(b[rb.From:rb.To])
	p := pairing{a: ra.To - ra.From, b: rb.To - rb.From}
	for _, bead := range alignUnits(left, right, scorer) {
		p.add(left[bead.a.From:bead.a.To], right[bead.b.From:bead.b.To], bead.score)
	}
	out := p.pairs()
	for _, pair := range out {
		for i := range pair.A {
			pair.A[i] += ra.From
		}
		for j := range pair.B {
			pair.B[j] += rb.From
		}
	}
	return out
}

// maxSentences is how many sentences are told apart; passages behind them stay
// whole. A text of some 3 MiB has as many, one of "a. a. " many times that.
const maxSentences = 1 << 15

// passageUnits returns the sentences of passages. The first of each opens with
// its headings.
func passageUnits(passages []Passage) []unit {
	var out []unit
	for i, p := range passages {
		sentences := []string{p.Text}
		if len(out) < maxSentences {
			sentences = Sentences("", p.Text)
		}
		for n, s := range sentences {
			u := newUnit(s, "")
			u.passage = i
			if u.shape = (unit{shape: p.Shape}).opening(); n > 0 {
				u.shape = ""
			} else if h := len(p.Headings); h > 0 && u.shape != "" {
				u.marks = merge(u.marks, landmarks(p.Headings[h-1]))
			}
			out = append(out, u)
		}
	}
	return out
}

// A unit is what alignment knows of a sentence.
type unit struct {
	text    string
	shape   string
	length  float64
	marks   []uint64
	passage int // the one it stands in
}

func newUnit(text, shape string) unit {
	return unit{text: text, shape: shape, length: float64(weightOf(text)), marks: landmarks(text)}
}

// opening is the levels of the headings a unit opens with.
func (u unit) opening() string {
	n := 0
	for n < len(u.shape) && u.shape[n] <= '6' {
		n++
	}
	return u.shape[:n]
}

// weightOf measures length in letters; a character of a script without spaces
// counts for what it says.
func weightOf(text string) int {
	n := 0
	for _, r := range text {
		if w := unspacedWeight(r); w >= 0 {
			n += w * 6
		} else {
			n += 10
		}
	}
	return n/10 + 1
}

func joined(units []unit, r Range) string {
	if r.To-r.From == 1 {
		return units[r.From].text
	}
	text := units[r.From].text
	for _, u := range units[r.From+1 : r.To] {
		text += " " + u.text
	}
	return text
}

// lengthCost is the negative logarithm of the probability that texts of these
// lengths translate each other, by the model of Gale and Church: the length of
// a translation is normal around ratio times its original's.
func lengthCost(a, b, ratio float64) float64 {
	const variance = 6.8 // per letter, their figure
	mean := (a + b/ratio) / 2
	delta := math.Abs(b-a*ratio) / math.Sqrt(variance*max(mean, 1)*ratio)
	return min(-math.Log(max(math.Erfc(delta/math.Sqrt2), 1e-12)), 25)
}
