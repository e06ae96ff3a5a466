package lexicon

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

// ErrCorrupt marks a stored lexicon that is cut short, altered, or no lexicon.
var ErrCorrupt = errors.New("stored lexicon is corrupt")

const (
	magic      = "sameboat lexicon 2\n" // the number rises with the way of learning too
	maxStored  = 512 << 20              // bytes of a stored lexicon
	maxWords   = 1 << 24                // terms of one language
	maxTables  = 4096                   // languages, directions
	maxWordLen = 4096                   // bytes of a term or a spelling
)

// Save writes the lexicon with a checksum at its end. Equal lexicons give
// equal bytes.
func (x *Lexicon) Save(w io.Writer) error {
	sum := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	e := encoder{w: out}
	e.raw([]byte(magic))
	langs := x.Languages()
	e.number(uint64(len(langs)))
	for _, lang := range langs {
		e.vocabulary(lang, x.words[lang])
	}
	keys := make([]langPair, 0, len(x.dirs))
	for key := range x.dirs {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, langPair.compare)
	e.number(uint64(len(keys)))
	for _, key := range keys {
		e.direction(key, x.dirs[key])
	}
	if e.err == nil {
		e.err = out.Flush()
	}
	if e.err == nil {
		_, e.err = w.Write(sum.Sum(nil))
	}
	if e.err != nil {
		return fmt.Errorf("save lexicon: %w", e.err)
	}
	return nil
}

type encoder struct {
	w   *bufio.Writer
	err error
	buf [binary.MaxVarintLen64]byte
}

func (e *encoder) raw(b []byte) {
	if e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

func (e *encoder) number(n uint64) { e.raw(binary.AppendUvarint(e.buf[:0], n)) }

func (e *encoder) text(s string) {
	e.number(uint64(len(s)))
	e.raw([]byte(s))
}

func (e *encoder) vocabulary(lang string, v *vocabulary) {
	e.text(lang)
	e.number(uint64(len(v.terms)))
	for i, term := range v.terms {
		e.text(term)
		e.text(v.surfaces[i])
		e.number(uint64(v.counts[i]))
	}
}

func (e *encoder) direction(key langPair, d *direction) {
	e.text(key.from)
	e.text(key.to)
	e.number(uint64(len(d.at) - 1))
	for i := range len(d.at) - 1 {
		e.number(uint64(d.at[i+1] - d.at[i]))
		for k := d.at[i]; k < d.at[i+1]; k++ {
			e.number(uint64(d.targets[k]))
			e.raw(binary.LittleEndian.AppendUint32(e.buf[:0], math.Float32bits(d.weights[k])))
		}
	}
}

// Load reads a lexicon that Save wrote. Whatever else it is given, it returns
// an error that wraps [ErrCorrupt], and takes no more memory than the input
// justifies.
func Load(r io.Reader) (*Lexicon, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxStored+1))
	if err != nil {
		return nil, fmt.Errorf("load lexicon: %w", err)
	}
	end := len(raw) - sha256.Size
	if len(raw) > maxStored || end < len(magic) || !bytes.HasPrefix(raw, []byte(magic)) {
		return nil, fmt.Errorf("load lexicon of %d bytes: %w", len(raw), ErrCorrupt)
	}
	if sum := sha256.Sum256(raw[:end]); !bytes.Equal(sum[:], raw[end:]) {
		return nil, fmt.Errorf("load lexicon: checksum: %w", ErrCorrupt)
	}
	x, err := decode(raw[len(magic):end])
	if err != nil {
		return nil, fmt.Errorf("load lexicon: %w", err)
	}
	return x, nil
}
