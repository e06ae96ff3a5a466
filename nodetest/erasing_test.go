package nodetest_test

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// secret is a name that stands in texts and must be gone when they are erased.
const secret = "Zwqvorname"

// TestErased erases bodies and looks for what was in them everywhere: pages,
// search, feed, API, suggestions, database files, index and lexicon.
func TestErased(t *testing.T) {
	t.Parallel()
	nodetest.Each(t, func(t *testing.T, n *nodetest.Node) {
		bilingual := "en\tfr\n" + strings.Repeat("The patient "+secret+" came to the ward.\tLe patient "+secret+" est venu dans le service.\n", 3) +
			"Wear a mask.\tPortez un masque.\n"
		n.Import(knowledge.Options{Kind: "case-report", Bilingual: []facts.Lang{"en", "fr"}}, nodetest.Text("case.tsv", bilingual))
		csv := func(word string) knowledge.Options {
			o := knowledge.Options{Kind: "qa", IDColumn: "id", Lang: "en"}
			n.Import(o, nodetest.Text("two.csv", "id,title,body\n1,Who was it?,"+word+" was asked about ventilation.\n2,Something else,Nothing to hide about rain.\n"))
			return o
		}
		csv(secret)
		csv("Somebody") // a second edition: the first, with the name, stays in the history
		n.Import(knowledge.Options{Kind: "qa", Lang: "en", State: "draft"}, nodetest.Text("draft.csv", "title,body\nA draft,"+secret+" wrote this.\n"))
		n.Learn()
		if a := n.WaitFound(secret, "en"); a.Total != 1 {
			t.Fatalf("before it is erased, the name finds %d resources, want 1", a.Total)
		}
		id := n.Find(secret, "en").Hits[0].ID
		old := n.Find("ventilation", "en").Hits[0].ID
		if !strings.Contains(n.Page("/r/"+old.String()+"/edition/1"), secret) {
			t.Fatal("the first edition does not hold the name: this test looks in the wrong place")
		}

		erased := 0
		for _, f := range allFacts(t, n.Journal) {
			if bytes.Contains(f.Body, []byte(secret)) {
				erased++
				if err := n.Journal.Erase(context.Background(), facts.ID{}, f.Seq, "person"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if erased != 3 {
			t.Fatalf("erased %d bodies, want 3", erased)
		}
		waitGone(t, n)
		n.Learn()
		for _, path := range []string{"/", "/browse", "/search?q=" + secret, "/search", "/feed.atom", "/api/v1/search?q=" + secret, "/api/v1/search?q=ward",
			"/r/" + id.String(), "/r/" + id.String() + "/history", "/r/" + id.String() + "/edition/1", "/r/" + id.String() + "/beside?left=en&right=fr",
			"/r/" + id.String() + "/cite/ris", "/api/v1/resources/" + id.String(),
			"/r/" + old.String(), "/r/" + old.String() + "/history", "/r/" + old.String() + "/edition/1", "/api/v1/resources/" + old.String()} {
			a := n.Get(path)
			body := strings.ReplaceAll(a.Body, url.QueryEscape(secret), "")
			if strings.HasPrefix(path, "/search?q=") || strings.HasPrefix(path, "/api/v1/search?q=") {
				continue // repeats the question; that nothing is found is held below
			}
			if a.Status >= 500 || strings.Contains(body, secret) {
				t.Errorf("%s: %d, and the name is in it: %v", path, a.Status, strings.Contains(body, secret))
			}
		}
		if a := n.Get("/r/" + id.String()); a.Status != 410 && a.Status != 404 {
			t.Errorf("an erased resource answers %d", a.Status)
		}
		if a := n.Get("/r/" + old.String()); a.Status != 200 || !strings.Contains(a.Body, "Somebody") {
			t.Errorf("the edition that was not erased answers %d", a.Status)
		}
		if a := n.Find("Zwqvorname", "en"); a.Total != 0 {
			t.Errorf("the name still finds %+v", a.Hits)
		}
		if a := n.Find("Zwqvornam", "en"); a.Suggestion != "" {
			t.Errorf("the spelling %q is suggested from erased words", a.Suggestion)
		}
		n.Stop()
		if still := holding(t, n.Dir, "ventilation"); !slices.ContainsFunc(still, func(path string) bool { return filepath.Base(path) == "index" }) {
			t.Errorf("words that were not erased are found only in %v: this test looks in the wrong place", still)
		}
		for _, path := range holding(t, n.Dir, secret) {
			t.Errorf("after the node has stopped, %s still holds the name", path)
		}
	})
}

func allFacts(t *testing.T, j *journal.Journal) []journal.Fact {
	t.Helper()
	list, err := j.After(context.Background(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// waitGone waits until the index has followed.
func waitGone(t *testing.T, n *nodetest.Node) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); n.Find(secret, "en").Total > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the index still finds the erased name after 30 s")
		}
	}
}

// holding lists the files of a folder that hold a word in any case, the way
// the index writes it included.
func holding(t *testing.T, dir, word string) []string {
	t.Helper()
	var found []string
	looked := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		if bytes.Contains(bytes.ToLower(b), []byte(strings.ToLower(word[:6]))) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if looked < 2 {
		t.Fatalf("only %d files in %s", looked, dir)
	}
	return found
}
