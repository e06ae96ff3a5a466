package knowledge

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/web"
)

// filesOf lists the files of an edition, those of the language shown first.
func filesOf(v *web.Visit, res *Resource, shown facts.Lang, older bool) []web.File {
	var first, rest []web.File
	for _, variant := range res.Edition.Variants {
		for _, f := range variant.Files {
			file := web.File{Name: fileName(res, f.Hash), Href: fileOf(res, f.Hash, older), Kind: fileKind(f.Type), Lang: variant.Lang, Size: f.Size}
			if variant.Origin == "machine_draft" {
				file.Note = v.T("origin.machine_draft")
			}
			if variant.Lang == shown {
				first = append(first, file)
			} else {
				rest = append(rest, file)
			}
		}
	}
	return append(first, rest...)
}

func fileName(res *Resource, hash facts.Hash) string {
	if name := res.Text.FileNames[hash]; name != "" {
		return safeName(name)
	}
	return "file"
}

// fileKind names a media type the way people do.
func fileKind(mediaType string) string {
	switch mediaType {
	case "application/pdf":
		return "PDF"
	case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
		return "DOCX"
	}
	_, kind, _ := strings.Cut(mediaType, "/")
	return strings.ToUpper(kind)
}

// fileOf is the address of a file; that of an older edition names the edition.
func fileOf(res *Resource, hash facts.Hash, older bool) string {
	path := filePath(res.ID, hash, fileName(res, hash))
	if older {
		path += "?edition=" + strconv.Itoa(res.Edition.Number)
	}
	return path
}

// sendFile answers with a file that is attached to a public resource. A hash
// that the resource does not name is not found, whatever else is kept here.
func (m *Room) sendFile(w http.ResponseWriter, r *http.Request) error {
	res, err := m.fromPath(r)
	if err != nil {
		return err
	}
	if number := r.URL.Query().Get("edition"); number != "" && res.State != Withdrawn {
		n, err := numberOf(number)
		if err != nil {
			return err
		}
		if res, err = m.shelf(r).Edition(r.Context(), res.ID, n); err != nil {
			return err
		}
	}
	file, ok := attached(res, facts.Hash(r.PathValue("hash")))
	if !ok || gone(res) {
		return fault.New(fault.NotFound, "knowledge.resource.no_file", nil)
	}
	body, err := m.library.blobs.Open(file.Hash)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", disposition(fileName(res, file.Hash)))
	h.Set("X-Content-Type-Options", "nosniff")
	// The bytes of an address never change, but they may be withdrawn or erased:
	// then no cache between here and a reader may go on handing them out.
	h.Set("Cache-Control", "public, max-age=300, must-revalidate")
	h.Set("ETag", `"`+string(file.Hash)+`"`)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}

func attached(res *Resource, hash facts.Hash) (facts.File, bool) {
	for _, variant := range res.Edition.Variants {
		for _, f := range variant.Files {
			if f.Hash == hash {
				return f, true
			}
		}
	}
	return facts.File{}, false
}

// disposition tells a browser to keep a file under its name (RFC 6266): plain
// ASCII for old ones, UTF-8 for the others.
func disposition(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	var exact strings.Builder
	for _, b := range []byte(name) {
		if 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("!#$&+-.^_`|~", b) >= 0 {
			exact.WriteByte(b)
		} else {
			fmt.Fprintf(&exact, "%%%02X", b)
		}
	}
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + exact.String()
}
