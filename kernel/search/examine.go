package search

import (
	"encoding/json"
	"errors"
	"io/fs"
	"path/filepath"

	"sameboat/engines/retrieval"
	"sameboat/facts"
)

// ErrTorn says that the snapshot of an index cannot be used.
var ErrTorn = errors.New("the snapshot of the index cannot be used")

// Examine reads the snapshot of the index in a folder to its end and gives the
// fact up to which it was made; 0 when there is none. It needs the memory of an
// index for a moment, and no service.
func Examine(dir string) (facts.Seq, error) {
	_, raw, err := retrieval.Open(filepath.Join(dir, indexFile), retrieval.Options{})
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	var st stamp
	if err != nil || json.Unmarshal(raw, &st) != nil {
		return 0, errors.Join(ErrTorn, err)
	}
	return st.Seq, nil
}

// Followed gives the fact up to which the index is made, and false while that
// is being worked on.
func (s *Service) Followed() (facts.Seq, bool) {
	if !s.mu.TryLock() {
		return 0, false
	}
	defer s.mu.Unlock()
	return s.cursor, true
}
