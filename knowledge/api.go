package knowledge

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/search"
	"sameboat/kernel/web"
)

// searchInput is the query of GET /api/v1/search.
type searchInput struct {
	Q        string   `query:"q" doc:"The question, in any language; empty lists what the filters choose, the newest first" example:"comment trier les patients fébriles"`
	QLang    string   `query:"qlang" doc:"Language of the question; detected when it is not given" example:"fr"`
	Lang     string   `query:"lang" doc:"Language of the reader" example:"fr"`
	Kind     []string `query:"kind,explode" doc:"Only these kinds"`
	Topic    []string `query:"topic,explode" doc:"Only these topics"`
	Language []string `query:"language,explode" doc:"Only what exists in these languages"`
	Issuer   []string `query:"issuer,explode" doc:"Only from these issuers"`
	Country  []string `query:"country,explode" doc:"Only about these countries (ISO 3166-1 alpha-2)"`
	Year     []string `query:"year,explode" doc:"Only of these years"`
	State    []string `query:"state,explode" doc:"Only in these states"`
	Limit    int      `query:"limit" default:"10" minimum:"1" maximum:"100" doc:"Hits on one page"`
	Cursor   string   `query:"cursor" maxLength:"200" doc:"next of the page before"`
}

type searchOutput struct{ Body *Answer }

func (in *searchInput) query(v *web.Visit) search.Query {
	return search.Query{Text: in.Q, QLang: facts.LangOf(in.QLang), Reader: v.Reads(), Face: v.Lang, Limit: in.Limit, After: in.Cursor,
		Filters: filtersOf(in.values())}
}

// values gives what the address says as the page of results reads it.
func (in *searchInput) values() url.Values {
	return url.Values{"qlang": {in.QLang}, "lang": {in.Lang}, "kind": in.Kind, "topic": in.Topic, "language": in.Language, "issuer": in.Issuer,
		"country": in.Country, "year": in.Year, "state": in.State}
}

// resourceInput is the path of GET /api/v1/resources/{id}.
type resourceInput struct {
	ID string `path:"id" maxLength:"40" doc:"The resource's ID"`
}

type resourceOutput struct {
	ETag         string    `header:"ETag"`
	LastModified time.Time `header:"Last-Modified"`
	Body         *ResourceAnswer
}

// ResourceAnswer is what GET /api/v1/resources/{id} gives: the current edition
// with all its words.
type ResourceAnswer struct {
	ID           facts.ID        `json:"id"`
	URL          string          `json:"url"`
	State        string          `json:"state"`
	Historical   bool            `json:"historical" doc:"Kept for the record, not to be followed"`
	Erased       bool            `json:"erased,omitempty" doc:"The words were erased; this is a tombstone"`
	Sample       bool            `json:"sample,omitempty"`
	Edition      int             `json:"edition"`
	Kind         string          `json:"kind"`
	Topics       []string        `json:"topics"`
	Audiences    []string        `json:"audiences"`
	Hazards      []string        `json:"hazards"`
	Countries    []facts.Country `json:"countries"`
	Setting      string          `json:"setting,omitempty"`
	Issuer       string          `json:"issuer,omitempty"`
	Authors      []string        `json:"authors"`
	Licence      string          `json:"licence,omitempty"`
	SourceURL    string          `json:"source_url,omitempty"`
	SourceDate   string          `json:"source_date,omitempty"`
	Supersedes   facts.ID        `json:"supersedes,omitzero"`
	SupersededBy facts.ID        `json:"superseded_by,omitzero"`
	ReviewDue    string          `json:"review_due,omitempty"`
	Certainty    string          `json:"certainty" doc:"GRADE: high, moderate, low, very_low, or not_graded"`
	Strength     string          `json:"strength,omitempty" doc:"GRADE: strong or conditional"`
	Original     facts.Lang      `json:"original"`
	Published    time.Time       `json:"published"`
	Updated      time.Time       `json:"updated"`
	Variants     []VariantAnswer `json:"variants"`
}

// VariantAnswer is one language of a resource.
type VariantAnswer struct {
	Lang     facts.Lang      `json:"language"`
	Origin   string          `json:"origin" doc:"original, human_translation or machine_draft"`
	Checks   []facts.Check   `json:"checks"`
	Title    string          `json:"title"`
	Summary  string          `json:"summary,omitempty"`
	Body     string          `json:"body" doc:"Markdown"`
	Passages []PassageAnswer `json:"passages"`
	Files    []FileAnswer    `json:"files"`
}

// PassageAnswer is one passage of a variant.
type PassageAnswer struct {
	Anchor   string   `json:"anchor"`
	Headings []string `json:"headings,omitempty"`
	Text     string   `json:"text"`
	State    string   `json:"state" doc:"That of the resource: a passage that is quoted alone must say so too"`
	With     []string `json:"aligned_with,omitempty" doc:"Anchors of the passages of the original language"`
}

// FileAnswer is one attached file.
type FileAnswer struct {
	Name string     `json:"name"`
	Type string     `json:"type"`
	Size int64      `json:"size" doc:"Bytes"`
	Hash facts.Hash `json:"sha256"`
	URL  string     `json:"url"`
}

// operations declares the room's part of the API.
func (m *Room) operations() {
	web.Operate(m.site, huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/search", Tags: []string{"knowledge"},
		Summary: "Ask a question in any language", Description: "One entry per resource with its best passage; counts are exact."},
		readVerb, func(ctx context.Context, in *searchInput) (*searchOutput, error) {
			if unknown := unknownValues(in.values()); unknown != nil {
				return nil, unknown
			}
			a, err := m.Answer(ctx, in.query(web.VisitIn(ctx)))
			return &searchOutput{a}, err
		})
	web.Operate(m.site, huma.Operation{OperationID: "getResource", Method: http.MethodGet, Path: "/resources/{id}", Tags: []string{"knowledge"},
		Summary: "Read a resource with all its languages", Errors: []int{http.StatusNotFound}},
		readVerb, func(ctx context.Context, in *resourceInput) (*resourceOutput, error) {
			id, err := facts.ParseID(in.ID)
			if err != nil || id.String() != in.ID { // programs have the one form
				return nil, fault.New(fault.NotFound, "knowledge.resource.unknown", nil)
			}
			r, err := m.shelfOf(web.VisitIn(ctx)).Resource(ctx, id)
			if err != nil {
				return nil, err
			}
			return &resourceOutput{ETag: `"` + resourceTag(r) + `"`, LastModified: r.Updated, Body: m.resourceAnswer(r)}, nil
		})
}

func (m *Room) resourceAnswer(r *Resource) *ResourceAnswer {
	e := r.Edition
	a := &ResourceAnswer{ID: r.ID, URL: m.site.Absolute(resourcePath(r.ID, "", "")), State: r.State, Historical: r.State == Historical, Erased: r.Erased,
		Sample: e.Sample, Edition: e.Number, Kind: e.Kind, Topics: list(e.Topics), Audiences: list(e.Audiences), Hazards: list(e.Hazards),
		Countries: list(e.Countries), Setting: e.Setting, Issuer: e.Issuer, Authors: list(r.Text.Authors), Licence: e.Licence, SourceURL: e.SourceURL,
		SourceDate: e.SourceDate, Supersedes: e.Supersedes, SupersededBy: r.SupersededBy, ReviewDue: e.ReviewDue, Certainty: e.Certainty,
		Strength: e.Strength, Original: e.Original, Published: r.FirstPublished, Updated: r.Updated, Variants: []VariantAnswer{}}
	for _, v := range e.Variants {
		words, ok := r.Text.Variants[v.Lang]
		if !ok {
			continue
		}
		va := VariantAnswer{Lang: v.Lang, Origin: v.Origin, Checks: list(v.Checks), Title: words.Title, Summary: words.Summary, Body: words.Body,
			Passages: []PassageAnswer{}, Files: []FileAnswer{}}
		for _, p := range passagesOf(v.Lang, words) {
			va.Passages = append(va.Passages, PassageAnswer{p.Anchor, p.Headings, p.Text, r.State, p.With})
		}
		for _, f := range v.Files {
			name := r.Text.FileNames[f.Hash]
			va.Files = append(va.Files, FileAnswer{name, f.Type, f.Size, f.Hash, m.site.Absolute(filePath(r.ID, f.Hash, name))})
		}
		a.Variants = append(a.Variants, va)
	}
	return a
}

// list makes an empty list of none, so that machines always find a list.
func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

// filePath is the address of an attached file.
func filePath(id facts.ID, hash facts.Hash, name string) string {
	return "/r/" + id.String() + "/file/" + string(hash) + "/" + url.PathEscape(name)
}
