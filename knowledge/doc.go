// Package knowledge is the room of resources: guidelines, protocols, questions
// and answers, experience, each in several languages, in numbered editions that
// never vanish. It takes documents in, keeps translations beside their
// originals passage by passage, finds them by a question in any language, and
// shows and exports them.
//
// It does not rank (engines/retrieval), does not read file formats
// (engines/reading) and does not decide who may do what (kernel/identity).
//
// Its one invariant: what the public can see of a resource is what its last
// EditionPublished fact and the marks after it say, in every list, page, feed,
// index and answer alike.
package knowledge
