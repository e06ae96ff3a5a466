package web

import (
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packMin is the size in bytes below which compressing an answer costs more than
// it saves.
const packMin = 700

// packPools keep writers, because making one costs more than using it.
type packPools struct{ gzip, zstd, pages sync.Pool }

// packer compresses an answer where the client takes it and the media type gains
// by it. It holds the first bytes back until it knows.
type packer struct {
	http.ResponseWriter
	request *http.Request
	site    *Site
	visit   *Visit
	held    []byte
	status  int
	decided bool
	asIs    bool           // the handler has chosen the coding itself
	out     io.WriteCloser // nil: as is
	release func()
}

func (s *Site) newPacker(w http.ResponseWriter, r *http.Request) *packer {
	return &packer{ResponseWriter: w, request: r, site: s}
}

// asIs tells the packer to pass an answer on untouched.
func asIs(w http.ResponseWriter) {
	if p, ok := w.(*packer); ok {
		p.asIs = true
	}
}

// started reports whether bytes or a status are already on the wire.
func (p *packer) started() bool { return p.decided }

// Unwrap lets http.ResponseController reach the connection.
func (p *packer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// WriteHeader keeps the status until the first bytes are known.
func (p *packer) WriteHeader(status int) {
	if p.status == 0 && status >= 200 {
		p.status = status
	}
}

// Write holds back the first bytes, then compresses or passes on.
func (p *packer) Write(b []byte) (int, error) {
	if p.status == 0 {
		p.status = http.StatusOK
	}
	if !p.decided {
		if len(p.held)+len(b) < packMin {
			p.held = append(p.held, b...)
			return len(b), nil
		}
		if err := p.decide(true); err != nil {
			return 0, err
		}
	}
	return p.put(b)
}

// Flush sends what there is, for answers that grow while somebody waits.
func (p *packer) Flush() {
	if !p.decided {
		_ = p.decide(len(p.held) >= packMin) // the next Write reports the broken connection
	}
	if f, ok := p.out.(interface{ Flush() error }); ok {
		_ = f.Flush() // as above
	}
	if f, ok := p.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (p *packer) put(b []byte) (int, error) {
	if p.out != nil {
		return p.out.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// decide sends the headers and the bytes held back.
func (p *packer) decide(worth bool) error {
	p.decided = true
	h := p.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	if !p.asIs && gains(h) {
		h.Add("Vary", "Accept-Encoding")
		if coding := accepted(p.request.Header.Get("Accept-Encoding")); worth && coding != "" && bodyAllowed(p.status) && p.request.Method != http.MethodHead {
			h.Set("Content-Encoding", coding)
			h.Del("Content-Length")
			if tag := h.Get("ETag"); strings.HasSuffix(tag, `"`) {
				h.Set("ETag", strings.TrimSuffix(tag, `"`)+"-"+coding+`"`)
			}
			p.out, p.release = p.site.pools.writer(coding, p.ResponseWriter)
		}
	}
	if p.status == 0 {
		p.status = http.StatusOK
	}
	p.ResponseWriter.WriteHeader(p.status)
	held := p.held
	p.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := p.put(held)
	return err
}

// close ends the answer.
func (p *packer) close() {
	if !p.decided {
		_ = p.decide(false) // the client is gone; there is nobody left to tell
	}
	if p.out != nil {
		_ = p.out.Close() // as above
		p.release()
	}
}

func bodyAllowed(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// gains reports whether compressing the media type is worth it.
func gains(h http.Header) bool {
	if h.Get("Content-Encoding") != "" || h.Get("Accept-Ranges") != "" { // a range counts the bytes of the file itself
		return false
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	switch kind {
	case "application/json", "application/problem+json", "application/ld+json", "application/feed+json", "application/manifest+json", "application/javascript",
		"application/xml", "application/atom+xml", "image/svg+xml", "application/vnd.citationstyles.csl+json", "application/x-research-info-systems", "application/x-bibtex":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

// accepted chooses the coding: zstd, else gzip, where the header allows it.
func accepted(header string) string {
	if len(header) > 500 {
		return ""
	}
	best := ""
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		params = strings.ReplaceAll(params, " ", "")
		if params == "q=0" || strings.HasPrefix(params, "q=0.0") {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "zstd":
			return "zstd"
		case "gzip":
			best = "gzip"
		}
	}
	return best
}

// writer lends a compressor and the act that gives it back.
func (pp *packPools) writer(coding string, to io.Writer) (io.WriteCloser, func()) {
	if coding == "zstd" {
		z, ok := pp.zstd.Get().(*zstd.Encoder)
		if !ok {
			z, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedDefault)) // the options are constants known to be valid
		}
		z.Reset(to)
		return z, func() { pp.zstd.Put(z) }
	}
	z, ok := pp.gzip.Get().(*gzip.Writer)
	if !ok {
		z, _ = gzip.NewWriterLevel(nil, 5) // the level is a constant known to be valid
	}
	z.Reset(to)
	return z, func() { pp.gzip.Put(z) }
}
