// Package blobs keeps files by the SHA-256 of their content: a folder now, other
// stores when the need comes.
//
// It knows no names, types or rights; facts carry the hash and the rooms decide
// who may fetch it. Its invariant: a hash that Put returned names a whole file
// that survives a loss of power, so a fact may be appended right after.
package blobs
