package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sameboat/kernel/blobs"
	"sameboat/kernel/doctor"
	"sameboat/kernel/fault"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

// examine looks a serving node over.
func examine(ctx context.Context, n *Node, c Call) error {
	found := doctor.Examine(ctx, doctor.Config{Dir: n.config.Data, DB: n.DB, Guard: n.guard, Blobs: n.Blobs, Now: n.now(), Names: Named, Progress: c.steps()})
	last, err := n.Journal.Last(ctx)
	if err == nil {
		found = append(found, indexFinding(n.config.Data, int64(last)))
	}
	return c.say("result", found)
}

// Examine looks over a node that nobody serves, without opening it as one: no
// table and no view is changed. A folder that a server holds gives a fault with
// store.KeyHeld.
func Examine(ctx context.Context, config Config, say func(Message) error) ([]doctor.Finding, error) {
	c := doctor.Config{Dir: config.Data, Guard: store.NewGuard(config.Data, config.LeastFree), Now: time.Now(), Names: Named, Progress: Call{Say: say}.steps()}
	if _, err := os.Stat(config.Data); err == nil && databaseThere(config) {
		c.DB, c.Broken = store.Open(ctx, store.Config{Dir: config.Data, URL: config.Database})
		if f := fault.Of(c.Broken); f != nil && f.Key == store.KeyHeld {
			return nil, c.Broken
		}
	}
	if _, err := os.Stat(BlobsDir(config.Data)); err == nil {
		c.Blobs, _ = blobs.Open(BlobsDir(config.Data)) // nil is told as a finding
	}
	found := doctor.Examine(ctx, c)
	if c.DB == nil {
		return found, nil
	}
	var last int64
	err := c.DB.Read(ctx, func(tx *store.Tx) error {
		return tx.QueryRow(ctx, "select coalesce(max(seq), 0) from journal_facts").Scan(&last)
	})
	if err == nil {
		found = append(found, indexFinding(config.Data, last))
	}
	return found, c.DB.Close()
}

// databaseThere keeps a look from making a database.
func databaseThere(config Config) bool {
	path := filepath.Join(config.Data, store.FileName)
	if rest, ok := strings.CutPrefix(config.Database, "sqlite:"); ok {
		path = rest
	} else if config.Database != "" {
		return true
	}
	_, err := os.Stat(path)
	return err == nil
}

// indexFinding looks at the snapshot on disk, which is only a copy: whatever is
// wrong with it, the next start makes it again.
func indexFinding(data string, last int64) doctor.Finding {
	seq, err := search.Examine(filepath.Join(data, "search"))
	args := fault.Args{"n": max(0, last-int64(seq))}
	switch {
	case errors.Is(err, search.ErrTorn):
		return doctor.Finding{Check: "index", State: doctor.Warn, Key: "doctor.index.torn", Advice: "doctor.index.advice", Cause: err.Error()}
	case err != nil:
		return doctor.Finding{Check: "index", State: doctor.Warn, Key: "doctor.index.unread", Advice: "doctor.index.advice", Cause: err.Error()}
	case seq == 0 && last > 0:
		return doctor.Finding{Check: "index", State: doctor.OK, Key: "doctor.index.none"}
	case int64(seq) > last:
		return doctor.Finding{Check: "index", State: doctor.Warn, Key: "doctor.index.foreign", Advice: "doctor.index.advice"}
	}
	return doctor.Finding{Check: "index", State: doctor.OK, Key: "doctor.index.ok", Args: args}
}
