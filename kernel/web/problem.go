package web

import (
	"encoding/json"
	"net/http"

	"sameboat/kernel/fault"
)

// Problem is an error body after RFC 9457. Title and detail are in the reader's
// language; kind and code are stable words for programs.
type Problem struct {
	Type     string         `json:"type" doc:"A URI that names the kind of trouble" example:"urn:sameboat:problem:not-found"`
	Title    string         `json:"title" doc:"The kind of trouble, in the reader's language"`
	Status   int            `json:"status" doc:"The HTTP status" example:"404"`
	Detail   string         `json:"detail" doc:"What happened, in the reader's language"`
	Instance string         `json:"instance" doc:"Names this request in the operator's log"`
	Code     string         `json:"code" doc:"A stable word for what happened" example:"knowledge.resource.unknown"`
	Errors   []ProblemField `json:"errors,omitempty" doc:"What is wrong with which part of the input"`
}

// ProblemField says what is wrong with one part of the input.
type ProblemField struct {
	Name   string `json:"name" doc:"The part, as the outside names it" example:"limit"`
	Detail string `json:"detail" doc:"What is wrong, in the reader's language"`
	Code   string `json:"code" doc:"A stable word for what is wrong"`
}

// NewProblem tells a fault to a program, in the visit's language.
func NewProblem(v *Visit, f *fault.Fault) *Problem {
	p := &Problem{
		Type:   "urn:sameboat:problem:" + f.Kind.String(),
		Title:  v.T("web.fault." + f.Kind.String() + ".title"),
		Status: StatusOf(f), Detail: v.T(f.Key, f.Args), Instance: "urn:sameboat:request:" + v.ID, Code: f.Key,
	}
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, ProblemField{field.Name, v.T(field.Key, field.Args), field.Key})
	}
	return p
}

// Error makes a problem an error, as huma asks.
func (p *Problem) Error() string { return p.Code }

// GetStatus gives the HTTP status, as huma asks.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType gives the media type of RFC 9457, as huma asks.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func writeProblem(w http.ResponseWriter, r *http.Request, v *Visit, p *Problem) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", string(v.Lang))
	w.WriteHeader(p.Status)
	if r.Method == http.MethodHead {
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(p) // the client is gone; the fault itself is already logged
}
