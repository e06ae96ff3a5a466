package reading

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readXLSX reads one sheet of a workbook; the first row that is not empty names
// the columns. Cells come as the workbook shows them; what it shows as a date
// in the reader's local form (number format 14) comes as yyyy-mm-dd.
func readXLSX(ctx context.Context, src Source, opt Options, emit func(Record) bool) (err error) {
	if _, err := openArchive(ctx, src, opt); err != nil {
		if CodeOf(err) == CodeZipBroken {
			return &Error{Code: CodeXLSXBroken, Detail: map[string]string{"part": ""}, Err: err}
		}
		return err
	}
	emitting := false
	defer func() {
		// excelize is not proof against every damaged workbook; a panic in
		// there means a broken file. One of the caller's own goes on.
		if p := recover(); p != nil {
			if emitting {
				panic(p)
			}
			err = &Error{Code: CodeXLSXBroken, Err: fmt.Errorf("panic: %v", p)}
		}
	}()
	book, err := excelize.OpenReader(newMeter(ctx, src.reader(), opt), excelize.Options{
		UnzipSizeLimit:    opt.Limits.Unpacked,
		UnzipXMLSizeLimit: min(16<<20, opt.Limits.Unpacked),
		ShortDatePattern:  "yyyy-mm-dd",
	})
	if err != nil {
		return xlsxError(err, "")
	}
	defer func() { err = firstError(err, book.Close()) }()
	sheet, err := chooseSheet(book, opt.Sheet)
	if err != nil {
		return err
	}
	rows, err := book.Rows(sheet)
	if err != nil {
		return xlsxError(err, sheet)
	}
	defer func() { err = firstError(err, rows.Close()) }()
	s := &sheetReader{ctx: ctx, rows: rows, limits: opt.Limits, sheet: sheet}
	return s.read(func(r Record) bool {
		emitting = true
		more := emit(r)
		emitting = false
		return more
	})
}

func firstError(err, next error) error {
	if err != nil || next == nil {
		return err
	}
	return &Error{Code: CodeXLSXBroken, Err: next}
}

func xlsxError(err error, part string) error {
	if CodeOf(err) != "" {
		return err
	}
	code := CodeXLSXBroken
	if strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "encrypt") {
		code = CodeOfficeEncrypted
	}
	return &Error{Code: code, Detail: map[string]string{"part": part}, Err: err}
}

func chooseSheet(book *excelize.File, name string) (string, error) {
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return "", &Error{Code: CodeXLSXBroken, Err: fmt.Errorf("no sheets")}
	}
	if name == "" {
		return sheets[0], nil
	}
	for _, s := range sheets {
		if strings.EqualFold(s, name) {
			return s, nil
		}
	}
	return "", &Error{Code: CodeXLSXSheet, Detail: map[string]string{"sheet": name, "sheets": strings.Join(sheets, ", ")}}
}

type sheetReader struct {
	ctx     context.Context
	rows    *excelize.Rows
	limits  Limits
	sheet   string
	columns []string
}

func (s *sheetReader) read(emit func(Record) bool) error {
	for n := 1; s.rows.Next(); n++ {
		if err := s.ctx.Err(); err != nil {
			return &Error{Code: CodeStopped, Line: n, Err: err}
		}
		cells, err := s.rows.Columns()
		if err != nil {
			e := asError(xlsxError(err, s.sheet))
			e.Line = n
			return e
		}
		for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
			cells = cells[:len(cells)-1]
		}
		switch {
		case len(cells) == 0:
			continue
		case s.columns == nil:
			if len(cells) > s.limits.Columns {
				e := limitError(CodeTooManyColumns, int64(s.limits.Columns))
				e.Line = n
				return e
			}
			s.columns = columnNames(cells)
			continue
		}
		if !emit(s.record(cells, n)) {
			return nil
		}
	}
	if err := s.rows.Error(); err != nil && err != io.EOF {
		return xlsxError(err, s.sheet)
	}
	if s.columns == nil {
		return &Error{Code: CodeEmpty}
	}
	return nil
}

// record pads the row: a workbook does not store trailing empty cells.
func (s *sheetReader) record(cells []string, n int) Record {
	var size int64
	for _, c := range cells {
		size += int64(len(c))
	}
	if size > s.limits.Record {
		e := limitError(CodeRowTooLarge, s.limits.Record)
		e.Line = n
		return Record{Line: n, Err: e}
	}
	if len(cells) > len(s.columns) {
		return Record{Line: n, Err: &Error{Code: CodeCSVColumns, Line: n, Detail: map[string]string{
			"want": fmt.Sprint(len(s.columns)), "got": fmt.Sprint(len(cells))}}}
	}
	values := make([]string, len(s.columns))
	copy(values, cells)
	return Record{Line: n, Columns: s.columns, Values: values}
}
