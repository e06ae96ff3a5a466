package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/kernel/fault"
)

// ErrNoRows says that a query for one row found none.
var ErrNoRows = sql.ErrNoRows

// ErrExists says that a row with the same unique key is already there.
var ErrExists = errors.New("a row with this key exists")

// ErrBroken says that an earlier statement of the transaction failed, so that
// nothing of it can be kept.
var ErrBroken = errors.New("an earlier statement of this transaction failed")

// Dialect tells the databases apart for the very few places that must know.
type Dialect string

// The dialects.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgresql"
)

// Micros gives a moment as it is stored: microseconds since 1970 UTC, and 0 for
// the zero time.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads a moment that Micros wrote, in UTC.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// checkArgs makes arguments mean the same on both databases.
func checkArgs(args []any) error {
	for i, a := range args {
		switch v := a.(type) {
		case string:
			if strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v) {
				return fault.Wrap(fault.Invalid, KeyText, fmt.Errorf("argument $%d is not UTF-8 without NUL", i+1))
			}
		case json.RawMessage:
			args[i] = string(v)
		case time.Time:
			return fmt.Errorf("argument $%d is a time.Time: store its Micros", i+1)
		}
	}
	return nil
}
