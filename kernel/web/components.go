package web

import (
	"time"

	"sameboat/facts"
)

// The tones of chips, notices and banners. A tone only underlines what the words
// already say: colour never carries meaning alone.
const (
	Plain = ""     // nothing special
	Good  = "good" // done, reviewed
	Wait  = "wait" // waiting, to review, historical, sample
	Late  = "late" // late, critical, withdrawn, failed
)

// Chip is one or two words about a thing's state. Why, when given, explains it on
// demand.
type Chip struct{ Tone, Text, Why string }

func chip(tone, text string) Chip { return Chip{Tone: tone, Text: text} }

// Action is a link that looks like a button. Primary is the one act of its place.
type Action struct {
	Text, Href string
	Primary    bool
	Lang       facts.Lang // of the text, when it is not the page's
	Note       string     // a quiet word after it
	Current    bool       // the one being shown
}

// Notice is a message in the flow of a page; a Banner is the same across its top.
type Notice struct {
	Tone, Title, Text string
	Actions           []Action
}

// Field is one field of a form with its label, hint and error.
type Field struct {
	Name, Label, Hint, Error, Value string
	Type                            string // "text" when empty; "textarea", "select", "checkbox", "file" and every HTML input type
	Autocomplete, Placeholder       string
	Required, Autofocus, On         bool
	MaxLength, Rows                 int
	Accept                          string // of a file
	Lang                            facts.Lang
	Options                         []Option
}

// Option is one choice of a select.
type Option struct {
	Value, Text string
	Lang        facts.Lang
	Selected    bool
}

// Span is a piece of text, marked where it matched.
type Span struct {
	Text string
	Hit  bool
}

// Hit is one search result.
type Hit struct {
	Title       string
	Sub         bool // stands under a heading of its own list: its title is an h3, else an h2
	Href        string
	Lang        facts.Lang // of the title
	PassageLang facts.Lang // of the passage, when it is another
	Meta        []string   // kind, issuer, date: short words
	Langs       []Action   // the languages it exists in
	Passage     []Span
	PassageHref string
	Chips       []Chip
	Warning     string   // as "historical: not to be followed"; stands before the passage
	Why         []Reason // "why this result"
	Beside      string   // address of the passage beside its original; ""
}

// Reason is one sentence of "why this result". But marks what speaks against it.
type Reason struct {
	Text string
	But  bool
}

// FacetGroup is one filter with exact counts.
type FacetGroup struct {
	Name, Title string
	Items       []Facet
	MoreHref    string // shows all values; "" when all are shown
	Single      bool   // one value at most: radio instead of checkbox
}

// Facet is one value of a filter.
type Facet struct {
	Value, Text string
	Lang        facts.Lang
	Count       int
	On          bool
}

// Facets is the filter column: a form that keeps the rest of the query.
type Facets struct {
	Action string
	Keep   []Option // hidden fields: the question and what else must stay
	Groups []FacetGroup
	Clear  string // address without any filter; "" when none is on
	On     int    // how many are on
	Extra  []Field
}

// Pager goes through a list.
type Pager struct {
	Prev, Next      string
	From, To, Total int
}

// Tabs switch between views of one thing; each is a link.
type Tabs struct {
	Label string
	Items []Action
}

// Empty is what stands where a list would: it teaches the first step.
type Empty struct {
	Title, Text string
	Command     string // to be typed in a terminal
	Steps       []string
	Actions     []Action
}

// Progress shows how far long work is.
type Progress struct {
	Label, Note string
	Done, Total int64 // Total 0: not known
}

// Question is the big box of the home page and of the results.
type Question struct {
	Action, Value, Label, Placeholder string
	Submit                            string
	Lang                              facts.Lang // detected or chosen language of the question
	Keep                              []Option
	Try                               []Action
	Big                               bool
}

// Passage is one piece of a text with its anchor. Body is sanitised markup.
type Passage struct {
	Anchor string
	Lang   facts.Lang
	Body   Safe
	Hit    bool
}

// Pair is one passage in two languages, side by side as equals.
type Pair struct {
	Anchor      string
	Left, Right Passage // an empty Body says "not translated"
}

// SideBySide is a text in two languages.
type SideBySide struct {
	Left, Right         facts.Lang
	LeftNote, RightNote string // "original", "machine draft"
	Pairs               []Pair
}

// Content is one line of a contents list.
type Content struct {
	Text, Href string
	Level      int // 1 is the outermost
	Current    bool
}

// Citation is a reference that can be copied.
type Citation struct {
	Text    string
	Lang    facts.Lang
	Formats []Action
}

// File is one file to take away.
type File struct {
	Name, Href, Kind, Note string
	Lang                   facts.Lang
	Size                   int64
}

// Step is one line of a history.
type Step struct {
	When time.Time
	Text string
	Note string
	Chip *Chip
	Href string
}

// Detail is one line of a definition list.
type Detail struct {
	Term  string
	Text  string
	Href  string
	Lang  facts.Lang
	Chips []Chip
	Links []Action
}

// Figure is a number with its unit, and how it was counted.
type Figure struct {
	Number, Unit string
	AsOf         string
	HowHref      string
}

// Table is a list of rows. On a narrow screen each row becomes a card.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Note    string
}

// Column is one column of a table. SortHref sorts by it; Sorted is "ascending" or
// "descending" where the table is sorted by it.
type Column struct {
	Text, SortHref, Sorted string
	Number                 bool
}

// Row is one row; Href makes it a link.
type Row struct {
	Href  string
	Cells []Cell
}

// Cell is one cell of a table.
type Cell struct {
	Text string
	Lang facts.Lang
	Chip *Chip
}
