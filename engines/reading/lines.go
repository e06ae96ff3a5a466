package reading

import (
	"bufio"
	"bytes"
	"context"
	"io"
)

// textLine is one line without its end. long says that it passed the limit and
// was cut; the rest of it has been skipped.
type textLine struct {
	text []byte
	n    int
	long bool
}

// lineReader gives the lines of a text, each bounded, and takes lines back.
type lineReader struct {
	br    *bufio.Reader
	limit int64
	n     int
	back  []textLine
}

// openLines meters and decodes src.
func openLines(ctx context.Context, src Source, opt Options) (*lineReader, error) {
	text, err := decodeText(newMeter(ctx, src.reader(), opt), opt.Charset)
	if err != nil {
		return nil, err
	}
	return &lineReader{br: bufio.NewReaderSize(text, 64<<10), limit: opt.Limits.Record}, nil
}

// next returns io.EOF after the last line. An empty last line is none.
func (l *lineReader) next() (textLine, error) {
	if k := len(l.back); k > 0 {
		t := l.back[k-1]
		l.back = l.back[:k-1]
		return t, nil
	}
	t := textLine{n: l.n + 1}
	for {
		part, err := l.br.ReadSlice('\n')
		if room := l.limit - int64(len(t.text)); int64(len(part)) > room+2 {
			t.text, t.long = append(t.text, part[:room]...), true
		} else if !t.long {
			t.text = append(t.text, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && len(t.text) == 0:
			return t, io.EOF
		case err != nil && err != io.EOF:
			return t, asError(err)
		}
		l.n++
		t.text = bytes.TrimSuffix(bytes.TrimSuffix(t.text, []byte("\n")), []byte("\r"))
		if int64(len(t.text)) > l.limit {
			t.text, t.long = t.text[:l.limit], true
		}
		return t, nil
	}
}

// unread takes lines back; next gives them again in the same order.
func (l *lineReader) unread(lines []textLine) {
	for i := len(lines) - 1; i >= 0; i-- {
		l.back = append(l.back, lines[i])
	}
}
