// Package store is the one door to SQL: SQLite inside the data folder, or
// PostgreSQL at an address, behind the same few calls and one SQL text.
//
// It knows nothing of facts, rooms or rules, and it is no query builder: rooms
// write their SQL out, with $1 parameters. Its invariant: what works on one of
// the two databases works on the other; where they differ, the difference is
// removed here (a failed statement spoils the transaction on both, text must be
// UTF-8 without NUL on both) or pinned by the contract suite in storetest.
//
// The common SQL, as the contract suite pins it:
//
//   - Parameters are $1, $2 …; "on conflict", "returning", "->>" and
//     "nulls first/last" work; an order without the latter puts NULLs first on
//     SQLite and last on PostgreSQL.
//   - Types: text, bigint, boolean, bytea, double precision. Moments are bigint
//     microseconds since 1970 UTC (Micros, Time); a time.Time argument is
//     refused. IDs are text. Structures are JSON in text columns.
//   - "->>" needs a jsonb column on PostgreSQL, which SQLite keeps as text; what
//     comes out is text on PostgreSQL and the JSON type on SQLite: write
//     cast(x ->> 'k' as text), or as bigint. Only registers may do this:
//     a fact's payload is never queried.
//   - LIKE tells case apart on both; lower() knows only ASCII on SQLite. Names
//     are compared and sorted in Go.
//   - Text sorts by bytes on SQLite and by the database's collation on
//     PostgreSQL: in SQL, order only by IDs, codes and numbers.
package store
