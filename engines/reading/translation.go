package reading

import (
	"context"
	"io"
	"iter"
	"strings"
	"unicode"
)

// Translation is one text in several languages. One that could not be read has
// Err set; reading goes on with the next.
type Translation struct {
	Row  int // number of the record, from 1
	Line int // line of the file where it starts
	ID   string
	// Text holds the text by language tag, normalised by Tag.
	Text       map[string]string
	SourceLang string // language it was written in, if the file says so
	Source     string // address or name of where it is from, if the file says so
	Err        *Error
}

// GlossaryEntry is one term in several languages. The first of several terms
// is the preferred one.
type GlossaryEntry struct {
	Row          int
	Line         int
	ID           string
	Terms        map[string][]string // by language tag, normalised by Tag
	SourceLang   string
	PartOfSpeech string
	Description  string
	Err          *Error
}

// Translations reads TMX, JSONL with a map of texts ({"text":{"en":…}}), or a
// table whose columns are named by language tags. The second value is the error
// of the whole file, at most once and last.
func Translations(ctx context.Context, src Source, opt Options) iter.Seq2[Translation, error] {
	return func(yield func(Translation, error) bool) {
		opt.Limits = opt.Limits.withDefaults()
		if err := src.check(opt.Limits); err != nil {
			yield(Translation{}, err)
			return
		}
		format, err := src.format(opt)
		if err != nil {
			yield(Translation{}, err)
			return
		}
		stopped := false
		row := 0
		emit := func(t Translation) bool {
			row++
			t.Row = row
			if t.Err != nil {
				t.Err.Row = row
			}
			stopped = !yield(t, nil)
			return !stopped
		}
		if format == FormatTMX || format == FormatXML {
			err = readTMX(ctx, src, opt, emit)
		} else {
			opt.Format = format
			err = tableTranslations(ctx, src, opt, emit)
		}
		if err != nil && !stopped {
			yield(Translation{}, err)
		}
	}
}

func tableTranslations(ctx context.Context, src Source, opt Options, emit func(Translation) bool) error {
	for r, err := range Records(ctx, src, opt) {
		if err != nil {
			return err
		}
		if !emit(translationOf(r)) {
			return nil
		}
	}
	return nil
}

// translationOf takes the members of "text" or "translation", else the columns
// whose names are language tags.
func translationOf(r Record) Translation {
	t := Translation{Line: r.Line, Err: r.Err, Text: map[string]string{}}
	if r.Err != nil {
		return t
	}
	plain := map[string]string{}
	for i, c := range r.Columns {
		v := strings.TrimSpace(r.Values[i])
		prefix, lang, nested := strings.Cut(c, ".")
		switch {
		case v == "":
		case nested && (prefix == "text" || prefix == "translation"):
			t.Text[Tag(lang)] = v
		case !nested && IsTag(c):
			plain[Tag(c)] = v
		}
	}
	delete(plain, "id") // far more often a row's number than Indonesian
	if len(t.Text) == 0 {
		t.Text = plain
		if ind, ok := indonesian(r); ok {
			t.Text["id"] = ind
		}
	} else {
		t.ID, _ = r.Get("id")
	}
	t.Source = firstOf(r, "source_url", "source", "url")
	t.SourceLang = Tag(firstOf(r, "source_lang", "sourceLang", "srclang"))
	if len(t.Text) < 2 {
		t.Err = &Error{Code: CodeNoTranslation, Line: r.Line}
	}
	return t
}

// indonesian gives the column "id" where it holds text rather than a number or
// a key: it does when it contains a space.
func indonesian(r Record) (string, bool) {
	v, ok := r.Get("id")
	v = strings.TrimSpace(v)
	return v, ok && strings.ContainsRune(v, ' ')
}

func firstOf(r Record, names ...string) string {
	for _, n := range names {
		if v, ok := r.Get(n); ok && v != "" {
			return v
		}
	}
	return ""
}

// AlignedFile is one of several files whose lines correspond.
type AlignedFile struct {
	Lang string
	Src  Source
}

// Aligned reads files of the same number of lines, of which each line n is the
// translation of every other line n. Nothing comes out when the numbers differ.
// A pair of empty lines is passed over.
func Aligned(ctx context.Context, files []AlignedFile, opt Options) iter.Seq2[Translation, error] {
	return func(yield func(Translation, error) bool) {
		opt.Limits = opt.Limits.withDefaults()
		if err := alignedCheck(ctx, files, opt); err != nil {
			yield(Translation{}, err)
			return
		}
		readers := make([]*lineReader, len(files))
		for i, f := range files {
			r, err := openLines(ctx, f.Src, opt)
			if err != nil {
				yield(Translation{}, inFile(err, f))
				return
			}
			readers[i] = r
		}
		row := 0
		for {
			t, ok, err := alignedLine(files, readers)
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Translation{}, err)
				return
			}
			if !ok {
				continue
			}
			row++
			t.Row = row
			if t.Err != nil {
				t.Err.Row = row
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// inFile adds the name of the file to an error of one of several files.
func inFile(err error, f AlignedFile) error {
	e := *asError(err)
	d := map[string]string{"file": f.Src.Name}
	for k, v := range e.Detail {
		d[k] = v
	}
	e.Detail = d
	return &e
}

// Tag normalises a language tag: "es_XX" → "es", "zh_cn" → "zh-CN",
// "EN-us" → "en-US", "zh-hant-tw" → "zh-Hant-TW".
func Tag(s string) string {
	parts := strings.FieldsFunc(strings.TrimSpace(s), func(r rune) bool { return r == '-' || r == '_' })
	for i, p := range parts {
		p = strings.ToLower(p)
		switch {
		case i > 0 && len(p) == 2:
			p = strings.ToUpper(p)
		case i > 0 && len(p) == 4:
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		parts[i] = p
	}
	if n := len(parts); n > 1 && parts[n-1] == "XX" {
		parts = parts[:n-1]
	}
	return strings.Join(parts, "-")
}

// IsTag tells whether s has the shape of a language tag: two or three letters,
// then subtags.
func IsTag(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 || len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		if i == 0 && (len(p) < 2 || len(p) > 3) || len(p) > 8 {
			return false
		}
		for _, r := range p {
			if r > unicode.MaxASCII || !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
				return false
			}
		}
	}
	return true
}
