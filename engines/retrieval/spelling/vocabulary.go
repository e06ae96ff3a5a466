package spelling

import (
	"math"
	"math/bits"
	"sync"
	"unicode/utf8"
)

// Bounds of the vocabulary.
const (
	MaxLetters   = 32      // letters of a word; longer ones are not kept
	MaxWords     = 500_000 // different words of all languages
	maxLanguages = 400
)

// Enough is the count from which a word counts as known.
const Enough = 3

const editPenalty = 4 // nats of log count that one edit costs

// Vocabulary holds words with their counts. Its zero value is empty and ready;
// all methods may be called concurrently.
type Vocabulary struct {
	mu    sync.RWMutex
	langs map[string]*language
	words int
}

// language keeps its words in buckets of equal length.
type language struct {
	total   int64             // of all counts
	place   map[string]uint32 // word to its place in the bucket of its length
	buckets [MaxLetters + 1]bucket
}

// bucket is columns, so that a scan touches signatures only.
type bucket struct {
	signature []uint64
	count     []uint32
	word      []string
}

// Add changes the count of a word by n, which may be negative. A word that is
// not above zero any more is forgotten. New words are ignored when the
// vocabulary is full, and so are words of more than MaxLetters letters.
func (v *Vocabulary) Add(lang, word string, n int) {
	letters := utf8.RuneCountInString(word)
	if letters == 0 || letters > MaxLetters || n == 0 || !utf8.ValidString(word) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	l := v.langs[lang]
	if l == nil {
		if n < 0 || len(v.langs) >= maxLanguages {
			return
		}
		if v.langs == nil {
			v.langs = map[string]*language{}
		}
		l = &language{place: map[string]uint32{}}
		v.langs[lang] = l
	}
	b := &l.buckets[letters]
	at, ok := l.place[word]
	switch {
	case ok:
		before := int64(b.count[at])
		c := min(max(before+int64(n), 0), math.MaxUint32)
		l.total += c - before
		if c > 0 {
			b.count[at] = uint32(c)
			return
		}
		b.drop(l, at)
		v.words--
	case n > 0 && v.words < MaxWords:
		word = string([]byte(word)) // let go of the text it was cut from
		l.place[word] = uint32(len(b.word))
		b.signature = append(b.signature, signature(word))
		b.count = append(b.count, uint32(min(n, math.MaxUint32)))
		l.total += min(int64(n), math.MaxUint32)
		b.word = append(b.word, word)
		v.words++
	}
}

// drop takes a word out by moving the last one of the bucket into its place.
func (b *bucket) drop(l *language, at uint32) {
	last := len(b.word) - 1
	delete(l.place, b.word[at])
	if int(at) != last {
		b.signature[at], b.count[at], b.word[at] = b.signature[last], b.count[last], b.word[last]
		l.place[b.word[at]] = at
	}
	b.word[last] = ""
	b.signature, b.count, b.word = b.signature[:last], b.count[:last], b.word[:last]
}

// Each calls fn for every word, in no order, until it returns false.
func (v *Vocabulary) Each(fn func(lang, word string, n int) bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for lang, l := range v.langs {
		for i := range l.buckets {
			b := &l.buckets[i]
			for j, word := range b.word {
				if !fn(lang, word, int(b.count[j])) {
					return
				}
			}
		}
	}
}

// Len returns the number of different words.
func (v *Vocabulary) Len() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.words
}

// Count returns the count of a word.
func (v *Vocabulary) Count(lang, word string) int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if l := v.langs[lang]; l != nil {
		return l.count(word)
	}
	return 0
}

// Frequency returns the count of a word, and that of all words of its language
// together.
func (v *Vocabulary) Frequency(lang, word string) (count, total int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if l := v.langs[lang]; l != nil {
		return l.count(word), int(l.total)
	}
	return 0, 0
}

func (l *language) count(word string) int {
	if at, ok := l.place[word]; ok {
		return int(l.buckets[utf8.RuneCountInString(word)].count[at])
	}
	return 0
}

// signature sets one of 64 bits for each letter of a word, another for its
// second and a third for its third occurrence. So one edit changes two bits
// at most.
func signature(word string) (s uint64) {
	var seen [MaxLetters]rune
	letters := seen[:0]
	for _, c := range word {
		times := uint32(0)
		for _, l := range letters {
			if l == c && times < 3 {
				times++
			}
		}
		if letters = append(letters, c); times < 3 {
			s |= 1 << ((uint32(c)*4 + times) * 0x9e3779b1 >> 26)
		}
	}
	return s
}

// Suggest returns the known word that was probably meant. It reports false
// for a word that is known, or when nothing is near. Words are compared as
// they are: fold case before.
func (v *Vocabulary) Suggest(lang, word string) (string, bool) {
	letters := []rune(word)
	if len(letters) <= 2 || len(letters) > MaxLetters || !utf8.ValidString(word) {
		return "", false
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	l := v.langs[lang]
	if l == nil {
		return "", false
	}
	own := l.count(word)
	if own >= Enough {
		return "", false
	}
	most := 2
	if len(letters) <= 4 {
		most = 1
	}
	s := scan{letters: letters, signature: signature(word), most: most, self: word}
	// A word seen once or twice yields only to one that is far more frequent.
	s.rarest = uint32(max(Enough, 20*own))
	for size := len(letters) - most; size <= min(len(letters)+most, MaxLetters); size++ {
		s.bucket(&l.buckets[size])
	}
	return s.word, s.word != ""
}

// scan looks for the best word in buckets.
type scan struct {
	letters   []rune
	signature uint64
	most      int
	self      string
	rarest    uint32 // least count of a suggestion
	best      float64
	word      string
	other     []rune
}

func (s *scan) bucket(b *bucket) {
	for i, sig := range b.signature {
		if bits.OnesCount64(sig^s.signature) > 2*s.most || b.count[i] < s.rarest || b.word[i] == s.self {
			continue
		}
		s.other = s.other[:0]
		for _, c := range b.word[i] {
			s.other = append(s.other, c)
		}
		d := edits(s.letters, s.other, s.most)
		if d > s.most {
			continue
		}
		score := math.Log1p(float64(b.count[i])) - editPenalty*float64(d)
		if s.letters[0] != s.other[0] {
			score-- // first letters are rarely mistaken
		}
		if s.beats(score, b.word[i]) {
			s.best, s.word = score, b.word[i]
			// One edit is the least: a rarer word cannot win any more.
			s.rarest = max(s.rarest, uint32(math.Exp(score+editPenalty)-1))
		}
	}
}

// beats keeps the answer independent of the order of scanning.
func (s *scan) beats(score float64, word string) bool {
	return s.word == "" || score > s.best || score == s.best && word < s.word
}

// edits is the restricted Damerau–Levenshtein distance, or most+1 when it is
// greater. Only the diagonal band that most allows is filled; the places
// beside the band hold most+1.
func edits(a, b []rune, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	var rows [3][MaxLetters + 2]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-most), min(len(b), i+most)
		row[from-1] = most + 1
		if from == 1 {
			row[0] = i
		}
		least := row[from-1]
		for j := from; j <= to; j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = min(d, row[j-1], last[j]) + 1
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		row[to+1] = most + 1
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], most+1)
}
