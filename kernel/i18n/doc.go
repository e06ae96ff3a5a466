// Package i18n speaks the reader's language: messages with plurals and named
// values, numbers, dates, sizes, lists, the names of languages, countries,
// territories and areas, the direction and script of a text, and the choice of
// language from an address, a cookie and a header.
//
// It holds no text of a room: each room keeps its own text/<lang>.json, and
// Load joins them. A language is added by adding files, never by code, and an
// operator may add more of them without building anew: ReadPacks reads a folder,
// With joins it. Digits
// are Western (0–9) in every language, also where CLDR prefers others, because
// doses, telephone numbers and dates of one emergency are read by people of many
// scripts side by side.
//
// Its one invariant: a key that is missing is seen as ⟦key⟧ on the page and
// reported by Complete; it is never silently another language's text. Only a
// language pack borrows what it lacks, and Standings says what and from where.
package i18n
