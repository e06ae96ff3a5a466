// Command learn makes the built-in language profile: it counts the n-grams of
// the TICO-19 development set (CC0), which has to lie beside the project in
// shared/data, and of the sentences in learn/seed, which are our own. Run it
// by "go generate" in the folder of langid.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sameboat/engines/retrieval/langid"
)

func main() {
	if err := learn(); err != nil {
		fmt.Fprintln(os.Stderr, "learn languages:", err)
		os.Exit(1)
	}
}

func learn() error {
	l := langid.NewLearner()
	if err := parallel(l, filepath.Join("..", "..", "..", "..", "shared", "data", "parallel", "tico19-dev.jsonl")); err != nil {
		return err
	}
	if err := seeds(l, filepath.Join("learn", "seed")); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := l.Detector().Write(&out); err != nil {
		return err
	}
	if err := os.WriteFile("profile.bin", out.Bytes(), 0o644); err != nil {
		return fmt.Errorf("keep profile: %w", err)
	}
	return nil
}

func parallel(l *langid.Learner, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open translations: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var segment struct{ Text map[string]string }
		if err := json.Unmarshal(lines.Bytes(), &segment); err != nil {
			return fmt.Errorf("read translations: %w", err)
		}
		for tag, text := range segment.Text {
			if !strings.HasPrefix(tag, "ti_") && tag != "prs" {
				l.Add(tag, text)
			}
		}
	}
	return lines.Err()
}

func seeds(l *langid.Learner, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return fmt.Errorf("list seeds: %w", err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read seed: %w", err)
		}
		lang := strings.TrimSuffix(filepath.Base(path), ".txt")
		for line := range strings.Lines(string(text)) {
			l.Add(lang, line)
		}
	}
	return nil
}
