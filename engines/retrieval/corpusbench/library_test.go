package corpusbench

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func folder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join("..", "..", "..", "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("needs the shared data beside the repository")
	}
	return dir
}

func TestLibraryIsRepeatableAndSized(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	a, err := Library(dir, 300, 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Library(dir, 300, 1)
	if err != nil || !reflect.DeepEqual(a, b) {
		t.Fatal("two libraries of one seed differ", err)
	}
	langs, words := map[string]int{}, 0
	for _, r := range a {
		langs[r.Lang]++
		words += wordsOf(r.Body)
		if len(r.Facets) < len(Dims()) || r.Title == "" {
			t.Fatalf("%+v", r)
		}
	}
	if len(langs) != len(shares) || words < 300*110 || words > 300*130 {
		t.Fatalf("languages %v, %d words", langs, words)
	}
	q, err := Questions(dir)
	if err != nil || len(q) < 1800 {
		t.Fatalf("%d questions, error %v", len(q), err)
	}
}
