// Package doctor looks a node over: folder, disk, clock, database, journal and
// blobs, and says what it finds with advice for each.
//
// It changes nothing, mends nothing, and opens no journal, so that it can look
// at a node that no longer starts. Its invariant: a finding never stops the
// examination; what cannot be looked at is a finding too.
package doctor
