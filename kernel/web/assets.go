package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"sameboat/kernel/fault"
)

//go:embed assets/built
var builtAssets embed.FS

// assets are the files of the face, compressed once at start. Their address holds
// a hash of all of them, so caches keep them for ever.
type assets struct {
	hash  string
	files map[string]asset
}

type asset struct {
	kind             string
	plain, gzip, zip []byte // zip is zstd
}

// loadedAssets are read and compressed once, however many sites a process makes.
var loadedAssets = sync.OnceValues(loadAssets)

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}}
	sum := sha256.New()
	root, err := fs.Sub(builtAssets, "assets/built")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum.Write(raw)
		kept := asset{kind: mediaType(name), plain: raw}
		if err := kept.compress(); err != nil {
			return fmt.Errorf("asset %s: %w", name, err)
		}
		a.files[name] = kept
		return nil
	})
	a.hash = hex.EncodeToString(sum.Sum(nil)[:5])
	return a, err
}

func (a *asset) compress() error {
	var gz bytes.Buffer
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(a.plain); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10))
	if err != nil {
		return err
	}
	defer e.Close()
	a.gzip, a.zip = gz.Bytes(), e.EncodeAll(a.plain, nil)
	return nil
}

func mediaType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "application/octet-stream"
}

// href gives the address of an asset, or an error for one that does not exist.
func (a *assets) href(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("no asset %q", name)
	}
	return "/assets/" + a.hash + "/" + name, nil
}

// serve answers /assets/{hash}/{name...}. An address with the hash of another
// version, met while replicas are being replaced, gets this version's file and
// may not be kept.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	file, ok := a.files[r.PathValue("name")]
	if !ok {
		return fault.New(fault.NotFound, "fault.address", nil)
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("Cache-Control", "no-cache")
	if r.PathValue("hash") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Add("Vary", "Accept-Encoding")
	asIs(w)
	body := file.plain
	switch coding := accepted(r.Header.Get("Accept-Encoding")); coding {
	case "zstd":
		h.Set("Content-Encoding", coding)
		body = file.zip
	case "gzip":
		h.Set("Content-Encoding", coding)
		body = file.gzip
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone; there is nobody left to tell
	}
	return nil
}
