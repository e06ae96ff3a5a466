package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"sameboat/kernel/fault"
)

// maxCursor bounds a cursor in bytes.
const maxCursor = 1000

// EncodeCursor writes a place in a list as text that clients hand back and need
// not understand. It is not secret and not signed: decode it into plain values
// and check them like any input.
func EncodeCursor(place any) (string, error) {
	raw, err := json.Marshal(place)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// DecodeCursor reads a cursor into place; "" leaves it as it is. What EncodeCursor
// did not write is an Invalid fault that names the field.
func DecodeCursor(cursor string, place any) error {
	if cursor == "" {
		return nil
	}
	err := errors.New("too long")
	if len(cursor) <= maxCursor {
		var raw []byte
		if raw, err = base64.RawURLEncoding.DecodeString(cursor); err == nil {
			err = json.Unmarshal(raw, place)
		}
	}
	if err != nil {
		return fault.Wrap(fault.Invalid, "web.api.invalid", err).With("cursor", "web.api.cursor", nil)
	}
	return nil
}
