package prose

// sameEnough is the share of words two editions of a passage have in common,
// at least, to be the same passage.
const sameEnough = 0.45

// Reanchor returns the passages of a new edition with the anchors of the old
// one where a passage stayed or was only edited: first equal texts, then
// similar ones in order. Passages that are new keep an anchor derived from
// their text, never one of the old edition's. An anchor marked in the source
// of new stays what it is: other languages' variants refer to it.
func Reanchor(old, new []Passage) []Passage {
	out := append([]Passage(nil), new...)
	match := matchMarked(old, new)
	matchEqual(old, new, match)
	matchSimilar(old, new, match)
	taken := make(map[string]bool, len(old)+len(new))
	for _, p := range old {
		taken[p.Anchor] = true
	}
	for i, j := range match {
		if j >= 0 {
			out[i].Anchor = old[j].Anchor
		}
	}
	for i, j := range match {
		if j >= 0 {
			continue
		}
		if taken[out[i].Anchor] && !out[i].Marked {
			out[i].Anchor = freshAnchor(out[i].Text, 0, taken)
		}
		taken[out[i].Anchor] = true
	}
	return out
}

// unmatched says that a new passage has no old one.
const unmatched = -1

// matchMarked pairs passages by the anchors marked in the source of new. It
// returns for each new passage the index of its old one, or unmatched.
func matchMarked(old, new []Passage) []int {
	at := make(map[string]int, len(old))
	for j, p := range old {
		at[p.Anchor] = j
	}
	match := make([]int, len(new))
	for i, p := range new {
		match[i] = unmatched
		if j, ok := at[p.Anchor]; ok && p.Marked {
			match[i] = j
		}
	}
	return match
}

// matchEqual pairs passages of equal text, the first with the first.
func matchEqual(old, new []Passage, match []int) {
	used := usedOf(old, match)
	at := make(map[uint64][]int, len(old))
	for j, p := range old {
		if key := anchorDigest(p.Text, 0); !used[j] {
			at[key] = append(at[key], j)
		}
	}
	for i, p := range new {
		if match[i] >= 0 || p.Marked {
			continue
		}
		key := anchorDigest(p.Text, 0)
		if list := at[key]; len(list) > 0 {
			match[i] = list[0]
			at[key] = list[1:]
		}
	}
}

func usedOf(old []Passage, match []int) []bool {
	used := make([]bool, len(old))
	for _, j := range match {
		if j >= 0 {
			used[j] = true
		}
	}
	return used
}

// nearby bounds how many old passages a new one is compared with.
const nearby = 12

// matchSimilar pairs what is left in order: each new passage with the most
// similar free old one near the place its neighbours point to.
func matchSimilar(old, new []Passage, match []int) {
	used := usedOf(old, match)
	oldTokens := make([][]uint64, len(old))
	next := 0
	for i := range new {
		if match[i] >= 0 {
			next = match[i] + 1
			continue
		}
		if new[i].Marked {
			continue
		}
		tokens := shingles(new[i].Text)
		best, score := -1, sameEnough
		for j, tried := next, 0; j < len(old) && tried < nearby; j++ {
			if used[j] {
				if tried > 0 {
					break // beyond a passage that stayed: another place
				}
				continue
			}
			tried++
			if oldTokens[j] == nil {
				oldTokens[j] = shingles(old[j].Text)
			}
			if s := overlap(tokens, oldTokens[j]); s > score {
				best, score = j, s
			}
		}
		if best >= 0 {
			match[i], used[best], next = best, true, best+1
		}
	}
}
