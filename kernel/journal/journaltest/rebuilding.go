package journaltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Histories appends n batches at random about a few things, with erasures among
// them.
func Histories(t testing.TB, j *journal.Journal, random *rand.Rand, n int) {
	t.Helper()
	ctx := context.Background()
	things := make([]facts.ID, 5)
	for i := range things {
		things[i] = newID()
	}
	audiences := []facts.Audience{facts.Public, facts.Partners, facts.Parties, facts.Node}
	kinds := []facts.Kind{Opened, Renamed, Renamed, Closed, "other.Noticed"}
	words := strings.Fields("mask glove gown 口罩 oxygen ماء fever bed")
	for range n {
		if last, err := j.Last(ctx); err == nil && last > 0 && random.IntN(8) == 0 {
			err = j.Erase(ctx, things[0], facts.Seq(1+random.Int64N(int64(last))), []string{"person", "law", "mistake"}[random.IntN(3)])
			if err != nil && !fault.Is(err, fault.NotFound) {
				t.Fatal(err)
			}
			continue
		}
		var b journal.Batch
		for _, i := range random.Perm(len(things))[:1+random.IntN(3)] {
			v, err := j.Version(ctx, things[i])
			if err != nil {
				t.Fatal(err)
			}
			b.Reads = append(b.Reads, journal.Read{Thing: things[i], Version: v})
			for range random.IntN(3) {
				f := journal.New{Thing: things[i], Kind: kinds[random.IntN(len(kinds))], Audience: audiences[random.IntN(4)], Payload: Title{fmt.Sprint(random.IntN(1000))}}
				for range random.IntN(5) {
					f.Body = append(f.Body, words[random.IntN(len(words))]+" "...)
				}
				b.Facts = append(b.Facts, f)
			}
		}
		put(t, j, b)
	}
}

func histories(t *testing.T, db *store.DB) {
	j := Open(t, db)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 3 {
		Histories(t, j, random, 25)
		Check(t, j)
		SameWhenRebuilt(t, db, j, Sample(1))
	}
	if len(Dump(t, db, "sample_items")) == 0 || len(Dump(t, db, "sample_words")) == 0 {
		t.Error("the views are empty: nothing was compared")
	}
	var last, total int64
	if err := j.Rebuild(context.Background(), []string{"sample"}, func(done, of int64) { last, total = done, of }); err != nil || last != total || total == 0 {
		t.Errorf("progress ended at %d of %d: %v", last, total, err)
	}
	if err := j.Rebuild(context.Background(), []string{"nobody"}, nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("a view that is not there: %v", err)
	}
}

// changedViews opens the journal with views of other versions and shapes.
func changedViews(t *testing.T, db *store.DB) {
	j := Open(t, db)
	Histories(t, j, rand.New(rand.NewPCG(1, 2)), 20)
	before := Dump(t, db, "sample_items")
	counting := journal.Projection{Name: "counting", Version: 1, Tables: []string{"counting_kinds"},
		Schema: "create table counting_kinds (kind text primary key, n bigint not null)",
		Apply: func(ctx context.Context, tx *store.Tx, f journal.Fact) error {
			_, err := tx.Exec(ctx, "insert into counting_kinds (kind, n) values ($1, 1) on conflict (kind) do update set n = counting_kinds.n + 1", f.Kind)
			return err
		}}
	wider := Sample(2)
	wider.Schema += "create table sample_more (k text primary key);"
	wider.Tables = append(wider.Tables, "sample_more")
	Open(t, db, func(o *journal.Options) { o.Projections = []journal.Projection{counting, wider} })
	if got := Dump(t, db, "sample_items"); !slices.Equal(got, before) {
		t.Errorf("built anew, the view holds %v, was %v", got, before)
	}
	if got := Dump(t, db, "counting_kinds"); len(got) < 3 || len(Dump(t, db, "sample_more")) != 0 {
		t.Errorf("the new view holds %v", got)
	}
	_, err := journal.Open(context.Background(), db, journal.Options{Projections: []journal.Projection{counting, Sample(1)}})
	if fault.Of(err).Key != journal.KeyNewer {
		t.Errorf("opened by an older program: %v", err)
	}
	Open(t, db, func(o *journal.Options) { o.Projections = []journal.Projection{counting} })
	for _, table := range wider.Tables {
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			rows, err := tx.Query(context.Background(), "select * from "+table)
			if err == nil {
				err = rows.Close()
			}
			return err
		})
		if err == nil {
			t.Errorf("%s is still there, but no room keeps it", table)
		}
	}
}

func otherVersion(t *testing.T, db *store.DB) {
	ctx := context.Background()
	old := Open(t, db)
	thing := newID()
	put(t, old, one(thing, 0, Opened, "text"))
	young := Open(t, db, func(o *journal.Options) { o.Projections = []journal.Projection{Sample(2)} })
	_, err := old.Append(ctx, one(thing, 1, Closed, ""))
	if fault.Of(err).Key != journal.KeyOtherVersion || !fault.Is(err, fault.Away) {
		t.Errorf("a replica of another version appended: %v", err)
	}
	if err := errors.Join(old.Rebuild(ctx, nil, nil)); fault.Of(err).Key != journal.KeyOtherVersion {
		t.Errorf("a replica of another version rebuilt: %v", err)
	}
	if list, err := old.After(ctx, 0, 10); err != nil || len(list) != 1 {
		t.Errorf("a replica of another version reads %v %v", list, err)
	}
	put(t, young, one(thing, 1, Closed, ""))
	Check(t, young)
}

func erasedEverywhere(t *testing.T, db *store.DB) {
	ctx := context.Background()
	j := Open(t, db)
	secret := "Zwqsecretname"
	thing, other := newID(), newID()
	long := strings.Repeat(secret+" lives here. ", 800) // more than a page
	written := put(t, j, one(thing, 0, Opened, long))
	short := put(t, j, one(other, 0, Opened, secret+" was here"))
	put(t, j, one(other, 1, Renamed, "stays"))
	before := where(t, db, secret)
	if files(t, db) != "" && !slices.ContainsFunc(before, func(place string) bool { return strings.HasPrefix(place, "/") }) || len(before) < 3 {
		t.Fatalf("before it is erased the text is found only in %v: this test looks in the wrong places", before)
	}
	for _, seq := range []facts.Seq{written[0].Seq, short[0].Seq} {
		if err := j.Erase(ctx, other, seq, "person"); err != nil {
			t.Fatal(err)
		}
	}
	if found := where(t, db, secret); len(found) != 0 {
		t.Errorf("after erasing, the text is still in %v", found)
	}
	all := Check(t, j)
	f, last := all[0], all[len(all)-2]
	if f.Body != nil || !f.Erased || !bytes.Equal(f.BodyHash, written[0].BodyHash) {
		t.Errorf("the erased fact reads %+v", f)
	}
	var p facts.BodyErasedPayload
	if err := last.Decode(&p); err != nil || last.Kind != facts.BodyErased || last.Thing != thing || last.Audience != f.Audience || p.Seq != f.Seq || p.Kind != Opened || p.Reason != "person" {
		t.Errorf("the fact that says so: %+v %+v %v", last, p, err)
	}
	if err := j.Erase(ctx, other, written[0].Seq, "person"); err != nil || len(Check(t, j)) != len(all) {
		t.Errorf("erasing again: %v", err)
	}
	if err := j.Erase(ctx, other, last.Seq, "law"); fault.Of(err).Key != journal.KeyNoBody {
		t.Errorf("a fact without a body: %v", err)
	}
	if err := j.Erase(ctx, other, 1, "whim"); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a reason: %v", err)
	}
	SameWhenRebuilt(t, db, j, Sample(1))
	if found := where(t, db, secret); len(found) != 0 {
		t.Errorf("after rebuilding, the text is in %v", found)
	}
}

// where gives the tables, and the database's files where they can be read, that
// hold a text.
func where(t *testing.T, db *store.DB, text string) (found []string) {
	t.Helper()
	for _, table := range []string{"journal_facts", "journal_bodies", "journal_things", "sample_items", "sample_words"} {
		if strings.Contains(strings.Join(Dump(t, db, table), "\n"), text) {
			found = append(found, "table "+table)
		}
	}
	root := files(t, db)
	if root == "" {
		return found
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // a server's files come and go
		}
		if content, err := os.ReadFile(path); err == nil && bytes.Contains(content, []byte(text)) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// files gives the folder of the database's files, "" when it cannot be read.
func files(t *testing.T, db *store.DB) string {
	t.Helper()
	if db.Dialect() == store.SQLite {
		return filepath.Dir(db.Path())
	}
	root := relations(t, db)
	if root == "" {
		t.Log("the server's files are out of reach: only the tables are searched")
	}
	return root
}

// relations flushes a PostgreSQL server that runs here and gives the folder of
// its tables; "" when it cannot be read.
func relations(t *testing.T, db *store.DB) (folder string) {
	t.Helper()
	ctx := context.Background()
	err := db.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select current_setting('data_directory')").Scan(&folder)
	})
	if err != nil {
		return ""
	}
	if err := db.WriteInOrder(ctx, 1, func(tx *store.Tx) error { _, err := tx.Exec(ctx, "checkpoint"); return err }); err != nil {
		t.Logf("checkpoint: %v", err)
		return ""
	}
	folder = filepath.Join(folder, "base")
	if _, err := os.ReadDir(folder); err != nil {
		return ""
	}
	return folder
}
