// Package keep writes a node into one file and makes a node of it again: the
// backup and the restore.
//
// A backup is a tar of parts, packed with zstd and sealed with age: the journal
// and all registers as rows of JSON, read from one snapshot, the blobs that the
// snapshot names, and a manifest with the versions and the SHA-256 of every
// part. Views are not in it: they are made again. It knows no SQL dialect, so
// that what was kept on one database comes back on the other, and it decides
// nothing about when backups happen or where they lie.
//
// Its invariant: what Restore puts in place was compared with the manifest to
// the last byte before, and nothing is put in place otherwise.
package keep
