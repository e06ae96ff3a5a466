package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sameboat/kernel/fault"
)

// The message keys of the store's faults.
const (
	KeyAway     = "store.database.away"    // the database does not answer
	KeyFull     = "store.disk.full"        // no room left on the disk
	KeyReadOnly = "store.disk.readonly"    // the disk or the database is read-only
	KeyDenied   = "store.disk.denied"      // the operating system refuses access
	KeyBroken   = "store.database.broken"  // the database file is damaged
	KeyAddress  = "store.database.address" // the database address makes no sense
	KeyHeld     = "store.folder.held"      // another server has the data folder
	KeyNewer    = "store.folder.newer"     // written by a newer version
	KeyBusy     = "store.database.busy"    // too much at once
	KeyText     = "store.text.invalid"     // text that cannot be stored
	KeyNotEmpty = "store.place.not-empty"  // something is already there; args: place
	KeyLow      = "store.disk.low"         // less room than the node keeps free; args: free, least
)

// Trouble turns an error of the operating system or a database into a fault
// that says what to do about it. Any other error, a fault among them, is given
// back as it is.
func Trouble(err error) error {
	var f *fault.Fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	if kind, key := classify(err); key != "" {
		return fault.Wrap(kind, key, err)
	}
	return err
}

func classify(err error) (fault.Kind, string) {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &lite):
		return classifySQLite(lite)
	case errors.As(err, &pg):
		return classifyPostgres(pg.Code)
	}
	if key := classifySystem(err); key != "" {
		return fault.Away, key
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) && !isContext(err) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF") {
		return fault.Away, KeyAway
	}
	return fault.Internal, ""
}

func classifySystem(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return KeyFull
	case errors.Is(err, syscall.EROFS):
		return KeyReadOnly
	case errors.Is(err, fs.ErrPermission):
		return KeyDenied
	}
	return ""
}

func classifySQLite(err *sqlite.Error) (fault.Kind, string) {
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.Away, KeyFull
	case sqlite3.SQLITE_READONLY:
		return fault.Away, KeyReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.Away, KeyBroken
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return fault.Away, KeyDenied
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.Busy, KeyBusy
	case sqlite3.SQLITE_IOERR:
		return fault.Away, KeyAway
	}
	return fault.Internal, ""
}

// classifyPostgres reads SQLSTATE codes (PostgreSQL 15 manual, appendix A).
func classifyPostgres(code string) (fault.Kind, string) {
	switch {
	case code == "53100":
		return fault.Away, KeyFull
	case code == "25006":
		return fault.Away, KeyReadOnly
	case code == "XX001", code == "XX002":
		return fault.Away, KeyBroken
	case code == "40001", code == "40P01", code == "55P03", strings.HasPrefix(code, "53"):
		return fault.Busy, KeyBusy
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "28"), code == "3D000", code == "58030":
		return fault.Away, KeyAway
	case code == "22021", code == "22P05":
		return fault.Invalid, KeyText
	}
	return fault.Internal, ""
}

// mark lets callers see a broken unique key on either database.
func mark(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	if errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) ||
		errors.As(err, &pg) && pg.Code == "23505" {
		return fmt.Errorf("%w: %w", ErrExists, err)
	}
	return err
}
