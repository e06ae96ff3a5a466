package facts

// The facts of the room knowledge. A thing is a resource, except for
// MemoryAdded and GlossaryAdded, whose thing is the memory or the glossary.
const (
	// EditionDrafted says that an edition was written that nobody outside its
	// organisation may see yet: its state is draft or in_review.
	// Payload Edition, body EditionText.
	EditionDrafted Kind = "knowledge.EditionDrafted"
	// DraftDiscarded says that the draft over a resource was given up. Payload
	// Discarded.
	DraftDiscarded Kind = "knowledge.DraftDiscarded"
	// EditionPublished carries the whole public state of a resource's current
	// edition: to_review, published or historical. Payload Edition, body EditionText.
	EditionPublished Kind = "knowledge.EditionPublished"
	// ResourceMarked changes the state of a public resource without changing a
	// word of it. Payload Mark, body the reason in free text.
	ResourceMarked Kind = "knowledge.ResourceMarked"
	// MemoryAdded says that a translation memory was taken in. Payload Memory.
	MemoryAdded Kind = "knowledge.MemoryAdded"
	// GlossaryAdded says that a glossary was taken in. Payload Memory.
	GlossaryAdded Kind = "knowledge.GlossaryAdded"
)

// Edition is one edition of a resource, all but its words: those are in the
// fact's body, because they may name people.
type Edition struct {
	Number     int       `json:"number"`           // 1 for the first
	State      string    `json:"state"`            // draft, in_review, to_review, published, historical
	Owner      ID        `json:"owner"`            // organisation
	Source     string    `json:"source,omitempty"` // which file or feed it came from
	Key        string    `json:"key,omitempty"`    // its row there; (Owner, Source, Key) is its identity for imports
	Content    Hash      `json:"content,omitempty"`
	Kind       string    `json:"kind"` // domain vocabulary "resource types"
	Topics     []string  `json:"topics,omitempty"`
	Audiences  []string  `json:"audiences,omitempty"`
	Hazards    []string  `json:"hazards,omitempty"`
	Countries  []Country `json:"countries,omitempty"`
	Setting    string    `json:"setting,omitempty"`
	Issuer     string    `json:"issuer,omitempty"` // an institution's name, never a person's
	Licence    string    `json:"licence,omitempty"`
	SourceURL  string    `json:"source_url,omitempty"`
	SourceDate string    `json:"source_date,omitempty"` // 2020, 2020-03 or 2020-03-04
	Supersedes ID        `json:"supersedes,omitzero"`
	ReviewDue  string    `json:"review_due,omitempty"` // 2006-01-02
	Certainty  string    `json:"certainty"`            // GRADE: high moderate low very_low, or not_graded
	Strength   string    `json:"strength,omitempty"`   // GRADE: strong, conditional
	Original   Lang      `json:"original"`
	Sample     bool      `json:"sample,omitempty"` // ours, to show how it works
	Variants   []Variant `json:"variants"`
}

// Variant says where the words of one language come from and who vouches for
// them.
type Variant struct {
	Lang   Lang    `json:"lang"`
	Origin string  `json:"origin"` // original, human_translation, machine_draft
	Checks []Check `json:"checks,omitempty"`
	Files  []File  `json:"files,omitempty"`
}

// Check is one mark of trust: translation_checked, clinically_reviewed and
// cleared_by_issuer are three different things.
type Check struct {
	Mark string `json:"mark"`
	By   ID     `json:"by,omitzero"`
	On   string `json:"on"` // 2006-01-02
}

// File names an attached blob. Its name is in EditionText.
type File struct {
	Hash Hash   `json:"hash"`
	Type string `json:"type"` // media type
	Size int64  `json:"size"` // bytes
}

// EditionText is the body of EditionDrafted and EditionPublished, as JSON: all
// the words of an edition.
type EditionText struct {
	Authors   []string             `json:"authors,omitempty"`
	FileNames map[Hash]string      `json:"file_names,omitempty"`
	Variants  map[Lang]VariantText `json:"variants"`
}

// VariantText holds the words of one language.
type VariantText struct {
	Title    string        `json:"title"`
	Summary  string        `json:"summary,omitempty"`
	Body     string        `json:"body"`     // Markdown
	Passages []PassageMark `json:"passages"` // in the order in which Body splits
}

// PassageMark names one passage of a body. It is kept in the fact, so that an
// anchor stays where a reader bookmarked it through later editions.
type PassageMark struct {
	Anchor string   `json:"a"`
	With   []string `json:"w,omitempty"` // anchors of the passages of the original language it translates
}

// Discarded is the payload of DraftDiscarded.
type Discarded struct {
	Number int `json:"number"` // the edition that the draft would have been
}

// Mark is the payload of ResourceMarked.
type Mark struct {
	State        string `json:"state"` // published, superseded, historical, withdrawn
	SupersededBy ID     `json:"superseded_by,omitzero"`
}

// Memory is the payload of MemoryAdded and GlossaryAdded. The units themselves
// are in a blob, one JSON object a line.
type Memory struct {
	Name    string `json:"name"` // the file's name
	Owner   ID     `json:"owner"`
	Content Hash   `json:"content"`
	Langs   []Lang `json:"langs"`
	Units   int    `json:"units"`
	Licence string `json:"licence,omitempty"`
}
