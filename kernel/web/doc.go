// Package web is the face of the house on net/http: routes with a rule each, the
// visit behind a request, pages from templates in the reader's language, the JSON
// API, assets, and the one adapter that turns an error into a page, a
// problem+json body (RFC 9457) and a log line.
//
// It knows no room and no rights, and keeps nothing but answers to writes
// that may be sent again (package once). Who makes a request and what they may
// do is asked of the two functions in Options; rooms bring their templates, their
// texts and their handlers.
//
// Its one invariant: nothing answers without a declared rule, and no answer
// leaves without the security headers, whatever the handler did.
//
// # How a room makes a page
//
// The room embeds page/*.html and gives it as a Room; page/resource.html of the
// room knowledge becomes the template "knowledge/resource", and its whole content
// stands inside the shell's main element. The dot is the Page with .Visit, .URL
// (the address as asked), .Lang and .CSRF (the field that every form with method
// post holds). Functions: t, n, percent, bytes, date, month, moment, ago, span,
// list, langname, autonym, dir, script, country, iso, href (the address with some
// of its query changed), args, chip, asset, absolute. Components are templates
// that take the struct of the same name (components.go): {{template "hit" .Hit}};
// /style shows each of them. Markup made elsewhere comes only as Safe.
//
// # Laying out
//
// A page stands in a column with margins unless Page.Lead is set; then it brings
// its own bands, each with a .wrap inside, the first usually section.ask. Within:
// .cols for columns of equal weight, .split for a filter column before and
// .split.after for a contents column after, .head for a heading with a link at
// its end, ul.plain for a list with hairlines, a.t for its titles, .m for quiet
// words, .lead for the paragraph after a title, .acts for buttons, form.form (and
// .card where something is decided), .prose for long text. A piece in another
// language than the page carries lang and dir: {{template "langattr" .Lang}}.
//
// # Language and caches
//
// ?lang= decides the language of a page and, when that is not what the visitor
// would get anyway, sets the cookie that keeps it; links in the head name every
// language's address. Pages that are the same for all anonymous visitors of a
// language carry a strong ETag, no-cache and Vary; a page that used the visitor's
// session, a CSRF token or Private is never kept.
package web
