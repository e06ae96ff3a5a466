package reading

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// readJSON reads a JSON array of objects, or objects one after the other over
// any number of lines, without holding more than one of them. An object whose
// brackets match costs one row when it is broken; otherwise the file ends there.
func readJSON(ctx context.Context, src Source, opt Options, emit func(Record) bool) error {
	text, err := decodeText(newMeter(ctx, src.reader(), opt), opt.Charset)
	if err != nil {
		return err
	}
	s := &jsonScanner{br: bufio.NewReaderSize(text, 64<<10), line: 1, limits: opt.Limits}
	c, err := s.skip(" \t\r\n")
	if err == io.EOF {
		return &Error{Code: CodeEmpty}
	}
	if err != nil {
		return err
	}
	inArray := c == '['
	if !inArray {
		s.unread()
	}
	for first := true; ; first = false {
		more, err := s.between(inArray, first)
		if err != nil || !more {
			return err
		}
		line, column := s.line, s.column+1
		raw, long, err := s.element()
		if err != nil {
			return err
		}
		rec := Record{Line: line}
		if long {
			rec.Err = limitError(CodeRowTooLarge, opt.Limits.Record)
			rec.Err.Line, rec.Err.Column = line, column
		} else {
			rec = jsonRecord(raw, line, column, opt.Limits)
		}
		if !emit(rec) {
			return nil
		}
	}
}

// jsonScanner finds where the elements begin and end, by brackets and strings
// only, and counts lines and characters.
type jsonScanner struct {
	br       *bufio.Reader
	limits   Limits
	line     int
	column   int // characters before the next byte
	lastLine int // place before the last byte, for unread
	lastCol  int
}

func (s *jsonScanner) read() (byte, error) {
	c, err := s.br.ReadByte()
	if err != nil {
		if err != io.EOF {
			err = asError(err)
		}
		return 0, err
	}
	s.lastLine, s.lastCol = s.line, s.column
	switch {
	case c == '\n':
		s.line, s.column = s.line+1, 0
	case c&0xC0 != 0x80: // not the second or later byte of a character
		s.column++
	}
	return c, nil
}

func (s *jsonScanner) unread() {
	_ = s.br.UnreadByte() // fails only when nothing was read before
	s.line, s.column = s.lastLine, s.lastCol
}

// skip gives the first byte that is not in set.
func (s *jsonScanner) skip(set string) (byte, error) {
	for {
		c, err := s.read()
		if err != nil {
			return 0, err
		}
		inSet := false
		for i := 0; i < len(set); i++ {
			inSet = inSet || set[i] == c
		}
		if !inSet {
			return c, nil
		}
	}
}

// between moves to the start of the next element; more is false at the end.
func (s *jsonScanner) between(inArray, first bool) (more bool, err error) {
	c, err := s.skip(" \t\r\n")
	if err == io.EOF && !inArray {
		return false, nil
	}
	if err == io.EOF {
		return false, s.syntax("the array is not closed")
	}
	if err != nil {
		return false, err
	}
	switch {
	case inArray && c == ']':
		if _, err := s.skip(" \t\r\n"); err == nil {
			return false, s.syntax("text after the array")
		} else if err != io.EOF {
			return false, err
		}
		return false, nil
	case c == ',' && !first:
		if c, err = s.skip(" \t\r\n"); err != nil {
			if err == io.EOF {
				return false, s.syntax("nothing after a comma")
			}
			return false, err
		}
	case inArray && !first:
		s.unread()
		s.column++
		return false, s.syntax("no comma between two elements")
	}
	if c == ',' || c == ']' || c == '}' || c == ':' {
		return false, s.syntax("no value where one is due")
	}
	s.unread()
	return true, nil
}

func (s *jsonScanner) syntax(why string) *Error {
	return &Error{Code: CodeJSONSyntax, Line: s.line, Column: max(s.column, 1), Err: errors.New(why), Detail: map[string]string{"near": ""}}
}

// element reads one value to its end. A value over the limit is skipped and
// reported as long.
func (s *jsonScanner) element() (raw []byte, long bool, err error) {
	line, column := s.line, s.column+1
	var open []byte
	inString, escaped := false, false
	for {
		c, err := s.read()
		if err == io.EOF {
			if len(open) == 0 && !inString && len(raw) > 0 {
				return raw, long, nil
			}
			e := s.syntax("an object is not closed")
			e.Line, e.Column = line, column
			return nil, false, e
		}
		if err != nil {
			return nil, false, err
		}
		if len(open) == 0 && !inString && len(raw) > 0 && (c == ',' || c == ']' || c <= ' ') {
			s.unread() // the end of a bare value such as a number
			return raw, long, nil
		}
		if int64(len(raw)) < s.limits.Record {
			raw = append(raw, c)
		} else {
			long = true
		}
		switch {
		case escaped:
			escaped = false
			continue
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			if len(open) >= 10_000 {
				e := limitError(CodeTooDeep, int64(s.limits.Depth))
				e.Line, e.Column = s.line, s.column
				return nil, false, e
			}
			open = append(open, c)
		case c == '}' || c == ']':
			if len(open) == 0 || open[len(open)-1] != c-2 {
				return nil, false, s.syntax("brackets do not match")
			}
			open = open[:len(open)-1]
		}
		if len(open) == 0 && !inString && (c == '}' || c == ']' || c == '"') {
			return raw, long, nil
		}
	}
}
