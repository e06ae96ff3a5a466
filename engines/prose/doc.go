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
// are counted by letters, combining marks left out: a Han character is 0.6 of
// a word, a kana 0.4, a letter of Thai, Lao, Khmer, Burmese or Tibetan 0.3.
//
// Those of Han, Khmer and Burmese are round figures chosen so that a
// translation counts about the words of its English original: over the 1734
// sentences of TICO-19, Chinese counts 1.03 words for one of English, Burmese
// 1.14, Khmer 1.21 (a test holds them to it). Kana, Thai, Lao and Tibetan have
// no such measurement; they follow the scripts built like them.
//
// # Where sentences end
//
// A point after an abbreviation or an initial ends none. A single capital is an
// initial when it opens the sentence, stands beside another initial, or
// follows a title or a capitalised word inside the sentence. Behind the word
// that opens the sentence, or one named by letters, it is a label and the
// sentence ends: "Dose A. It worked!", "She had hepatitis B. He did not."
package prose
