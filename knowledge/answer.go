package knowledge

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"sameboat/facts"
	"sameboat/kernel/search"
)

// Answer is what GET /api/v1/search gives.
type Answer struct {
	Query          string                   `json:"query" doc:"The question as it was understood"`
	QLang          facts.Lang               `json:"qlang" doc:"Language of the question, detected unless it was given"`
	Total          int                      `json:"total" doc:"Exact number of resources that match"`
	Hits           []AnswerHit              `json:"hits"`
	Facets         map[string][]AnswerCount `json:"facets" doc:"Exact counts by dimension: kind, topic, language, issuer, country, year"`
	Next           string                   `json:"next,omitempty" doc:"Give it as cursor to go on"`
	Suggestion     string                   `json:"suggestion,omitempty" doc:"A better spelling of the question"`
	SuggestionLang facts.Lang               `json:"suggestion_lang,omitempty" doc:"Language in which the suggestion is spelled"`
	Instead        facts.Lang               `json:"instead,omitempty" doc:"The likelier language of the question, when too little was found reading it so"`
	Guesses        []AnswerGuess            `json:"guesses,omitempty" doc:"Other languages the question may be in"`
}

// AnswerHit is one resource that matches.
type AnswerHit struct {
	ID         facts.ID      `json:"id"`
	Kind       string        `json:"kind"`
	State      string        `json:"state" doc:"published; superseded and historical are not to be followed"`
	Historical bool          `json:"historical" doc:"Kept for the record, not to be followed"`
	Title      string        `json:"title"`
	Language   facts.Lang    `json:"language" doc:"Of the title"`
	Score      float64       `json:"score"`
	Passage    AnswerPassage `json:"passage"`
	URL        string        `json:"url"`
	Sample     bool          `json:"sample,omitempty"`
	Why        []AnswerWhy   `json:"why,omitempty" doc:"By which words it was found"`
}

// AnswerPassage is the best passage of a resource, in the reader's language
// where there is one, else in the language it was found in.
type AnswerPassage struct {
	Anchor   string     `json:"anchor"`
	Text     string     `json:"text"`
	Language facts.Lang `json:"language"`
	State    string     `json:"state"`
	Found    string     `json:"found,omitempty" doc:"The passage as it was found, when that is in another language"`
}

// AnswerCount is a value of a dimension and how many matching resources have it.
type AnswerCount struct {
	Value string `json:"value"`
	N     int    `json:"count"`
}

// AnswerGuess is a language a question may be in, and how likely.
type AnswerGuess struct {
	Lang facts.Lang `json:"lang"`
	P    float64    `json:"p"`
}

// AnswerWhy is one word of the question and the words it was found as.
type AnswerWhy struct {
	Word  string        `json:"word"`
	Found []AnswerFound `json:"found"`
}

// AnswerFound is a word of a document.
type AnswerFound struct {
	Lang facts.Lang `json:"language"`
	Word string     `json:"word"`
}

// Answer searches and gives what the API and the command line show.
func (m *Room) Answer(ctx context.Context, q search.Query) (*Answer, error) {
	r, err := m.search.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	a := &Answer{Query: r.Text, QLang: r.QLang, Total: r.Total, Next: r.Next, Suggestion: r.Did, SuggestionLang: r.DidLang, Instead: r.Instead, Hits: []AnswerHit{}, Facets: map[string][]AnswerCount{}}
	for _, g := range r.Guesses {
		a.Guesses = append(a.Guesses, AnswerGuess(g))
	}
	for _, f := range r.Facets {
		counts := make([]AnswerCount, 0, len(f.Counts))
		for _, c := range f.Counts {
			counts = append(counts, AnswerCount(c))
		}
		a.Facets[f.Dim] = counts
	}
	for _, h := range r.Hits {
		a.Hits = append(a.Hits, m.answerHit(h))
	}
	return a, nil
}

func (m *Room) answerHit(h search.Hit) AnswerHit {
	out := AnswerHit{ID: h.ID, Kind: h.Kind, State: h.State, Historical: h.State == Historical, Title: h.Title, Language: h.Lang, Score: h.Score,
		Passage: AnswerPassage{Anchor: h.Anchor, Text: h.Text, Language: h.PassageLang, State: h.State, Found: h.FoundText},
		URL:     m.site.Absolute(resourcePath(h.ID, h.PassageLang, h.Anchor)), Sample: h.Sample}
	for _, w := range h.Why {
		aw := AnswerWhy{Word: w.Word}
		for _, f := range w.Found {
			aw.Found = append(aw.Found, AnswerFound{f.Lang, f.Word})
		}
		out.Why = append(out.Why, aw)
	}
	return out
}

// resourcePath is the address of a resource: in a language of its content, at a
// passage, both optional.
func resourcePath(id facts.ID, in facts.Lang, anchor string) string {
	path := "/r/" + id.String()
	if in != "" {
		path += "?in=" + url.QueryEscape(string(in))
	}
	if anchor != "" {
		path += "#" + anchor
	}
	return path
}

// besidePath is the address of two languages of a resource side by side.
func besidePath(id facts.ID, left, right facts.Lang, anchor string) string {
	path := "/r/" + id.String() + "/beside?" + url.Values{"left": {string(left)}, "right": {string(right)}}.Encode()
	if anchor != "" {
		path += "#" + anchor
	}
	return path
}

// maxTagsAsked bounds the filters that are read of an address. It is more than a
// search takes, so that too many are refused and not left out in silence.
const maxTagsAsked = 100

// filtersOf reads the filters of an address: kind=…&topic=…, values repeated or
// separated by commas.
func filtersOf(query url.Values) []search.Tag {
	var tags []search.Tag
	for _, dim := range filterDims {
		for _, value := range query[dim] {
			values := []string{value}
			if dim != "issuer" {
				values = strings.Split(value, ",")
			}
			for _, v := range values {
				if len(tags) == maxTagsAsked {
					return tags
				}
				if v = strings.TrimSpace(v); v != "" && !slices.Contains(tags, search.Tag{Dim: dim, Value: v}) {
					tags = append(tags, search.Tag{Dim: dim, Value: v})
				}
			}
		}
	}
	return tags
}

// filterDims are the dimensions by which addresses filter; the first six are
// counted and shown.
var filterDims = []string{"kind", "topic", "language", "issuer", "country", "year", "audience", "hazard", "setting", "state"}

// Path is the address of a resource in a language, for cards on other pages.
func Path(id facts.ID, in facts.Lang) string { return resourcePath(id, in, "") }
