package fault

import (
	"context"
	"errors"
	"fmt"
)

// Kind says what sort of trouble it is, and so what the reader can do about it.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody has classified.
const (
	Internal Kind = iota // our mistake
	NotFound             // there is no such thing, or none the actor may know of
	SignIn               // nobody is signed in, and somebody must be
	Refused              // the actor may not do this
	Invalid              // the input is wrong; the fields say where
	Conflict             // somebody else changed it first
	TooLarge             // more than a stated bound
	Away                 // something we need (database, disk, tool) is not there
	Busy                 // try again later: a limit on rate or concurrency
)

// String gives the kind's stable name, used in problem+json and in logs.
func (k Kind) String() string {
	names := [...]string{"internal", "not-found", "sign-in", "refused", "invalid", "conflict", "too-large", "away", "busy"}
	if int(k) < len(names) {
		return names[k]
	}
	return "internal"
}

// Args are the values a translated message names, by their name in the text.
type Args map[string]any

// Field says what is wrong with one named part of the input: a form's field, a
// row, a line.
type Field struct {
	Name string // as the outside names it: "title", "row 12"
	Key  string // message key
	Args Args
}

// Fault is an error that people can be told about.
type Fault struct {
	Kind   Kind
	Key    string // message key, "room.thing.trouble"
	Args   Args
	Fields []Field
	Err    error // for the operator; may be nil
}

// New makes a fault of a kind with a message key and its values.
func New(kind Kind, key string, args Args) *Fault { return &Fault{Kind: kind, Key: key, Args: args} }

// Wrap makes a fault that carries err for the operator.
func Wrap(kind Kind, key string, err error) *Fault { return &Fault{Kind: kind, Key: key, Err: err} }

// With adds what is wrong with one field and returns the fault itself.
func (f *Fault) With(name, key string, args Args) *Fault {
	f.Fields = append(f.Fields, Field{Name: name, Key: key, Args: args})
	return f
}

// Error is for operators and logs; it is never shown to a visitor.
func (f *Fault) Error() string {
	s := fmt.Sprintf("%s: %s", f.Kind, f.Key)
	for _, field := range f.Fields {
		s += fmt.Sprintf(" [%s: %s]", field.Name, field.Key)
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}

// Unwrap gives the operator's error to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Err }

// Of gives the fault inside err. An error that holds none becomes Away when its
// deadline passed, and Internal otherwise, so that an edge always has something
// safe to show. Of(nil) is nil.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Wrap(Away, "fault.late", err)
	}
	return Wrap(Internal, "fault.internal", err)
}

// Is reports whether err holds a fault of the kind.
func Is(err error, kind Kind) bool { return err != nil && Of(err).Kind == kind }
