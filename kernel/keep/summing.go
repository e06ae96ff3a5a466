package keep

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

func newHash() hash.Hash { return sha256.New() }

// summing counts and sums what passes.
type summing struct {
	r   io.Reader
	n   int64
	sum hash.Hash
}

// Read passes bytes on.
func (s *summing) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.n += int64(n)
	s.sum.Write(b[:n]) // a hash never fails
	return n, err
}

func (s *summing) hex() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// newest gives the last version of a package's migrations: 3 for 00003_x.sql.
func newest(files fs.FS) (last int64) {
	list, _ := fs.Glob(files, "*.sql") // the pattern is good
	for _, name := range list {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			last = max(last, n)
		}
	}
	return last
}
