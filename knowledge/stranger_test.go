package knowledge

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sameboat/facts"
	"sameboat/kernel/journal/journaltest"
)

func TestAkin(t *testing.T) {
	text := func(title, body string) facts.VariantText { return facts.VariantText{Title: title, Body: body} }
	for _, c := range []struct {
		name   string
		a, b   facts.VariantText
		byText bool
		want   bool
	}{
		{"the same title over other words", text("Masks", "Wear one."), text(" masks ", "Put it on before you enter."), false, true},
		{"the same title of a document says nothing", text("Triage", "Ask about haemorrhage first."), text("Triage", "Look for blisters on the hands."), true, false},
		{"another title over the same words", text("Masks", "Wear a mask indoors."), text("Face covers", "Wear a mask indoors."), false, true},
		{"reworked words", text("Masks", "Wear a mask indoors when others are near."), text("Covers", "Indoors, wear a mask when others are near you."), false, true},
		{"a text that grew much", text("A", "Wash hands with soap."), text("B", "Wash hands with soap. "+strings.Repeat("Then dry them well with paper and throw it away. ", 40)), true, true},
		{"nothing in common", text("Masks", "Wear a mask indoors."), text("Vaccines", "Two doses protect for half a year."), false, false},
		{"reworked Chinese", text("口罩", "在室内与他人相处时请佩戴口罩。"), text("面罩", "在室内与他人相处时，请正确佩戴口罩。"), false, true},
		{"other Chinese", text("口罩", "在室内与他人相处时请佩戴口罩。"), text("疫苗", "接种两剂可保护约半年。"), true, false},
		{"two scans without text", text("Scan", ""), text("Scan", ""), true, false},
	} {
		if got := akin(c.a, c.b, c.byText); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// wordFile is the smallest document that word processors write.
func wordFile(t *testing.T, name string, paragraphs ...string) File {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name, content string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	part("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`)
	body := ""
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>"
	}
	part("word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`+body+`</w:body></w:document>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return textFile(name, b.String())
}

// TestRefusedDocumentsLeaveNoFile: the file of a document is kept only once
// nothing speaks against the document.
func TestRefusedDocumentsLeaveNoFile(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		kept := func() (n int) {
			err := l.blobs.Walk(t.Context(), func(facts.Hash, int64, time.Time) error { n++; return nil })
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		o := Options{Kind: "protocol", Lang: "en"}
		first := wordFile(t, "ward.docx", "Beds stand two metres apart, and a curtain parts them.")
		if got := take(t, l, o, first); got != [4]int{1} || kept() != 1 {
			t.Fatalf("the first: %v, %d files", got, kept())
		}
		if got := take(t, l, o, first); got != [4]int{0, 0, 1} || kept() != 1 {
			t.Errorf("again: %v, %d files", got, kept())
		}
		other := wordFile(t, "ward.docx", "Oxygen lasts eight hours in the large cylinder.")
		if got := take(t, l, o, other); got != [4]int{0, 0, 0, 1} || kept() != 1 {
			t.Errorf("another of the same name: %v, %d files", got, kept())
		}
		if got := take(t, l, o, first, other); got != [4]int{0, 0, 1, 1} || kept() != 1 {
			t.Errorf("both at once: %v, %d files", got, kept())
		}
		long := wordFile(t, strings.Repeat("long", maxTitle/4+1)+".docx", "The name of its file is its title, and too long.")
		if got := take(t, l, o, long); got != [4]int{0, 0, 0, 1} || kept() != 1 {
			t.Errorf("too long: %v, %d files", got, kept())
		}
		h := history{Library: l}
		h.withdraw(t)
		if got := take(t, l, o, wordFile(t, "ward.docx", "Beds stand two metres apart, and a wall parts them.")); got != [4]int{0, 0, 0, 1} || kept() != 1 {
			t.Errorf("withdrawn: %v, %d files", got, kept())
		}
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
	})
}

// TestTwoMemoriesAtOnce: the same memory brought in twice at the same time is
// one memory.
func TestTwoMemoriesAtOnce(t *testing.T) {
	eachLibrary(t, func(t *testing.T, l *Library) {
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				file := textFile("m.jsonl", fmt.Sprintf(`{"en":"mask","fr":"masque"}`+"\n"+`{"en":"gown %d","fr":"blouse %d"}`, i, i))
				r, err := l.ImportTranslations(t.Context(), []File{file}, Options{Owner: testOwner}, nil)
				if err != nil || r.Refused > 0 {
					t.Errorf("%+v, %v", r, err)
				}
			})
		}
		wait.Wait()
		if rows := journaltest.Dump(t, l.db, "knowledge_memories"); len(rows) != 1 {
			t.Errorf("%d memories, want 1: %v", len(rows), rows)
		}
		journaltest.SameWhenRebuilt(t, l.db, l.journal, Projection())
	})
}

// TestLongNamesAreSources too, and stay apart.
func TestLongNamesAreSources(t *testing.T) {
	deep := strings.Repeat("语", 60) + "/"
	a, b := sourceOf(strings.Repeat(deep, 9)+"a.csv"), sourceOf("x"+strings.Repeat(deep, 9)+"a.csv")
	for _, s := range []string{a, b} {
		if n := len([]rune(s)); n > maxSource || !strings.HasSuffix(s, "/a.csv") {
			t.Errorf("%d characters: %s", n, s)
		}
	}
	if a == b {
		t.Error("two long names are one source")
	}
}

// TestEqualRefusalsShareOne, and what finds no room is counted.
func TestEqualRefusalsShareOne(t *testing.T) {
	l := &Library{now: time.Now}
	run := &importRun{l: l}
	row := func(i int, title string) {
		d := drafted(Published, "en", words{"en": "B"})
		d.Text.Variants["en"] = facts.VariantText{Title: title}
		d.Edition.Topics = []string{title}
		run.refuse("a.csv", place{line: i}, d.Check(ruleTime))
	}
	for i := range 1059 {
		row(i+2, "x")
	}
	for i := range 1500 {
		row(i+2000, fmt.Sprint("x", i))
	}
	run.refuse("b.csv", place{line: 7}, run.Refusals[0].Fault)
	first := run.Refusals[0]
	if first.Line != 2 || first.Times != 1059 || len(first.More) != maxMore || first.More[0] != 3 {
		t.Errorf("the first: line %d, %d times, then %v", first.Line, first.Times, first.More)
	}
	if len(run.Refusals) != maxRefusals || run.Unlisted != 1500-(maxRefusals-1)+1 || run.Refused != 1059+1500+1 {
		t.Errorf("%d kept, %d not listed of %d", len(run.Refusals), run.Unlisted, run.Refused)
	}
}
