package facts

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"strings"
	"time"
)

// ID names a thing, a person, an organisation or a node: a UUIDv7 (RFC 9562),
// so that IDs made later sort later. It is written as 26 lower-case base32
// characters, short enough for an address that is read over a telephone.
type ID [16]byte

// idText is the lower-case Crockford alphabet: no i, l, o or u, and its order
// is the byte order, so that text sorts as the ID does.
var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// ErrBadID says that a text is not an ID.
var ErrBadID = errors.New("not an ID: want 26 characters of the base32 alphabet")

// NewID makes a fresh UUIDv7 for the time now (millisecond precision; the rest
// is random).
func NewID(now time.Time) ID {
	var id ID
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(id[:6], ms[2:])
	rand.Read(id[6:]) // never fails since Go 1.24: it aborts the program instead
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseID reads the 26-character form. Upper case and the letters people
// misread (i, l, o) are accepted as Crockford's base32 asks; String gives the one
// form that addresses have. The last character holds two bits that say nothing,
// and a text in which they are set is no ID.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 26 {
		return id, ErrBadID
	}
	s = strings.NewReplacer("i", "1", "l", "1", "o", "0").Replace(strings.ToLower(s))
	n, err := idText.Decode(id[:], []byte(s))
	if err != nil || n != len(id) || idText.EncodeToString(id[:]) != s {
		return ID{}, ErrBadID
	}
	return id, nil
}

// String gives the 26-character form, or "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return idText.EncodeToString(id[:])
}

// IsZero reports whether the ID names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Time gives the moment the ID was made, in UTC.
func (id ID) Time() time.Time {
	var ms [8]byte
	copy(ms[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:]))).UTC()
}

// MarshalText writes the 26-character form; the zero ID is the empty text.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	got, err := ParseID(string(b))
	*id = got
	return err
}

// Value stores an ID as its text, so that one SQL text serves every database.
func (id ID) Value() (driver.Value, error) { return id.String(), nil }

// Scan reads an ID from the text that Value wrote.
func (id *ID) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*id = ID{}
		return nil
	case string:
		return id.UnmarshalText([]byte(v))
	case []byte:
		return id.UnmarshalText(v)
	}
	return ErrBadID
}
