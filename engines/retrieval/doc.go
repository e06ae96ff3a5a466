// Package retrieval is an inverted index in memory.
package retrieval
