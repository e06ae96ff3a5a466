package knowledge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/identity"
	"sameboat/kernel/web"
)

// Bounds of files that people attach.
const (
	maxUpload = 64 << 20 // bytes of one file
	maxFiles  = 20       // of one language
)

// attachable says which kinds of file are taken, by the end of their names, and
// how their first bytes show that they are what they say. HTML and SVG are not
// among them: they can hold programs.
var attachable = map[string]struct {
	media string
	is    func(head []byte) bool
}{
	".pdf":  {"application/pdf", begins("%PDF-")},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", begins("PK\x03\x04")},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", begins("PK\x03\x04")},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", begins("PK\x03\x04")},
	".odt":  {"application/vnd.oasis.opendocument.text", begins("PK\x03\x04")},
	".ods":  {"application/vnd.oasis.opendocument.spreadsheet", begins("PK\x03\x04")},
	".png":  {"image/png", begins("\x89PNG\r\n\x1a\n")},
	".jpg":  {"image/jpeg", begins("\xff\xd8\xff")},
	".jpeg": {"image/jpeg", begins("\xff\xd8\xff")},
	".webp": {"image/webp", func(b []byte) bool { return begins("RIFF")(b) && len(b) > 12 && string(b[8:12]) == "WEBP" }},
	".mp4":  {"video/mp4", func(b []byte) bool { return len(b) > 12 && string(b[4:8]) == "ftyp" }},
	".webm": {"video/webm", begins("\x1a\x45\xdf\xa3")},
	".mp3":  {"audio/mpeg", func(b []byte) bool { return begins("ID3")(b) || len(b) > 1 && b[0] == 0xff && b[1]&0xe0 == 0xe0 }},
	".csv":  {"text/csv", plainBytes},
	".tsv":  {"text/tab-separated-values", plainBytes},
	".txt":  {"text/plain", plainBytes},
	".vtt":  {"text/vtt", begins("WEBVTT")},
}

func begins(with string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(with)) }
}

// plainBytes reports whether the head of a file is text and no markup.
func plainBytes(head []byte) bool {
	for len(head) > 0 && !utf8.Valid(head) && !utf8.RuneStart(head[len(head)-1]) {
		head = head[:len(head)-1] // the head may end within a letter
	}
	if n := len(head); n > 0 && !utf8.Valid(head) {
		head = head[:n-1]
	}
	text := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	return utf8.Valid(head) && !bytes.ContainsRune(head, 0) && !bytes.HasPrefix(text, []byte("<"))
}

// kinds lists what is taken, for messages and for the browser's own choice.
func kinds() []string {
	var list []string
	for end := range attachable {
		list = append(list, end)
	}
	slices.Sort(list)
	return list
}

// Attach takes a file into the working copy of a person. What is no file of its
// kind is refused, and nothing of it stays.
func (l *Library) Attach(ctx context.Context, actor identity.Actor, w Working, lang facts.Lang, name string, body io.Reader) (Working, error) {
	refuse := func(key string, args fault.Args) (Working, error) {
		return w, fault.New(fault.Invalid, "knowledge.file.refused", nil).With("file", key, args)
	}
	name = safeName(name)
	kind, ok := attachable[strings.ToLower(path.Ext(name))]
	if !ok {
		return refuse("knowledge.file.kind", fault.Args{"name": name, "kinds": strings.Join(kinds(), " ")})
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return w, err
	}
	if n == 0 {
		return refuse("knowledge.file.empty", fault.Args{"name": name})
	}
	if !kind.is(head[:n]) {
		return refuse("knowledge.file.other", fault.Args{"name": name, "kind": strings.ToUpper(path.Ext(name)[1:])})
	}
	d := w.Draft.clone()
	at := slices.IndexFunc(d.Edition.Variants, func(v facts.Variant) bool { return v.Lang == lang })
	if at < 0 {
		return refuse("knowledge.draft.bad_language", fault.Args{"text": string(lang)})
	}
	files := slices.Clone(d.Edition.Variants[at].Files)
	if len(files) >= maxFiles {
		return refuse("knowledge.draft.too_many", fault.Args{"max": maxFiles})
	}
	hash, size, err := l.blobs.Put(ctx, io.MultiReader(bytes.NewReader(head[:n]), body), maxUpload)
	if err != nil {
		return w, err
	}
	if !slices.ContainsFunc(files, func(f facts.File) bool { return f.Hash == hash }) {
		files = append(files, facts.File{Hash: hash, Type: kind.media, Size: size})
	}
	d.Edition.Variants[at].Files = files
	if d.Text.FileNames == nil {
		d.Text.FileNames = map[facts.Hash]string{}
	}
	d.Text.FileNames[hash] = name
	w.Draft = d
	return w, l.Keep(ctx, actor.Person, w)
}

// detach takes a file off one language of a draft.
func (d *Draft) detach(lang facts.Lang, hash facts.Hash) {
	for i, v := range d.Edition.Variants {
		if v.Lang == lang {
			d.Edition.Variants[i].Files = slices.DeleteFunc(slices.Clone(v.Files), func(f facts.File) bool { return f.Hash == hash })
		}
	}
	d.keepFileNames()
}

// editFile is a file in the editor.
type editFile struct {
	web.File
	Hash facts.Hash
}

func editFiles(v *web.Visit, id facts.ID, d Draft, lang facts.Lang) (list []editFile) {
	for _, variant := range d.Edition.Variants {
		if variant.Lang != lang {
			continue
		}
		for _, f := range variant.Files {
			name := safeName(d.Text.FileNames[f.Hash])
			list = append(list, editFile{web.File{Name: name, Href: "/r/" + id.String() + "/draft/file/" + string(f.Hash), Kind: fileKind(f.Type), Size: f.Size}, f.Hash})
		}
	}
	return list
}

// upload attaches the files of a form to the working copy, or takes one off.
func (m *Room) upload(w http.ResponseWriter, r *http.Request) error {
	work, cur, lang, err := m.opened(r)
	if err != nil {
		return err
	}
	actor := actorOf(r)
	if hash := r.PostFormValue("detach"); hash != "" {
		work.Draft = work.Draft.clone()
		work.Draft.detach(lang, facts.Hash(hash))
		if err := m.library.Keep(r.Context(), actor.Person, work); err != nil {
			return err
		}
		return web.Redirect(w, r, editPath(work.Thing, lang)+"#files")
	}
	var sent []*multipart.FileHeader
	if r.MultipartForm != nil {
		sent = r.MultipartForm.File["file"]
		defer r.MultipartForm.RemoveAll()
	}
	if len(sent) == 0 {
		err = fault.New(fault.Invalid, "knowledge.file.refused", nil).With("file", "knowledge.file.none", nil)
	}
	for _, header := range sent {
		if work, err = m.attachSent(r, work, lang, header); err != nil {
			break
		}
	}
	if fault.Is(err, fault.Invalid) {
		return m.renderEdit(w, r, http.StatusUnprocessableEntity, work, cur, lang, fault.Of(err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, editPath(work.Thing, lang)+"#files")
}

func (m *Room) attachSent(r *http.Request, work Working, lang facts.Lang, header *multipart.FileHeader) (Working, error) {
	body, err := header.Open()
	if err != nil {
		return work, err
	}
	defer body.Close()
	return m.library.Attach(r.Context(), actorOf(r), work, lang, header.Filename, body)
}

// sendDraftFile answers with a file of what is not public yet.
func (m *Room) sendDraftFile(w http.ResponseWriter, r *http.Request) error {
	id, err := facts.ParseID(r.PathValue("id"))
	if err != nil {
		return errNoResource()
	}
	work, _, err := m.library.Open(r.Context(), actorOf(r), id)
	if err != nil {
		return err
	}
	web.VisitOf(r).Private()
	res := &Resource{ID: id, Edition: work.Draft.Edition, Text: work.Draft.Text}
	file, ok := attached(res, facts.Hash(r.PathValue("hash")))
	if !ok {
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
	h.Set("Cache-Control", "private, no-store")
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}
