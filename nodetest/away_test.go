package nodetest_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"sameboat/kernel/fault"
	"sameboat/kernel/store/pgtest"
	"sameboat/kernel/store/storetest"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// TestDatabaseAway takes the database away from a running node and gives it
// back: pages say so in the reader's language, nothing is half-written, and the
// node goes on by itself.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server, err := pgtest.Start(ctx)
	if errors.Is(err, pgtest.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skipf("SKIPPED on PostgreSQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() }) // the test's result matters more than its folder
	n := nodetest.Start(t, nodetest.On(storetest.Schema(t, server.URL()).URL))
	o := knowledge.Options{Kind: "qa", Lang: "en"}
	n.Import(o, nodetest.Text("a.csv", "title,body\nBefore,The lamp is green.\n"))
	id := n.WaitFound("lamp", "en").Hits[0].ID.String()

	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"en": "database", "zh": "数据库", "ar": "قاعدة البيانات"} {
		a := n.Get("/r/" + id + "?lang=" + lang)
		if a.Status != 503 || !strings.Contains(a.Body, want) || strings.Contains(a.Body, "store.database") {
			t.Errorf("without a database, the page in %s answers %d %.1500s", lang, a.Status, a.Body)
		}
	}
	if a := n.Get("/api/v1/resources/"+id, "Accept", "application/json"); a.Status != 503 || a.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("without a database, the API answers %d %s", a.Status, a.Header.Get("Content-Type"))
	}
	o.Owner = org.ID
	if _, err := n.Library.Import(ctx, []knowledge.File{nodetest.Text("b.csv", "title,body\nDuring,The lamp is red.\n")}, o, nil); !fault.Is(err, fault.Away) {
		t.Errorf("an import without a database: %v", err)
	}

	if err := server.Run(ctx); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(30 * time.Second); n.Get("/r/"+id).Status != 200; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the database is back for 30 s and the page is not")
		}
	}
	if a := n.Find("lamp", "en"); a.Total != 1 {
		t.Errorf("an import that failed left %d resources, want 1", a.Total)
	}
	n.Import(o, nodetest.Text("b.csv", "title,body\nAfter,The siren is blue.\n"))
	n.WaitFound("siren", "en")
}
