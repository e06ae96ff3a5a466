package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// maxStatements bounds what one connection keeps; the house has a few hundred
// SQL texts, and text built at run time must not fill the memory.
const maxStatements = 400

// statements are the prepared statements of one SQLite connection. Preparing
// costs more than running a short insert.
type statements struct {
	conn *sql.Conn
	kept map[string]*statement
}

type statement struct {
	stmt *sql.Stmt
	busy bool // its rows are still being read
}

// take gives a prepared statement for the caller alone until it clears busy, or
// nil when the query had better run unprepared.
func (s *statements) take(ctx context.Context, query string) *statement {
	if s == nil {
		return nil
	}
	if st := s.kept[query]; st != nil {
		if st.busy {
			return nil
		}
		st.busy = true
		return st
	}
	if len(s.kept) >= maxStatements {
		s.drop()
	}
	stmt, err := s.conn.PrepareContext(ctx, positional(query))
	if err != nil {
		return nil // running it unprepared tells the caller why
	}
	st := &statement{stmt: stmt, busy: true}
	s.kept[query] = st
	return st
}

func (s *statements) drop() {
	for query, st := range s.kept {
		if !st.busy {
			st.stmt.Close() // a statement that cannot be finalised is lost with its connection
			delete(s.kept, query)
		}
	}
}

// positional writes $1, $2 … as ? where they stand in just this order, and
// leaves any other query alone. The driver looks for the value of a numbered
// place by comparing texts, for each place anew: with a hundred values that
// costs more than the insert.
func positional(query string) string {
	var b strings.Builder
	for next, rest := 1, query; ; next++ {
		i := strings.IndexAny(rest, "$'\"-/")
		if i < 0 {
			return b.String() + rest
		}
		mark := "$" + strconv.Itoa(next)
		after, ok := strings.CutPrefix(rest[i:], mark)
		if !ok || after != "" && '0' <= after[0] && after[0] <= '9' {
			return query // another order, or a text or comment that had to be understood
		}
		b.WriteString(rest[:i])
		b.WriteByte('?')
		rest = after
	}
}
