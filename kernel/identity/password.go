package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"sameboat/kernel/fault"
)

// The length of a password, in characters and in bytes.
const (
	MinPassword      = 12
	maxPasswordBytes = 1024
)

// PasswordCost is what one hashing takes with argon2id (RFC 9106).
type PasswordCost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// defaultCost takes about 0.1 s of one core and 64 MiB.
var defaultCost = PasswordCost{Memory: 64 << 10, Passes: 2, Threads: 1}

// The most a stored hash may ask for, so that a forged or damaged one cannot
// exhaust the machine.
var maxCost = PasswordCost{Memory: 256 << 10, Passes: 10, Threads: 8}

const (
	saltBytes = 16
	keyBytes  = 32
)

// hasher turns passwords into PHC strings. At most cap(slots) work at once,
// because each takes cost.Memory; at most cap(queue) callers are inside.
type hasher struct {
	cost     PasswordCost
	slots    chan struct{}
	queue    chan struct{}
	patience time.Duration // how long a caller waits for a slot
	nobody   string        // a hash that no password has, for accounts that do not exist
}

func newHasher(cost PasswordCost, together, waiting int, patience time.Duration) *hasher {
	random := make([]byte, saltBytes+keyBytes)
	rand.Read(random) // never fails: it aborts the program instead
	return &hasher{
		cost: cost, patience: patience,
		slots:  make(chan struct{}, together),
		queue:  make(chan struct{}, together+waiting),
		nobody: cost.phc(random[:saltBytes], random[saltBytes:]),
	}
}

// hash makes the PHC string of a password that fits checkPassword.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails: it aborts the program instead
	var key []byte
	err := h.turn(ctx, func() { key = h.cost.key(password, salt, keyBytes) })
	return h.cost.phc(salt, key), err
}

// verify reports whether the password is the one behind the PHC string, and
// whether it should be hashed anew at today's cost. An empty PHC string stands
// for an account that does not exist or has no password: it takes as long and is
// never right.
func (h *hasher) verify(ctx context.Context, password, phc string) (right, stale bool, err error) {
	known := phc != ""
	if !known {
		phc = h.nobody
	}
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, fmt.Errorf("read a stored password: %w", err)
	}
	if len(password) > maxPasswordBytes {
		password = "" // nobody's: checkPassword lets none so short in
	}
	var got []byte
	if err := h.turn(ctx, func() { got = cost.key(password, salt, uint32(len(want))) }); err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, want) == 1
	return same && known, cost != h.cost, nil
}

// turn runs work when a slot is free, and gives Busy when too many wait already
// or it takes too long.
func (h *hasher) turn(ctx context.Context, work func()) error {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return fault.New(fault.Busy, "identity.signin.busy", nil)
	}
	late := time.NewTimer(h.patience)
	defer late.Stop()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-late.C:
		return fault.New(fault.Busy, "identity.signin.busy", nil)
	case <-ctx.Done():
		return fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	work()
	return nil
}

func (c PasswordCost) key(password string, salt []byte, size uint32) []byte {
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, size)
}

// phc writes the PHC string: https://github.com/P-H-C/phc-string-format.
func (c PasswordCost) phc(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

var errPHC = errors.New("not an argon2id PHC string within bounds")

func parsePHC(phc string) (c PasswordCost, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errPHC
	}
	salt, err1 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	switch {
	case err1 != nil, err2 != nil, len(salt) < 8, len(salt) > 64, len(key) < 16, len(key) > 64,
		c.Passes < 1, c.Passes > maxCost.Passes, c.Threads < 1, c.Threads > maxCost.Threads,
		c.Memory < 8*uint32(c.Threads), c.Memory > maxCost.Memory, c.phc(salt, key) != phc:
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}

// checkRepeated notes what is wrong with a new password that was typed twice.
func checkRepeated(f *fault.Fault, password, again, email string) {
	if key := checkPassword(password, email); key != "" {
		f.With("password", key, passwordArgs)
	} else if password != again {
		f.With("again", "identity.password.differs", nil)
	}
}

// checkPassword says what is wrong with a new password, as a message key, or "".
// Length is what counts; composition rules are not asked for (NIST SP 800-63B).
func checkPassword(password, email string) string {
	switch {
	case !utf8.ValidString(password):
		return "identity.password.unreadable"
	case utf8.RuneCountInString(password) < MinPassword:
		return "identity.password.short"
	case len(password) > maxPasswordBytes:
		return "identity.password.long"
	case strings.EqualFold(password, email), fewLetters(password):
		return "identity.password.easy"
	}
	return ""
}

// fewLetters reports a password of fewer than four different characters.
func fewLetters(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < 4
}
