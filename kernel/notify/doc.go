// Package notify tells people what they asked to be told: notices in the site,
// mail (at once, or one digest a day or a week over everything followed) and
// signed webhooks, for searches that somebody follows and for what a room has to
// tell one person (an invitation, a confirmation, a review that is asked for).
//
// It draws no page and decides no rule of a room: rooms say what is news, search
// says what matches, identity says who may see it. It keeps no text of a thing:
// titles and passages are read when a message is composed, so that what was
// erased or withdrawn meanwhile is not sent.
//
// Its one invariant: every notice, digest and delivery has a natural key, and is
// made once however often its cause is seen; what is made is tried until it is
// delivered, refused for good, or too old, and each of these can be read in the
// outbox.
//
// # What matches
//
// A follow is words and filters, and they intersect: a thing is told of when it
// has one of the wanted values in every filtered dimension and is what a search
// for the words would find. Filters are looked up in an inverted table, so that
// only follows that can match are read; words are held against the new things by
// the rule of the index (search.Fresh). What happened before somebody followed is
// not told.
//
// # Webhooks
//
// A delivery is a POST of JSON, signed as the Standard Webhooks specification
// says: the header webhook-id names the delivery and stays the same when it is
// tried again, webhook-timestamp is in Unix seconds, and webhook-signature is
// "v1," and the base64 of HMAC-SHA256 over id, timestamp and body, joined by
// dots, with the bytes of the secret after "whsec_" as key. Any 2xx status is
// success; 410 ends the webhook. Redirects are not followed, and addresses of
// private networks are refused when the connection is made, after names have
// been resolved.
//
// # Mail
//
// The Message-ID belongs to the row of the outbox. If a connection breaks after
// the whole message was handed over and before the server said so, nobody can
// know whether it was taken (RFC 5321, section 4.5.5); it is then sent again
// under the same Message-ID, by which mailboxes recognise it.
package notify
