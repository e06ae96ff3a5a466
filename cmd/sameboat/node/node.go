package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"sameboat/kernel/blobs"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/notify"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
	"sameboat/kernel/web"
	"sameboat/knowledge"
)

// Config is all that a node can be told. The zero value of everything but Data
// works.
type Config struct {
	Data     string         // folder for everything the node keeps
	Database string         // "", "sqlite:PATH" or "postgres://…"
	URL      string         // public address; "" means plain http on whatever address is asked
	Proxies  []netip.Prefix // see web.Options.Proxies
	Catalog  *i18n.Catalog  // the texts of the interface; nil means Catalog()
	Sample   bool           // take the sample library in on first start
	Log      *slog.Logger
	Now      func() time.Time
	Cost     identity.PasswordCost // of new passwords; tests make it cheap
	Quiet    time.Duration         // see search.Config

	LeastFree  int64       // bytes the disk must have left for writes; see store.NewGuard
	Mail       notify.Mail // see notify.Config, as the next three
	Hooks      notify.Hooks
	DigestHour int
	DigestDay  time.Weekday
	Settle     time.Duration

	Metrics string // address that answers GET /metrics; "" for none
}

// Node is an open node.
type Node struct {
	Catalog  *i18n.Catalog
	DB       *store.DB
	Journal  *journal.Journal
	Blobs    *blobs.Store
	Identity *identity.Register
	Library  *knowledge.Library
	Search   *search.Service
	Notify   *notify.Service
	Room     *knowledge.Room
	Site     *web.Site

	config Config
	log    *slog.Logger
	now    func() time.Time

	guard    *store.Guard
	measures *measures
}

// Open opens a node, making its folder and its tables when there are none.
func Open(ctx context.Context, c Config) (*Node, error) {
	n := &Node{config: c, log: c.Log, now: c.Now}
	if n.log == nil {
		n.log = slog.Default()
	}
	n.log = slog.New(web.NameRequests(n.log.Handler()))
	n.guard = store.NewGuard(c.Data, c.LeastFree)
	n.measures = newMeasures(n)
	if n.now == nil {
		n.now = time.Now
	}
	if c.Data == "" {
		return nil, fault.New(fault.Invalid, "node.no-folder", nil)
	}
	if err := n.open(ctx); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

func (n *Node) open(ctx context.Context) (err error) {
	if n.Catalog = n.config.Catalog; n.Catalog == nil {
		if n.Catalog, err = Catalog(); err != nil {
			return fmt.Errorf("texts: %w", err)
		}
	}
	if n.DB, err = store.Open(ctx, store.Config{Dir: n.config.Data, URL: n.config.Database}); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if n.Journal, err = journal.Open(ctx, n.DB, journal.Options{Projections: Projections(), Clock: n.now, Log: n.log, Room: n.room()}); err != nil {
		return err
	}
	if n.Blobs, err = blobs.Open(filepath.Join(n.config.Data, "blobs")); err != nil {
		return err
	}
	n.Blobs.Refuse(n.guard.Check)
	// The folder is held by this process alone, so nobody is writing what is old.
	if _, err := n.Blobs.Tidy(time.Now()); err != nil {
		return fmt.Errorf("tidy blobs: %w", err)
	}
	secret, err := n.secret()
	if err != nil {
		return err
	}
	if n.Identity, err = identity.Open(ctx, n.DB, identity.Options{Now: n.now, Cost: n.config.Cost, Key: secret, DemandFactor: true}); err != nil {
		return err
	}
	n.Library = knowledge.NewLibrary(n.DB, n.Journal, n.Blobs, n.now).Under(n.Identity)
	if err := n.Library.Migrate(ctx); err != nil {
		return err
	}
	n.Search, err = search.Open(ctx, search.Config{Dir: filepath.Join(n.config.Data, "search"), Journal: n.Journal,
		Sources: []search.Source{n.Library}, Log: n.log, Quiet: n.config.Quiet,
		Took: func(d time.Duration) { n.measures.search.Observe(d.Seconds()) }})
	if err != nil {
		return err
	}
	n.Notify, err = notify.Open(ctx, notify.Config{DB: n.DB, Identity: n.Identity, Search: n.Search, Catalog: n.Catalog, Log: n.log, Clock: n.now,
		Rooms: []notify.Room{knowledge.Followed(n.Library)}, Address: n.config.URL, Mail: n.config.Mail, Hooks: n.config.Hooks,
		DigestHour: n.config.DigestHour, DigestDay: n.config.DigestDay, Settle: n.config.Settle})
	if err != nil {
		return err
	}
	if n.config.Sample {
		if err := n.takeSample(ctx); err != nil {
			return fmt.Errorf("sample library: %w", err)
		}
	}
	n.Site, err = n.newSite(ctx)
	return err
}

// At reports whether a folder holds a node: one was opened there before.
func At(folder string) bool {
	for _, name := range []string{secretFile, "sameboat.db"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return true
		}
	}
	return false
}

// room is what the journal asks before it writes: where its database is on the
// disk of the data folder.
func (n *Node) room() func() error {
	if n.DB.Dialect() == store.SQLite {
		return n.guard.Check
	}
	return nil
}

// takeSample takes the sample library in when nothing was ever written here.
func (n *Node) takeSample(ctx context.Context) error {
	last, err := n.Journal.Last(ctx)
	if err != nil || last > 0 {
		return err
	}
	org, err := n.Identity.OperatingOrg(ctx)
	if err != nil {
		return err
	}
	report, err := n.Library.Import(ctx, knowledge.SampleFiles(), knowledge.Options{Owner: org.ID, Source: "sample", Sample: true}, nil)
	if err == nil && report.Refused > 0 {
		err = fmt.Errorf("%d refused, the first: %v", report.Refused, report.Refusals[0].Fault)
	}
	return err
}

// Close gives the folder and the database back.
func (n *Node) Close() error {
	if n.DB == nil {
		return nil
	}
	return n.DB.Close()
}

// secretFile is the first thing a node writes that is its own.
const secretFile = "secret"

// secret gives the key that signs the tokens of forms and seals the secrets of
// second factors: the same for every start of this data folder.
func (n *Node) secret() ([]byte, error) {
	path := filepath.Join(n.config.Data, secretFile)
	b, err := os.ReadFile(path)
	if err == nil && len(b) == secretSize {
		return b, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return makeSecret(path)
}
