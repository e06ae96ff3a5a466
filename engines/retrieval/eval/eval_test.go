package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const toyCorpus = `{"id":"wash","lang":"en","title":"Clean hands","text":"Wash your hands with soap before you touch a patient."}
{"id":"mask","lang":"en","title":"Masks","text":"Wear a mask when you are nearer than two metres to others."}
{"id":"beds","lang":"fr","title":"Lits","text":"Un hôpital tient des lits libres pour les enfants."}
{"id":"air","lang":"en","title":"Air","text":"Open the windows of the waiting room."}
`

const toyQueries = `{"id":"1","lang":"sw","text":"nawa mikono kwa sabuni","relevant":["wash"]}
{"id":"2","lang":"sw_KE","text":"vaa barakoa","relevant":["mask"]}
{"id":"3","lang":"sw","text":"fungua madirisha","relevant":["air"]}
{"id":"4","lang":"fr","text":"lits pour enfants","relevant":["beds"]}
{"id":"5","lang":"sw","text":"vitanda vya watoto","relevant":["beds"]}
`

const toyTranslations = `{"text":{"en":"wash","sw":"nawa"}}
{"text":{"en":"wash hands","sw":"nawa mikono"}}
{"text":{"en":"the soap","sw":"sabuni"}}
{"text":{"en-GB":"wear a mask","sw":"vaa barakoa"}}
{"text":{"en":"the mask","sw":"barakoa"}}
{"text":{"en":"beds","fr":"lits","sw":"vitanda"}}
{"text":{"en":"children","fr":"enfants"}}
`

const toyGlossary = "\ufeffid,sourceLang,targetLang,sourceString,targetString\n1,en,sw_KE,window,madirisha\n2,en,sw_KE,open,fungua\n3,en,sw,children,watoto\nshort\n"

func toyFiles(t *testing.T) Files {
	return Files{
		Corpus: write(t, "c.jsonl", toyCorpus), Queries: write(t, "q.jsonl", toyQueries),
		Translations: []string{write(t, "t.jsonl", toyTranslations)}, Glossaries: []string{write(t, "g.csv", toyGlossary)},
	}
}

func TestToyEvaluation(t *testing.T) {
	r, err := Run(context.Background(), toyFiles(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Languages) != 2 || r.Languages[0].Lang != "fr" || r.Languages[1].Lang != "sw" || r.Languages[1].Queries != 4 {
		t.Fatalf("languages: %+v", r.Languages)
	}
	if fr := r.Languages[0]; fr.With.MRR10 != 1 || fr.Without.MRR10 != 1 {
		t.Errorf("French finds French without help: %+v", fr)
	}
	if sw := r.Languages[1]; sw.With.MRR10 != 1 || sw.With.NDCG10 != 1 || sw.With.Recall1 != 1 || sw.Without.MRR10 != 0 {
		t.Errorf("Swahili: %+v", sw)
	}
	var table bytes.Buffer
	if err := r.WriteTable(&table); err != nil || !strings.Contains(table.String(), "1.0000") {
		t.Errorf("table %q, %v", table.String(), err)
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"languages":[{"lang":"fr","queries":1,"with":{"mrr10":1,"ndcg10":1,"recall1":1,"recall5":1,"recall10":1},"without":{"mrr10":1,`
	if !strings.HasPrefix(string(text), want) {
		t.Errorf("JSON %s", text)
	}
}

func TestScore(t *testing.T) {
	got := score([]string{"x", "a", "y", "z", "w", "b"}, map[string]bool{"a": true, "b": true})
	ideal := 1 + 1/math.Log2(3)
	want := Scores{.5, (1/math.Log2(3) + 1/math.Log2(7)) / ideal, 0, .5, 1}
	if math.Abs(got.NDCG10-want.NDCG10) > 1e-12 {
		t.Errorf("ndcg10 %v, want %v", got.NDCG10, want.NDCG10)
	}
	got.NDCG10 = want.NDCG10
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if (score(nil, map[string]bool{"a": true}) != Scores{}) || (score([]string{"a"}, nil) != Scores{}) {
		t.Error("nothing found or nothing relevant must score 0")
	}
}

func TestFaultsNameFileAndLine(t *testing.T) {
	good := toyFiles(t)
	for name, spoil := range map[string]func(*Files){
		"c.jsonl line 2": func(f *Files) { f.Corpus = write(t, "c.jsonl", `{"id":"a"}`+"\n{broken\n") },
		"c.jsonl line 1": func(f *Files) { f.Corpus = write(t, "c.jsonl", `{"lang":"en"}`+"\n") },
		"twice":          func(f *Files) { f.Corpus = write(t, "c.jsonl", toyCorpus+toyCorpus) },
		"g.csv line 1":   func(f *Files) { f.Glossaries = []string{write(t, "g.csv", "a,b\n1,2\n")} },
	} {
		f := good
		spoil(&f)
		if _, err := Run(context.Background(), f); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := good
	f.Queries = "absent.jsonl"
	if _, err := Run(context.Background(), f); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
}

func TestLongTextsBecomePassages(t *testing.T) {
	got := passages(strings.Repeat("word ", 250))
	if len(got) != 3 || len(strings.Fields(got[0])) != 120 || len(strings.Fields(got[2])) != 10 {
		t.Errorf("%d passages", len(got))
	}
}
