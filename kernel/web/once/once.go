package once

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sameboat/kernel/fault"
	"sameboat/kernel/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// How long an answer is kept, and after how long an attempt that never ended no
// longer holds its key.
const (
	Kept  = 24 * time.Hour
	Stale = 15 * time.Minute
)

// maxKey bounds a key in bytes.
const maxKey = 200

// Answer is what was answered, as it is given again.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header"`
	Body   []byte            `json:"body"`
}

// Register keeps the answers. It is safe for concurrent use.
type Register struct {
	db     *store.DB
	secret []byte
	now    func() time.Time
}

// Migrations gives the files that make this package's table, for whoever fills
// it from a backup.
func Migrations() fs.FS {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return files
}

// Open brings the register up to date. The secret is one that all replicas
// share; now is the clock, nil for time.Now.
func Open(ctx context.Context, db *store.DB, secret []byte, now func() time.Time) (*Register, error) {
	if err := db.Migrate(ctx, "once", Migrations()); err != nil {
		return nil, fmt.Errorf("open the register of keys: %w", err)
	}
	if now == nil {
		now = time.Now
	}
	return &Register{db: db, secret: secret, now: now}, nil
}

// Claim is the right to do what one key is for, or the answer of whoever did it.
type Claim struct {
	Kept *Answer // what was answered; nil for whoever has the right to do it

	request  string // hash of what was sent then
	register *Register
	key      string
	name     string
	holder   string
}

// Claim claims a key for whose (a session or token) and which operation. It
// gives Invalid for what cannot be a key and Conflict while another attempt is at
// work.
func (g *Register) Claim(ctx context.Context, whose, operation, key string) (*Claim, error) {
	if !plain(key) {
		return nil, fault.New(fault.Invalid, "web.once.key", fault.Args{"n": maxKey})
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s%s%s", len(whose), len(operation), whose, operation, key))
	c := &Claim{register: g, key: key, name: hex.EncodeToString(sum[:]), holder: rand.Text()}
	now := g.now()
	var sealed []byte
	var holder string
	err := g.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `delete from once_claims where claimed < $1 or (answer is null and claimed < $2)`,
			store.Micros(now.Add(-Kept)), store.Micros(now.Add(-Stale))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into once_claims (name, holder, claimed, request) values ($1, $2, $3, '') on conflict (name) do nothing`,
			c.name, c.holder, store.Micros(now)); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `select holder, request, answer from once_claims where name = $1`, c.name).Scan(&holder, &c.request, &sealed)
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("claim a key: %w", err)
	case holder == c.holder:
		return c, nil
	case sealed == nil:
		return nil, fault.New(fault.Conflict, "web.once.running", nil)
	}
	c.Kept, err = c.open(sealed)
	return c, err
}

// Same gives a fault unless what is sent now is what was sent then.
func (c *Claim) Same(request [sha256.Size]byte) error {
	if c.request != hex.EncodeToString(request[:]) {
		return fault.New(fault.Invalid, "web.once.other", nil)
	}
	return nil
}

// Settle keeps the answer to what was sent.
func (c *Claim) Settle(ctx context.Context, request [sha256.Size]byte, a Answer) error {
	sealed, err := c.seal(a)
	if err != nil {
		return err
	}
	return c.register.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `update once_claims set request = $3, answer = $4 where name = $1 and holder = $2`,
			c.name, c.holder, hex.EncodeToString(request[:]), sealed)
		return err
	})
}

// Release frees the key: nothing was done.
func (c *Claim) Release(ctx context.Context) error {
	return c.register.db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, `delete from once_claims where name = $1 and holder = $2`, c.name, c.holder)
		return err
	})
}

// plain reports whether a key is short printable ASCII.
func plain(key string) bool {
	if key == "" || len(key) > maxKey {
		return false
	}
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' {
			return false
		}
	}
	return true
}

func (c *Claim) aead() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(c.key), c.register.secret, "sameboat idempotency "+c.name, 32)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (c *Claim) seal(a Answer) ([]byte, error) {
	aead, err := c.aead()
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("write an answer: %w", err)
	}
	return aead.Seal(nil, nil, raw, nil), nil
}

var errSealed = errors.New("a kept answer does not open: another node's secret, or damage")

func (c *Claim) open(sealed []byte) (*Answer, error) {
	aead, err := c.aead()
	if err != nil {
		return nil, err
	}
	raw, err := aead.Open(nil, nil, sealed, nil)
	if err != nil {
		return nil, errSealed
	}
	a := new(Answer)
	if err := json.Unmarshal(raw, a); err != nil {
		return nil, fmt.Errorf("read an answer: %w", err)
	}
	return a, nil
}
