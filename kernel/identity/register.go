package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sameboat/facts"
	"sameboat/kernel/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed text/*.json
var texts embed.FS

// Texts holds text/<lang>.json with the messages of this package's faults.
func Texts() fs.FS { return texts }

// Options adjust a Register; the zero value is for real use.
type Options struct {
	Now  func() time.Time // the clock; nil is time.Now
	Cost PasswordCost     // of new passwords; zero is 64 MiB and about 0.1 s
	// Key is the node's: it seals the secrets of second factors, and all replicas
	// share it. Without one nobody sets up a second factor.
	Key []byte
	// DemandFactor lets the roles of desk, admin and coordinator count only for
	// those who have set up a second factor. It is for nodes whose pages let them.
	DemandFactor bool
}

// Register holds the people, the organisations and what proves who somebody is.
// It is safe for concurrent use, and several replicas may share one database.
type Register struct {
	db     *store.DB
	now    func() time.Time
	hasher *hasher
	sealer *sealer // nil without key
	demand bool
	// Attempts to sign in, per address and per account.
	byAddress, byAccount *limiter
}

// How many passwords are hashed at once, how many callers wait, and how long.
const (
	hashTogether = 2
	hashWaiting  = 16
	hashPatience = 8 * time.Second
)

// Open brings the registers up to date and makes sure that the organisation
// that operates the node exists, unnamed at first.
func Open(ctx context.Context, db *store.DB, o Options) (*Register, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Cost == (PasswordCost{}) {
		o.Cost = defaultCost
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	if err := db.Migrate(ctx, "identity", files); err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	sealer, err := newSealer(o.Key)
	if err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	g := &Register{
		db: db, now: o.Now, sealer: sealer, demand: o.DemandFactor,
		hasher:    newHasher(o.Cost, hashTogether, hashWaiting, hashPatience),
		byAddress: newLimiter(20, 20*time.Second, 1<<14),
		byAccount: newLimiter(8, time.Minute, 1<<14),
	}
	if err := g.ensureOperator(ctx); err != nil {
		return nil, fmt.Errorf("open identity: %w", err)
	}
	return g, nil
}

func (g *Register) ensureOperator(ctx context.Context) error {
	id := facts.NewID(g.now())
	return g.db.Write(ctx, func(tx *store.Tx) error {
		_, err := operatingOrg(ctx, tx)
		if !errors.Is(err, store.ErrNoRows) {
			return err
		}
		_, err = tx.Exec(ctx, `insert into identity_organisations
			(id, name, lang, country, operates_node, posting, created) values ($1, '', '', '', true, 'trusted', $2)
			on conflict do nothing`, id, store.Micros(g.now()))
		return err
	})
}

// newSecret makes a token for a person to hold and the hash for us to keep.
func newSecret() (token, hash string) {
	b := make([]byte, 32)
	rand.Read(b) // never fails: it aborts the program instead
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashOf(token)
}

// hashOf needs no salt and no cost: tokens hold 256 random bits.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// plausible reports whether a text from outside may be a token at all, so that
// anything else costs no query.
func plausible(token string) bool {
	b, err := base64.RawURLEncoding.DecodeString(token)
	return err == nil && len(b) == 32
}
