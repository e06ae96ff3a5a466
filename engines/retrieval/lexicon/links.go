package lexicon

// links numbers the distinct pairs (a, b) of terms that occur together in
// some pair of texts, in order of first appearance.
type links struct {
	slots []int32 // open addressing; number of the link plus one
	a, b  []int32
}

func newLinks(expected int) *links {
	size := 1024
	for size < expected*2 {
		size *= 2
	}
	return &links{slots: make([]int32, size)}
}

// id returns the number of the link, new or known.
func (l *links) id(a, b int32) int32 {
	if len(l.a)*4 >= len(l.slots)*3 {
		l.grow()
	}
	at := l.slot(a, b)
	if n := l.slots[at]; n != 0 {
		return n - 1
	}
	l.a, l.b = append(l.a, a), append(l.b, b)
	l.slots[at] = int32(len(l.a))
	return int32(len(l.a)) - 1
}

// slot finds the place of (a, b): its own, or the free one it would take.
func (l *links) slot(a, b int32) int {
	mask := len(l.slots) - 1
	h := (uint64(uint32(a))<<32 | uint64(uint32(b))) * 0x9E3779B97F4A7C15
	at := int(h>>32) & mask
	for {
		n := l.slots[at]
		if n == 0 || l.a[n-1] == a && l.b[n-1] == b {
			return at
		}
		at = (at + 1) & mask
	}
}

func (l *links) grow() {
	l.slots = make([]int32, len(l.slots)*2)
	for i := range l.a {
		l.slots[l.slot(l.a[i], l.b[i])] = int32(i) + 1
	}
}
