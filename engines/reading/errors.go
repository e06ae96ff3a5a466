package reading

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Code names one reason why a file or a row could not be read. Codes are
// stable: callers keep a translated message per code.
type Code string

// Every code an Error or a Warning of this package can carry. In brackets the
// keys of Detail that a translated message may use.
const (
	// CodeEmpty: there is nothing to read in the file.
	CodeEmpty Code = "empty"
	// CodeFormat: the format is not one this reader takes [format].
	CodeFormat Code = "format"
	// CodeOption: an option names something unknown [option, value].
	CodeOption Code = "option"
	// CodeEncoding: a byte sequence is not valid in the text encoding [charset, byte].
	CodeEncoding Code = "encoding"
	// CodeTooLarge: the file is larger than Limits.File [limit].
	CodeTooLarge Code = "too-large"
	// CodeTextTooLarge: the text of a document is larger than Limits.Text [limit].
	CodeTextTooLarge Code = "text-too-large"
	// CodeRowTooLarge: one record is larger than Limits.Record [limit].
	CodeRowTooLarge Code = "row-too-large"
	// CodeTooManyRows: the file holds more than Limits.Rows records [limit].
	CodeTooManyRows Code = "too-many-rows"
	// CodeTooManyColumns: a record has more than Limits.Columns columns [limit].
	CodeTooManyColumns Code = "too-many-columns"
	// CodeTooDeep: values nest deeper than Limits.Depth [limit].
	CodeTooDeep Code = "too-deep"
	// CodeReadFailed: the file could not be read from where it lies.
	CodeReadFailed Code = "read-failed"
	// CodeStopped: the context ended before the file did.
	CodeStopped Code = "stopped"

	// CodeCSVQuote: a quoted field is never closed, or text follows its closing quote.
	CodeCSVQuote Code = "csv-quote"
	// CodeCSVColumns: a row has not as many fields as the header [want, got].
	CodeCSVColumns Code = "csv-columns"
	// CodeJSONSyntax: not valid JSON [near].
	CodeJSONSyntax Code = "json-syntax"
	// CodeJSONNotObject: a record is valid JSON but no object [got].
	CodeJSONNotObject Code = "json-not-object"

	// CodeZipBroken: the ZIP container is damaged or cut off.
	CodeZipBroken Code = "zip-broken"
	// CodeZipBomb: unpacked, the container passes Limits.Unpacked, Part or Parts [part, limit].
	CodeZipBomb Code = "zip-bomb"
	// CodeXLSXBroken: the workbook cannot be read [part].
	CodeXLSXBroken Code = "xlsx-broken"
	// CodeXLSXSheet: the workbook has no sheet of that name [sheet, sheets].
	CodeXLSXSheet Code = "xlsx-sheet"
	// CodeOfficeEncrypted: the office file has a password, or is of the old binary kind.
	CodeOfficeEncrypted Code = "office-encrypted"
	// CodeDOCXBroken: the document cannot be read [part].
	CodeDOCXBroken Code = "docx-broken"

	// CodeFrontMatter: a line of the front matter is not in the subset we read [text].
	CodeFrontMatter Code = "front-matter"
	// CodeHTMLBroken: the HTML cannot be read, usually because it nests too deep.
	CodeHTMLBroken Code = "html-broken"

	// CodePDFBroken: the PDF is damaged [tool].
	CodePDFBroken Code = "pdf-broken"
	// CodePDFEncrypted: the PDF has a password or forbids extraction.
	CodePDFEncrypted Code = "pdf-encrypted"
	// CodePDFNoText: the PDF holds no text, such as a scan [pages].
	CodePDFNoText Code = "pdf-no-text"
	// CodePDFGarbage: the PDF's fonts give no letters, or not those expected [share, lang].
	CodePDFGarbage Code = "pdf-garbage"
	// CodePDFToTextMissing: the tool pdftotext is not installed.
	CodePDFToTextMissing Code = "pdftotext-missing"
	// CodePDFToTextTimeout: pdftotext passed its limit of time [seconds].
	CodePDFToTextTimeout Code = "pdftotext-timeout"
	// CodePDFToTextMemory: pdftotext passed its limit of memory or of output [limit].
	CodePDFToTextMemory Code = "pdftotext-memory"

	// CodeTMXSyntax: not well-formed XML, or no translation memory [near].
	CodeTMXSyntax Code = "tmx-syntax"
	// CodeNoTranslation: a record holds text in fewer than two languages.
	CodeNoTranslation Code = "no-translation"
	// CodeLinesDiffer: line-aligned files have different numbers of lines [files].
	CodeLinesDiffer Code = "lines-differ"
	// CodeGlossaryColumns: no two columns of the table are known as languages [columns].
	CodeGlossaryColumns Code = "glossary-columns"
	// CodeGlossaryTerm: a row lacks a term or a language.
	CodeGlossaryTerm Code = "glossary-term"
)

// Codes lists every Code, so that a caller can test that each has a message.
func Codes() []Code {
	return []Code{
		CodeEmpty, CodeFormat, CodeOption, CodeEncoding, CodeTooLarge, CodeTextTooLarge, CodeRowTooLarge,
		CodeTooManyRows, CodeTooManyColumns, CodeTooDeep, CodeReadFailed, CodeStopped,
		CodeCSVQuote, CodeCSVColumns, CodeJSONSyntax, CodeJSONNotObject,
		CodeZipBroken, CodeZipBomb, CodeXLSXBroken, CodeXLSXSheet, CodeOfficeEncrypted, CodeDOCXBroken,
		CodeFrontMatter, CodeHTMLBroken,
		CodePDFBroken, CodePDFEncrypted, CodePDFNoText, CodePDFGarbage,
		CodePDFToTextMissing, CodePDFToTextTimeout, CodePDFToTextMemory,
		CodeTMXSyntax, CodeNoTranslation, CodeLinesDiffer, CodeGlossaryColumns, CodeGlossaryTerm,
	}
}

// Error says why a file or one of its rows could not be read, and where.
// Numbers count from 1; zero means that the place is not known.
type Error struct {
	Code   Code
	Line   int   // line of the file; in a workbook the row of the sheet
	Row    int   // number of the record, the header not counted
	Column int   // place within the line, in characters
	Offset int64 // bytes from the start of the decoded text
	// Detail holds values that are safe to show, under the keys that the
	// comment of the Code names.
	Detail map[string]string
	Err    error // the cause, for operators; may be nil
}

// Error writes the code, the place and the cause for an operator.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("reading: ")
	b.WriteString(string(e.Code))
	for _, p := range []struct {
		name string
		n    int
	}{{"line", e.Line}, {"row", e.Row}, {"column", e.Column}} {
		if p.n > 0 {
			fmt.Fprintf(&b, ", %s %d", p.name, p.n)
		}
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is(err, &Error{Code: c}) true for every Error of code c.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf gives the Code of an error of this package, or "" for another error.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// asError returns err as an *Error, wrapping what is not one as a failed read.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeReadFailed, Err: err}
}

func limitError(code Code, limit int64) *Error {
	return &Error{Code: code, Detail: map[string]string{"limit": strconv.FormatInt(limit, 10)}}
}
