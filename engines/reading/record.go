package reading

import (
	"context"
	"iter"
	"strings"
)

// Record is one row of a table. A row that could not be read has Err set and
// no values; reading goes on with the next.
type Record struct {
	Row  int // number of the record, from 1
	Line int // line of the file where it starts; in a workbook the row of the sheet
	// Columns are the names, in the order of the file. Records of one table
	// share the slice: do not change it.
	Columns []string
	// Values are the texts, one per column. Lists are joined by "; ", nested
	// objects appear as columns "outer.inner", lists of objects as raw JSON.
	Values []string
	Err    *Error
}

// Get gives the value of the column of that name: exactly, else without regard
// to case and spaces around it.
func (r Record) Get(name string) (string, bool) {
	for i, c := range r.Columns {
		if c == name {
			return r.Values[i], true
		}
	}
	name = strings.TrimSpace(name)
	for i, c := range r.Columns {
		if strings.EqualFold(c, name) {
			return r.Values[i], true
		}
	}
	return "", false
}

// Records reads a table of any format. The second value of the stream is the
// error of the whole file: it comes at most once, as the last item, with an
// empty Record. An error of one row is in Record.Err.
func Records(ctx context.Context, src Source, opt Options) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		opt.Limits = opt.Limits.withDefaults()
		read, err := tableReader(src, opt)
		if err != nil {
			yield(Record{}, err)
			return
		}
		rows := 0
		stopped := false
		err = read(ctx, src, opt, func(r Record) bool {
			rows++
			if rows > opt.Limits.Rows {
				yield(Record{}, &Error{Code: CodeTooManyRows, Line: r.Line, Row: rows, Detail: limitError("", int64(opt.Limits.Rows)).Detail})
				stopped = true
				return false
			}
			r.Row = rows
			if r.Err != nil {
				r.Err.Row = rows
			}
			stopped = !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Record{}, err)
		}
	}
}

// tableRead reads src and emits each record; emit returns false to stop.
type tableRead func(ctx context.Context, src Source, opt Options, emit func(Record) bool) error

func tableReader(src Source, opt Options) (tableRead, error) {
	if err := src.check(opt.Limits); err != nil {
		return nil, err
	}
	format, err := src.format(opt)
	if err != nil {
		return nil, err
	}
	switch format {
	case FormatCSV, FormatText:
		return readCSV, nil
	case FormatTSV:
		return func(ctx context.Context, src Source, opt Options, emit func(Record) bool) error {
			if opt.Comma == 0 {
				opt.Comma = '\t'
			}
			return readCSV(ctx, src, opt, emit)
		}, nil
	case FormatJSONL:
		return readJSONL, nil
	case FormatJSON:
		return readJSON, nil
	case FormatXLSX:
		return readXLSX, nil
	case FormatOffice:
		return nil, &Error{Code: CodeOfficeEncrypted}
	}
	return nil, &Error{Code: CodeFormat, Detail: map[string]string{"format": string(format)}}
}
