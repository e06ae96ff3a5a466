// Package prose knows everything about the text of one document variant: it
// cuts Markdown into passages that can be cited, keeps their anchors through
// editions, pairs the passages of two languages, and turns Markdown into HTML
// that is safe to show.
//
// It does not search, store, translate or detect languages, and it knows
// nothing of resources, people or pages.
//
// Its invariant: no input makes it lose text, panic, take more than roughly
// linear time or let through anything a browser could execute. The passages of
// a body, read in order, hold every word of it once; each has at most
// MaxWords words and an anchor no other passage of the body has.
//
// # How words are counted
//
// A limit in words must mean about the same in every script. Text set with
// spaces counts its space-separated tokens, a token longer than 32 letters
// counting once per 32 begun (so no word is unbounded). Scripts without spaces
// are counted by letters, combining marks left out: 1⅔ Han characters, 2½ kana,
// 4 Thai or Lao, 3⅓ Khmer, Burmese or Tibetan letters make a word. The weights
// come from translations of the same sentences: they make a translation count
// roughly as many words as its English original.
package prose
