package reading

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook builds a workbook of one or more sheets of the given rows.
func workbook(t testing.TB, sheets ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for i, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", i+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", y+1), &row); err != nil {
				t.Fatal(err)
			}
			for x, v := range row {
				if _, ok := v.(time.Time); ok {
					at := fmt.Sprintf("%c%d", 'A'+x, y+1)
					if err := f.SetCellStyle(name, at, at, date); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestXLSX(t *testing.T) {
	t.Parallel()
	book := workbook(t, [][]any{{}, {"question", "答案", "n", "when"}, {"How?", "发热", 1.5, time.Date(2020, 3, 4, 0, 0, 0, 0, time.UTC)}, {}, {"short"}, {"a", "b", 3, "", "beyond"}},
		[][]any{{"x"}, {"other sheet"}})
	rs, err := collect(t, FromBytes("a.xlsx", book), Options{})
	if err != nil || len(rs) != 3 {
		t.Fatal(rs, err)
	}
	if got := fmt.Sprintf("%q", rs[0].Values[:3]); got != `["How?" "发热" "1.5"]` || rs[0].Line != 3 {
		t.Errorf("got %s at line %d", got, rs[0].Line)
	}
	if v, _ := rs[0].Get("when"); v != "2020-03-04" {
		t.Errorf("got date %q", v)
	}
	if v, ok := rs[1].Get("n"); !ok || v != "" || rs[1].Line != 5 {
		t.Errorf("short row: %+v", rs[1])
	}
	wantError(t, rs[2].Err, CodeCSVColumns, 6)

	rs, err = collect(t, FromBytes("a.xlsx", book), Options{Sheet: "sheet2"})
	if err != nil || len(rs) != 1 || rs[0].Values[0] != "other sheet" {
		t.Errorf("named sheet: %v, %v", rs, err)
	}
	_, err = collect(t, FromBytes("a.xlsx", book), Options{Sheet: "none"})
	wantError(t, err, CodeXLSXSheet, 0)
	if got := asError(err).Detail["sheets"]; got != "Sheet1, Sheet2" {
		t.Errorf("got sheets %q", got)
	}
}

func TestXLSXBroken(t *testing.T) {
	t.Parallel()
	book := workbook(t, [][]any{{"a", "b"}, {"1", "2"}, {strings.Repeat("long", 1000), "x"}})
	damaged := bytes.Clone(book)
	for i := 200; i < 260; i++ {
		damaged[i] ^= 0xff
	}
	for _, tc := range []struct {
		name string
		in   []byte
		opt  Options
		code Code
	}{
		{"cut off", book[:len(book)/2], Options{}, CodeXLSXBroken},
		{"damaged", damaged, Options{}, CodeXLSXBroken},
		{"empty sheet", workbook(t, [][]any{}), Options{}, CodeEmpty},
		{"part over the limit", book, Options{Limits: Limits{Part: 500}}, CodeZipBomb},
		{"total over the limit", book, Options{Limits: Limits{Unpacked: 3000}}, CodeZipBomb},
		{"too many columns", book, Options{Limits: Limits{Columns: 1}}, CodeTooManyColumns},
		{"no workbook in it", zipOf(t, [2]string{"xl/nothing.xml", "<x/>"}), Options{}, CodeXLSXBroken},
	} {
		if _, err := collect(t, FromBytes("a.xlsx", tc.in), tc.opt); CodeOf(err) != tc.code {
			t.Errorf("%s: got %v, want %s", tc.name, err, tc.code)
		}
	}
	rs, err := collect(t, FromBytes("a.xlsx", book), Options{Limits: Limits{Record: 1000}})
	if err != nil || len(rs) != 2 || rs[1].Err == nil {
		t.Fatal(rs, err)
	}
	wantError(t, rs[1].Err, CodeRowTooLarge, 3)
}

// A sheet of some kilobytes that unpacks to 2 MB, over the limit given, is refused at once.
func TestXLSXBomb(t *testing.T) {
	t.Parallel()
	bomb := zipOf(t, [2]string{"xl/worksheets/sheet1.xml", strings.Repeat(" ", 2<<20)})
	start := time.Now()
	_, err := collect(t, FromBytes("a.xlsx", bomb), Options{Limits: Limits{Part: 1 << 20}})
	if CodeOf(err) != CodeZipBomb || asError(err).Detail["part"] != "xl/worksheets/sheet1.xml" {
		t.Errorf("got %v", err)
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
}
