package langid

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed" // the built-in profile
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

//go:embed profile.bin
var builtin []byte

// ErrProfile marks bytes that are no profile.
var ErrProfile = errors.New("not a language profile")

// New returns the detector with the built-in profile.
func New() (*Detector, error) {
	return Read(bytes.NewReader(builtin))
}

// Bounds of a stored profile.
const (
	maxProfile = 16 << 20
	scale      = 20 // steps of a stored ratio per unit
)

// Write stores a detector: gzip of, for each language, its name, script,
// floor and n-grams with their log probabilities in a byte each.
func (d *Detector) Write(w io.Writer) error {
	perLang := make([][]counted, len(d.langs))
	for g, list := range d.grams {
		for _, lp := range list {
			perLang[lp.lang] = append(perLang[lp.lang], counted{g, float64(lp.p)})
		}
	}
	out := binary.AppendUvarint(nil, uint64(len(d.langs)))
	for i, lang := range d.langs {
		out = binary.AppendUvarint(out, uint64(len(lang)))
		out = append(out, lang...)
		out = append(out, byte(d.family[i]), quantum(float64(d.floor[i])))
		out = appendGrams(out, perLang[i])
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("write language profile: %w", err)
	}
	if _, err := z.Write(out); err != nil {
		return fmt.Errorf("write language profile: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write language profile: %w", err)
	}
	return nil
}

// quantum stores a logarithm of a ratio in a byte, in steps of 1/scale.
func quantum(p float64) byte { return byte(int8(min(127, max(-128, math.Round(p*scale))))) }

func appendGrams(out []byte, grams []counted) []byte {
	slices.SortFunc(grams, func(a, b counted) int { return cmp.Compare(a.g, b.g) })
	out = binary.AppendUvarint(out, uint64(len(grams)))
	last := gram(0)
	for _, c := range grams {
		out = binary.AppendUvarint(out, uint64(c.g-last))
		last = c.g
	}
	for _, c := range grams {
		out = append(out, quantum(c.n))
	}
	return out
}

// Read loads a detector that Write stored. What is no such thing gives an
// error that wraps [ErrProfile].
func Read(r io.Reader) (*Detector, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("read language profile: %v: %w", err, ErrProfile)
	}
	raw, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if err != nil || len(raw) > maxProfile {
		return nil, fmt.Errorf("read language profile of %d bytes: %v: %w", len(raw), err, ErrProfile)
	}
	p := parser{rest: raw}
	d := &Detector{grams: make(map[gram][]logProb, 1<<15)}
	for range p.number(maxLearned * 2) {
		p.language(d)
		if p.bad {
			break
		}
	}
	if p.bad || len(p.rest) > 0 {
		return nil, fmt.Errorf("read language profile: %w", ErrProfile)
	}
	return d, nil
}

type parser struct {
	rest []byte
	bad  bool
}

func (p *parser) number(most uint64) int {
	n, size := binary.Uvarint(p.rest)
	if size <= 0 || n > most {
		p.bad, p.rest = true, nil
		return 0
	}
	p.rest = p.rest[size:]
	return int(n)
}

func (p *parser) take(n int) []byte {
	if n > len(p.rest) {
		p.bad, p.rest = true, nil
		return make([]byte, n)
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

func (p *parser) language(d *Detector) {
	name := string(p.take(p.number(16)))
	head := p.take(2)
	if int(head[0]) >= len(families) {
		p.bad = true
		return
	}
	id := uint16(len(d.langs))
	d.langs = append(d.langs, name)
	d.family = append(d.family, int(head[0]))
	d.floor = append(d.floor, float32(int8(head[1]))/scale)
	grams := make([]gram, p.number(uint64(len(p.rest))))
	last := gram(0)
	for i := range grams {
		last += gram(p.number(math.MaxInt64))
		grams[i] = last
	}
	for i, q := range p.take(len(grams)) {
		d.grams[grams[i]] = append(d.grams[grams[i]], logProb{id, float32(int8(q)) / scale})
	}
}
