package node

import (
	"crypto/rand"
	"fmt"
	"os"
)

const secretSize = 32

// makeSecret writes a fresh key that only this user may read.
func makeSecret(path string) ([]byte, error) {
	b := make([]byte, secretSize)
	rand.Read(b) // never fails since Go 1.24
	if err := os.WriteFile(path, b, 0o600); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return b, nil
}
