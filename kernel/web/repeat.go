package web

import (
	"context"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"sameboat/kernel/web/once"
)

// The header by which a program names one write, and the one that marks an
// answer given again.
const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotent-Replayed"
)

// keyParameter describes keyHeader in the API's document.
func keyParameter() *huma.Param {
	return &huma.Param{Name: keyHeader, In: "header",
		Description: "Names this request, so that it can be sent again after a broken connection and is done once: an answer of success is kept for a day and given again. A UUID will do.",
		Example:     "0197f1de-5c3a-7b11-9a52-6d0f3c1c8e44",
		Schema:      &huma.Schema{Type: "string", MaxLength: new(200)}}
}

// once answers an API write that carries a key: by doing it, or by what was
// answered when it was done.
func (s *Site) once(w http.ResponseWriter, r *http.Request, do http.HandlerFunc) error {
	v := VisitOf(r)
	key := strings.Trim(r.Header.Get(keyHeader), `"`) // a string of RFC 8941, or bare as many send it
	claim, err := s.opts.Once.Claim(r.Context(), v.Who.Session, r.Method+" "+r.URL.RequestURI(), key)
	if err != nil {
		return err
	}
	sum := sha256.New()
	io.WriteString(sum, r.Header.Get("Content-Type")+"\n") // a hash takes everything
	if claim.Kept != nil {
		return s.again(w, r, claim, sum)
	}
	done := false
	ctx := context.WithoutCancel(r.Context()) // what was done is noted down though the client be gone
	defer func() {
		if !done {
			if err := claim.Release(ctx); err != nil {
				s.opts.Log.Error("a key was not freed", "id", v.ID, "err", err)
			}
		}
	}()
	body := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(body, sum), body}
	kept := &keeper{ResponseWriter: w}
	do(kept, r)
	status := max(kept.status, http.StatusOK)
	if status < 300 {
		_, _ = io.Copy(io.Discard, r.Body) // what the handler had no need of counts too; a broken body fails the comparison later
		answer := once.Answer{Status: status, Header: map[string]string{}, Body: kept.body.Bytes()}
		for _, name := range []string{"Content-Type", "Content-Language", "Location", "ETag"} {
			if value := w.Header().Get(name); value != "" {
				answer.Header[name] = value
			}
		}
		if err := claim.Settle(ctx, hashed(sum), answer); err != nil {
			s.opts.Log.Error("an answer was not kept", "id", v.ID, "err", err)
		} else {
			done = true
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(kept.body.Bytes()) // the client is gone; there is nobody left to tell
	return nil
}

// again gives the kept answer, if what is sent is the same.
func (s *Site) again(w http.ResponseWriter, r *http.Request, claim *once.Claim, sum hash.Hash) error {
	if _, err := io.Copy(sum, r.Body); err != nil {
		return err
	}
	if err := claim.Same(hashed(sum)); err != nil {
		return err
	}
	for name, value := range claim.Kept.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set(replayedHeader, "true")
	w.Header().Set("Cache-Control", "private, no-store")
	w.WriteHeader(claim.Kept.Status)
	_, _ = w.Write(claim.Kept.Body) // the client is gone; there is nobody left to tell
	return nil
}

func hashed(sum hash.Hash) (out [sha256.Size]byte) {
	copy(out[:], sum.Sum(nil))
	return out
}
