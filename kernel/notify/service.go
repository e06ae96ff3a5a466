package notify

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
	"sameboat/kernel/journal"
	"sameboat/kernel/search"
	"sameboat/kernel/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed text/*.json
var texts embed.FS

//go:embed page/*.html
var pages embed.FS

// Texts holds text/<lang>.json with the words of mails and of this package's
// faults.
func Texts() fs.FS { return texts }

// Config is what a service needs. DB, Identity, Search and Catalog are required.
type Config struct {
	DB       *store.DB
	Identity *identity.Register
	Search   *search.Service
	Catalog  *i18n.Catalog
	Rooms    []Room
	Log      *slog.Logger
	Clock    func() time.Time // nil: time.Now
	// Address is the public address of the site, "https://example.org", before
	// every link.
	Address string
	// Name is what the site calls itself in a language; nil: the name of the
	// operating organisation.
	Name  func(lang facts.Lang) string
	Mail  Mail
	Hooks Hooks
	// DigestHour is the hour of the day in UTC at which digests go out, and
	// DigestDay the day of the weekly ones. The zero values are midnight and
	// Sunday.
	DigestHour int
	DigestDay  time.Weekday
	// Settle is how long mail that goes out at once waits for more of the same
	// person, so that an import is one mail; 0: 30 s.
	Settle time.Duration
	// Keep is for how long a delivery is tried; 0: 5 days.
	Keep time.Duration
	// Poll is how often the outbox is looked at; 0: 1 s.
	Poll time.Duration
}

// Room is a room whose things can be followed.
type Room struct {
	Name   string // as in the kinds of its facts: "knowledge"
	Source Source
	Kinds  []facts.Kind // of facts that may be news
	// News reports whether a fact of Kinds is news to followers, and the thing
	// as the policy needs it.
	News func(journal.Fact) (identity.Thing, bool)
	// Path is the page of a thing for a reader of a language: "/r/…".
	Path func(id facts.ID, lang facts.Lang) string
	// Value names a value of a dimension for a reader; nil, or "": as it stands.
	Value func(p *i18n.Printer, dim, value string) string
}

// Source is what notify asks of a room about its things: a part of
// search.Source. All it gives is public.
type Source interface {
	Documents(ctx context.Context, things []facts.ID) ([]search.Document, error)
	Show(ctx context.Context, want []search.Want) ([]search.Shown, error)
}

// Service keeps what is followed, and tells. It is safe for concurrent use, and
// several replicas may share one database.
type Service struct {
	c      Config
	db     *store.DB
	secret []byte // signs the addresses for stopping mail
	page   *template.Template
	client *http.Client // of webhooks
	holder facts.ID     // this process, in leases

	wakeMail, wakeHooks chan struct{}

	mu        sync.Mutex // of the fields below
	mailFails int        // connections to the mail server that failed in a row
	mailAfter time.Time  // it is not tried before
}

// Open brings the registers up to date.
func Open(ctx context.Context, c Config) (*Service, error) {
	c = c.filled()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("open notify: %w", err)
	}
	if err := c.DB.Migrate(ctx, "notify", files); err != nil {
		return nil, fmt.Errorf("open notify: %w", err)
	}
	s := &Service{c: c, db: c.DB, holder: facts.NewID(time.Now()), wakeMail: make(chan struct{}, 1), wakeHooks: make(chan struct{}, 1)}
	if s.page, err = template.ParseFS(pages, "page/*.html"); err != nil {
		return nil, fmt.Errorf("open notify: %w", err)
	}
	if err := c.Mail.check(); err != nil {
		return nil, err
	}
	s.client = c.Hooks.client()
	if err := s.ensureSecret(ctx); err != nil {
		return nil, fmt.Errorf("open notify: %w", err)
	}
	return s, nil
}

func (c Config) filled() Config {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Settle <= 0 {
		c.Settle = 30 * time.Second
	}
	if c.Keep <= 0 {
		c.Keep = 5 * 24 * time.Hour
	}
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	c.Address = strings.TrimRight(c.Address, "/")
	c.Mail, c.Hooks = c.Mail.filled(), c.Hooks.filled()
	return c
}

func (s *Service) ensureSecret(ctx context.Context) error {
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails: it aborts the program instead
	return s.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, "insert into notify_keys (id, secret) values (1, $1) on conflict do nothing", fresh); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "select secret from notify_keys where id = 1").Scan(&s.secret)
	})
}

// room finds a room by its name.
func (s *Service) room(name string) (Room, bool) {
	for _, r := range s.c.Rooms {
		if r.Name == name {
			return r, true
		}
	}
	return Room{}, false
}

// siteName is what the site calls itself.
func (s *Service) siteName(ctx context.Context, lang facts.Lang) string {
	if s.c.Name != nil {
		return s.c.Name(lang)
	}
	org, err := s.c.Identity.OperatingOrg(ctx)
	if err != nil {
		return s.c.Address // a mail without the name is better than none
	}
	name, _ := org.NameIn(lang)
	return name
}

// link puts the site's address before a path.
func (s *Service) link(path string) string {
	if strings.HasPrefix(path, "/") {
		return s.c.Address + path
	}
	return path
}

// nudge wakes those who deliver.
func (s *Service) nudge() {
	for _, wake := range []chan struct{}{s.wakeMail, s.wakeHooks} {
		select {
		case wake <- struct{}{}:
		default: // awake already
		}
	}
}

func (s *Service) now() time.Time { return s.c.Clock().UTC() }

// Migrations gives the files that make this package's tables, for whoever fills
// them from a backup.
func Migrations() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return files
}
