package knowledge

import (
	"time"

	"sameboat/engines/reading"
	"sameboat/kernel/blobs"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Library is the room's shelf: what reads its views, takes files in and writes
// facts. It is safe for use by many goroutines.
type Library struct {
	db      *store.DB
	journal *journal.Journal
	blobs   *blobs.Store
	limits  reading.Limits
	now     func() time.Time
}

// NewLibrary opens the room over a journal that knows its Projection. now is
// the clock; nil is time.Now.
func NewLibrary(db *store.DB, j *journal.Journal, b *blobs.Store, now func() time.Time) *Library {
	if now == nil {
		now = time.Now
	}
	return &Library{db: db, journal: j, blobs: b, now: now}
}
