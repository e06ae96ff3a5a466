package retrieval

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strings"
)

func newChecksum() hash.Hash32 { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }

// columnWriter writes columns and remembers the first error.
type columnWriter struct {
	w   *bufio.Writer
	sum hash.Hash32
	buf []byte
	err error
}

func newColumnWriter(w io.Writer) *columnWriter {
	return &columnWriter{w: bufio.NewWriterSize(w, 1<<18), sum: newChecksum()}
}

func (c *columnWriter) raw(b []byte) {
	if c.err == nil {
		c.sum.Write(b) // a hash never fails
		_, c.err = c.w.Write(b)
	}
}

func (c *columnWriter) uint32(v uint32) { c.raw(binary.LittleEndian.AppendUint32(nil, v)) }

func (c *columnWriter) bytes(b []byte) {
	c.uint32(uint32(len(b)))
	c.raw(b)
}

func (c *columnWriter) close() error {
	sum := binary.LittleEndian.AppendUint32(nil, c.sum.Sum32())
	c.raw(sum)
	return errors.Join(c.err, c.w.Flush())
}

// column writes a count and the elements through put, in steps.
func column[T any](c *columnWriter, list []T, put func([]byte, T) []byte) {
	c.uint32(uint32(len(list)))
	elements(c, list, put)
}

func elements[T any](c *columnWriter, list []T, put func([]byte, T) []byte) {
	for i := 0; i < len(list); {
		c.buf = c.buf[:0]
		for ; i < len(list) && len(c.buf) < 1<<16; i++ {
			c.buf = put(c.buf, list[i])
		}
		c.raw(c.buf)
	}
}

func (c *columnWriter) strings(list []string) {
	column(c, list, func(b []byte, s string) []byte {
		return binary.LittleEndian.AppendUint32(b, uint32(len(s)))
	})
	for _, s := range list {
		c.raw([]byte(s))
	}
}

// store writes a store without dead documents.
func (c *columnWriter) store(s *store) {
	u32, u16 := binary.LittleEndian.AppendUint32, binary.LittleEndian.AppendUint16
	c.strings(s.terms)
	c.uint32(uint32(s.postings))
	elements(c, s.lists, func(b []byte, l []posting) []byte { return u32(b, uint32(len(l))) })
	for _, l := range s.lists {
		elements(c, l, u32)
	}
	c.strings(s.langs)
	column(c, s.pass.lang, u16)
	elements(c, s.pass.size, func(b []byte, v [NumFields]uint8) []byte { return append(b, v[:]...) })
	dims, values := make([]string, len(s.facets.value)), make([]string, len(s.facets.value))
	for i, f := range s.facets.value {
		dims[i], values[i] = f.Dim, f.Value
	}
	c.strings(dims)
	c.strings(values)
	c.strings(s.docs.id)
	c.strings(s.docs.anchors)
	column(c, s.docs.text, func(b, t []byte) []byte { return u32(b, uint32(len(t))) })
	for _, t := range s.docs.text {
		c.raw(t)
	}
	elements(c, s.docs.boost, func(b []byte, v float32) []byte { return u32(b, math.Float32bits(v)) })
	elements(c, s.docs.order, func(b []byte, v int64) []byte { return binary.LittleEndian.AppendUint64(b, uint64(v)) })
	elements(c, s.docs.firstPass, u32)
	elements(c, s.docs.firstFacet, u32)
	column(c, s.docs.facet, u32)
}

// columnReader reads columns and remembers the first error; after it
// everything is empty.
type columnReader struct {
	r   io.Reader
	sum hash.Hash32
	buf [1 << 16]byte
	// size is about how many bytes there are: no more memory is taken ahead,
	// whatever a count claims.
	size int
	err  error
}

func newColumnReader(r io.Reader, size int64) *columnReader {
	return &columnReader{r: r, sum: newChecksum(), size: int(min(max(size, 0), 1<<31))}
}

// raw returns the next n bytes, at most the size of the buffer; they are
// valid until the next read.
func (c *columnReader) raw(n int) []byte {
	if c.err != nil {
		return nil
	}
	b := c.buf[:n]
	if _, err := io.ReadFull(c.r, b); err != nil {
		c.err = fmt.Errorf("torn: %w", err)
		return nil
	}
	c.sum.Write(b)
	return b
}

func (c *columnReader) uint32() uint32 {
	if b := c.raw(4); c.err == nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// blob reads n bytes in steps, so that a false length ends with the file.
func (c *columnReader) blob(n int) []byte {
	out := make([]byte, 0, min(n, c.size))
	for left := n; left > 0 && c.err == nil; {
		b := c.raw(min(left, len(c.buf)))
		out = append(out, b...)
		left -= len(b)
	}
	return out
}

func (c *columnReader) bytes(most int) []byte { return c.blob(c.count(most)) }

func (c *columnReader) count(most int) int {
	n := c.uint32()
	if c.err == nil && int64(n) > int64(most) {
		c.err = fmt.Errorf("count %d is beyond %d", n, most)
	}
	if c.err != nil {
		return 0
	}
	return int(n)
}

// list reads n elements of a fixed width.
func list[T any](c *columnReader, n, width int, get func([]byte) T) []T {
	step := len(c.buf) / width
	out := make([]T, 0, min(n, c.size/width))
	for len(out) < n && c.err == nil {
		b := c.raw(width * min(step, n-len(out)))
		for ; len(b) >= width; b = b[width:] {
			out = append(out, get(b))
		}
	}
	return out
}

// uint32s reads n numbers.
func (c *columnReader) uint32s(n int) []uint32 {
	out := make([]uint32, 0, min(n, c.size/4))
	for len(out) < n && c.err == nil {
		b := c.raw(4 * min(len(c.buf)/4, n-len(out)))
		at := len(out)
		out = slices.Grow(out, len(b)/4)[:at+len(b)/4]
		for i := range out[at:] {
			out[at+i] = binary.LittleEndian.Uint32(b[4*i:])
		}
	}
	return out
}

// sizes reads the lengths of a column of strings and their sum.
func (c *columnReader) sizes(most, each int) (sizes []uint32, total int) {
	sizes = c.uint32s(c.count(most))
	for _, size := range sizes {
		if int64(size) > int64(each) {
			c.err = errors.Join(c.err, fmt.Errorf("string of %d bytes", size))
			return nil, 0
		}
		total += int(size)
	}
	return sizes, total
}

// pieces reads a column of byte strings into one piece of memory.
func (c *columnReader) pieces(most, each int) [][]byte {
	sizes, total := c.sizes(most, each)
	all := c.blob(total)
	if c.err != nil {
		return nil
	}
	out := make([][]byte, len(sizes))
	for i, size := range sizes {
		out[i], all = all[:size:size], all[size:]
	}
	return out
}

func (c *columnReader) strings(most, each int) []string {
	sizes, total := c.sizes(most, each)
	var all strings.Builder
	all.Grow(min(total, c.size))
	for left := total; left > 0 && c.err == nil; {
		b := c.raw(min(left, len(c.buf)))
		all.Write(b)
		left -= len(b)
	}
	if c.err != nil {
		return nil
	}
	out, rest := make([]string, len(sizes)), all.String()
	for i, size := range sizes {
		out[i], rest = rest[:size], rest[size:]
	}
	return out
}

// end checks the checksum and that nothing follows.
func (c *columnReader) end() {
	want := c.sum.Sum32()
	if got := c.uint32(); c.err == nil && got != want {
		c.err = errors.New("checksum does not match")
	}
	if c.err != nil {
		return
	}
	if n, _ := c.r.Read(c.buf[:1]); n > 0 {
		c.err = errors.New("bytes after the end")
	}
}
