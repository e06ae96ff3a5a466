package nodetest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Code is what an authenticator app shows for a secret at a moment (RFC 6238,
// SHA-1, six digits, 30 seconds).
func Code(secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		panic(err)
	}
	h := hmac.New(sha1.New, key)
	binary.Write(h, binary.BigEndian, uint64(at.Unix()/30))
	sum := h.Sum(nil)
	at4 := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at4:])&0x7fffffff%1_000_000)
}

// Enrol sets up a second factor for whoever is signed in, and gives its secret
// and a recovery code.
func (v *Visitor) Enrol() (secret, recovery string) {
	v.t.Helper()
	a := v.Post("/account/factor", "/account/factor", url.Values{"do": {"begin"}})
	uri := regexp.MustCompile(`name="uri" value="([^"]*)"`).FindStringSubmatch(a.Body)
	if uri == nil {
		v.t.Fatalf("no secret to take over: %d %.1500s", a.Status, a.Body)
	}
	at, err := url.Parse(Unescape(uri[1]))
	if err != nil {
		v.t.Fatal(err)
	}
	secret = at.Query().Get("secret")
	a = v.Post("/account/factor", "/account/factor", url.Values{"do": {"confirm"}, "uri": {at.String()}, "code": {Code(secret, time.Now())}})
	codes := regexp.MustCompile(`<li><code>([^<]+)</code>`).FindStringSubmatch(a.Body)
	if a.Status != http.StatusOK || codes == nil {
		v.t.Fatalf("the code is not taken: %d %.1500s", a.Status, a.Body)
	}
	return secret, codes[1]
}
