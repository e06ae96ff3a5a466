package keep

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

// Source is the node to be kept.
type Source struct {
	DB        *store.DB
	Blobs     *blobs.Store
	Registers Registers
	Names     Names
	Program   string
	Now       time.Time
	Progress  Progress
}

// Progress is told how far the work has come: the step is "records" (counted in
// facts) or "files" (counted in files). It may be nil.
type Progress func(step string, done, total int64)

// Write keeps a node in one file, sealed to the recipients, or open to everybody
// when there are none. What it writes is a backup only when it gives no error.
// Its memory does not grow with the node but by some 50 bytes for each blob.
func Write(ctx context.Context, out io.Writer, s Source, to []string) (*Manifest, error) {
	if s.Progress == nil {
		s.Progress = func(string, int64, int64) {}
	}
	var closers []io.Closer
	if len(to) > 0 {
		keys, err := recipients(to)
		if err != nil {
			return nil, err
		}
		sealed, err := age.Encrypt(out, keys...)
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		out, closers = sealed, append(closers, sealed)
	}
	packed, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	w := &writer{Source: s, tar: tar.NewWriter(packed), wanted: map[[32]byte]bool{}}
	err = w.write(ctx)
	for _, c := range append([]io.Closer{w.tar, packed}, closers...) {
		if closed := c.Close(); err == nil {
			err = closed
		}
	}
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	return &w.manifest, nil
}

type writer struct {
	Source
	tar      *tar.Writer
	manifest Manifest
	wanted   map[[32]byte]bool // blobs that facts name; true: one of them is erased, and the blob may be
	erased   map[int64]bool    // facts whose words are erased
}

func (w *writer) write(ctx context.Context) error {
	// One snapshot for all tables. The blobs it names were durable before, so
	// they can be read after it.
	if err := w.DB.Read(ctx, func(tx *store.Tx) error { return w.tables(ctx, tx) }); err != nil {
		return err
	}
	if err := w.blobs(ctx); err != nil {
		return err
	}
	return w.json(manifestName, w.manifest)
}

func (w *writer) json(name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.entry(name, b)
}

func (w *writer) entry(name string, content []byte) error {
	err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(content)), Format: tar.FormatPAX})
	if err == nil {
		_, err = w.tar.Write(content)
	}
	return err
}

// tables writes the head and the rows.
func (w *writer) tables(ctx context.Context, tx *store.Tx) error {
	all, err := tx.Tables(ctx)
	if err != nil {
		return err
	}
	m := &w.manifest
	*m = Manifest{What: what, Format: Format, Program: w.Program, Made: w.Now.UTC().Truncate(time.Second), Database: string(tx.Dialect()), Registers: map[string]int64{}}
	err = tx.QueryRow(ctx, "select n.id, coalesce((select max(seq) from journal_facts), 0) from journal_node n").Scan(&m.Node, &m.Last)
	if err != nil {
		return err
	}
	kept, err := w.choose(ctx, tx, all)
	if err != nil {
		return err
	}
	if w.erased, err = erasedFacts(ctx, tx); err != nil {
		return err
	}
	if err := w.json(headName, m); err != nil {
		return err
	}
	for _, t := range kept {
		if err := w.table(ctx, tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

// choose gives the tables of the registers, and notes the versions. Registers
// that Restore could not make again are a programmer's mistake, found here
// rather than on the day of the restore.
func (w *writer) choose(ctx context.Context, tx *store.Tx, all []store.Table) (kept []store.Table, err error) {
	views, err := viewTables(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if name, ok := strings.CutSuffix(t.Name, "_migrations"); ok {
			if w.Registers[name] == nil {
				return nil, fmt.Errorf("the registers of %s are not in the list of what is kept", name)
			}
			var version int64
			if err := tx.QueryRow(ctx, "select max(version_id) from "+t.Name).Scan(&version); err != nil {
				return nil, err
			}
			w.manifest.Registers[name] = version
			continue
		}
		prefix, _, _ := strings.Cut(t.Name, "_")
		if w.Registers[prefix] != nil && !fleeting[t.Name] && !slices.Contains(views, t.Name) {
			kept = append(kept, t)
		}
	}
	return kept, nil
}

func viewTables(ctx context.Context, tx *store.Tx) (list []string, err error) {
	views := store.Table{Name: "journal_views", Columns: []store.Column{{Name: "tables", Type: "text"}}}
	err = tx.EachRow(ctx, views, func(row []any) error {
		list = append(list, strings.Fields(row[0].(string))...)
		return nil
	})
	return list, err
}

func (w *writer) table(ctx context.Context, tx *store.Tx, t store.Table) error {
	n := 0
	enc := &encoder{table: t, out: func(content []byte, rows int) error {
		n++
		p := Part{Name: fmt.Sprintf("%s%s/%06d.jsonl", tablesDir, t.Name, n), Rows: rows, SHA256: sumOf(content)}
		w.manifest.Parts = append(w.manifest.Parts, p)
		return w.entry(p.Name, content)
	}}
	look := w.look(t)
	err := tx.EachRow(ctx, t, func(row []any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if look != nil {
			if err := look(row); err != nil {
				return err
			}
		}
		return enc.add(row)
	})
	if err != nil {
		return err
	}
	return enc.flush()
}

func erasedFacts(ctx context.Context, tx *store.Tx) (map[int64]bool, error) {
	rows, err := tx.Query(ctx, "select f.seq from journal_facts f left join journal_bodies b on b.seq = f.seq where f.body_hash is not null and b.seq is null")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := map[int64]bool{}
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		list[seq] = true
	}
	return list, rows.Err()
}

// look gives what notes the blobs that a fact names, nil for other tables.
func (w *writer) look(t store.Table) func(row []any) error {
	at := func(name string) int {
		return slices.IndexFunc(t.Columns, func(c store.Column) bool { return c.Name == name })
	}
	if t.Name != "journal_facts" || w.Names == nil {
		return nil
	}
	seq, kind, payload := at("seq"), at("kind"), at("payload")
	return func(row []any) error {
		n := row[seq].(int64)
		if n%1000 == 0 || n == int64(w.manifest.Last) {
			w.Progress("records", n, int64(w.manifest.Last))
		}
		list, err := w.Names(facts.Kind(row[kind].(string)), []byte(row[payload].(string)))
		if err != nil {
			return fmt.Errorf("fact %d: %w", n, err)
		}
		for _, h := range list {
			var key [32]byte
			if _, err := hex.Decode(key[:], []byte(h)); err == nil && len(h) == 64 {
				w.wanted[key] = w.wanted[key] || w.erased[n]
			}
		}
		return nil
	}
}

// blobs writes every blob that is named. One that is lost or damaged is noted:
// a backup on a bad day is worth more without it than none.
func (w *writer) blobs(ctx context.Context) error {
	list := make([][32]byte, 0, len(w.wanted))
	for key := range w.wanted {
		list = append(list, key)
	}
	slices.SortFunc(list, func(a, b [32]byte) int { return strings.Compare(string(a[:]), string(b[:])) })
	sum := newTally()
	for i, key := range list {
		h := facts.Hash(hex.EncodeToString(key[:]))
		size, err := w.blob(ctx, h)
		switch f := fault.Of(err); {
		case err == nil:
			sum.add(h, size)
		case f.Key == blobs.KeyNone || f.Key == blobs.KeyDamaged:
			if f.Key == blobs.KeyNone && w.wanted[key] {
				break // erased with the words it came with
			}
			w.manifest.Lost++
			if len(w.manifest.Missing) < maxMissing {
				w.manifest.Missing = append(w.manifest.Missing, h)
			}
		default:
			return err
		}
		w.Progress("files", int64(i+1), int64(len(list)))
	}
	w.manifest.Blobs = sum.end()
	return nil
}

func (w *writer) blob(ctx context.Context, h facts.Hash) (int64, error) {
	f, err := w.Blobs.OpenVerified(ctx, h)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return 0, store.Trouble(err)
	}
	if err := w.tar.WriteHeader(&tar.Header{Name: blobsDir + string(h), Mode: 0o600, Size: size, Format: tar.FormatPAX}); err != nil {
		return 0, err
	}
	sum := sha256.New()
	n, err := io.Copy(w.tar, io.TeeReader(io.LimitReader(f, size), sum))
	if err == nil && (n != size || hex.EncodeToString(sum.Sum(nil)) != string(h)) {
		err = fault.New(fault.Conflict, KeyChanged, fault.Args{"hash": string(h)})
	}
	return size, errors.Join(err, ctx.Err())
}
