// Package web is the face of the house on net/http: routes with a rule each, the
// visit behind a request, pages from templates in the reader's language, the JSON
// API, assets, and the one adapter that turns an error into a page, a
// problem+json body (RFC 9457) and a log line.
//
// It knows no room, no rights and no store. Who makes a request and what they may
// do is asked of the two functions in Options; rooms bring their templates, their
// texts and their handlers.
//
// Its one invariant: nothing answers without a declared rule, and no answer
// leaves without the security headers, whatever the handler did.
package web
