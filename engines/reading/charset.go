package reading

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decodeText wraps r so that it gives valid UTF-8 without a byte order mark,
// or an *Error that names the line of the first bad byte.
func decodeText(r io.Reader, charset string) (io.Reader, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	name := strings.ToLower(strings.TrimSpace(charset))
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		if _, err := br.Discard(3); err != nil {
			return nil, asError(err)
		}
		name = "utf-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		name = "utf-16"
	}
	if name == "" || name == "utf-8" || name == "utf8" {
		return &validText{r: br, charset: "utf-8", line: 1}, nil
	}
	enc, err := encodingOf(name)
	if err != nil {
		return nil, err
	}
	return &validText{r: transform.NewReader(br, enc.NewDecoder()), charset: name, line: 1, decoded: true}, nil
}

// CheckCharset refuses a text encoding that nobody knows, for a caller to say so
// before any file is opened.
func CheckCharset(name string) error {
	switch name = strings.ToLower(strings.TrimSpace(name)); name {
	case "", "utf-8", "utf8":
		return nil
	}
	_, err := encodingOf(name)
	return err
}

func encodingOf(name string) (encoding.Encoding, error) {
	if name == "utf-16" {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, &Error{Code: CodeOption, Detail: map[string]string{"option": "charset", "value": name}, Err: err}
	}
	return enc, nil
}

// validText passes valid UTF-8 through and stops at the first sequence that is
// none. What an outer decoder could not map arrives as U+FFFD and is refused
// too, and so is NUL, which no text holds but UTF-16 without a mark does.
type validText struct {
	r       io.Reader
	charset string
	decoded bool
	line    int
	column  int // characters seen on the line
	offset  int64
	tail    []byte // an incomplete sequence from the last read
	ready   []byte
	err     error
	buf     [32 << 10]byte
}

func (v *validText) Read(p []byte) (int, error) {
	for len(v.ready) == 0 {
		if v.err != nil {
			return 0, v.err
		}
		v.fill()
	}
	n := copy(p, v.ready)
	v.ready = v.ready[n:]
	return n, nil
}

func (v *validText) fill() {
	k := copy(v.buf[:], v.tail)
	n, err := v.r.Read(v.buf[k:])
	b := v.buf[:k+n]
	v.tail = nil
	good, bad := v.scan(b, err != nil)
	v.ready = b[:good]
	switch {
	case bad != nil:
		v.err = bad
	case err != nil:
		v.err = err
	default:
		v.tail = append([]byte(nil), b[good:]...)
	}
}

// scan walks whole characters and returns how many bytes are good, and what is
// wrong with the next one, if anything. last says that nothing follows b.
func (v *validText) scan(b []byte, last bool) (int, *Error) {
	i := 0
	for i < len(b) {
		c := b[i]
		if c < utf8.RuneSelf {
			if c == 0 {
				return i, v.bad(i, c)
			}
			v.column++
			if c == '\n' {
				v.line, v.column = v.line+1, 0
			}
			i++
			continue
		}
		if !last && !utf8.FullRune(b[i:]) {
			break
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && (size == 1 || v.decoded) {
			return i, v.bad(i, c)
		}
		v.column++
		i += size
	}
	v.offset += int64(i)
	return i, nil
}

func (v *validText) bad(i int, c byte) *Error {
	d := map[string]string{"charset": v.charset}
	if !v.decoded {
		d["byte"] = fmt.Sprintf("0x%02X", c)
	}
	return &Error{Code: CodeEncoding, Line: v.line, Column: v.column + 1, Offset: v.offset + int64(i), Detail: d}
}
