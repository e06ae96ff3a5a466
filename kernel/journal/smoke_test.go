package journal_test

import (
	"context"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	j, err := journal.Open(ctx, db, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id := facts.NewID(time.Now())
	got, err := j.Append(ctx, journal.Batch{Actor: id, Reads: []journal.Read{{Thing: id}}, Facts: []journal.New{
		{Thing: id, Kind: "a.B", Audience: facts.Public, Payload: map[string]int{"a": 1}, Body: []byte("x")},
		{Thing: id, Kind: "a.C", Audience: facts.Node}}})
	t.Log(got, err)
	list, err := j.After(ctx, 0, 10)
	t.Log(list, err)
	t.Log(j.Erase(ctx, id, 1, "person"))
	list, err = j.After(ctx, 0, 10)
	t.Log(list, err)
	_, err = j.Append(ctx, journal.Batch{Actor: id, Reads: []journal.Read{{Thing: id}}})
	t.Log(err)
}
