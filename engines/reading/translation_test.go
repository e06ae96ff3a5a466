package reading

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func collectTranslations(src Source, opt Options) (out []Translation, err error) {
	for t, err := range Translations(context.Background(), src, opt) {
		if err != nil {
			return out, err
		}
		out = append(out, t)
	}
	return out, nil
}

func collectAligned(files ...AlignedFile) (out []Translation, err error) {
	for t, err := range Aligned(context.Background(), files, Options{}) {
		if err != nil {
			return out, err
		}
		out = append(out, t)
	}
	return out, nil
}

func collectGlossary(src Source, opt Options) (out []GlossaryEntry, err error) {
	for g, err := range Glossary(context.Background(), src, opt) {
		if err != nil {
			return out, err
		}
		out = append(out, g)
	}
	return out, nil
}

const tmxHead = `<?xml version="1.0" encoding="%s"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="EN-us" segtype="sentence"/><body>
`

const tmxUnits = `<tu tuid="u1"><prop type="x-source">https://example.org/a</prop>
 <tuv xml:lang="EN-us"><seg>Wash <bpt i="1">&lt;b&gt;</bpt>your<ept i="1">&lt;/b&gt;</ept> hands<ph>[<sub>a note</sub>]</ph> &amp; dry <hi>them</hi>.</seg></tuv>
 <tuv xml:lang="zh_CN"><seg>洗手并擦干。</seg></tuv>
 <tuv lang="ar"><seg>اغسل يديك</seg></tuv></tu>
<tu tuid="u2"><tuv xml:lang="en"><seg>alone</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>fever</seg></tuv><tuv xml:lang="fr"><seg>fièvre</seg></tuv></tu>
</body></tmx>`

func TestTMX(t *testing.T) {
	t.Parallel()
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(fmt.Sprintf(tmxHead, "UTF-16") + tmxUnits))
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]byte{"utf-8": []byte(fmt.Sprintf(tmxHead, "UTF-8") + tmxUnits), "utf-16": utf16} {
		ts, err := collectTranslations(FromBytes("memory.tmx", in), Options{})
		if err != nil || len(ts) != 3 {
			t.Fatalf("%s: %d units, %v", name, len(ts), err)
		}
		want := map[string]string{"en-US": "Wash your hands a note & dry them.", "zh-CN": "洗手并擦干。", "ar": "اغسل يديك"}
		if !reflect.DeepEqual(ts[0].Text, want) {
			t.Errorf("%s: got %q, want %q", name, ts[0].Text, want)
		}
		if ts[0].ID != "u1" || ts[0].Line != 4 || ts[0].SourceLang != "en-US" || ts[0].Source != "https://example.org/a" {
			t.Errorf("%s: got %+v", name, ts[0])
		}
		if ts[1].Err == nil || ts[1].Err.Code != CodeNoTranslation || ts[1].Err.Line != 8 {
			t.Errorf("%s: a unit with one language: %v", name, ts[1].Err)
		}
		if ts[2].Text["fr"] != "fièvre" || ts[2].Row != 3 {
			t.Errorf("%s: got %+v", name, ts[2])
		}
	}
}

func TestTMXBroken(t *testing.T) {
	t.Parallel()
	head := fmt.Sprintf(tmxHead, "UTF-8")
	for _, tc := range []struct {
		name, in string
		code     Code
		line     int
	}{
		{"cut off", head + "<tu><tuv xml:lang=\"en\"><seg>\nx", CodeTMXSyntax, 5},
		{"tags cross", head + "<tu>\n<tuv></tu>", CodeTMXSyntax, 5},
		{"not a memory", "<?xml version=\"1.0\"?>\n<!-- <tmx> --><html></html>", CodeTMXSyntax, 2},
		{"nothing", "<?xml version=\"1.0\"?><!-- <tmx> -->\n", CodeTMXSyntax, 2},
		{"unit too large", head + "<tu><tuv xml:lang=\"en\"><seg>" + strings.Repeat("word\n", 1000) + "</seg></tuv></tu></body></tmx>", CodeRowTooLarge, 398},
		{"too deep", head + strings.Repeat("<a>", 100), CodeTooDeep, 4},
		{"bad byte", head + "<tu>\n\xff</tu>", CodeEncoding, 5},
		{"entities", "<?xml version=\"1.0\"?>\n<!DOCTYPE tmx [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<tmx><body><tu>\n<tuv xml:lang=\"en\"><seg>&b;</seg></tuv></tu></body></tmx>", CodeTMXSyntax, 4},
		{"outside entity", "<!DOCTYPE tmx [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><tmx><body><tu><tuv xml:lang=\"en\"><seg>&x;</seg></tuv></tu></body></tmx>", CodeTMXSyntax, 1},
	} {
		_, err := collectTranslations(FromBytes("a.tmx", []byte(tc.in)), Options{Format: FormatTMX, Limits: Limits{Record: 2000}})
		if CodeOf(err) != tc.code || asError(err).Line != tc.line {
			t.Errorf("%s: got %v, want %s at line %d", tc.name, err, tc.code, tc.line)
		}
	}
}

func TestTranslationTables(t *testing.T) {
	t.Parallel()
	ts, err := collectTranslations(FromBytes("a.jsonl", []byte(`{"id":"7","source_url":"u","text":{"en":"fever","es-LA":"fiebre"}}
{"translation":{"en":"cough","fr":"toux"}}
{"text":{"en":"alone"}}
{"text":`)), Options{})
	if err != nil || len(ts) != 4 {
		t.Fatal(ts, err)
	}
	if ts[0].ID != "7" || ts[0].Source != "u" || ts[0].Text["es-LA"] != "fiebre" || ts[1].Text["fr"] != "toux" {
		t.Errorf("got %+v", ts[:2])
	}
	if ts[2].Err.Code != CodeNoTranslation || ts[3].Err.Code != CodeJSONSyntax || ts[3].Err.Line != 4 {
		t.Errorf("got %v, %v", ts[2].Err, ts[3].Err)
	}
	ts, err = collectTranslations(FromBytes("a.tsv", []byte("id\tzh\ten\tstyle\na1\t发热\tfever\tP\n")), Options{})
	if err != nil || len(ts) != 1 || !reflect.DeepEqual(ts[0].Text, map[string]string{"zh": "发热", "en": "fever"}) {
		t.Errorf("got %+v, %v", ts, err)
	}
}

func TestAligned(t *testing.T) {
	t.Parallel()
	file := func(lang, text string) AlignedFile {
		return AlignedFile{Lang: lang, Src: FromBytes("x."+lang, []byte(text))}
	}
	ts, err := collectAligned(file("en", "one\n\ntwo\n"), file("fr", "un\n\ndeux"))
	if err != nil || len(ts) != 2 || ts[1].Line != 3 || ts[1].Text["fr"] != "deux" {
		t.Errorf("got %+v, %v", ts, err)
	}
	ts, err = collectAligned(file("en", "one\ntwo\nthree\n"), file("fr", "un\ndeux\n"))
	wantError(t, err, CodeLinesDiffer, 3)
	if got := asError(err).Detail["files"]; got != "x.en: 3, x.fr: 2" || len(ts) != 0 {
		t.Errorf("got detail %q and %d translations", got, len(ts))
	}
	_, err = collectAligned(file("en", "one\ntwo\n"), file("fr", "un\nd\xe9\n"))
	wantError(t, err, CodeEncoding, 2)
	if got := asError(err).Detail["file"]; got != "x.fr" {
		t.Errorf("got file %q", got)
	}
	if _, err = collectAligned(file("en", "one\n")); CodeOf(err) != CodeNoTranslation {
		t.Errorf("one file: %v", err)
	}
}

func TestGlossary(t *testing.T) {
	t.Parallel()
	gs, err := collectGlossary(FromBytes("g.csv", []byte("stringID,sourceLang,targetLang,pos,description,sourceString,targetString\n1,en,zh_CN,adjective,of a disease,contagious,可传染 : 有传染性\n,,es_XX,,,,\n2,en,zh_CN,noun,,fever,\n3,en,zh_CN\n")), Options{})
	if err != nil || len(gs) != 3 {
		t.Fatal(gs, err)
	}
	want := GlossaryEntry{Row: 1, Line: 2, ID: "1", SourceLang: "en", PartOfSpeech: "adjective", Description: "of a disease",
		Terms: map[string][]string{"en": {"contagious"}, "zh-CN": {"可传染", "有传染性"}}}
	if !reflect.DeepEqual(gs[0], want) {
		t.Errorf("got %+v, want %+v", gs[0], want)
	}
	if gs[1].Err.Code != CodeGlossaryTerm || gs[1].Err.Line != 4 || gs[2].Err.Code != CodeCSVColumns || gs[2].Err.Line != 5 {
		t.Errorf("got %v, %v", gs[1].Err, gs[2].Err)
	}
	gs, err = collectGlossary(FromBytes("g.csv", []byte("en,fr,note\nfever,fièvre,x\ncough,,\n")), Options{})
	if err != nil || len(gs) != 2 || gs[0].Terms["fr"][0] != "fièvre" || gs[0].SourceLang != "en" || gs[1].Err.Code != CodeGlossaryTerm {
		t.Errorf("got %+v, %v", gs, err)
	}
	_, err = collectGlossary(FromBytes("g.csv", []byte("word,meaning\na,b\n")), Options{})
	wantError(t, err, CodeGlossaryColumns, 1)
}

func TestTags(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"es_XX": "es", "zh_CN": "zh-CN", "EN-us": "en-US", "zh-hant-tw": "zh-Hant-TW", "es-419": "es-419", "": ""} {
		if got := Tag(in); got != want {
			t.Errorf("Tag(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"en": true, "zh-Hant": true, "ckb": true, "question": false, "": false, "e": false, "en us": false, "pos": true} {
		if got := IsTag(in); got != want {
			t.Errorf("IsTag(%q) = %v", in, got)
		}
	}
}

func TestRealTranslations(t *testing.T) {
	t.Parallel()
	ts, err := collectTranslations(openShared(t, "parallel/tico19-dev.jsonl"), Options{})
	if err != nil || len(ts) != 1734 {
		t.Fatalf("tico19: %d, %v", len(ts), err)
	}
	if len(ts[0].Text) != 39 || ts[0].ID != "CMU_1:1" || !strings.HasPrefix(ts[0].Source, "http") {
		t.Errorf("tico19: %d languages, id %q, source %q", len(ts[0].Text), ts[0].ID, ts[0].Source)
	}
	var files []AlignedFile
	for _, lang := range []string{"en", "ar", "zh", "fr"} {
		files = append(files, AlignedFile{Lang: lang, Src: openShared(t, "parallel/flores-dev/flores-dev."+lang)})
	}
	ts, err = collectAligned(files...)
	if err != nil || len(ts) != 997 {
		t.Errorf("flores: %d, %v", len(ts), err)
	}
}

func TestRealGlossaries(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(shared(t, "glossary"), "*.csv"))
	if err != nil || len(paths) != 26 {
		t.Fatal(paths, err)
	}
	total := 0
	for _, p := range paths {
		gs, err := collectGlossary(openShared(t, "glossary/"+filepath.Base(p)), Options{})
		if err != nil {
			t.Errorf("%s: %v", p, err)
		}
		for _, g := range gs {
			if g.Err != nil || len(g.Terms) != 2 || len(g.Terms["en"]) == 0 {
				t.Errorf("%s: %+v", p, g)
			}
		}
		if n := len(gs); n < 306 || n > 337 {
			t.Errorf("%s: %d entries", p, n)
		}
		total += len(gs)
	}
	if total != 14*306+337*4+336+328*7 {
		t.Errorf("got %d entries", total)
	}
}
