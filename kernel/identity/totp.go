package identity

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"time"

	"sameboat/facts"
)

// One-time codes by time, RFC 6238, with what every authenticator app assumes:
// SHA-1, 30 seconds, six digits.
const (
	totpStep   = 30 * time.Second
	totpDigits = 6
	totpBytes  = 20 // RFC 4226 §4 R6 recommends 160 bits
	// totpDrift is how many steps a clock may be off, either way (RFC 6238 §5.2).
	totpDrift = 1
)

// totp gives the code of a time step: HOTP of RFC 4226 §5.3.
func totp(secret []byte, step int64, digits int) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	number := uint64(binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff)
	modulus := uint64(1)
	for range digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", digits, number%modulus)
}

// totpStepOf finds the step whose code was given, near the time and after the
// last one used, so that no code is good twice.
func totpStepOf(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	at := now.Unix() / int64(totpStep/time.Second)
	for s := at - totpDrift; s <= at+totpDrift; s++ {
		if s > last && subtle.ConstantTimeCompare([]byte(totp(secret, s, totpDigits)), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// totpText writes a secret as people type it: base32 without padding.
func totpText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// totpURI is the address that authenticator apps read from a QR code.
func totpURI(issuer, account string, secret []byte) string {
	query := url.Values{"secret": {totpText(secret)}}
	label := account
	if issuer != "" {
		query.Set("issuer", issuer)
		label = issuer + ":" + account
	}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + label, RawQuery: query.Encode()}
	return u.String()
}

// sealer encrypts secrets at rest. A sealed secret opens for its person alone.
type sealer struct{ aead cipher.AEAD }

var errSealed = errors.New("a sealed secret does not open: another key, another person or damage")

// newSealer derives a key of its own from the node's; nil without one.
func newSealer(nodeKey []byte) (*sealer, error) {
	if len(nodeKey) == 0 {
		return nil, nil
	}
	key, err := hkdf.Key(sha256.New, nodeKey, nil, "sameboat identity second factor", 32)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return &sealer{aead}, nil
}

func (s *sealer) seal(person facts.ID, secret []byte) string {
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nil, nil, secret, []byte(person.String())))
}

func (s *sealer) open(person facts.ID, sealed string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errSealed
	}
	secret, err := s.aead.Open(nil, nil, b, []byte(person.String()))
	if err != nil {
		return nil, errSealed
	}
	return secret, nil
}

func newTOTPSecret() []byte {
	b := make([]byte, totpBytes)
	rand.Read(b) // never fails: it aborts the program instead
	return b
}
