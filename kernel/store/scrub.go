package store

import (
	"context"
	"errors"
	"time"

	"sameboat/kernel/fault"
)

// scrubPatience is how long a scrub waits for readers of an older state.
const scrubPatience = 15 * time.Second

// Scrub makes what was deleted from the tables unreadable in the database's
// files: on SQLite the deleted bytes are already overwritten (secure_delete) and
// the write-ahead log is emptied; on PostgreSQL the tables are rewritten, and
// locked meanwhile. It waits for readers that still see the deleted rows; when
// they take too long it gives a Busy fault, and must be called again. The
// server's own archives and backups are beyond its reach.
func (db *DB) Scrub(ctx context.Context, tables ...string) error {
	var err error
	if db.lite != nil {
		err = db.lite.scrub(ctx, scrubPatience)
	} else {
		err = db.scrubPostgres(ctx, scrubPatience, tables)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return fault.Wrap(fault.Busy, KeyBusy, err)
	}
	return Trouble(err)
}
