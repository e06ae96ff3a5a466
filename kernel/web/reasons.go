package web

import (
	"strings"

	"sameboat/kernel/fault"
)

// reasons says in our words what huma says in English of a part of the input: by
// the beginning of its message, and whether a value follows that is worth
// repeating.
var reasons = [...]struct {
	begins, key string
	value       bool
}{
	{"invalid integer", "web.api.reason.integer", false},
	{"expected integer", "web.api.reason.integer", false},
	{"invalid float", "web.api.reason.number", false},
	{"expected number >= ", "web.api.reason.least", true},
	{"expected number <= ", "web.api.reason.most", true},
	{"expected number", "web.api.reason.number", false},
	{"invalid boolean", "web.api.reason.boolean", false},
	{"expected boolean", "web.api.reason.boolean", false},
	{"expected length >= ", "web.api.reason.shortest", true},
	{"expected length <= ", "web.api.reason.longest", true},
	{"expected array length >= ", "web.api.reason.fewest", true},
	{"expected array length <= ", "web.api.reason.many", true},
	{"expected value to be one of ", "web.api.reason.one-of", true},
	{"expected required property ", "web.api.reason.missing", false},
	{"required ", "web.api.reason.missing", false},
	{"unexpected property", "web.api.reason.unknown", false},
	{"invalid date", "web.api.reason.date", false},
	{"expected string to be RFC 3339 ", "web.api.reason.date", false},
	{"expected string", "web.api.reason.text", false},
}

// withReason adds what huma found wrong with a part of the input. What has no
// words of ours is told as not fitting, never in English to everybody.
func withReason(f *fault.Fault, location, message string) {
	name := location
	for _, place := range []string{"query.", "path.", "header.", "body."} {
		name = strings.TrimPrefix(name, place)
	}
	for _, r := range reasons {
		if value, ok := strings.CutPrefix(message, r.begins); ok {
			args := fault.Args{}
			if r.value {
				args["value"] = value
			}
			f.With(name, r.key, args)
			return
		}
	}
	f.With(name, "web.api.reason.other", nil)
}
