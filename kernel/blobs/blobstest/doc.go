// Package blobstest holds the contract that every kind of blob store must meet.
// It is for tests only, and its invariant is that it knows a store only by its
// methods.
package blobstest
