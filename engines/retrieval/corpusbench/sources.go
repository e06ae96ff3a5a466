package corpusbench

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// Question is a query typed by a person.
type Question struct{ Lang, Text string }

// Questions returns the real questions of faq/quebec in their order.
func Questions(folder string) ([]Question, error) {
	f, err := os.Open(filepath.Join(folder, "faq", "quebec", "real_user_questions_train.csv"))
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	var out []Question
	for _, r := range rows[1:] {
		if len(r) >= 2 && strings.TrimSpace(r[1]) != "" {
			out = append(out, Question{r[0], r[1]})
		}
	}
	return out, nil
}

// Parallel returns segments translated into all languages of the library,
// such as a lexicon is learned from.
func Parallel(folder string) ([]map[string]string, error) {
	b, err := os.ReadFile(filepath.Join(folder, "parallel", "tico19-dev.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("read parallel text: %w", err)
	}
	var out []map[string]string
	err = eachLine(b, func(line []byte) error {
		var row struct{ Text map[string]string }
		if err := json.Unmarshal(line, &row); err != nil {
			return fmt.Errorf("read parallel text: %w", err)
		}
		row.Text["es"], row.Text["pt"] = row.Text["es-LA"], row.Text["pt-BR"]
		out = append(out, row.Text)
		return nil
	})
	return out, err
}

func eachLine(b []byte, f func([]byte) error) error {
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		if err := f(s.Bytes()); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("read lines: %w", err)
	}
	return nil
}

var (
	tag = regexp.MustCompile(`<[^>]*>`)
	end = regexp.MustCompile(`[.!?]["')\]]*\s+|\n+|[。！？]`)
)

// readSentences collects sentences by language from the parallel texts and
// the answers of health agencies.
func readSentences(folder string) (map[string][]string, error) {
	text := map[string][]string{}
	add := func(lang, s string) {
		s = html.UnescapeString(tag.ReplaceAllString(s, " "))
		at := 0
		for _, m := range append(end.FindAllStringIndex(s, -1), []int{len(s), len(s)}) {
			if one := strings.Join(strings.Fields(s[at:m[1]]), " "); wordsOf(one) >= 4 {
				text[lang] = append(text[lang], one)
			}
			at = m[1]
		}
	}
	parallel, err := Parallel(folder)
	if err != nil {
		return nil, err
	}
	for _, segment := range parallel {
		for _, s := range shares {
			add(s.lang, segment[s.lang])
		}
	}
	for _, s := range shares {
		b, err := os.ReadFile(filepath.Join(folder, "parallel", "flores-dev", "flores-dev."+s.lang))
		if err != nil {
			return nil, fmt.Errorf("read sentences: %w", err)
		}
		add(s.lang, string(b))
	}
	if err := addFrance(folder, add); err != nil {
		return nil, err
	}
	return text, addAgencies(folder, add)
}

func addFrance(folder string, add func(lang, text string)) error {
	b, err := os.ReadFile(filepath.Join(folder, "faq", "france", "faq.json"))
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	var rows []struct{ Q, R string }
	if err := json.Unmarshal(b, &rows); err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	for _, r := range rows {
		add("fr", r.Q+"\n"+r.R)
	}
	return nil
}

func addAgencies(folder string, add func(lang, text string)) error {
	files, err := filepath.Glob(filepath.Join(folder, "faq", "jhu", "*.jsonl"))
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	sort.Strings(files)
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read answers: %w", err)
		}
		err = eachLine(b, func(line []byte) error {
			var r struct{ Language, QuestionText, AnswerText string }
			if err := json.Unmarshal(line, &r); err != nil {
				return fmt.Errorf("read answers %s: %w", filepath.Base(name), err)
			}
			if r.Language == "en" {
				add("en", r.QuestionText+"\n"+r.AnswerText)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
