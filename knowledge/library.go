package knowledge

import (
	"time"

	"sameboat/engines/reading"
	"sameboat/kernel/blobs"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Library is the room's shelf: what reads its views, takes files in and writes
// facts. It is safe for use by many goroutines.
type Library struct {
	db       *store.DB
	journal  *journal.Journal
	blobs    *blobs.Store
	limits   reading.Limits
	now      func() time.Time
	standing Standing       // of organisations; nil: nobody is verified
	actor    identity.Actor // whose eyes it is read with
}

// NewLibrary opens the room over a journal that knows its Projection, as
// anybody sees it. now is the clock; nil is time.Now.
func NewLibrary(db *store.DB, j *journal.Journal, b *blobs.Store, now func() time.Time) *Library {
	if now == nil {
		now = time.Now
	}
	return &Library{db: db, journal: j, blobs: b, now: now}
}

// Under gives the same library with the standing of organisations, by which what
// they post becomes public or waits.
func (l *Library) Under(s Standing) *Library {
	under := *l
	under.standing = s
	return &under
}

// For gives the same library as the actor may see it: every list, count, card
// and page that is read through it is held to identity's policy.
func (l *Library) For(actor identity.Actor) *Library {
	seen := *l
	seen.actor = actor
	return &seen
}
