// Package retrieval is an inverted index in memory that ranks passages and
// returns one entry per document, with exact counts of everything that matched.
//
// It takes documents as analysed terms: finding words, stemming, translating
// and choosing what a person may see belong to its callers (see analysis and
// lexicon). It does not keep texts, only the terms of each passage in order.
//
// Invariant: every answer is that of looking at every live passage; what is
// skipped is proven not to matter. Sums are integers, so pruned and complete
// evaluation agree to the last bit.
//
// # Score
//
// A [Group] is one word of the query with its synonyms and translations. As in
// the structured queries of Pirkola (SIGIR 1998), with weights as in Darwish
// and Oard (SIGIR 2003), its terms t of weight w act as one virtual term:
//
//	df = min(N, Σt w·df(t))        idf = ln(1 + (N − df + ½)/(df + ½))
//	I  = weight of the group · idf
//	v(p) = Σt w · Σf weight(f)·tf(f,t,p) / (1 − b(f) + b(f)·len(f,p)/mean len(f))
//
// The inner sum over the fields f is BM25F (Robertson and Zaragoza, The
// Probabilistic Relevance Framework: BM25 and Beyond, 2009, section 3.6): fields are
// weighted before saturation, not after. N and df count live passages. The
// neighbours of p in the same text count a little too, and words that stand
// close together count more (after Büttcher, Clarke and Lushman, SIGIR 2006):
//
//	v'(p)    = v(p) + ν·(v(p−1) + v(p+1))
//	score(p) = Σg I·(k1+1)·v'/(v'+k1) + π·Σg I·s·min(1, a/2)
//
// where s is the share of the group's best term in the passage (its weight
// over the greatest of the group) and a the pull of the word: the sum, over matched
// words next to it in the passage that belong to another group, of s'/distance², times
// 1+ω if the two follow each other in the query. A document scores as its
// best matching passage, times its boost.
//
// Groups that tell little beside the most telling one are heard less: below a
// tenth of its information they do not decide what matches, below three
// hundredths they do not score either and only pull their neighbours. In many
// languages at once such groups hold most of the postings and none of the news.
//
// # Match
//
// With forty expanded words nearly every passage holds one. A passage matches
// when the information it holds, Σg I·s over the groups found in it, is at least
// [Ranking].Share of the information of all groups that decide and occur in the
// index at all; a document matches when one of its passages does. Words that occur nowhere
// ask for nothing. Total and facet counts are exact for this rule.
//
// # Pruning
//
// Groups are sorted by information. The last ones, which together stay below
// the share, are not enumerated: a passage that holds none of the others
// cannot match. This is MaxScore of Turtle and Flood (1995) with the match as
// the threshold. In windows of passages that fit the cache it is first settled
// what matches, from presence alone: the essential groups are enumerated, the
// others are looked for only in passages that are not decided. Then what matches
// is counted and scored group by group, and a passage is let go of when the
// most that the remaining groups can give does not lift it onto the page.
// Nearness is read last, from the most promising on.
//
// The lists of frequent terms also stand as bits with ranks, so that most of
// the first part is done for 64 passages at a time. A query with much to read
// divides the passages among the processors that are idle for it.
//
// # Numbers
//
// Occurrences are clipped at 3 in title and heading and 15 in the body, where
// saturation has flattened them, and lengths above 191 terms are kept in steps of 64.
// The parameters in [DefaultRanking] were chosen on the passage benchmark
// (BenchmarkCovidQA), from a plateau rather than its peak.
//
// # Change
//
// Writers take turns and hold the lock that searches wait for only while a
// few documents are appended. Removing clears a bit and corrects the
// statistics at once; when a quarter of the documents is dead, a new store is
// built beside the old one while searches go on.
package retrieval
