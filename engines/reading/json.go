package reading

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// readJSONL reads one JSON object per line. Blank lines are skipped.
func readJSONL(ctx context.Context, src Source, opt Options, emit func(Record) bool) error {
	lines, err := openLines(ctx, src, opt)
	if err != nil {
		return err
	}
	some := false
	for {
		t, err := lines.next()
		if err == io.EOF {
			if !some {
				return &Error{Code: CodeEmpty}
			}
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(t.text)) == 0 {
			continue
		}
		some = true
		rec := Record{Line: t.n}
		if t.long {
			rec.Err = limitError(CodeRowTooLarge, opt.Limits.Record)
			rec.Err.Line = t.n
		} else {
			rec = jsonRecord(t.text, t.n, 1, opt.Limits)
		}
		if !emit(rec) {
			return nil
		}
	}
}

// jsonRecord makes a Record of the text of one object that starts at the place
// line, column.
func jsonRecord(raw []byte, line, column int, l Limits) Record {
	rec := Record{Line: line}
	f := flattener{limits: l, dec: json.NewDecoder(bytes.NewReader(raw)), raw: raw}
	f.dec.UseNumber()
	err := f.top()
	if err == nil {
		rec.Columns, rec.Values = f.columns, f.values
		return rec
	}
	var e *Error
	if !errors.As(err, &e) {
		e = jsonSyntax(raw, int(f.dec.InputOffset()), err)
	}
	// Offset carries the place within raw until here.
	at := raw[:min(int(e.Offset), len(raw))]
	if k := bytes.Count(at, []byte("\n")); k > 0 {
		e.Line, e.Column = line+k, utf8.RuneCount(at[bytes.LastIndexByte(at, '\n')+1:])+1
	} else {
		e.Line, e.Column = line, column+utf8.RuneCount(at)
	}
	e.Offset = 0
	rec.Err = e
	return rec
}

// jsonSyntax places a syntax error within raw, in Offset.
func jsonSyntax(raw []byte, at int, err error) *Error {
	// The decoder's own errors count from its buffer; a check of the whole
	// gives the place.
	var syn *json.SyntaxError
	var v json.RawMessage
	if e := json.Unmarshal(raw, &v); errors.As(e, &syn) {
		at, err = int(syn.Offset)-1, syn
		if at+1 >= len(raw) && strings.Contains(syn.Error(), "unexpected end") {
			at = len(raw)
		}
	}
	at = max(0, min(at, len(raw)))
	return &Error{Code: CodeJSONSyntax, Offset: int64(at), Err: err, Detail: map[string]string{"near": near(raw, at)}}
}

// near quotes up to 20 characters from the place at, cut at whole characters.
func near(b []byte, at int) string {
	for at > 0 && at < len(b) && !utf8.RuneStart(b[at]) {
		at--
	}
	out := []rune(string(b[at:min(len(b), at+80)]))
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, string(out[:min(len(out), 20)]))
}

// flattener walks one object in its own order.
type flattener struct {
	limits  Limits
	dec     *json.Decoder
	raw     []byte
	columns []string
	values  []string
	index   map[string]int
}

func (f *flattener) top() error {
	t, err := f.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		if e := f.syntaxElsewhere(); e != nil {
			return e
		}
		return &Error{Code: CodeJSONNotObject, Detail: map[string]string{"got": jsonKind(t)}}
	}
	f.index = map[string]int{}
	if err := f.object("", 1); err != nil {
		return err
	}
	if _, err := f.dec.Token(); err != io.EOF {
		return jsonSyntax(f.raw, int(f.dec.InputOffset()), errors.New("text after the object"))
	}
	return nil
}

// syntaxElsewhere tells a value of another kind from text that is no JSON.
func (f *flattener) syntaxElsewhere() *Error {
	if json.Valid(f.raw) {
		return nil
	}
	return jsonSyntax(f.raw, 0, nil)
}

func jsonKind(t json.Token) string {
	switch t.(type) {
	case json.Delim:
		return "array"
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "boolean"
	}
	return "null"
}

// object reads the members up to the closing brace.
func (f *flattener) object(prefix string, depth int) error {
	if depth > f.limits.Depth {
		e := limitError(CodeTooDeep, int64(f.limits.Depth))
		e.Offset = f.dec.InputOffset()
		return e
	}
	for f.dec.More() {
		key, err := f.dec.Token()
		if err != nil {
			return err
		}
		if err := f.value(prefix+fmt.Sprint(key), depth); err != nil {
			return err
		}
	}
	_, err := f.dec.Token()
	return err
}

func (f *flattener) value(name string, depth int) error {
	rest := bytes.TrimLeft(f.raw[f.dec.InputOffset():], " \t\r\n:")
	if bytes.HasPrefix(rest, []byte("{")) {
		if _, err := f.dec.Token(); err != nil {
			return err
		}
		return f.object(name+".", depth+1)
	}
	var raw json.RawMessage
	if err := f.dec.Decode(&raw); err != nil {
		return err
	}
	text, err := f.scalar(raw)
	if err != nil {
		return err
	}
	return f.set(name, text)
}

// scalar gives the text of a value that is no object.
func (f *flattener) scalar(raw json.RawMessage) (string, error) {
	switch raw[0] {
	case '"':
		if bytes.IndexByte(raw, '\\') < 0 { // the text was checked to be UTF-8
			return string(raw[1 : len(raw)-1]), nil
		}
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return "", err
		}
		return s, nil
	case '[':
		if n := jsonDepth(raw); n > f.limits.Depth {
			e := limitError(CodeTooDeep, int64(f.limits.Depth))
			e.Offset = f.dec.InputOffset()
			return "", e
		}
		return f.list(raw)
	case 'n':
		return "", nil
	}
	return string(raw), nil
}

// list joins plain values; a list that holds others stays raw JSON.
func (f *flattener) list(raw json.RawMessage) (string, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return "", err
	}
	texts := make([]string, 0, len(items))
	for _, it := range items {
		if it[0] == '[' || it[0] == '{' {
			return string(raw), nil
		}
		t, err := f.scalar(it)
		if err != nil {
			return "", err
		}
		if t != "" {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, "; "), nil
}

// set records a value; of a name that comes twice the last counts.
func (f *flattener) set(name, text string) error {
	if i, ok := f.index[name]; ok {
		f.values[i] = text
		return nil
	}
	if len(f.columns) >= f.limits.Columns {
		e := limitError(CodeTooManyColumns, int64(f.limits.Columns))
		e.Offset = f.dec.InputOffset()
		return e
	}
	f.index[name] = len(f.columns)
	f.columns = append(f.columns, name)
	f.values = append(f.values, text)
	return nil
}

// jsonDepth counts the deepest nesting in valid JSON.
func jsonDepth(raw []byte) int {
	depth, most := 0, 0
	inString, escaped := false, false
	for _, c := range raw {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == '[' || c == '{':
			depth++
			most = max(most, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return most
}
