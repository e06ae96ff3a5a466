package knowledge

import (
	"context"
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
	run := &importRun{l: l, o: o, seen: map[string]int{}, progress: progress}
	if o.Owner.IsZero() {
		return run.Report, fault.New(fault.Invalid, "knowledge.import.no_owner", nil)
	}
	for _, group := range groupFiles(files) {
		run.file, run.size, run.read = group[0].Name, group[0].Size, 0
		clear(run.seen)
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
	seen     map[string]int // identity and language → line, within one file
	waiting  []pending
	progress func(Progress)
	told     time.Time
}

// pending is a draft that waits for its batch.
type pending struct {
	draft Draft
	file  string
	line  int
}

// batchSize is how many rows share one transaction; the journal takes 500 facts.
const batchSize = 400

func (run *importRun) refuse(file string, line int, err error) {
	run.Refused++
	if len(run.Refusals) < maxRefusals {
		run.Refusals = append(run.Refusals, Refusal{File: file, Line: line, Fault: readingFault(err)})
	}
}

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
	run.waiting = append(run.waiting, pending{d, run.file, line})
	if len(run.waiting) >= batchSize {
		return run.flush(ctx)
	}
	return nil
}

// twice finds a row that came before in the same file: the same words again
// are passed over, other words under the same identity are refused.
func (run *importRun) twice(d Draft, line int) (twice, same bool) {
	key := d.Edition.Source + "\x00" + d.Edition.Key + "\x00" + string(d.Edition.Variants[0].Lang)
	first, ok := run.seen[key]
	if !ok {
		run.seen[key] = line
		run.seen[key+"\x00"+string(content(d))] = line
		return false, false
	}
	if _, same = run.seen[key+"\x00"+string(content(d))]; !same {
		run.refuse(run.file, line, fault.New(fault.Invalid, "knowledge.import.twice", fault.Args{"key": clip(strings.TrimPrefix(d.Edition.Key, "id:")), "line": first}))
	}
	return true, same
}

// flush writes what waits. Should somebody else have changed one of the
// resources in between, it reads again and decides again.
func (run *importRun) flush(ctx context.Context) error {
	if len(run.waiting) == 0 {
		return nil
	}
	for try := 0; ; try++ {
		err := run.write(ctx)
		if err == nil {
			break
		}
		if !fault.Is(err, fault.Conflict) || try == 3 {
			return err
		}
	}
	run.waiting = run.waiting[:0]
	run.tell(true)
	return nil
}

// write decides over all that waits and appends the facts in one transaction.
// Rows that belong to one resource, such as its languages, become one edition.
func (run *importRun) write(ctx context.Context) error {
	type target struct {
		id    facts.ID
		cur   Current
		draft Draft
		rows  []pending
	}
	report := run.Report
	byKey, order := map[string]*target{}, []*target{}
	err := run.l.db.Read(ctx, func(tx *store.Tx) error {
		for _, p := range run.waiting {
			e := p.draft.Edition
			key := e.Source + "\x00" + e.Key
			t := byKey[key]
			if t == nil {
				id, cur, err := run.l.find(ctx, tx, e)
				if err != nil {
					return err
				}
				t = &target{id: id, cur: cur, draft: p.draft}
				byKey[key], order = t, append(order, t)
			} else {
				t.draft = merge(Current{Version: 1, Edition: t.draft.Edition, Text: t.draft.Text}, p.draft)
			}
			t.rows = append(t.rows, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	batch := journal.Batch{Actor: run.o.Actor}
	for _, t := range order {
		fact, err := Write(t.id, t.cur, t.draft)
		switch {
		case err != nil:
			for _, p := range t.rows {
				refuseIn(&report, p.file, p.line, err)
			}
			continue
		case fact == nil:
			report.Same += len(t.rows)
			continue
		case t.cur.Version == 0:
			report.New++
			report.Changed += len(t.rows) - 1
		default:
			report.Changed += len(t.rows)
		}
		batch.Reads = append(batch.Reads, journal.Read{Thing: t.id, Version: t.cur.Version})
		batch.Facts = append(batch.Facts, *fact)
	}
	if len(batch.Facts) > 0 {
		if _, err := run.l.journal.Append(ctx, batch); err != nil {
			return err
		}
	}
	run.Report = report
	return nil
}

func refuseIn(r *Report, file string, line int, err error) {
	r.Refused++
	if len(r.Refusals) < maxRefusals {
		r.Refusals = append(r.Refusals, Refusal{File: file, Line: line, Fault: fault.Of(err)})
	}
}

// find gives the resource an edition belongs to by its identity, or a fresh ID.
func (l *Library) find(ctx context.Context, tx *store.Tx, e facts.Edition) (facts.ID, Current, error) {
	var id facts.ID
	err := tx.QueryRow(ctx, `select resource from knowledge_identities where owner = $1 and source = $2 and row_key = $3`,
		e.Owner, e.Source, e.Key).Scan(&id)
	if errors.Is(err, store.ErrNoRows) {
		return facts.NewID(l.now()), Current{}, nil
	}
	if err != nil {
		return id, Current{}, err
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
