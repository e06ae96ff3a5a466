package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"mime"
	"net/http"
	"strings"

	"sameboat/kernel/fault"
)

// tokenField is the form field, tokenHeader the header that carries the token.
const (
	tokenField  = "csrf"
	tokenHeader = "X-Csrf-Token"
)

// CSRFToken gives the token a form of this page must send. It sets the cookie
// that the token is bound to where the visitor has none, and makes the answer
// private. The token is masked anew each time, so that compression beside
// reflected text does not reveal it (the BREACH attack).
func (v *Visit) CSRFToken() string {
	if v.csrf != "" {
		return v.csrf
	}
	v.private = true
	seed := v.site.cookie(v.request, "csrf")
	if len(seed) != 22 {
		var b [16]byte
		rand.Read(b[:]) // never fails since Go 1.24
		seed = base64.RawURLEncoding.EncodeToString(b[:])
		v.site.SetCookie(v.writer, v.request, "csrf", seed, 0)
	}
	mac := v.mac(seed)
	masked := make([]byte, 2*len(mac))
	rand.Read(masked[:len(mac)])
	for i, b := range mac {
		masked[len(mac)+i] = b ^ masked[i]
	}
	v.csrf = base64.RawURLEncoding.EncodeToString(masked)
	return v.csrf
}

func (v *Visit) mac(seed string) []byte {
	h := hmac.New(sha256.New, v.site.opts.Secret)
	h.Write([]byte("csrf\x00" + seed + "\x00" + v.Who.Session))
	return h.Sum(nil)
}

// checkForgery refuses an unsafe request that another site may have caused. The
// browser's own word (Sec-Fetch-Site, Origin) is checked for every route; pages
// must also carry the token. A request with a bearer token is exempt from the form's
// token only, because no browser adds such a header by itself.
func (s *Site) checkForgery(v *Visit, r *http.Request) error {
	if !unsafe(r.Method) {
		return nil
	}
	if err := s.guard.Check(r); err != nil {
		return &fault.Fault{Kind: fault.Refused, Key: "web.forgery.origin", Err: err}
	}
	if !v.route.Token || hasBearer(r) {
		return nil
	}
	token := r.Header.Get(tokenHeader)
	if token == "" {
		var err error
		if token, err = formToken(r); err != nil {
			return err
		}
	}
	masked, err := base64.RawURLEncoding.DecodeString(token)
	seed := s.cookie(r, "csrf")
	if err != nil || len(masked) != 2*sha256.Size || seed == "" {
		return fault.New(fault.Refused, "web.forgery.token", nil)
	}
	for i := range sha256.Size {
		masked[i] ^= masked[sha256.Size+i]
	}
	if !hmac.Equal(masked[:sha256.Size], v.mac(seed)) {
		return fault.New(fault.Refused, "web.forgery.token", nil)
	}
	return nil
}

// formToken parses the form, within the route's bound, and gives its token.
func formToken(r *http.Request) (string, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil && r.ContentLength != 0:
		return "", fault.Wrap(fault.Invalid, "web.unparsable", errors.Join(errUnparsable, err))
	case kind == "multipart/form-data":
		err = r.ParseMultipartForm(1 << 20)
	default:
		err = r.ParseForm()
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return "", err
	}
	if err != nil {
		return "", fault.Wrap(fault.Invalid, "web.unparsable", errors.Join(errUnparsable, err))
	}
	return r.PostFormValue(tokenField), nil
}

// hasBearer reports whether the request proves itself by an API token. Basic
// does not count: browsers repeat it by themselves.
func hasBearer(r *http.Request) bool {
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer")
}
