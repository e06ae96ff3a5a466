package nodetest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal/journaltest"
	"sameboat/kernel/search"
	"sameboat/kernel/store/storetest"
	"sameboat/knowledge"
)

// patience is how long a test waits for what happens in the background. It is
// generous because tests share a busy machine.
const patience = 60 * time.Second

// Node is a node that serves, and an anonymous visitor to it.
type Node struct {
	*node.Node
	*Visitor
	Dir string // its data folder

	t    testing.TB
	stop context.CancelFunc
	done chan error // what Serve returned
}

// Option changes how a node is opened.
type Option func(*node.Config)

// Sample lets the node take the sample library in.
func Sample(c *node.Config) { c.Sample = true }

// Unhurried leaves learning to Learn: in the background it does not happen.
func Unhurried(c *node.Config) { c.Quiet = time.Hour }

// In opens the node on a folder that is there already.
func In(dir string) Option { return func(c *node.Config) { c.Data = dir } }

// On keeps the records at a database address.
func On(database string) Option { return func(c *node.Config) { c.Database = database } }

// Start opens a node on SQLite in a folder of the test's own and serves it until
// the test ends or Stop.
func Start(t testing.TB, opts ...Option) *Node {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := node.Config{
		URL:   "http://" + l.Addr().String(),
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
		Cost:  identity.PasswordCost{Memory: 64, Passes: 1, Threads: 1},
		Quiet: 50 * time.Millisecond,
	}
	for _, o := range opts {
		o(&c)
	}
	if c.Data == "" {
		c.Data = filepath.Join(t.TempDir(), "data")
	}
	ctx, stop := context.WithCancel(context.Background())
	opened, err := node.Open(ctx, c)
	if err != nil {
		stop()
		l.Close()
		t.Fatalf("open a node in %s: %v", c.Data, err)
	}
	n := &Node{Node: opened, Visitor: NewVisitor(t, c.URL), Dir: c.Data, t: t, stop: stop, done: make(chan error, 1)}
	ready := make(chan struct{})
	go func() { n.done <- opened.Serve(ctx, l, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-n.done:
		t.Fatalf("serve: %v", err)
	}
	t.Cleanup(n.Stop)
	return n
}

// Each runs fn as a subtest on each database, with a node of its own.
func Each(t *testing.T, fn func(t *testing.T, n *Node), opts ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, Start(t, opts...)) })
	t.Run("postgresql", func(t *testing.T) {
		place := storetest.Postgres(t)
		fn(t, Start(t, append(opts[:len(opts):len(opts)], On(place.URL))...))
	})
}

// Stop checks the node whole and stops it. A test that wants to look at what a
// stopped node leaves calls it early; at the test's end it happens anyway.
func (n *Node) Stop() {
	n.t.Helper()
	if n.stop == nil {
		return
	}
	n.Check()
	n.stop()
	n.stop = nil
	select {
	case err := <-n.done:
		if err != nil {
			n.t.Errorf("the node did not stop cleanly: %v", err)
		}
	case <-time.After(patience):
		n.t.Fatalf("the node did not stop within %s", patience)
	}
	if err := n.Close(); err != nil {
		n.t.Errorf("close the node: %v", err)
	}
}

// Check holds the node to its invariants: the journal is without gaps, rebuilt
// views equal the live ones, and an index made anew holds as much.
func (n *Node) Check() {
	n.t.Helper()
	journaltest.Check(n.t, n.Journal)
	journaltest.SameWhenRebuilt(n.t, n.DB, n.Journal, node.Projections()...)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := n.Search.CatchUp(ctx); err != nil {
		n.t.Errorf("catch up: %v", err)
		return
	}
	live := n.Search.Len()
	if err := n.Search.Rebuild(ctx); err != nil {
		n.t.Errorf("rebuild the index: %v", err)
	} else if got := n.Search.Len(); got != live {
		n.t.Errorf("the index held %d documents, made anew it holds %d", live, got)
	}
}

// Text is a file to import that a test holds in its hands.
func Text(name, content string) knowledge.File {
	return knowledge.File{Name: name, Size: int64(len(content)), Open: func() (knowledge.Opened, error) { return opened{strings.NewReader(content)}, nil }}
}

type opened struct{ *strings.Reader }

// Close does nothing.
func (opened) Close() error { return nil }

// Import takes files in for the operating organisation and fails the test when a
// row is refused.
func (n *Node) Import(o knowledge.Options, files ...knowledge.File) knowledge.Report {
	n.t.Helper()
	report := n.Try(o, files...)
	for i, r := range report.Refusals {
		if i == 5 {
			break
		}
		n.t.Errorf("import: %s line %d: %v", r.File, r.Line, r.Fault)
	}
	return report
}

// Glossary takes glossaries in, for the lexicon to learn from.
func (n *Node) Glossary(files ...knowledge.File) {
	n.t.Helper()
	n.memories(n.Library.ImportGlossary, files)
}

// Translations takes translation memories in, for the lexicon to learn from.
func (n *Node) Translations(files ...knowledge.File) {
	n.t.Helper()
	n.memories(n.Library.ImportTranslations, files)
}

func (n *Node) memories(run func(context.Context, []knowledge.File, knowledge.Options, func(knowledge.Progress)) (knowledge.Report, error), files []knowledge.File) {
	n.t.Helper()
	org, err := n.Identity.OperatingOrg(context.Background())
	if err != nil {
		n.t.Fatal(err)
	}
	report, err := run(context.Background(), files, knowledge.Options{Owner: org.ID, Actor: identity.CommandLine(org.ID).Person}, nil)
	if err != nil || report.New+report.Changed+report.Same == 0 {
		n.t.Fatalf("import translations: %+v %v", report, err)
	}
}

// Try is Import for files of which rows may be refused.
func (n *Node) Try(o knowledge.Options, files ...knowledge.File) knowledge.Report {
	n.t.Helper()
	ctx := context.Background()
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		n.t.Fatal(err)
	}
	o.Owner, o.Actor = org.ID, identity.CommandLine(org.ID).Person
	report, err := n.Library.Import(ctx, files, o, nil)
	if err != nil {
		n.t.Fatalf("import: %v", err)
	}
	return report
}

// Learn brings the index and the lexicon up to date now, instead of soon.
func (n *Node) Learn() {
	n.t.Helper()
	ctx := context.Background()
	if err := n.Search.CatchUp(ctx); err != nil {
		n.t.Fatal(err)
	}
	if err := n.Search.Learn(ctx); err != nil {
		n.t.Fatal(err)
	}
}

// Find searches for a reader of lang.
func (n *Node) Find(query string, lang facts.Lang) *knowledge.Answer {
	n.t.Helper()
	a, err := n.Room.Answer(context.Background(), search.Query{Text: query, Reader: []facts.Lang{lang}, Limit: 10})
	if err != nil {
		n.t.Fatalf("search %q: %v", query, err)
	}
	return a
}

// WaitFound waits until a search finds something, and gives what it found.
func (n *Node) WaitFound(query string, lang facts.Lang) *knowledge.Answer {
	n.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		a := n.Find(query, lang)
		if a.Total > 0 {
			return a
		}
		if time.Now().After(end) {
			n.t.Fatalf("%q finds nothing after %s", query, patience)
		}
	}
}
