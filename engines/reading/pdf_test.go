package reading

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// needPDF skips where pdftotext is absent; CI installs it.
func needPDF(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("pdftotext is not installed, and in CI it must be")
		}
		t.Skip("pdftotext is not installed (Debian: poppler-utils)")
	}
}

// tinyPDF writes a PDF of one standard font. Each page is a list of pieces of
// text: size, x, y from the upper edge, text.
func tinyPDF(pages ...[]string) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(body string) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offsets), body)
	}
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 4+2*i))
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	for i, page := range pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents %d 0 R >>", 5+2*i))
		var content strings.Builder
		for _, piece := range page {
			var size, x, y float64
			fields := strings.SplitN(piece, " ", 4)
			fmt.Sscan(strings.Join(fields[:3], " "), &size, &x, &y)
			text := strings.NewReplacer("\\", "\\\\", "(", "\\(", ")", "\\)").Replace(fields[3])
			fmt.Fprintf(&content, "BT /F %g Tf %g %g Td (%s) Tj ET\n", size, x, 842-y, text)
		}
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", content.Len(), content.String()))
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

func TestPDF(t *testing.T) {
	t.Parallel()
	needPDF(t)
	page := func(n int, body ...string) []string {
		return append([]string{"9 60 30 Ministry of Health", fmt.Sprintf("9 280 815 Page %d of 3", n)}, body...)
	}
	in := tinyPDF(
		page(1, "22 60 80 Fever clinic", "15 60 120 1. Triage",
			"11 60 150 Every patient is seen at the door by a nurse who measures the tempera-",
			"11 60 164 ture and asks about contacts. Those with fever go to a room of their own.",
			"11 60 190 A second paragraph that is long enough to reach the right edge of the page,",
			"11 60 204 and ends here.",
			"11 60 230 - first point", "11 60 244 - second point",
			"11 60 280 Item", "11 220 280 Standard", "11 400 280 Quantity",
			"11 60 298 Mask", "11 220 298 N95", "11 400 298 1000",
			"11 60 316 Gown", "11 220 316 AAMI 3", "11 400 316 200",
			"11 60 360 The last paragraph of this page goes on over its lower edge, as in a long"),
		page(2, "11 60 80 report; it ends on the second page.", "15 60 120 2. Care", "11 60 150 Text of the second chapter with a few words."),
		page(3, "11 60 80 The third page holds only this sentence."),
	)
	doc, err := read(t, "a.pdf", in, Options{Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	want := `# Fever clinic

## 1. Triage

Every patient is seen at the door by a nurse who measures the temperature and asks about contacts. Those with fever go to a room of their own.

A second paragraph that is long enough to reach the right edge of the page, and ends here.

- first point
- second point

| Item | Standard | Quantity |
| --- | --- | --- |
| Mask | N95 | 1000 |
| Gown | AAMI 3 | 200 |

The last paragraph of this page goes on over its lower edge, as in a long report; it ends on the second page.

## 2. Care

Text of the second chapter with a few words.

The third page holds only this sentence.
`
	if doc.Markdown != want {
		t.Errorf("got\n%s\nwant\n%s", doc.Markdown, want)
	}
	if doc.Title != "Fever clinic" || len(doc.Pages) != 3 || doc.Pages[0] != 1 || doc.Pages[2] != 23 {
		t.Errorf("got title %q, pages %v", doc.Title, doc.Pages)
	}
}

func TestPDFBroken(t *testing.T) {
	t.Parallel()
	needPDF(t)
	good := tinyPDF([]string{"11 60 80 Some text on a page that is long enough to be judged by the reader of it."})
	locked := bytes.Replace(good, []byte("/Root 1 0 R"), []byte("/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /O (01234567890123456789012345678901) /U (01234567890123456789012345678901) /P -4 >> /ID [(a) (a)]"), 1)
	for _, tc := range []struct {
		name string
		in   []byte
		opt  Options
		code Code
	}{
		{"header only", []byte("%PDF-1.4\nnothing"), Options{}, CodePDFBroken},
		{"no text", tinyPDF([]string{}), Options{}, CodePDFNoText},
		{"password", locked, Options{}, CodePDFEncrypted},
		{"another script", good, Options{Lang: "ar"}, CodePDFGarbage},
		{"symbols only", tinyPDF([]string{"11 60 80 " + strings.Repeat("#$%&= ", 12)}), Options{}, CodePDFGarbage},
		{"no time", good, Options{Limits: Limits{Time: time.Nanosecond}}, CodePDFToTextTimeout},
		{"no memory", good, Options{Limits: Limits{Memory: 1 << 20}}, CodePDFToTextMemory},
		{"output over the limit", good, Options{Limits: Limits{Part: 100}}, CodePDFToTextMemory},
	} {
		_, err := read(t, "a.pdf", tc.in, tc.opt)
		if CodeOf(err) != tc.code {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.code)
		}
	}
	// A damaged file that the tool mends is read; the person should know.
	mended := bytes.Replace(good, []byte(" Td "), []byte(" Xx "), 1)
	doc, err := read(t, "a.pdf", mended, Options{})
	if err != nil || !strings.Contains(doc.Markdown, "Some text") || len(doc.Warnings) != 1 || doc.Warnings[0].Code != CodePDFBroken {
		t.Errorf("mended: got %+v, %v", doc, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadDocument(ctx, FromBytes("a.pdf", good), Options{}); CodeOf(err) != CodeStopped {
		t.Errorf("stopped: got %v", err)
	}
}

// Without the tool the caller learns so by a code of its own. Not parallel: it
// changes the search path.
func TestPDFToolMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := read(t, "a.pdf", tinyPDF([]string{"11 60 80 text"}), Options{})
	if CodeOf(err) != CodePDFToTextMissing {
		t.Errorf("got %v", err)
	}
}

func TestLogicalOrder(t *testing.T) {
	t.Parallel()
	// Left: as the tool gives it, letters turned but ligatures not.
	for visual, want := range map[string]string{
		"ةياقولا": "الوقاية", "لا": "لا", "ءابطلأا": "الأطباء", ".كهجو": "وجهك.",
		"رابتخلاا": "الاختبار", "(19-ديفوك)": "(كوفيد-19)", "لافطلأل": "للأطفال",
	} {
		if got := logicalOrder(visual, pdfHints{}); got != want {
			t.Errorf("logicalOrder(%q) = %q, want %q", visual, got, want)
		}
	}
	h := pdfHints{logical: map[string]string{}}
	h.ligatures("جﻼﻋ")
	if got := logicalOrder("جلاع", h); got != "علاج" {
		t.Errorf("with the hint of a ligature: got %q", got)
	}
}

// Real Arabic and Chinese need a browser to print them: set
// READING_CHROMIUM=chromium to run this.
func TestPDFOfBrowser(t *testing.T) {
	t.Parallel()
	needPDF(t)
	browser := os.Getenv("READING_CHROMIUM")
	if browser == "" {
		t.Skip("READING_CHROMIUM names no browser to print PDFs with")
	}
	for _, tc := range []struct{ lang, page, want string }{
		{"ar", `<html lang=ar dir=rtl><meta charset=utf-8><style>@page{margin:20mm}</style><h1>الوقاية من العدوى</h1><p>اغسل يديك لمدة 20 ثانية على الأقل. لا تلمس وجهك. العلاج عند الأطباء من نوع N95 أو FFP2.</p><table border=1 cellpadding=6><tr><th>الحالة<th>الحرارة<tr><td>خفيفة<td>37.5<tr><td>شديدة<td>39.0</table>`,
			"# الوقاية من العدوى\n\nاغسل يديك لمدة 20 ثانية على الأقل. لا تلمس وجهك. العلاج عند الأطباء من نوع N95 أو FFP2.\n\n| الحالة | الحرارة |\n| --- | --- |\n| خفيفة | 37.5 |\n| شديدة | 39.0 |\n"},
		{"zh", `<html lang=zh><meta charset=utf-8><style>@page{margin:20mm}</style><h1>发热门诊</h1><h2>一、分诊</h2><p>目前所见传染源主要是新型冠状病毒感染的患者，无症状感染者也可能成为传染源。目前所见传染源主要是新型冠状病毒感染的患者。</p><table border=1 cellpadding=6><tr><th>类型<th>体温<th>处理<tr><td>轻型<td>37.5<td>居家观察<tr><td>重型<td>39.0<td>住院治疗</table>`,
			"# 发热门诊\n\n## 一、分诊\n\n目前所见传染源主要是新型冠状病毒感染的患者，无症状感染者也可能成为传染源。目前所见传染源主要是新型冠状病毒感染的患者。\n\n| 类型 | 体温 | 处理 |\n| --- | --- | --- |\n| 轻型 | 37.5 | 居家观察 |\n| 重型 | 39.0 | 住院治疗 |\n"},
	} {
		dir := t.TempDir()
		page, out := filepath.Join(dir, "a.html"), filepath.Join(dir, "a.pdf")
		if err := os.WriteFile(page, []byte(tc.page), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if msg, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf="+out, "file://"+page).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, msg)
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := read(t, "a.pdf", b, Options{Lang: tc.lang})
		if err != nil {
			t.Fatal(err)
		}
		if doc.Markdown != tc.want {
			t.Errorf("got\n%s\nwant\n%s", doc.Markdown, tc.want)
		}
	}
}

// TestPDFHeadingsThatWrap: the lines of one heading are one heading, and two
// headings under one another stay two.
func TestPDFHeadingsThatWrap(t *testing.T) {
	t.Parallel()
	needPDF(t)
	text := []string{"11 60 %d Every patient is seen at the door by a nurse who measures the temperature of all,", "11 60 %d and asks about contacts. Those with fever go to a room of their own without delay."}
	under := func(heading []string, y int) []string {
		for i, line := range text {
			heading = append(heading, fmt.Sprintf(line, y+14*i))
		}
		return heading
	}
	for _, c := range []struct {
		name string
		in   []string
		want string
	}{
		{"a short first line", under([]string{"22 60 80 Fever clinic triage: from", "22 60 106 the door to the right room"}, 150), "# Fever clinic triage: from the door to the right room\n"},
		{"three lines", under([]string{"22 60 80 Fever clinic triage,", "22 60 106 from the street and", "22 60 132 the door to the ward"}, 170), "# Fever clinic triage, from the street and the door to the ward\n"},
		{"centred", under([]string{"22 170 80 Guidance on oxygen", "22 215 106 when it is short"}, 150), "# Guidance on oxygen when it is short\n"},
		{"capital letters after a colon", under([]string{"22 60 80 Fever clinic triage:", "22 60 106 From the door to the room"}, 150), "# Fever clinic triage: From the door to the room\n"},
		{"two headings", under([]string{"22 60 80 Fever clinics", "22 60 106 Triage"}, 150), "# Fever clinics\n\n# Triage\n"},
		{"numbered headings", under([]string{"22 60 80 1. Fever clinics,", "22 60 106 2. triage"}, 150), "# 1. Fever clinics,\n\n# 2. triage\n"},
		{"far apart", under([]string{"22 60 80 Fever clinics and", "22 60 140 the door to the right room"}, 190), "# Fever clinics and\n\n# the door to the right room\n"},
		{"another size", under([]string{"22 60 80 Fever clinics and", "16 60 106 the door to the right room"}, 150), "# Fever clinics and\n\n## the door to the right room\n"},
	} {
		doc, err := read(t, "a.pdf", tinyPDF(c.in), Options{Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(doc.Markdown, c.want+"\nEvery patient") {
			t.Errorf("%s: got\n%s", c.name, doc.Markdown[:min(200, len(doc.Markdown))])
		}
	}
}
