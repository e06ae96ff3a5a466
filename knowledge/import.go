package knowledge

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"sameboat/engines/reading"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/store"
)

// Options set what an imported file does not say.
type Options struct {
	Actor     facts.ID          // who imports
	Owner     facts.ID          // the organisation that will own what comes in
	Source    string            // name of the source; empty: the file's name
	Map       map[string]string // column → field
	IDColumn  string            // the column that identifies a row
	Kind      string
	Lang      facts.Lang
	Issuer    string
	Licence   string
	State     string // empty: published
	Topics    []string
	Audiences []string
	Hazards   []string
	Countries []string
	URL       string                // source address of a document
	Date      string                // source date of a document
	Titles    map[facts.Lang]string // title of the one resource of a bilingual table
	Bilingual []facts.Lang          // columns of a table of aligned units, the original first
	Charset   string
	Sheet     string
	Sample    bool
}

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

// Report is what became of an import.
type Report struct {
	Read     int       `json:"read"`    // rows or documents
	New      int       `json:"new"`     // resources that were not there
	Changed  int       `json:"changed"` // new editions, new languages, new states
	Same     int       `json:"same"`    // said nothing new
	Refused  int       `json:"refused"`
	Refusals []Refusal `json:"refusals,omitempty"` // at most maxRefusals are kept
	Notes    []Refusal `json:"notes,omitempty"`    // what was taken, but a person should look at; as many
}

const maxRefusals = 1000

// Refusal says which row of which file was not taken, and why.
type Refusal struct {
	File  string
	Line  int // 0: the whole file
	Fault *fault.Fault
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

func (o Options) withDefaults() Options {
	if o.State == "" {
		o.State = Published
	}
	return o
}

// blank is the edition an import starts every row from.
func (o Options) blank() Draft {
	d := Draft{Edition: facts.Edition{State: o.State, Owner: o.Owner, Source: o.Source, Kind: o.Kind, Issuer: o.Issuer, Licence: o.Licence,
		SourceURL: o.URL, SourceDate: o.Date, Certainty: "not_graded", Sample: o.Sample}}
	appendNew(&d.Edition.Topics, o.Topics)
	appendNew(&d.Edition.Audiences, o.Audiences)
	appendNew(&d.Edition.Hazards, o.Hazards)
	for _, c := range o.Countries {
		d.Edition.Countries = appendCountry(d.Edition.Countries, c, true)
	}
	return d
}

// langOf decides a row's language: what it says, what the options say, or what
// its text looks like.
func (o Options) langOf(said, text string) facts.Lang {
	if lang := facts.LangOf(said); lang != "" {
		return lang
	}
	if said != "" {
		return facts.Lang(said) // for Check to refuse
	}
	if o.Lang != "" {
		return o.Lang
	}
	return detectLang(text)
}

// importRun is one import under way.
type importRun struct {
	Report
	l        *Library
	o        Options
	file     string
	size     int64
	read     int64
	words    int // bytes of words that wait
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
	line    int
	content rowID
}

func shorten(parts ...string) rowID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return rowID(sum[:16])
}

// pending is a draft that waits for its batch.
type pending struct {
	draft Draft
	file  string
	line  int
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
func (run *importRun) add(ctx context.Context, d Draft, line int) error {
	run.Read++
	if d.Edition.Source == "" {
		d.Edition.Source = path.Base(run.file)
	}
	if err := d.Check(run.l.now()); err != nil {
		run.refuse(run.file, line, err)
		return nil
	}
	if twice, same := run.twice(d, line); twice {
		if same {
			run.Same++
		}
		return nil
	}
	// One batch holds one state: rows of one resource become one edition, and a
	// draft of one language must not come out with another one.
	if n := len(run.waiting); n > 0 && (n >= batchRows || run.words+d.size() > batchBytes || run.waiting[0].draft.Edition.State != d.Edition.State) {
		if err := run.flush(ctx); err != nil {
			return err
		}
	}
	run.waiting, run.words = append(run.waiting, pending{d, run.file, line}), run.words+d.size()
	return nil
}

// twice finds a row that came before in the same import: the same words again
// are passed over, other words under the same identity are refused.
func (run *importRun) twice(d Draft, line int) (twice, same bool) {
	id := shorten(d.Edition.Source, d.Edition.Key, string(d.Edition.Variants[0].Lang))
	words := shorten(string(content(d)))
	first, ok := run.seen[id]
	switch {
	case !ok:
		run.seen[id] = seenRow{line, words}
		return false, false
	case first.content == words:
		return true, true
	}
	name, given := strings.CutPrefix(d.Edition.Key, "id:")
	if !given {
		name = d.Text.Variants[d.Edition.Variants[0].Lang].Title
	}
	run.refuse(run.file, line, fault.New(fault.Invalid, "knowledge.import.twice", fault.Args{"key": clip(name), "line": first.line}))
	return true, false
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
	report, fresh := run.Report, []*target(nil)
	batch := journal.Batch{Actor: run.o.Actor}
	for _, t := range order {
		list, err := t.decide()
		switch {
		case err != nil:
			for _, p := range t.rows {
				report.refuse(p.file, p.line, err)
			}
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
	run.Report = report
	return n, nil
}

// decide gives the facts that a target's rows lead to. Words that became too
// long for the journal together are refused here, before they spoil the batch.
func (t *target) decide() ([]journal.New, error) {
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

func (r *Report) refuse(file string, line int, err error) {
	r.Refused++
	if len(r.Refusals) < maxRefusals {
		r.Refusals = append(r.Refusals, Refusal{File: file, Line: line, Fault: readingFault(err)})
	}
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

// table takes the rows of one table in. header says that one line names the
// columns of all rows; in JSON every row names its own.
func (run *importRun) table(ctx context.Context, records iter.Seq2[reading.Record, error], header bool) error {
	var cols columns
	var names []string
	for record, err := range records {
		if err != nil {
			run.refuse(run.file, 0, err)
			return nil
		}
		if record.Err != nil {
			run.Read++
			run.refuse(run.file, record.Line, record.Err)
			continue
		}
		if cols == nil || !slices.Equal(names, record.Columns) {
			names = record.Columns
			said := run.o.Map
			if run.o.IDColumn != "" {
				said = withColumn(said, run.o.IDColumn, "id")
			}
			if cols, err = mapColumns(record.Columns, said); err != nil {
				run.Read++
				run.refuse(run.file, record.Line, err)
				if header {
					return nil // every row has the same columns
				}
				names = nil
				continue
			}
		}
		if err := run.add(ctx, row{record, cols}.draft(run.o, run.l.now()), record.Line); err != nil {
			return err
		}
		run.tell(false)
	}
	return nil
}
