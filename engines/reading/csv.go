package reading

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readCSV reads separated values as RFC 4180 has them. A quote that is never
// closed costs one row: reading goes on after the line that opened it.
func readCSV(ctx context.Context, src Source, opt Options, emit func(Record) bool) error {
	lines, err := openLines(ctx, src, opt)
	if err != nil {
		return err
	}
	c := &csvReader{lines: lines, comma: opt.Comma, limits: opt.Limits}
	columns, err := c.header()
	if err != nil {
		return err
	}
	for {
		rec, err := c.record(columns, opt.Ragged)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if !emit(rec) {
			return nil
		}
	}
}

type csvReader struct {
	lines  *lineReader
	comma  rune
	limits Limits
}

// header reads the names of the columns; it settles the separator.
func (c *csvReader) header() ([]string, error) {
	first, err := c.lines.next()
	for err == nil && len(bytes.TrimSpace(first.text)) == 0 {
		first, err = c.lines.next()
	}
	if err == io.EOF {
		return nil, &Error{Code: CodeEmpty}
	}
	if err != nil {
		return nil, err
	}
	// Excel writes and reads a first line "sep=;" that names the separator.
	if s := string(first.text); len(s) > 4 && strings.EqualFold(s[:4], "sep=") && utf8.RuneCountInString(s[4:]) == 1 {
		if c.comma == 0 {
			c.comma, _ = utf8.DecodeRuneInString(s[4:])
		}
	} else {
		c.lines.unread([]textLine{first})
	}
	if c.comma == 0 {
		c.comma = detectComma(string(first.text))
	}
	fields, line, rowErr, err := c.row()
	if err == io.EOF {
		return nil, &Error{Code: CodeEmpty}
	}
	if err != nil {
		return nil, err
	}
	if rowErr != nil {
		return nil, rowErr
	}
	if len(fields) > c.limits.Columns {
		e := limitError(CodeTooManyColumns, int64(c.limits.Columns))
		e.Line = line
		return nil, e
	}
	return columnNames(fields), nil
}

// detectComma takes the separator that stands most often outside of quotes.
func detectComma(s string) rune {
	counts := map[rune]int{}
	quoted := false
	for _, r := range s {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted && (r == ',' || r == ';' || r == '\t'):
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{'\t', ';'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// columnNames makes names usable: trimmed, none empty, none twice.
func columnNames(fields []string) []string {
	names := make([]string, len(fields))
	seen := map[string]bool{}
	for i, f := range fields {
		name := strings.TrimSpace(f)
		if name == "" {
			name = "column_" + strconv.Itoa(i+1)
		}
		for k := 2; seen[name]; k++ {
			name = fmt.Sprintf("%s_%d", strings.TrimSpace(f), k)
		}
		seen[name] = true
		names[i] = name
	}
	return names
}

// record reads the next row that is not blank.
func (c *csvReader) record(columns []string, ragged bool) (Record, error) {
	for {
		fields, line, rowErr, err := c.row()
		if err != nil {
			return Record{}, err
		}
		if rowErr != nil {
			return Record{Line: line, Err: rowErr}, nil
		}
		if len(fields) == 1 && strings.TrimSpace(fields[0]) == "" {
			continue
		}
		for len(fields) > len(columns) && fields[len(fields)-1] == "" {
			fields = fields[:len(fields)-1]
		}
		if ragged {
			for len(fields) < len(columns) {
				fields = append(fields, "")
			}
		}
		if len(fields) != len(columns) {
			return Record{Line: line, Err: &Error{Code: CodeCSVColumns, Line: line, Detail: map[string]string{
				"want": strconv.Itoa(len(columns)), "got": strconv.Itoa(len(fields))}}}, nil
		}
		return Record{Line: line, Columns: columns, Values: fields}, nil
	}
}

// row reads one logical row, which may span lines. A broken row gives rowErr.
func (c *csvReader) row() (fields []string, line int, rowErr *Error, err error) {
	first, err := c.lines.next()
	if err != nil {
		return nil, 0, nil, err
	}
	line = first.n
	if first.long {
		return nil, line, c.tooLarge(line), nil
	}
	p := csvParser{comma: c.comma, line: line}
	p.feed(first.text)
	var used []textLine
	size := int64(len(first.text))
	for p.open && p.bad == nil {
		t, err := c.lines.next()
		if err == io.EOF {
			c.lines.unread(used)
			return nil, line, &Error{Code: CodeCSVQuote, Line: p.openLine, Column: p.openColumn}, nil
		}
		if err != nil {
			return nil, line, nil, err
		}
		used = append(used, t)
		size += int64(len(t.text)) + 1
		if t.long || size > c.limits.Record {
			c.lines.unread(used)
			return nil, line, c.tooLarge(line), nil
		}
		p.line = t.n
		p.feed(t.text)
	}
	if p.bad == nil {
		return p.fields, line, nil, nil
	}
	if literal := bytes.Split(first.text, []byte("\t")); c.comma == '\t' && len(used) == 0 && len(literal) > 1 {
		// Many TSV files know no quoting: a field may begin with a quote.
		fields = make([]string, len(literal))
		for i, f := range literal {
			fields[i] = string(f)
		}
		return fields, line, nil, nil
	}
	return nil, line, p.bad, nil
}

func (c *csvReader) tooLarge(line int) *Error {
	e := limitError(CodeRowTooLarge, c.limits.Record)
	e.Line = line
	return e
}

// csvParser takes a row line by line.
type csvParser struct {
	comma      rune
	line       int
	fields     []string
	field      strings.Builder
	open       bool // inside a quoted field
	openLine   int
	openColumn int
	bad        *Error
}

// feed parses one more line of the row; afterwards open says whether the row
// goes on in the next line.
func (p *csvParser) feed(b []byte) {
	s := string(b)
	if p.open {
		p.field.WriteByte('\n')
		s = p.quoted(s, len(s))
		if p.open || p.bad != nil {
			return
		}
		if s == "" {
			return
		}
		s = s[utf8.RuneLen(p.comma):]
	}
	for {
		rest, ended := p.one(s, len(b))
		if ended {
			return
		}
		s = rest
	}
}

// one parses one field at the start of s; ended means that the line is used up.
func (p *csvParser) one(s string, whole int) (rest string, ended bool) {
	trimmed := strings.TrimLeft(s, " ")
	if strings.HasPrefix(trimmed, `"`) {
		p.open, p.openLine, p.openColumn = true, p.line, whole-len(trimmed)+1
		rest = p.quoted(trimmed[1:], whole)
		if p.open || p.bad != nil || rest == "" {
			return "", true
		}
		return rest[utf8.RuneLen(p.comma):], false
	}
	i := strings.IndexRune(s, p.comma)
	if i < 0 {
		p.fields = append(p.fields, s)
		return "", true
	}
	p.fields = append(p.fields, s[:i])
	return s[i+utf8.RuneLen(p.comma):], false
}

// quoted takes text up to the closing quote. It returns what follows: nothing,
// or a separator and more.
func (p *csvParser) quoted(s string, whole int) string {
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			p.field.WriteString(s)
			return ""
		}
		p.field.WriteString(s[:i])
		s = s[i+1:]
		if strings.HasPrefix(s, `"`) {
			p.field.WriteByte('"')
			s = s[1:]
			continue
		}
		after := strings.TrimLeft(s, " ")
		if after != "" && !strings.HasPrefix(after, string(p.comma)) {
			p.bad = &Error{Code: CodeCSVQuote, Line: p.line, Column: whole - len(s) + 1}
			return ""
		}
		p.open = false
		p.fields = append(p.fields, p.field.String())
		p.field.Reset()
		return after
	}
}
