package keep

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"sameboat/kernel/fault"
)

// Recipients reads public keys of age, one a line, with empty lines and lines
// that begin with # left out.
func Recipients(where string, r io.Reader) ([]string, error) {
	list, err := age.ParseRecipients(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, badKey(where, errors.New("not a public key of age")) // age's own words may hold a secret key given by mistake
	}
	var out []string
	for _, r := range list {
		x, ok := r.(fmt.Stringer)
		if !ok {
			return nil, badKey(where, fmt.Errorf("a recipient of the type %T", r))
		}
		out = append(out, x.String())
	}
	return out, nil
}

// Identities reads secret keys of age.
func Identities(where string, r io.Reader) ([]age.Identity, error) {
	list, err := age.ParseIdentities(io.LimitReader(r, 1<<20))
	if err != nil {
		return nil, badKey(where, errors.New("not a secret key of age")) // the error may hold the key
	}
	return list, nil
}

// NewKey makes a pair of keys.
func NewKey() (secret, public string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return id.String(), id.Recipient().String(), nil
}

func recipients(list []string) ([]age.Recipient, error) {
	out, err := age.ParseRecipients(strings.NewReader(strings.Join(list, "\n")))
	if err != nil {
		return nil, badKey("", errors.New("not a public key of age"))
	}
	return out, nil
}

func badKey(where string, err error) error {
	return &fault.Fault{Kind: fault.Invalid, Key: KeyKey, Args: fault.Args{"where": where}, Err: err}
}
