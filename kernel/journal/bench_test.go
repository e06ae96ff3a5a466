package journal_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal"
	"sameboat/kernel/journal/journaltest"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
)

// BenchmarkAppend measures durable facts per second with the sample room's
// views: one writer and eight writers with one fact a batch, and batches of 500.
func BenchmarkAppend(b *testing.B) {
	for _, place := range []struct {
		name string
		open func(b *testing.B) store.Config
	}{
		{"sqlite", func(b *testing.B) store.Config { return store.Config{Dir: b.TempDir()} }},
		{"postgresql", func(b *testing.B) store.Config { return storetest.Postgres(b) }},
	} {
		for _, c := range []struct {
			name          string
			writers, each int
		}{{"1 writer", 1, 1}, {"8 writers", 8, 1}, {"batches of 500", 1, 500}} {
			b.Run(place.name+"/"+c.name, func(b *testing.B) {
				appendAll(b, storetest.Open(b, place.open(b)), c.writers, c.each)
			})
		}
	}
}

func appendAll(b *testing.B, db *store.DB, writers, each int) {
	j := journaltest.Open(b, db)
	var begun atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	var took []time.Duration
	b.ResetTimer()
	for range writers {
		all.Go(func() {
			for begun.Add(1) <= int64(b.N) {
				var batch journal.Batch
				for range each {
					id := facts.NewID(time.Now())
					batch.Reads = append(batch.Reads, journal.Read{Thing: id})
					batch.Facts = append(batch.Facts, journal.New{Thing: id, Kind: journaltest.Opened, Audience: facts.Public,
						Payload: journaltest.Title{Title: "Fever clinic triage at the district hospital"}, Body: []byte("fever and cough")})
				}
				began := time.Now()
				if _, err := j.Append(context.Background(), batch); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N*each)/b.Elapsed().Seconds(), "facts/s")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkRebuild makes the views of a million facts anew, and tells how high
// the memory of the process went meanwhile over what it was before.
func BenchmarkRebuild(b *testing.B) {
	const many = 1_000_000
	db := storetest.Open(b, store.Config{Dir: b.TempDir()})
	j := journaltest.Open(b, db)
	for done := 0; done < many; done += 500 {
		var batch journal.Batch
		for range 500 {
			id := facts.NewID(time.Now())
			batch.Reads = append(batch.Reads, journal.Read{Thing: id})
			batch.Facts = append(batch.Facts, journal.New{Thing: id, Kind: journaltest.Opened, Audience: facts.Public,
				Payload: journaltest.Title{Title: "Fever clinic triage at the district hospital"}, Body: []byte("fever and cough")})
		}
		if _, err := j.Append(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	var before, most runtime.MemStats
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	for range b.N {
		if err := j.Rebuild(context.Background(), nil, func(int64, int64) {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > most.HeapAlloc {
				most = now
			}
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(many*b.N)/b.Elapsed().Seconds(), "facts/s")
	b.ReportMetric(float64(most.HeapAlloc)/(1<<20)-float64(before.HeapAlloc)/(1<<20), "MB-more")
}
