package knowledge

import (
	"fmt"
	"maps"

	"sameboat/kernel/fault"
)

// Report is what became of an import.
type Report struct {
	Read     int       `json:"read"`    // rows or documents
	New      int       `json:"new"`     // resources that were not there
	Changed  int       `json:"changed"` // new editions, new languages, new states
	Same     int       `json:"same"`    // said nothing new
	Refused  int       `json:"refused"`
	Refusals []Refusal `json:"refusals,omitempty"` // at most maxRefusals are kept
	Unlisted int       `json:"unlisted,omitempty"` // refused rows that found no room in Refusals
	Notes    []Refusal `json:"notes,omitempty"`    // what was taken, but a person should look at; as many as Refusals

	places map[string]int // where Refusals hold a message of a file
}

const (
	maxRefusals = 1000
	maxMore     = 20 // numbers of further rows with the same message
)

// Refusal says which rows of which file were not taken, and why. Rows of one
// file that were refused with the same words share one.
type Refusal struct {
	File   string
	Line   int   // of the first; 0: the whole file
	Record int   // number of the first record, in JSON that is not one object a line; else 0
	Times  int   // how many rows
	More   []int // lines or records of the next few
	Fault  *fault.Fault

	words string // what the message says, to find the same again
}

// place is where in a file something stands.
type place struct {
	line   int // 0: the whole file
	record int // counts where lines say little, else 0
}

// number is what a person is told of a place.
func (p place) number() int {
	if p.record > 0 {
		return p.record
	}
	return p.line
}

// refuse counts a row that was not taken and keeps the reason.
func (r *Report) refuse(file string, at place, err error) {
	r.Refused++
	why := readingFault(err)
	words := wordsOf(file, why)
	if i, ok := r.places[words]; ok && i < len(r.Refusals) && r.Refusals[i].words == words {
		known := &r.Refusals[i]
		known.Times++
		if len(known.More) < maxMore {
			known.More = append(known.More, at.number())
		}
		return
	}
	if len(r.Refusals) >= maxRefusals {
		r.Unlisted++
		return
	}
	if r.places == nil {
		r.places = map[string]int{}
	}
	r.places[words] = len(r.Refusals)
	r.Refusals = append(r.Refusals, Refusal{File: file, Line: at.line, Record: at.record, Times: 1, Fault: why, words: words})
}

// wordsOf is the same for faults whose messages are, apart from where in the
// file they stand.
func wordsOf(file string, f *fault.Fault) string {
	args := maps.Clone(f.Args)
	delete(args, "line")
	delete(args, "row")
	return fmt.Sprint(file, "\x00", f.Key, args, f.Fields) // maps are written in the order of their keys
}
