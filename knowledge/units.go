package knowledge

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/store"
)

// unit is one line of a memory's blob: a text in several languages, or for a
// glossary the terms of several languages, the preferred one first.
type unit struct {
	Text  map[facts.Lang]string   `json:"text,omitempty"`
	Terms map[facts.Lang][]string `json:"terms,omitempty"`
}

// units opens the files of one memory and gives its units.
func (run *importRun) units(ctx context.Context, group []File, kind facts.Kind) (iter.Seq2[read, error], func(), error) {
	var opened []Opened
	closeAll := func() {
		for _, o := range opened {
			o.Close()
		}
	}
	var aligned []reading.AlignedFile
	for _, f := range group {
		o, err := f.Open()
		if err != nil {
			closeAll()
			return nil, nil, fmt.Errorf("open: %w", err)
		}
		opened = append(opened, o)
		aligned = append(aligned, reading.AlignedFile{Lang: strings.TrimPrefix(path.Ext(f.Name), "."), Src: reading.Source{Name: f.Name, Body: o, Size: f.Size}})
	}
	opt := run.readingOptions("")
	switch {
	case kind == facts.GlossaryAdded:
		return glossaryUnits(reading.Glossary(ctx, aligned[0].Src, opt)), closeAll, nil
	case len(group) > 1:
		return textUnits(reading.Aligned(ctx, aligned, opt)), closeAll, nil
	}
	return textUnits(reading.Translations(ctx, aligned[0].Src, opt)), closeAll, nil
}

// read is a unit as it came from a file, or why it did not.
type read struct {
	unit unit
	line int
	err  *reading.Error
}

func textUnits(in iter.Seq2[reading.Translation, error]) iter.Seq2[read, error] {
	return func(yield func(read, error) bool) {
		for t, err := range in {
			if err != nil {
				yield(read{}, err)
				return
			}
			u := unit{Text: map[facts.Lang]string{}}
			for tag, text := range t.Text {
				if lang := facts.LangOf(tag); lang != "" && strings.TrimSpace(text) != "" {
					u.Text[lang] = text
				}
			}
			if !yield(read{u, t.Line, t.Err}, nil) {
				return
			}
		}
	}
}

func glossaryUnits(in iter.Seq2[reading.GlossaryEntry, error]) iter.Seq2[read, error] {
	return func(yield func(read, error) bool) {
		for g, err := range in {
			if err != nil {
				yield(read{}, err)
				return
			}
			u := unit{Terms: map[facts.Lang][]string{}}
			for tag, terms := range g.Terms {
				if lang := facts.LangOf(tag); lang != "" && len(terms) > 0 {
					u.Terms[lang] = append(u.Terms[lang], terms...)
				}
			}
			if !yield(read{u, g.Line, g.Err}, nil) {
				return
			}
		}
	}
}

func (run *importRun) writeUnits(w io.Writer, units iter.Seq2[read, error], langs map[facts.Lang]bool, count *int) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for r, err := range units {
		if err != nil {
			return err
		}
		run.Read++
		if r.err == nil && len(r.unit.Text) < 2 && len(r.unit.Terms) < 2 {
			r.err = &reading.Error{Code: reading.CodeNoTranslation, Line: r.line}
		}
		if r.err != nil {
			run.refuse(run.file, place{line: r.line}, r.err)
			continue
		}
		for lang := range r.unit.Text {
			langs[lang] = true
		}
		for lang := range r.unit.Terms {
			langs[lang] = true
		}
		*count++
		if err := enc.Encode(r.unit); err != nil {
			return err
		}
		run.tell(false)
	}
	return nil
}

// maxCompared bounds how many units of a memory are compared with another.
const maxCompared = 200_000

// sharesUnits reports whether two memories have a unit in common, as two states
// of one have and two of one name have not.
func (run *importRun) sharesUnits(ctx context.Context, a, b facts.Hash) (bool, error) {
	seen, enough, n := map[rowID]bool{}, errors.New("enough"), 0
	err := run.l.unitsOf(ctx, a, func(u unit) error {
		seen[shorten(marshal(u))] = true
		if len(seen) >= maxCompared {
			return enough
		}
		return nil
	})
	if err != nil && !errors.Is(err, enough) {
		return false, err
	}
	found := false
	err = run.l.unitsOf(ctx, b, func(u unit) error {
		if found = seen[shorten(marshal(u))]; found || n >= maxCompared {
			return enough
		}
		n++
		return nil
	})
	if errors.Is(err, enough) {
		err = nil
	}
	return found, err
}

// eachUnit reads the units of every memory and glossary of the library.
func (l *Library) eachUnit(ctx context.Context, fn func(unit) error) error {
	var hashes []facts.Hash
	err := l.db.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Query(ctx, `select content from knowledge_memories order by id`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var h string
			if err := rows.Scan(&h); err != nil {
				return err
			}
			hashes = append(hashes, facts.Hash(h))
		}
		return rows.Err()
	})
	if err != nil {
		return err
	}
	for _, h := range hashes {
		if err := l.unitsOf(ctx, h, fn); err != nil {
			return fmt.Errorf("translations %s: %w", h, err)
		}
	}
	return nil
}

func (l *Library) unitsOf(ctx context.Context, h facts.Hash, fn func(unit) error) error {
	f, err := l.blobs.Open(h)
	if err != nil {
		return err
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	for {
		var u unit
		if err := dec.Decode(&u); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := fn(u); err != nil {
			return err
		}
	}
}
