package eval

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sameboat/engines/retrieval/lexicon"
)

// Document is one line of a corpus.
type Document struct {
	ID    string `json:"id"`
	Lang  string `json:"lang"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Question is one line of a file of queries.
type Question struct {
	ID       string   `json:"id"`
	Lang     string   `json:"lang"`
	Text     string   `json:"text"`
	Relevant []string `json:"relevant"`
}

// Parallel is one line of a file of translations: the same text by language.
type Parallel struct {
	Text map[string]string `json:"text"`
}

// ErrInput marks input that cannot be evaluated; the message says where.
var ErrInput = errors.New("cannot be evaluated")

const (
	maxLine  = 16 << 20 // bytes of a line
	maxLines = 5_000_000
)

// readLines decodes one JSON value per line and hands it to keep.
func readLines[T any](path string, keep func(T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open input: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	n := 0
	for lines.Scan() {
		if n++; n > maxLines {
			return fmt.Errorf("%s: more than %d lines: %w", path, maxLines, ErrInput)
		}
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			return fmt.Errorf("%s line %d: %v: %w", path, n, err, ErrInput)
		}
		if err := keep(v); err != nil {
			return fmt.Errorf("%s line %d: %w", path, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s line %d: %w", path, n+1, err)
	}
	return nil
}

// readGlossary reads a CSV with the columns sourceLang, targetLang,
// sourceString and targetString, wherever they are.
func readGlossary(path string) ([]lexicon.Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open glossary: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(bufio.NewReader(f))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s line 1: %w", path, err)
	}
	var at [4]int
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for i, name := range []string{"sourceLang", "targetLang", "sourceString", "targetString"} {
		if at[i] = slices.Index(header, name); at[i] < 0 {
			return nil, fmt.Errorf("%s line 1: no column %s: %w", path, name, ErrInput)
		}
	}
	return glossaryRows(r, path, at)
}

func glossaryRows(r *csv.Reader, path string, at [4]int) ([]lexicon.Entry, error) {
	var out []lexicon.Entry
	for len(out) < maxLines {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(row) <= slices.Max(at[:]) {
			continue // a row cut short translates nothing
		}
		out = append(out, lexicon.Entry{LangA: row[at[0]], LangB: row[at[1]], TermA: row[at[2]], TermB: row[at[3]]})
	}
	return out, nil
}
