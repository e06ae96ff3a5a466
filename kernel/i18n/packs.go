package i18n

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"unicode"

	"sameboat/facts"
)

// The bounds of language packs, which come from outside.
const (
	maxPacks    = 100
	maxPackSize = 4 << 20 // bytes of a file
	maxPackText = 8000    // bytes of one text
)

// Pack is one file of texts that an operator adds without building anew: a
// language that the program does not speak, or single texts of one it does.
type Pack struct {
	Lang     facts.Lang
	File     string
	Fallback facts.Lang // the language asked for the texts it lacks; "" leaves it to the catalog
	flat     map[string]string
}

// Remark is what an operator should know of a pack. Its words are the text of
// the key "i18n.pack." + Code.
type Remark struct {
	File string
	Key  string // of the text; "" for the whole file
	Code string
	Args Args
}

// Says gives a remark in words.
func (p *Printer) Says(r Remark) string {
	return p.T("i18n.pack."+r.Code, r.Args)
}

// packFallback is the key by which a pack names the language of what it lacks.
const packFallback = "pack.fallback"

// ReadPacks reads the files <lang>.json of a folder. What cannot be read is
// passed over with a remark; a pack is never a reason not to start.
func ReadPacks(folder fs.FS) (packs []Pack, remarks []Remark) {
	list, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, []Remark{{Code: "unreadable", Args: Args{"why": err.Error()}}}
	}
	for _, f := range list {
		name, isJSON := strings.CutSuffix(f.Name(), ".json")
		switch {
		case !isJSON:
			continue
		case string(facts.LangOf(name)) != name || name == "":
			remarks = append(remarks, Remark{File: f.Name(), Code: "name"})
			continue
		case len(packs) == maxPacks:
			return packs, append(remarks, Remark{File: f.Name(), Code: "many", Args: Args{"max": maxPacks}})
		}
		flat, remark := readPack(folder, f.Name())
		if remark != nil {
			remarks = append(remarks, *remark)
			continue
		}
		pack := Pack{Lang: facts.Lang(name), File: f.Name(), Fallback: facts.LangOf(flat[packFallback]), flat: flat}
		delete(flat, packFallback)
		packs = append(packs, pack)
	}
	return packs, remarks
}

func readPack(folder fs.FS, name string) (map[string]string, *Remark) {
	raw, err := readBounded(folder, name)
	switch {
	case errors.Is(err, errTooLarge):
		return nil, &Remark{File: name, Code: "large", Args: Args{"max": maxPackSize}}
	case err != nil:
		return nil, &Remark{File: name, Code: "unreadable", Args: Args{"why": err.Error()}}
	}
	flat, err := readFlat([]byte(strings.TrimPrefix(string(raw), "\ufeff")))
	if err != nil {
		return nil, &Remark{File: name, Code: "json", Args: Args{"why": err.Error()}}
	}
	return flat, nil
}

var errTooLarge = errors.New("too large")

func readBounded(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read
	if about, err := f.Stat(); err != nil || !about.Mode().IsRegular() {
		return nil, errors.Join(err, errors.New("no regular file"))
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxPackSize+1))
	if err == nil && len(raw) > maxPackSize {
		err = errTooLarge
	}
	return raw, err
}

// With gives a catalog that speaks the packs too, and what is wrong in them. A
// text that names other values than the fallback's, or that nothing speaks, is
// left out; the texts a new language lacks are borrowed, key by key, from the
// language its pack names and else from the fallback.
func (c *Catalog) With(packs []Pack) (*Catalog, []Remark) {
	out := &Catalog{texts: maps.Clone(c.texts), printers: map[facts.Lang]*Printer{}, packs: maps.Clone(c.packs)}
	if out.packs == nil {
		out.packs = map[facts.Lang]Pack{}
	}
	var remarks []Remark
	for _, pack := range packs {
		good, said := c.sift(pack)
		remarks = append(remarks, said...)
		if own := out.texts[pack.Lang]; own != nil {
			own = maps.Clone(own)
			maps.Copy(own, good)
			out.texts[pack.Lang] = own
			continue
		}
		out.texts[pack.Lang], out.packs[pack.Lang] = good, pack
	}
	out.settle(c.Fallback())
	for _, lang := range out.langs {
		pack, added := out.packs[lang]
		if !added {
			continue
		}
		to := out.printers[pack.Fallback]
		if to == nil && pack.Fallback != "" {
			remarks = append(remarks, Remark{File: pack.File, Key: packFallback, Code: "fallback", Args: Args{"lang": string(pack.Fallback)}})
		}
		if to == nil || to.leadsTo(out.printers[lang]) {
			to = out.printers[out.Fallback()]
		}
		out.printers[lang].next = to
	}
	return out, remarks
}

// leadsTo reports whether a printer borrows, at whatever remove, from another.
func (p *Printer) leadsTo(other *Printer) bool {
	for ; p != nil; p = p.next {
		if p == other {
			return true
		}
	}
	return false
}

// sift takes the texts of a pack that fit the catalog, and tells of the others.
func (c *Catalog) sift(pack Pack) (map[string]entry, []Remark) {
	model := c.texts[c.langs[0]]
	got, bad := gather(pack.flat, func(key string) bool { _, ok := model[key]; return ok })
	var remarks []Remark
	remark := func(key, code string, args Args) { remarks = append(remarks, Remark{pack.File, key, code, args}) }
	for _, key := range slices.Sorted(maps.Keys(bad)) {
		remark(key, "braces", nil)
	}
	voice := newPrinter(c, pack.Lang)
	for _, key := range slices.Sorted(maps.Keys(got)) {
		m, want := got[key], model[key]
		code, args := unfit(m, want)
		switch {
		case want.one == nil && want.plural == nil:
			code, args = "unknown", nil
		case code == "" && m.plural != nil:
			for _, cat := range voice.categories() {
				if _, has := m.plural[cat]; !has {
					remark(key, "plural", Args{"form": cat}) // other stands in for it
				}
			}
		}
		if code != "" {
			delete(got, key)
			remark(key, code, args)
		}
	}
	return got, remarks
}

// unfit says why a text cannot stand where another stands.
func unfit(m, want entry) (code string, args Args) {
	if m.empty() && !want.empty() {
		return "empty", nil
	}
	for _, text := range m.all() {
		switch {
		case len(text) > maxPackText:
			return "long", Args{"max": maxPackText}
		case strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && unicode.IsControl(r) || r == unicode.ReplacementChar }),
			strings.Contains(text, "\n") && !slices.ContainsFunc(want.all(), func(s string) bool { return strings.Contains(s, "\n") }):
			return "control", nil
		}
	}
	if names, wanted := m.names(), want.names(); !slices.Equal(names, wanted) {
		return "values", Args{"got": braced(names), "want": braced(wanted)}
	}
	return "", nil
}

func braced(names []string) string {
	return fmt.Sprint("{" + strings.Join(names, "} {") + "}")
}
