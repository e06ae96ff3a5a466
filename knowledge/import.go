package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// File is one file to import: its name relative to what the caller named, and
// a way to open it.
type File struct {
	Name string
	Size int64
	Open func() (Opened, error)
}

// Opened is an open file.
type Opened interface {
	io.ReaderAt
	io.Closer
}

// Progress is told after every batch and now and then in between.
type Progress struct {
	File  string
	Bytes int64 // read of the file
	Size  int64 // of the file
	Report
}

// Import takes files in. Rows that cannot be taken are reported and the others
// go in; what is reported as taken is durable. The error is of the import as a
// whole (the database is away, the options are wrong), never of one row.
func (l *Library) Import(ctx context.Context, files []File, o Options, progress func(Progress)) (Report, error) {
	o = o.withDefaults()
	run := &importRun{l: l, o: o, seen: map[rowID]seenRow{}, progress: progress}
	if o.Owner.IsZero() {
		return run.Report, fault.New(fault.Invalid, "knowledge.import.no_owner", nil)
	}
	if err := o.Check(l.now()); err != nil {
		return run.Report, err
	}
	for _, group := range groupFiles(files) {
		run.file, run.size, run.read = group[0].Name, group[0].Size, 0
		if err := run.files(ctx, group); err != nil {
			return run.Report, err
		}
		if err := run.flush(ctx); err != nil {
			return run.Report, err
		}
	}
	return run.Report, nil
}

// importRun is one import under way.
type importRun struct {
	Report
	l        *Library
	o        Options
	file     string
	size     int64
	read     int64
	words    int      // bytes of words that wait
	names    []string // of the files that rows in seen are from
	seen     map[rowID]seenRow
	waiting  []pending
	progress func(Progress)
	told     time.Time
}

// rowID is the identity of a row and its language, shortened: an import may
// have millions.
type rowID [16]byte

// seenRow is where an identity was met first, and what it said there.
type seenRow struct {
	file    int // index of its name
	at      place
	content rowID
}

func shorten(parts ...string) rowID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return rowID(sum[:16])
}

// pending is a draft that waits for its batch.
type pending struct {
	draft    Draft
	file     string
	at       place
	document bool // a whole file, not a row of a table
}

// name is what a message calls a row or a document: its ID, else its title.
func (p pending) name() string {
	if id, ok := strings.CutPrefix(p.draft.Edition.Key, "id:"); ok {
		return clip(id)
	}
	return clip(p.draft.Text.Variants[p.draft.Edition.Variants[0].Lang].Title)
}

// sourceOf is the source that stands for a file when none was said: its name
// within what the caller named, so that files of one name in two folders are
// two sources. A very long one is shortened to what an identity may hold.
func sourceOf(name string) string {
	if utf8.RuneCountInString(name) <= maxSource {
		return name
	}
	sum, tail := sha256.Sum256([]byte(name)), []rune(name)
	return hex.EncodeToString(sum[:12]) + "…" + string(tail[len(tail)-maxSource/2:])
}

// Bounds of what shares one transaction. A row becomes at most two facts, a
// third where a draft waits, and its words at most double in the journal's body,
// so both stay under journal.MaxFacts and journal.MaxBatch with one more edition
// of any size.
const (
	batchRows  = 240
	batchBytes = 12 << 20 // bytes of words
)

// add checks a draft and lets it wait for its batch.
func (run *importRun) add(ctx context.Context, p pending) error {
	run.Read++
	if same, err := run.admit(&p); err != nil {
		run.refuse(p.file, p.at, err)
		return nil
	} else if same {
		run.Same++
		return nil
	}
	return run.wait(ctx, p)
}

// wait lets a draft that was admitted wait for its batch.
func (run *importRun) wait(ctx context.Context, p pending) error {
	// One batch holds one state: rows of one resource become one edition, and a
	// draft of one language must not come out with another one.
	if n := len(run.waiting); n > 0 && (n >= batchRows || run.words+p.draft.size() > batchBytes || run.waiting[0].draft.Edition.State != p.draft.Edition.State) {
		if err := run.flush(ctx); err != nil {
			return err
		}
	}
	run.waiting, run.words = append(run.waiting, p), run.words+p.draft.size()
	return nil
}

// admit says what is wrong with a draft itself, and finds what came before in
// the same import: the same words again are passed over, other words under the
// same identity are refused.
func (run *importRun) admit(p *pending) (same bool, err error) {
	e := &p.draft.Edition
	if e.Source == "" {
		e.Source = sourceOf(p.file)
	}
	if err := p.draft.Check(run.l.now()); err != nil {
		return false, err
	}
	if len(run.names) == 0 || run.names[len(run.names)-1] != p.file {
		run.names = append(run.names, p.file)
	}
	id := shorten(e.Source, e.Key, string(e.Variants[0].Lang))
	words := shorten(string(content(p.draft)))
	first, ok := run.seen[id]
	switch {
	case !ok:
		run.seen[id] = seenRow{len(run.names) - 1, p.at, words}
		return false, nil
	case first.content == words:
		return true, nil
	}
	key := "knowledge.import.twice"
	switch {
	case p.document:
		key = "knowledge.import.twice_document"
	case first.at.record > 0:
		key = "knowledge.import.twice_record"
	}
	return false, fault.New(fault.Invalid, key, fault.Args{"key": p.name(), "file": run.names[first.file], "line": first.at.line, "record": first.at.record})
}

// flush writes what waits, in as many transactions as its size asks for. Should
// somebody else have changed one of the resources in between, it reads again
// and decides again.
func (run *importRun) flush(ctx context.Context) error {
	for try := 0; len(run.waiting) > 0; {
		n, err := run.write(ctx)
		switch {
		case err == nil:
			run.waiting, try = run.waiting[n:], 0
			run.tell(true)
		case !fault.Is(err, fault.Conflict) || try == 3:
			return err
		default:
			try++
		}
	}
	run.waiting, run.words = nil, 0
	return nil
}

// target is one resource that waiting rows are about.
type target struct {
	id    facts.ID
	cur   Current
	draft Draft
	rows  []pending
	err   error // why its one row is refused
}

// targets reads what the first rows that wait are about, as many as fit into one
// transaction: n of them. Rows that belong to one resource, such as its
// languages, become one edition.
func (run *importRun) targets(ctx context.Context) (order []*target, n int, err error) {
	err = run.l.db.Read(ctx, func(tx *store.Tx) error {
		order, n = nil, 0
		byKey, size, most := map[rowID]*target{}, 0, 0
		for _, p := range run.waiting {
			e := p.draft.Edition
			key := shorten(e.Source, e.Key)
			t, before := byKey[key], 0
			if t == nil {
				id, cur, err := run.l.find(ctx, tx, e)
				if err != nil {
					return err
				}
				t = &target{id: id, cur: cur, draft: cur.base(e.State)}
				most += 2
				if cur.Draft != nil && open(e.State) { // it may be written again
					most, before = most+1, -cur.Draft.size()
				}
			} else {
				before = t.draft.size()
			}
			if err := run.stranger(t.cur, p); err != nil {
				order, n = append(order, &target{rows: []pending{p}, err: err}), n+1
				continue
			}
			merged := merge(t.draft, p.draft)
			if size += merged.size() - before; n > 0 && (size > batchBytes || most > journal.MaxFacts) {
				return nil
			}
			if byKey[key] == nil {
				byKey[key], order = t, append(order, t)
			}
			t.draft, t.rows = merged, append(t.rows, p)
			n++
		}
		return nil
	})
	return order, n, err
}

// write decides over the first n rows that wait and appends the facts in one
// transaction.
func (run *importRun) write(ctx context.Context) (n int, err error) {
	order, n, err := run.targets(ctx)
	if err != nil {
		return 0, err
	}
	report, fresh, refused := run.Report, []*target(nil), []*target(nil)
	batch := journal.Batch{Actor: run.o.Actor}
	for _, t := range order {
		list, err := t.decide()
		switch {
		case err != nil:
			t.err, refused = err, append(refused, t)
			continue
		case len(list) == 0:
			report.Same += len(t.rows)
			continue
		case t.cur.Version == 0:
			fresh = append(fresh, t)
			report.New++
			report.Changed += len(t.rows) - 1
		default:
			report.Changed += len(t.rows)
		}
		batch.Reads = append(batch.Reads, journal.Read{Thing: t.id, Version: t.cur.Version})
		batch.Facts = append(batch.Facts, list...)
	}
	batch.Registers = func(ctx context.Context, tx *store.Tx, _ []journal.Fact) error { return checkFresh(ctx, tx, fresh) }
	if len(batch.Facts) > 0 {
		if _, err := run.l.journal.Append(ctx, batch); err != nil {
			return 0, err
		}
	}
	for _, t := range refused {
		for _, p := range t.rows {
			report.refuse(p.file, p.at, t.err)
		}
	}
	run.Report = report
	return n, nil
}

// decide gives the facts that a target's rows lead to. Words that became too
// long for the journal together are refused here, before they spoil the batch.
func (t *target) decide() ([]journal.New, error) {
	if t.err != nil {
		return nil, t.err
	}
	list, err := Write(t.id, t.cur, t.draft)
	if slices.ContainsFunc(list, func(n journal.New) bool { return len(n.Body) > journal.MaxBody }) {
		return nil, fault.New(fault.Invalid, "knowledge.draft.invalid", nil).With("body", "knowledge.draft.too_long", fault.Args{"max": journal.MaxBody})
	}
	return list, err
}

// checkFresh refuses new resources when somebody else has brought the same rows
// in meanwhile: each row is one resource.
func checkFresh(ctx context.Context, tx *store.Tx, fresh []*target) error {
	for _, t := range fresh {
		id, err := identified(ctx, tx, t.draft.Edition)
		if err != nil {
			return err
		}
		if id != t.id {
			return fault.New(fault.Conflict, journal.KeyMoved, fault.Args{"thing": t.id.String()})
		}
	}
	return nil
}

// identified gives the resource that has the identity of an edition, or the
// zero ID.
func identified(ctx context.Context, tx *store.Tx, e facts.Edition) (id facts.ID, err error) {
	err = tx.QueryRow(ctx, `select resource from knowledge_identities where owner = $1 and source = $2 and row_key = $3`,
		e.Owner, e.Source, e.Key).Scan(&id)
	if errors.Is(err, store.ErrNoRows) {
		return facts.ID{}, nil
	}
	return id, err
}

// find gives the resource an edition belongs to by its identity, or a fresh ID.
func (l *Library) find(ctx context.Context, tx *store.Tx, e facts.Edition) (facts.ID, Current, error) {
	id, err := identified(ctx, tx, e)
	if err != nil {
		return id, Current{}, err
	}
	if id.IsZero() {
		return facts.NewID(l.now()), Current{}, nil
	}
	cur, err := readCurrent(ctx, tx, id)
	return id, cur, err
}

func (run *importRun) tell(now bool) {
	if run.progress == nil || !now && time.Since(run.told) < 200*time.Millisecond {
		return
	}
	run.told = time.Now()
	run.progress(Progress{File: run.file, Bytes: run.read, Size: run.size, Report: run.Report})
}
