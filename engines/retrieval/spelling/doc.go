// Package spelling suggests the word that was probably meant when a word of a
// question is unknown or nearly so.
//
// It knows only surface words with their counts per language, which its owner
// adds and takes away as texts come and go. It does not stem, detect
// languages or correct whole sentences, and it is not meant for languages
// written without spaces.
//
// A suggestion is a known word at most two edits away (Damerau 1964: insert,
// delete, replace a letter, swap two neighbours), one edit for words of up to
// four letters, none for words of up to two. Among the candidates the one with the
// greatest log(1+count) − penalty·edits wins, as the noisy channel of
// Kernighan, Church and Gale (1990) has it with all edits equally likely.
//
// Words are kept by language and length. A search scans the words of length
// ±2, and a 64-bit signature of the letters of each rejects nearly all of
// them with one XOR: two edits change at most four bits of the signature.
//
// Invariant: a word whose own count is reasonable is never corrected.
package spelling
