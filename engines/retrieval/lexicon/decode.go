package lexicon

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
)

func (k langPair) compare(other langPair) int {
	return cmp.Or(cmp.Compare(k.from, other.from), cmp.Compare(k.to, other.to))
}

// decoder reads the body of a stored lexicon; after the first fault it
// returns zeros.
type decoder struct {
	rest []byte
	err  error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%s: %w", what, ErrCorrupt)
	}
	d.rest = nil
}

// number reads a number no greater than most.
func (d *decoder) number(most uint64, what string) int {
	n, size := binary.Uvarint(d.rest)
	if size <= 0 || n > most {
		d.fail(what)
		return 0
	}
	d.rest = d.rest[size:]
	return int(n)
}

func (d *decoder) text() string {
	n := d.number(maxWordLen, "word")
	if n > len(d.rest) {
		d.fail("word")
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) weight() float32 {
	if len(d.rest) < 4 {
		d.fail("weight")
		return 0
	}
	w := math.Float32frombits(binary.LittleEndian.Uint32(d.rest))
	d.rest = d.rest[4:]
	if !(w > 0 && w <= 1.001) {
		d.fail("weight")
	}
	return w
}

func decode(body []byte) (*Lexicon, error) {
	d := &decoder{rest: body}
	x := &Lexicon{words: make(map[string]*vocabulary), dirs: make(map[langPair]*direction)}
	for range d.number(maxTables, "languages") {
		lang := d.text()
		x.words[lang] = d.vocabulary()
		if d.err != nil {
			return nil, d.err
		}
	}
	for range d.number(maxTables, "directions") {
		key := langPair{d.text(), d.text()}
		from, to := x.words[key.from], x.words[key.to]
		if from == nil || to == nil {
			d.fail("direction between unknown languages")
			break
		}
		x.dirs[key] = d.direction(len(from.terms), len(to.terms))
	}
	if d.err == nil && len(d.rest) > 0 {
		d.fail("bytes left over")
	}
	if d.err != nil {
		return nil, d.err
	}
	return x, nil
}

func (d *decoder) vocabulary() *vocabulary {
	n := d.number(min(maxWords, uint64(len(d.rest))), "words")
	v := &vocabulary{ids: make(map[string]int32, n)}
	for i := range n {
		term, surface, count := d.text(), d.text(), d.number(math.MaxUint32, "count")
		if _, twice := v.ids[term]; twice {
			d.fail("word twice")
		}
		if d.err != nil {
			return v
		}
		v.ids[term] = int32(i)
		v.terms = append(v.terms, term)
		v.surfaces = append(v.surfaces, surface)
		v.counts = append(v.counts, uint32(count))
	}
	return v
}

func (d *decoder) direction(nFrom, nTo int) *direction {
	out := &direction{at: make([]uint32, 1, 16)}
	n := d.number(uint64(nFrom), "words of a direction")
	for range n {
		for range d.number(maxKept, "translations") {
			out.targets = append(out.targets, int32(d.number(uint64(max(nTo-1, 0)), "translation")))
			out.weights = append(out.weights, d.weight())
			if d.err != nil {
				return out
			}
		}
		if d.err != nil {
			return out
		}
		out.at = append(out.at, uint32(len(out.targets)))
	}
	return out
}
