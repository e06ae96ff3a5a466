package search_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// TestWordsThatArriveWhileRespelling: a text that is indexed while the
// vocabulary is made anew is in the new one.
func TestWordsThatArriveWhileRespelling(t *testing.T) {
	f := open(t)
	f.write(facts.NewID(time.Now()), "supply", "Check the mask.")
	f.find(search.Query{})
	f.mu.Lock()
	f.after = func() {
		f.mu.Lock()
		f.after = nil
		f.mu.Unlock()
		f.write(facts.NewID(time.Now()), "supply", strings.Repeat("Check the ventilator. ", 5))
		must(t, f.service.CatchUp(t.Context()))
	}
	f.mu.Unlock()
	must(t, f.service.Respell(t.Context()))
	if r := f.find(search.Query{Text: "ventilatr", QLang: "en"}); r.Did != "ventilator" {
		t.Errorf("suggestion %q", r.Did)
	}
}

// TestGoneWordsAreNotSavedWhileRespelling: until the new vocabulary is there,
// the old one, which holds words that are gone, is not kept on disk.
func TestGoneWordsAreNotSavedWhileRespelling(t *testing.T) {
	f := open(t)
	id := facts.NewID(time.Now())
	f.write(id, "supply", "Check the ventilator.")
	f.find(search.Query{})
	f.write(id, "supply", "Check the mask.")
	must(t, f.service.CatchUp(t.Context()))
	f.mu.Lock()
	f.after = func() {
		f.mu.Lock()
		f.after = nil
		f.mu.Unlock()
		must(t, f.service.Ready(t.Context())) // saves
		if raw, err := os.ReadFile(filepath.Join(f.dir, "words")); err == nil && strings.Contains(string(raw), "ventilator") {
			t.Error("the file of words holds one that is gone")
		}
	}
	f.mu.Unlock()
	must(t, f.service.Respell(t.Context()))
	f.write(facts.NewID(time.Now()), "supply", "Check the gloves.")
	f.find(search.Query{})
	raw, err := os.ReadFile(filepath.Join(f.dir, "words"))
	if err != nil || !strings.Contains(string(raw), "gloves") || strings.Contains(string(raw), "ventilator") {
		t.Errorf("the new vocabulary is not on disk, or holds words that are gone: %v\n%s", err, raw)
	}
}

// TestLongQuestionsCountInCharacters: a script that takes more bytes has the
// same room.
func TestLongQuestionsCountInCharacters(t *testing.T) {
	for text, ok := range map[string]bool{
		strings.Repeat("口", 2000): true,
		strings.Repeat("口", 2001): false,
		strings.Repeat("a", 2001): false,
		strings.Repeat("𠀀", 2000): true,
	} {
		if err := (search.Query{Text: text}).Check(); (err == nil) != ok {
			t.Errorf("%d bytes: %v", len(text), err)
		}
	}
}
