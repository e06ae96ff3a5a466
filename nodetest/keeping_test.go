package nodetest_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/journal"
	"sameboat/kernel/keep"
	"sameboat/kernel/store"
	"sameboat/kernel/store/storetest"
	"sameboat/knowledge"
	"sameboat/nodetest"
)

// TestBackupUnderLoad keeps a node while it is written to, destroys it, and
// makes it again on each database: views, registers and blobs are those of the
// moment of the backup.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	nodetest.Each(t, func(t *testing.T, n *nodetest.Node) {
		key, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		fill(t, n, "first", 3)
		erased := eraseOne(t, n, 1)
		stop := load(t, n)
		var file bytes.Buffer
		m := backupOf(t, n, &file, key.Recipient().String())
		stop()
		last, err := n.Journal.Last(context.Background())
		if err != nil || last <= m.Last || m.Last < 30 || m.Blobs.Count < 3 {
			t.Fatalf("the backup holds %d facts and %d files, the node %d facts: it was not written to meanwhile, or hardly before (%v)", m.Last, m.Blobs.Count, last, err)
		}
		want := stateAt(t, n, m.Last)
		later := eraseOne(t, n, 2)
		var list bytes.Buffer
		if count, err := keep.WriteErasures(context.Background(), n.DB, &list); err != nil || count != 2 {
			t.Fatalf("%d erasures are listed, want 2: %v", count, err)
		}
		n.Stop()
		if err := os.RemoveAll(n.Dir); err != nil {
			t.Fatal(err)
		}
		for _, c := range places(t) {
			restoreAndCompare(t, c, file.Bytes(), key, want, erased)
		}
		other := places(t)[map[bool]int{true: 1, false: 0}[n.DB.Dialect() == store.SQLite]]
		restoreAndErase(t, other, file.Bytes(), key, list.Bytes(), later)
	}, nodetest.Unhurried)
}

// places gives an empty place on each database there is.
func places(t *testing.T) []node.Config {
	list := []node.Config{{Data: filepath.Join(t.TempDir(), "data")}}
	return append(list, node.Config{Data: filepath.Join(t.TempDir(), "data"), Database: storetest.Postgres(t).URL})
}

// fill takes in tables, a document and a glossary, of which the latter two are
// blobs too.
func fill(t *testing.T, n *nodetest.Node, name string, rounds int) {
	ctx := context.Background()
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		t.Error(err)
		return
	}
	for i := range rounds {
		var csv, terms strings.Builder
		csv.WriteString("id,title,body\n")
		for r := range 12 {
			fmt.Fprintf(&csv, "%s-%d-%d,Question %d 口罩 ماء,\"Answer %d of %s, with a “quote” and ünïcode\"\n", name, i, r, r, i, name)
		}
		fmt.Fprintf(&terms, "en,fr\nmask %s %d,masque %s %d\n", name, i, name, i)
		docs := []knowledge.File{
			nodetest.Text(fmt.Sprintf("%s-%d.csv", name, i), csv.String()),
			nodetest.Text(fmt.Sprintf("%s-%d.docx", name, i), docx(t, fmt.Sprintf("Text of %s %d, lamp.", name, i))),
		}
		o := knowledge.Options{Kind: "qa", Lang: "en", IDColumn: "id", Owner: org.ID}
		if report, err := n.Library.Import(ctx, docs, o, nil); err != nil || report.Refused > 0 {
			t.Errorf("import: %+v %v", report, err)
		}
		if report, err := n.Library.ImportGlossary(ctx, []knowledge.File{nodetest.Text(fmt.Sprintf("%s-%d-terms.csv", name, i), terms.String())}, knowledge.Options{Owner: org.ID}, nil); err != nil || report.Refused > 0 {
			t.Errorf("glossary: %+v %v", report, err)
		}
	}
}

// docx makes a document of one paragraph.
func docx(t *testing.T, text string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{
		"[Content_Types].xml": `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
		"word/document.xml":   `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + text + `</w:t></w:r></w:p></w:body></w:document>`,
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Error(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
	return b.String()
}

// load writes from several sides until it is stopped.
func load(t *testing.T, n *nodetest.Node) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	for side := range 3 {
		wait.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				fill(t, n, fmt.Sprintf("side%d-%d", side, i), 1)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	return func() { time.Sleep(50 * time.Millisecond); cancel(); wait.Wait() }
}

func backupOf(t *testing.T, n *nodetest.Node, out io.Writer, to string) keep.Manifest {
	t.Helper()
	args, err := json.Marshal(node.BackupArgs{To: []string{to}})
	if err != nil {
		t.Fatal(err)
	}
	var m node.ContentsMessage
	err = n.Run(context.Background(), "backup", node.Call{Args: args, Say: func(say node.Message) error {
		switch say.Kind {
		case "bytes":
			var b []byte
			err := json.Unmarshal(say.Value, &b)
			out.Write(b)
			return err
		case "result":
			return json.Unmarshal(say.Value, &m)
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return *m.Manifest
}

// eraseOne erases the words of the nth document that has a file, and gives a
// word of it and the file.
func eraseOne(t *testing.T, n *nodetest.Node, nth int) (gone [2]string) {
	t.Helper()
	ctx := context.Background()
	list, err := n.Journal.After(ctx, 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		named, err := node.Named(f.Kind, f.Payload)
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind != facts.EditionPublished || len(named) == 0 {
			continue
		}
		if nth--; nth == 0 {
			if f.Erased {
				t.Fatal("erased already")
			}
			text := string(f.Body)
			_, text, _ = strings.Cut(text, "Text of ")
			text, _, _ = strings.Cut(text, ",")
			if err := n.Library.Erase(ctx, facts.ID{}, f.Seq, "person"); err != nil {
				t.Fatal(err)
			}
			return [2]string{"Text of " + text, string(named[0])}
		}
	}
	t.Fatal("nothing to erase")
	return gone
}

// state is all that a node keeps, as text.
type state struct {
	tables map[string][]string
	blobs  map[facts.Hash][]byte
}

// stateAt gives what a node had at a fact: the journal's tables up to it, the
// views made from the live facts up to it, and the blobs those name.
func stateAt(t *testing.T, n *nodetest.Node, last facts.Seq) state {
	t.Helper()
	ctx := context.Background()
	s := state{tables: map[string][]string{}, blobs: map[facts.Hash][]byte{}}
	at := store.Config{Dir: t.TempDir()}
	if n.DB.Dialect() == store.PostgreSQL {
		at = storetest.Postgres(t)
	}
	db := storetest.Open(t, at)
	for _, p := range node.Projections() {
		err := db.Write(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(ctx, p.Schema); err != nil {
				return err
			}
			for seq := facts.Seq(0); seq < last; {
				list, err := n.Journal.After(ctx, seq, 200)
				if err != nil {
					return err
				}
				for _, f := range list {
					if seq = f.Seq; seq > last {
						break
					}
					if err := p.Apply(ctx, tx, f); err != nil {
						return err
					}
					named, err := node.Named(f.Kind, f.Payload)
					if err != nil {
						return err
					}
					for _, h := range named {
						if b, err := n.Blobs.Open(h); err == nil {
							s.blobs[h], _ = io.ReadAll(b)
							b.Close()
						} else if !fault.Is(err, fault.NotFound) {
							return err
						}
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range p.Tables {
			s.tables[table] = dump(t, db, table)
		}
	}
	for _, table := range []string{"journal_facts", "journal_bodies"} {
		s.tables[table] = slices.DeleteFunc(dump(t, n.DB, table), func(row string) bool {
			var seq facts.Seq
			if _, err := fmt.Sscanf(row, table+" seq=%d ", &seq); err != nil {
				t.Fatal(row, err)
			}
			return seq > last
		})
	}
	for _, table := range []string{"journal_node", "identity_organisations", "identity_people", "identity_memberships"} {
		s.tables[table] = dump(t, n.DB, table)
	}
	return s
}

// dump gives the rows of a table the same way on both databases.
func dump(t *testing.T, db *store.DB, table string) (out []string) {
	t.Helper()
	ctx := context.Background()
	err := db.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.Tables(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(t store.Table) bool { return t.Name == table })
		if i < 0 {
			return fmt.Errorf("no table %s", table)
		}
		return tx.EachRow(ctx, list[i], func(row []any) error {
			line := table
			for i2, v := range row {
				line += fmt.Sprintf(" %s=%v", list[i].Columns[i2].Name, v)
			}
			out = append(out, line)
			return nil
		})
	})
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	slices.Sort(out)
	return out
}

func restoreTo(t *testing.T, c node.Config, file []byte, key age.Identity, erasures io.Reader) node.RestoreMessage {
	t.Helper()
	res, err := node.Restore(context.Background(), c, bytes.NewReader(file), []age.Identity{key}, erasures, func(node.Message) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func restoreAndCompare(t *testing.T, c node.Config, file []byte, key age.Identity, want state, erased [2]string) {
	t.Helper()
	restoreTo(t, c, file, key, node.NoErasures())
	n := nodetest.Start(t, nodetest.In(c.Data), nodetest.On(c.Database), nodetest.Unhurried)
	for _, table := range slices.Sorted(maps.Keys(want.tables)) {
		got := dump(t, n.DB, table)
		if strings.HasPrefix(table, "journal_node") { // the hash of the views is the program's
			if len(got) != 1 || got[0] != want.tables[table][0] {
				t.Errorf("the node is %v, was %v", got, want.tables[table])
			}
			continue
		}
		if !slices.Equal(got, want.tables[table]) {
			t.Errorf("restored to %q, %s has %d rows, wanted are %d of the moment of the backup", c.Database, table, len(got), len(want.tables[table]))
			for i := range min(len(got), len(want.tables[table])) {
				if got[i] != want.tables[table][i] {
					t.Fatalf("the first that differs:\n%.600s\n%.600s", got[i], want.tables[table][i])
				}
			}
		}
	}
	sameBlobs(t, n.Blobs, want.blobs)
	if _, there := want.blobs[facts.Hash(erased[1])]; there {
		t.Errorf("the erased file %s is wanted", erased[1])
	}
	n.Stop() // which holds rebuilt views and the live ones equal
}

func sameBlobs(t *testing.T, b *blobs.Store, want map[facts.Hash][]byte) {
	t.Helper()
	n := 0
	err := b.Walk(context.Background(), func(h facts.Hash, _ int64, _ time.Time) error {
		n++
		f, err := b.OpenVerified(context.Background(), h)
		if err != nil {
			return err
		}
		defer f.Close()
		got, err := io.ReadAll(f)
		if !bytes.Equal(got, want[h]) {
			t.Errorf("the file %s has %d bytes, want %d", h, len(got), len(want[h]))
		}
		return err
	})
	if err != nil || n != len(want) || n == 0 {
		t.Errorf("%d files are there, want %d: %v", n, len(want), err)
	}
}

// restoreAndErase restores with the list of what was erased after the backup.
func restoreAndErase(t *testing.T, c node.Config, file []byte, key age.Identity, list []byte, gone [2]string) {
	t.Helper()
	res := restoreTo(t, c, file, key, bytes.NewReader(list))
	if res.Erased != 2 || res.Unknown != 0 {
		t.Errorf("erased again: %d, unknown: %d", res.Erased, res.Unknown)
	}
	n := nodetest.Start(t, nodetest.In(c.Data), nodetest.On(c.Database), nodetest.Unhurried)
	if _, err := n.Blobs.Open(facts.Hash(gone[1])); !fault.Is(err, fault.NotFound) {
		t.Errorf("the file that was erased after the backup is back: %v", err)
	}
	err := n.DB.Read(context.Background(), func(tx *store.Tx) error {
		tables, err := tx.Tables(context.Background())
		for _, table := range tables {
			if strings.HasSuffix(table.Name, "_migrations") {
				continue
			}
			for _, row := range dump(t, n.DB, table.Name) {
				if strings.Contains(row, gone[0]) {
					t.Errorf("%q is back: %.300s", gone[0], row)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	n.Stop()
}

// TestRestoreRefuses gives a restore what it must not take, and looks for
// anything left behind.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	n := nodetest.Start(t, nodetest.Unhurried)
	fill(t, n, "first", 2)
	var sealed, open bytes.Buffer
	backupOf(t, n, &sealed, key.Recipient().String())
	if _, err := keep.Write(context.Background(), &open, keep.Source{DB: n.DB, Blobs: n.Blobs, Registers: node.Registers(), Names: node.Named, Now: time.Now()}, nil); err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	flip := func(b []byte, at int) []byte { b = bytes.Clone(b); b[at] ^= 1; return b }
	cases := []struct {
		name string
		file []byte
		keys []age.Identity
		want []string
	}{
		{"empty", nil, nil, []string{keep.KeyForeign}},
		{"foreign", []byte("PK\x03\x04 something else entirely, long enough to be read"), nil, []string{keep.KeyForeign}},
		{"no key", sealed.Bytes(), nil, []string{keep.KeySealed}},
		{"another key", sealed.Bytes(), []age.Identity{other}, []string{keep.KeyOtherKey}},
		{"torn in the head", sealed.Bytes()[:60], []age.Identity{key}, []string{keep.KeyTorn}},
		{"torn", sealed.Bytes()[:sealed.Len()/2], []age.Identity{key}, []string{keep.KeyTorn}},
		{"without the last byte", sealed.Bytes()[:sealed.Len()-1], []age.Identity{key}, []string{keep.KeyTorn}},
		{"a bit changed", flip(sealed.Bytes(), sealed.Len()*2/3), []age.Identity{key}, []string{keep.KeyTorn}},
		{"torn and open", open.Bytes()[:open.Len()-20], nil, []string{keep.KeyTorn}},
		{"more after the end", append(bytes.Clone(sealed.Bytes()), 1), []age.Identity{key}, []string{keep.KeyTorn}},
	}
	for at := open.Len() / 9; at < open.Len(); at += open.Len() / 9 {
		cases = append(cases, struct {
			name string
			file []byte
			keys []age.Identity
			want []string
		}{fmt.Sprintf("open, a bit changed at %d", at), flip(open.Bytes(), at), nil, []string{keep.KeyTorn, keep.KeyPart, keep.KeyForeign}})
	}
	for i, c := range cases {
		where := []node.Config{{Data: filepath.Join(t.TempDir(), "data")}}
		if i%4 == 1 { // a schema takes its time to make
			where = places(t)
		}
		for _, p := range where {
			_, err := node.Restore(context.Background(), p, bytes.NewReader(c.file), c.keys, node.NoErasures(), func(node.Message) error { return nil })
			if f := fault.Of(err); f == nil || !slices.Contains(c.want, f.Key) {
				t.Errorf("%s: %v", c.name, err)
			}
			if _, err := os.Stat(p.Data); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: something is left in the folder", c.name)
			}
			if p.Database != "" {
				if left := tablesOf(t, p.Database); len(left) > 0 {
					t.Errorf("%s: something is left in the database: %v", c.name, left)
				}
			}
		}
	}
	_, err = node.Restore(context.Background(), node.Config{Data: n.Dir}, bytes.NewReader(open.Bytes()), nil, node.NoErasures(), nil)
	if f := fault.Of(err); f == nil || f.Key != store.KeyNotEmpty {
		t.Errorf("into a folder in use: %v", err)
	}
	full := places(t)[1]
	if _, err := node.Restore(context.Background(), full, bytes.NewReader(open.Bytes()), nil, node.NoErasures(), func(node.Message) error { return nil }); err != nil {
		t.Fatal(err)
	}
	again := node.Config{Data: filepath.Join(t.TempDir(), "data"), Database: full.Database}
	_, err = node.Restore(context.Background(), again, bytes.NewReader(open.Bytes()), nil, node.NoErasures(), func(node.Message) error { return nil })
	if f := fault.Of(err); f == nil || f.Key != store.KeyNotEmpty {
		t.Errorf("into a database in use: %v", err)
	}
	if _, err := os.Stat(again.Data); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a restore into a database in use left a folder")
	}
	if _, err := journal.Verify(context.Background(), n.DB, nil); err != nil {
		t.Error(err)
	}
}

func tablesOf(t *testing.T, address string) (names []string) {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{URL: address, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Read(ctx, func(tx *store.Tx) error {
		list, err := tx.Tables(ctx)
		for _, table := range list {
			names = append(names, table.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
