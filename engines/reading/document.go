package reading

import (
	"context"
	"io"
)

// Document is one text with its structure, as Markdown (CommonMark with GFM
// tables). Raw HTML of the file is gone; links keep only harmless addresses.
// A Markdown file is the exception: its body passes as written, and whoever
// renders it must sanitise it.
type Document struct {
	Format Format
	Title  string
	Lang   string // BCP 47 tag as the file states it, normalised; "" if it states none
	// Meta holds what the file says about itself, keys in lower case: front
	// matter, <meta> names, core properties (title, creator, date, description,
	// keywords, modified).
	Meta     map[string][]string
	Markdown string
	Headings []Heading
	// Pages holds, for a PDF, the line of Markdown (from 1) at which each page
	// begins.
	Pages    []int
	Warnings []Warning
}

// Heading is one heading of a Document.
type Heading struct {
	Level int // 1 to 6
	Text  string
	Line  int // line of Markdown, from 1
}

// Warning is something a reader passed over, which a person may want to check.
type Warning struct {
	Code   Code
	Line   int // line or page of the file, from 1; 0 if unknown
	Detail map[string]string
}

// ReadDocument reads Markdown, plain text, HTML, DOCX or PDF.
func ReadDocument(ctx context.Context, src Source, opt Options) (*Document, error) {
	opt.Limits = opt.Limits.withDefaults()
	if err := src.check(opt.Limits); err != nil {
		return nil, err
	}
	format, err := src.format(opt)
	if err != nil {
		return nil, err
	}
	var doc *Document
	switch format {
	case FormatMarkdown, FormatText:
		doc, err = readMarkdown(ctx, src, opt)
	case FormatHTML:
		doc, err = readHTML(ctx, src, opt)
	case FormatDOCX:
		doc, err = readDOCX(ctx, src, opt)
	case FormatPDF:
		doc, err = readPDF(ctx, src, opt)
	case FormatOffice:
		return nil, &Error{Code: CodeOfficeEncrypted}
	default:
		return nil, &Error{Code: CodeFormat, Detail: map[string]string{"format": string(format)}}
	}
	if err != nil {
		return nil, err
	}
	if int64(len(doc.Markdown)) > opt.Limits.Text {
		return nil, limitError(CodeTextTooLarge, opt.Limits.Text)
	}
	doc.Format = format
	doc.Headings = headingsOf(doc.Markdown)
	if doc.Title == "" && len(doc.Headings) > 0 {
		doc.Title = doc.Headings[0].Text
	}
	return doc, nil
}

// readText reads a whole text within Limits.Text.
func readText(ctx context.Context, src Source, opt Options, decode func(io.Reader) (io.Reader, error)) (string, error) {
	r, err := decode(newMeter(ctx, src.reader(), opt))
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(r, opt.Limits.Text+1))
	if err != nil {
		return "", asError(err)
	}
	if int64(len(b)) > opt.Limits.Text {
		return "", limitError(CodeTextTooLarge, opt.Limits.Text)
	}
	return string(b), nil
}
