package doctor

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// State says how bad a finding is.
type State string

// The states. Only Bad makes the examination fail.
const (
	OK   State = "ok"
	Warn State = "warn"
	Bad  State = "bad"
)

// Finding is one thing that was looked at. Key and Advice are message keys that
// share Args; there is no advice where all is well.
type Finding struct {
	Check  string     `json:"check"`
	State  State      `json:"state"`
	Key    string     `json:"key"`
	Advice string     `json:"advice,omitempty"`
	Args   fault.Args `json:"args,omitempty"`
	Cause  string     `json:"cause,omitempty"` // for the operator
}

// Config says what to look at.
type Config struct {
	Dir    string       // the data folder
	DB     *store.DB    // nil: it could not be opened
	Broken error        // why
	Guard  *store.Guard // of the data folder's disk
	Blobs  *blobs.Store // nil: there is no folder of them
	Now    time.Time
	Names  func(kind facts.Kind, payload []byte) ([]facts.Hash, error)
	// Progress is told how far the long checks are: "journal" counted in facts,
	// "files" in files. It may be nil.
	Progress func(step string, done, total int64)
}

// Examine looks at everything.
func Examine(ctx context.Context, c Config) []Finding {
	if c.Progress == nil {
		c.Progress = func(string, int64, int64) {}
	}
	e := &examination{Config: c}
	e.folder()
	e.disk()
	if e.database(ctx) {
		e.clock(ctx)
		e.journal(ctx)
		e.files(ctx)
	}
	return e.found
}

type examination struct {
	Config
	found []Finding
}

func (e *examination) say(check string, state State, key, advice string, args fault.Args, err error) {
	f := Finding{Check: check, State: state, Key: key, Advice: advice, Args: args}
	if err != nil {
		f.Cause = err.Error()
	}
	e.found = append(e.found, f)
}

// folder looks at who may read and write what.
func (e *examination) folder() {
	at, err := os.Stat(e.Dir)
	if err != nil || !at.IsDir() {
		e.say("folder", Bad, "doctor.folder.none", "doctor.folder.none-advice", fault.Args{"folder": e.Dir}, err)
		return
	}
	f, err := os.CreateTemp(e.Dir, ".doctor-*")
	if err != nil {
		e.say("folder", Bad, "doctor.folder.denied", "doctor.folder.denied-advice", fault.Args{"folder": e.Dir}, err)
		return
	}
	err = errors.Join(f.Close(), os.Remove(f.Name()))
	well := err == nil
	for _, name := range []string{"", store.FileName, "secret", "blobs"} {
		path := filepath.Join(e.Dir, name)
		if at, err := os.Stat(path); err == nil && at.Mode().Perm()&0o077 != 0 && name != store.LockName {
			well = false
			e.say("folder", Warn, "doctor.folder.open", "doctor.folder.open-advice", fault.Args{"path": path, "mode": at.Mode().Perm().String()}, nil)
		}
	}
	if well {
		e.say("folder", OK, "doctor.folder.ok", "", fault.Args{"folder": e.Dir}, nil)
	}
}

func (e *examination) disk() {
	room, least, err := e.Guard.State()
	args := fault.Args{"free": megabytes(room.Free), "least": megabytes(least)}
	switch {
	case room.Total == 0:
		e.say("disk", Warn, "doctor.disk.unknown", "", nil, nil)
	case err != nil:
		e.say("disk", Bad, "doctor.disk.low", "doctor.disk.low-advice", args, err)
	case room.AllInodes > 0 && room.FreeInodes < max(1000, room.AllInodes/100):
		e.say("disk", Bad, "doctor.disk.inodes", "doctor.disk.low-advice", fault.Args{"n": room.FreeInodes}, nil)
	case room.Free < 3*least:
		e.say("disk", Warn, "doctor.disk.soon", "doctor.disk.low-advice", args, nil)
	default:
		e.say("disk", OK, "doctor.disk.ok", "", args, nil)
	}
}

func megabytes(n int64) int64 { return n / 1_000_000 }

func (e *examination) database(ctx context.Context) bool {
	if e.DB == nil {
		key, advice := "doctor.database.none", "doctor.database.none-advice"
		if f := fault.Of(e.Broken); f != nil {
			key, advice = f.Key, "doctor.database.broken-advice"
			e.found = append(e.found, Finding{Check: "database", State: Bad, Key: key, Advice: advice, Args: f.Args, Cause: e.Broken.Error()})
			return false
		}
		e.say("database", Warn, key, advice, nil, nil)
		return false
	}
	about, wrong, err := e.DB.Health(ctx)
	switch {
	case err != nil:
		f := fault.Of(err)
		e.say("database", Bad, f.Key, "doctor.database.broken-advice", f.Args, err)
		return false
	case len(wrong) > 0:
		for _, line := range wrong {
			advice := "doctor.database.damaged-advice"
			if e.DB.Dialect() == store.PostgreSQL {
				advice = "doctor.database.setting-advice"
			}
			e.say("database", Bad, "doctor.database.wrong", advice, fault.Args{"what": line}, nil)
		}
	default:
		e.say("database", OK, "doctor.database.ok", "", fault.Args{"what": about}, nil)
	}
	return true
}

// apart is how far two clocks may be from each other.
const apart = 2 * time.Second

// clock compares this machine's clock with the last fact and, where it is
// another, with the database's.
func (e *examination) clock(ctx context.Context) {
	var last int64
	var theirs time.Time
	err := e.DB.Read(ctx, func(tx *store.Tx) error {
		if err := tx.QueryRow(ctx, "select coalesce(max(recorded), 0) from (select recorded from journal_facts order by seq desc limit 1) f").Scan(&last); err != nil {
			return err
		}
		var err error
		theirs, err = tx.Now(ctx)
		return err
	})
	now := e.Now
	switch {
	case err != nil: // a folder without tables: the journal's check says so
	case last > 0 && store.Time(last).After(now.Add(apart)):
		e.say("clock", Bad, "doctor.clock.back", "doctor.clock.advice", fault.Args{"now": now.UTC().Format(time.RFC3339), "last": store.Time(last).Format(time.RFC3339)}, nil)
	case e.DB.Dialect() == store.PostgreSQL && theirs.Sub(now).Abs() > apart:
		e.say("clock", Warn, "doctor.clock.apart", "doctor.clock.advice", fault.Args{"seconds": int64(theirs.Sub(now).Abs() / time.Second)}, nil)
	default:
		e.say("clock", OK, "doctor.clock.ok", "", nil, nil)
	}
}

func (e *examination) journal(ctx context.Context) {
	last, err := journal.Verify(ctx, e.DB, func(done, total int64) { e.Progress("journal", done, total) })
	switch f := fault.Of(err); {
	case err == nil:
		e.say("journal", OK, "doctor.journal.ok", "", fault.Args{"n": int64(last)}, nil)
	case f.Key == journal.KeyDamaged:
		e.say("journal", Bad, f.Key, "doctor.journal.advice", f.Args, err)
	default:
		e.say("journal", Bad, "doctor.journal.unread", "doctor.journal.advice", nil, err)
	}
	e.reactors(ctx, last)
}

// lagging is how many facts a reactor may be behind before that is worth saying.
const lagging = 2000

func (e *examination) reactors(ctx context.Context, last facts.Seq) {
	behind := false
	cursors := map[string]int64{}
	err := e.DB.Read(ctx, func(tx *store.Tx) error {
		t := store.Table{Name: "journal_cursors", Columns: []store.Column{{Name: "name", Type: "text"}, {Name: "seq", Type: "integer"}}}
		return tx.EachRow(ctx, t, func(row []any) error {
			cursors[row[0].(string)] = row[1].(int64)
			return nil
		})
	})
	if err != nil {
		return // the journal's check has said so
	}
	for name, seq := range cursors {
		if n := int64(last) - seq; n > lagging {
			behind = true
			e.say("reactors", Warn, "doctor.reactors.behind", "doctor.reactors.advice", fault.Args{"name": name, "n": n}, nil)
		}
	}
	if !behind {
		e.say("reactors", OK, "doctor.reactors.ok", "", fault.Args{"n": len(cursors)}, nil)
	}
}

func notThere(err error) bool { return errors.Is(err, fs.ErrNotExist) || fault.Is(err, fault.NotFound) }
