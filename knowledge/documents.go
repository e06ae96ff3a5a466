package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// maxFile bounds one file that is kept as an attachment.
const maxFile = 512 << 20 // bytes

// cardName is the file that makes one resource of a folder: beside it lies one
// Markdown or HTML file a language, named by its tag ("fr.md").
const cardName = "resource.json"

// groupFiles puts the files of a folder that has a resource.json together;
// every other file stands for itself.
func groupFiles(files []File) [][]File {
	folders := map[string]bool{}
	for _, f := range files {
		if path.Base(f.Name) == cardName {
			folders[path.Dir(f.Name)] = true
		}
	}
	return groupBy(files, func(f File) (string, bool) {
		dir := path.Dir(f.Name)
		return dir, folders[dir]
	})
}

// groupBy puts files with the same key together, each group in the place of its
// first file; a file without a key stands for itself.
func groupBy(files []File, key func(File) (string, bool)) [][]File {
	var groups [][]File
	place := map[string]int{}
	for _, f := range files {
		k, shared := key(f)
		i, ok := place[k]
		if !shared || !ok {
			i, groups = len(groups), append(groups, nil)
		}
		if shared {
			place[k] = i
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// files takes one group in: a table, a document, a bilingual table, or a folder
// with a card.
func (run *importRun) files(ctx context.Context, group []File) error {
	if i := slices.IndexFunc(group, func(f File) bool { return path.Base(f.Name) == cardName }); i >= 0 {
		return run.folder(ctx, group[i], slices.Delete(slices.Clone(group), i, i+1))
	}
	opened, err := group[0].Open()
	if err != nil {
		run.refuse(run.file, place{}, fmt.Errorf("open: %w", err))
		return nil
	}
	defer opened.Close()
	src := reading.Source{Name: run.file, Body: opened, Size: run.size}
	format, err := src.Detect()
	if err != nil {
		run.refuse(run.file, place{}, err)
		return nil
	}
	opt := run.readingOptions(format)
	switch format {
	case reading.FormatText, reading.FormatMarkdown, reading.FormatHTML, reading.FormatDOCX, reading.FormatPDF:
		return run.document(ctx, src, opt)
	}
	if len(run.o.Bilingual) > 0 {
		return run.bilingual(ctx, reading.Records(ctx, src, opt))
	}
	return run.table(ctx, reading.Records(ctx, src, opt), format)
}

func (run *importRun) readingOptions(format reading.Format) reading.Options {
	return reading.Options{Format: format, Charset: run.o.Charset, Sheet: run.o.Sheet, Limits: run.l.limits, Progress: func(n int64) {
		run.read = n
		run.tell(false)
	}}
}

// document makes one resource of one file and keeps the file when it is not
// plain text itself.
func (run *importRun) document(ctx context.Context, src reading.Source, opt reading.Options) error {
	doc, err := reading.ReadDocument(ctx, src, opt)
	if err != nil && !keepsFile(err) {
		run.Read++
		run.refuse(run.file, place{line: lineOf(err)}, err)
		return nil
	}
	if err != nil {
		// The text cannot be had here, but the file is worth keeping.
		run.refuse(run.file, place{}, err)
		doc = &reading.Document{Title: strings.TrimSuffix(path.Base(run.file), path.Ext(run.file))}
	}
	run.note(run.file, doc.Warnings)
	d := run.documentRow(doc).draft(run.o, run.l.now())
	if d.Edition.Kind == "" {
		d.Edition.Kind = "public-info"
	}
	p := pending{draft: d, file: run.file, document: true}
	if opt.Format == reading.FormatPDF || opt.Format == reading.FormatDOCX {
		return run.addFile(ctx, p, src, opt.Format)
	}
	return run.add(ctx, p)
}

// addFile adds a document that is kept as a file too. The file is kept last,
// once nothing speaks against its document: what is refused leaves nothing here.
func (run *importRun) addFile(ctx context.Context, p pending, src reading.Source, format reading.Format) error {
	run.Read++
	hash, err := hashOf(ctx, src)
	if err != nil {
		run.refuse(p.file, place{}, &reading.Error{Code: reading.CodeReadFailed, Err: err})
		return nil
	}
	p.draft.Edition.Variants[0].Files = []facts.File{{Hash: hash, Type: mediaTypes[format], Size: src.Size}}
	p.draft.Text.FileNames = map[facts.Hash]string{hash: safeName(p.file)}
	same, err := run.admit(&p)
	if err == nil && !same {
		err = run.foresee(ctx, p)
	}
	switch {
	case err != nil && fault.Of(err).Kind != fault.Invalid && fault.Of(err).Kind != fault.Refused:
		return err
	case err != nil:
		run.refuse(p.file, p.at, err)
		return nil
	case same:
		run.Same++
		return nil
	}
	kept, _, err := run.l.blobs.Put(ctx, io.NewSectionReader(src.Body, 0, src.Size), maxFile)
	if err != nil {
		return err
	}
	if kept != hash { // written to while it was read
		run.refuse(p.file, place{}, &reading.Error{Code: reading.CodeReadFailed})
		return nil
	}
	return run.wait(ctx, p)
}

// foresee gives the reason for which a draft would be refused as things stand.
func (run *importRun) foresee(ctx context.Context, p pending) error {
	return run.l.db.Read(ctx, func(tx *store.Tx) error {
		id, cur, err := run.l.find(ctx, tx, p.draft.Edition)
		if err != nil {
			return err
		}
		if err := run.stranger(cur, p); err != nil {
			return err
		}
		t := target{id: id, cur: cur, draft: merge(cur.base(p.draft.Edition.State), p.draft)}
		_, err = t.decide()
		return err
	})
}

// hashOf gives the hash under which a file would be kept.
func hashOf(ctx context.Context, src reading.Source) (facts.Hash, error) {
	sum := sha256.New()
	for at := int64(0); at < src.Size; at += hashStep {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		if _, err := io.Copy(sum, io.NewSectionReader(src.Body, at, min(hashStep, src.Size-at))); err != nil {
			return "", err
		}
	}
	return facts.Hash(hex.EncodeToString(sum.Sum(nil))), nil
}

const hashStep = 4 << 20 // bytes between two looks at whether to go on

// note keeps what a reader passed over in a document that was taken all the
// same.
func (run *importRun) note(file string, warnings []reading.Warning) {
	for _, w := range warnings {
		run.noteFault(file, w.Line, readingFault(&reading.Error{Code: w.Code, Line: w.Line, Detail: w.Detail}))
	}
}

func (run *importRun) noteFault(file string, line int, why *fault.Fault) {
	if len(run.Notes) < maxRefusals {
		run.Notes = append(run.Notes, Refusal{File: file, Line: line, Fault: why})
	}
}

// keepsFile reports whether a document whose text cannot be read is taken as a
// file without text: the tool is missing, or a scan holds no letters.
func keepsFile(err error) bool {
	switch reading.CodeOf(err) {
	case reading.CodePDFToTextMissing, reading.CodePDFToTextTimeout, reading.CodePDFNoText, reading.CodePDFGarbage:
		return true
	}
	return false
}

// documentRow gives a document's own words about itself the shape of a row.
func (run *importRun) documentRow(doc *reading.Document) row {
	title := doc.Title
	if title == "" && len(doc.Headings) > 0 {
		title = doc.Headings[0].Text
	}
	if title == "" {
		title = strings.TrimSuffix(path.Base(run.file), path.Ext(run.file))
	}
	r := row{cols: columns{}}
	set := func(name, value string) {
		if value == "" {
			return
		}
		r.Columns, r.Values, r.cols[name] = append(r.Columns, name), append(r.Values, value), name
	}
	for _, f := range fields {
		switch f.name {
		case "title", "body", "lang":
			continue
		}
		for _, key := range append([]string{f.name}, f.known...) {
			if v := doc.Meta[key]; len(v) > 0 {
				set(f.name, strings.Join(v, "; "))
				break
			}
		}
	}
	set("title", title)
	set("body", doc.Markdown)
	set("lang", doc.Lang)
	return r
}

// mediaTypes are those of the formats that are kept as files.
var mediaTypes = map[reading.Format]string{
	reading.FormatPDF:  "application/pdf",
	reading.FormatDOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

// safeName keeps the last part of a file's name, without anything that means
// something to a shell, a path or a header.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"<>|:*?/\`, r) || r == '\u202e' || r == '\u202d' {
			return '_'
		}
		return r
	}, name)
	if name == "" || name == "." || name == ".." {
		return "file"
	}
	return clip(name)
}

// lineOf gives the line a reader's error names.
func lineOf(err error) int {
	var e *reading.Error
	if errors.As(err, &e) {
		return e.Line
	}
	return 0
}

// readingFault gives an error of engines/reading a message for people; its code
// is the last part of the key.
func readingFault(err error) *fault.Fault {
	var e *reading.Error
	if !errors.As(err, &e) {
		return fault.Of(err)
	}
	args := fault.Args{"line": e.Line, "row": e.Row, "column": e.Column}
	for k, v := range e.Detail {
		args[k] = v
	}
	return &fault.Fault{Kind: fault.Invalid, Key: "knowledge.reading." + string(e.Code), Args: args, Err: err}
}

// withColumn adds one column → field to what the caller said.
func withColumn(said map[string]string, column, field string) map[string]string {
	said = maps.Clone(said)
	if said == nil {
		said = map[string]string{}
	}
	said[column] = field
	return said
}
