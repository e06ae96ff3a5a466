package reading

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestCSVValues(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, in string
		opt      Options
		want     [][]string
	}{
		{"plain", "a,b\n1,2\n", Options{}, [][]string{{"1", "2"}}},
		{"no last newline, CRLF", "a,b\r\n1,2\r\n3,4", Options{}, [][]string{{"1", "2"}, {"3", "4"}}},
		{"quotes", "a,b\n\"x \"\"y\"\", z\",\"p\nq\"\n", Options{}, [][]string{{`x "y", z`, "p\nq"}}},
		{"CRLF inside quotes", "a,b\r\n\"p\r\nq\",2\r\n", Options{}, [][]string{{"p\nq", "2"}}},
		{"quote inside a plain field", "a,b\n5\" tube,2\n", Options{}, [][]string{{`5" tube`, "2"}}},
		{"empty fields", "a,b,c\n,,\n\"\",x,\n", Options{}, [][]string{{"", "", ""}, {"", "x", ""}}},
		{"BOM", "\ufeffa,b\n1,2\n", Options{}, [][]string{{"1", "2"}}},
		{"semicolon", "a;b\n1,5;2\n", Options{}, [][]string{{"1,5", "2"}}},
		{"sep line", "sep=|\na|b\n1|2\n", Options{}, [][]string{{"1", "2"}}},
		{"tab", "a\tb\n1\t2\n", Options{}, [][]string{{"1", "2"}}},
		{"tab without quoting", "a\tb\n\"Wash\" hands\t2\n", Options{Format: FormatTSV}, [][]string{{`"Wash" hands`, "2"}}},
		{"blank lines", "a,b\n\n1,2\n\n", Options{}, [][]string{{"1", "2"}}},
		{"ragged", "a,b,c\n1\n", Options{Ragged: true}, [][]string{{"1", "", ""}}},
		{"extra empty", "a,b\n1,2,,\n", Options{}, [][]string{{"1", "2"}}},
		{"one column", "question\nhow?\n", Options{}, [][]string{{"how?"}}},
		{"space around quotes", "a,b\n \"x,y\" ,2\n", Options{}, [][]string{{"x,y", "2"}}},
		{"wide separator", "a،b\n\"1\"،2\n", Options{Comma: '،'}, [][]string{{"1", "2"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rs, err := collect(t, FromBytes("x.csv", []byte(tc.in)), tc.opt)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]string
			for _, r := range rs {
				if r.Err != nil {
					t.Fatalf("row error %v", r.Err)
				}
				got = append(got, r.Values)
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestColumnNames(t *testing.T) {
	t.Parallel()
	rs, err := collect(t, FromBytes("x.csv", []byte(" Question ,answer,,answer\nq,a,b,c\n")), Options{})
	if err != nil || len(rs) != 1 {
		t.Fatal(rs, err)
	}
	if want := []string{"Question", "answer", "column_3", "answer_2"}; !reflect.DeepEqual(rs[0].Columns, want) {
		t.Errorf("got %q, want %q", rs[0].Columns, want)
	}
	if v, ok := rs[0].Get("question"); !ok || v != "q" {
		t.Errorf("Get(question) = %q, %v", v, ok)
	}
	if _, ok := rs[0].Get("nothing"); ok {
		t.Error("Get of an unknown column is ok")
	}
}

// A broken row is reported with its place and the others are still read.
func TestBrokenRows(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 3000)
	for _, tc := range []struct {
		name, file, in string
		code           Code
		line, column   int
		good           int
	}{
		{"quote never closed", "a.csv", "a,b\n1,2\n\"open,2\n3,4\n5,6\n", CodeCSVQuote, 3, 1, 3},
		{"text after quote", "a.csv", "a,b\n1,2\n\"x\"y,2\n3,4\n", CodeCSVQuote, 3, 4, 2},
		{"too few fields", "a.csv", "a,b\n1\n3,4\n", CodeCSVColumns, 2, 0, 1},
		{"too many fields", "a.csv", "a,b\n1,2\n\n3,4,5\n", CodeCSVColumns, 4, 0, 1},
		{"row too large", "a.csv", "a,b\n1,2\n" + big + ",2\n3,4\n", CodeRowTooLarge, 3, 0, 2},
		{"row too large in quotes", "a.csv", "a,b\n\"" + strings.Repeat("long\n", 600) + "\",2\n3,4\n", CodeRowTooLarge, 2, 0, 1},
		{"JSON cut off", "a.jsonl", "{\"a\":1}\n{\"a\":\n{\"a\":3}\n", CodeJSONSyntax, 2, 6, 2},
		{"JSON bad value", "a.jsonl", "{\"a\":1}\n\n{\"é\":tru}\n{\"a\":3}\n", CodeJSONSyntax, 3, 9, 2},
		{"JSON text after", "a.jsonl", "{\"a\":1} x\n{\"a\":3}\n", CodeJSONSyntax, 1, 0, 1},
		{"JSON not an object", "a.jsonl", "{\"a\":1}\n[1]\n{\"a\":3}\n", CodeJSONNotObject, 2, 0, 2},
		{"JSON too deep", "a.jsonl", "{\"a\":1}\n{\"a\":" + strings.Repeat("[", 80) + strings.Repeat("]", 80) + "}\n", CodeTooDeep, 2, 0, 1},
		{"JSON objects too deep", "a.jsonl", "{\"a\":1}\n" + strings.Repeat(`{"a":`, 80) + "1" + strings.Repeat("}", 80) + "\n", CodeTooDeep, 2, 0, 1},
		{"JSON line too large", "a.jsonl", "{\"a\":1}\n{\"a\":\"" + big + "\"}\n{\"a\":2}\n", CodeRowTooLarge, 2, 0, 2},
		{"array element broken", "a.json", "[{\"a\":1},\n {\"a\":1,\n  \"b\" 2},\n {\"a\":3}]", CodeJSONSyntax, 3, 7, 2},
		{"array element too large", "a.json", "[{\"a\":1},\n {\"a\":\"" + big + "\"},\n {\"a\":3}]", CodeRowTooLarge, 2, 2, 2},
		{"array element a number", "a.json", "[{\"a\":1},\n 17, {\"a\":3}]", CodeJSONNotObject, 2, 2, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			rs, err := collect(t, FromBytes(tc.file, []byte(tc.in)), Options{Limits: Limits{Record: 2500}})
			if err != nil {
				t.Fatal(err)
			}
			b := broken(rs)
			if tc.code == CodeRowTooLarge && strings.Contains(tc.name, "quotes") {
				b = b[:1] // the lines of the lost field are rows of a wrong shape
			}
			if len(b) != 1 {
				t.Fatalf("got %d broken rows, want 1: %v", len(b), b)
			}
			wantError(t, b[0], tc.code, tc.line)
			if tc.column > 0 && b[0].Column != tc.column {
				t.Errorf("got column %d, want %d (%v)", b[0].Column, tc.column, b[0])
			}
			if good := len(rs) - len(broken(rs)); good != tc.good {
				t.Errorf("got %d good rows, want %d", good, tc.good)
			}
		})
	}
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, file, in string
		opt            Options
		code           Code
		line           int
	}{
		{"empty", "a.csv", "", Options{}, CodeEmpty, 0},
		{"blank", "a.csv", "\n\n", Options{}, CodeEmpty, 0},
		{"blank JSONL", "a.jsonl", "\n\n", Options{}, CodeEmpty, 0},
		{"bad UTF-8", "a.csv", "a,b\n1,2\n3,caf\xe9\n", Options{}, CodeEncoding, 3},
		{"UTF-16 without a mark", "a.csv", "a\x00,\x00b\x00\n\x00", Options{Format: FormatCSV}, CodeEncoding, 1},
		{"undefined in windows-1252", "a.csv", "a,b\n1,\x81\n", Options{Charset: "windows-1252"}, CodeEncoding, 2},
		{"unknown charset", "a.csv", "a,b\n", Options{Charset: "klingon"}, CodeOption, 0},
		{"header quote", "a.csv", "\"a,b\n1,2\n", Options{}, CodeCSVQuote, 1},
		{"too many columns", "a.csv", strings.Repeat("x,", 20) + "\n", Options{Limits: Limits{Columns: 10}}, CodeTooManyColumns, 1},
		{"too many rows", "a.csv", "a\n1\n2\n3\n", Options{Limits: Limits{Rows: 2}}, CodeTooManyRows, 4},
		{"array not closed", "a.json", "[{\"a\":1},\n{\"a\":2}\n", Options{}, CodeJSONSyntax, 3},
		{"object not closed", "a.json", "[{\"a\":1},\n{\"a\":2\n\n", Options{}, CodeJSONSyntax, 2},
		{"no comma", "a.json", "[{\"a\":1}\n{\"a\":2}]", Options{}, CodeJSONSyntax, 2},
		{"brackets cross", "a.json", "[{\"a\":[1}\n]}]", Options{}, CodeJSONSyntax, 1},
		{"comma at end", "a.json", "[{\"a\":1},\n]", Options{}, CodeJSONSyntax, 2},
		{"text after array", "a.json", "[{\"a\":1}]\n]", Options{}, CodeJSONSyntax, 2},
		{"a document", "a.html", "<html><p>x", Options{}, CodeFormat, 0},
		{"binary", "a.csv", "\x89PNG\r\n\x1a\n\x00\x00", Options{Format: FormatCSV}, CodeEncoding, 1},
		{"old office", "a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx", Options{}, CodeOfficeEncrypted, 0},
		{"not a zip", "a.xlsx", "PK\x03\x04 then nothing of the kind", Options{}, CodeXLSXBroken, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := collect(t, FromBytes(tc.file, []byte(tc.in)), tc.opt)
			wantError(t, err, tc.code, tc.line)
			if tc.code == CodeEncoding && asError(err).Detail["charset"] == "" {
				t.Errorf("no charset in the detail of %v", err)
			}
		})
	}
}

func TestFileLimit(t *testing.T) {
	t.Parallel()
	in := []byte("a\n" + strings.Repeat("value\n", 1000))
	if _, err := collect(t, FromBytes("a.csv", in), Options{Limits: Limits{File: 100}}); CodeOf(err) != CodeTooLarge {
		t.Errorf("by claimed size: %v", err)
	}
	// A source that claims less than it holds is read as far as it claims.
	m := newMeter(context.Background(), strings.NewReader(string(in)), Options{Limits: Limits{File: 100}})
	buf := make([]byte, 4096)
	if _, err := m.Read(buf); CodeOf(err) != CodeTooLarge {
		t.Errorf("by read size: %v", err)
	}
}

func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range Records(ctx, FromBytes("a.csv", []byte("a\n1\n")), Options{}) {
		if CodeOf(err) != CodeStopped || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	n := 0
	for range Records(context.Background(), FromBytes("a.csv", []byte("a\n1\n2\n3\n")), Options{}) {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("read %d rows before the break", n)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	in := []byte("a\n" + strings.Repeat("some longer value in a row\n", 20_000))
	var told []int64
	if _, err := collect(t, FromBytes("a.csv", in), Options{Progress: func(n int64) { told = append(told, n) }}); err != nil {
		t.Fatal(err)
	}
	if len(told) < 5 || told[len(told)-1] != int64(len(in)) {
		t.Errorf("told %d times, last %v of %d", len(told), told[len(told)-1], len(in))
	}
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		charset, text string
		enc           encoding.Encoding
	}{
		{"windows-1252", "café – €", charmap.Windows1252},
		{"windows-1251", "Что делать?", charmap.Windows1251},
		{"windows-1256", "ما العمل؟", charmap.Windows1256},
		{"gb18030", "发热门诊", simplifiedchinese.GB18030},
		{"", "发热 déjà", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)},
		{"", "發熱 ما", unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)},
		{"utf-16le", "发热", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	} {
		raw, err := tc.enc.NewEncoder().Bytes([]byte("id,text\n1," + tc.text + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		rs, err := collect(t, FromBytes("a.csv", raw), Options{Charset: tc.charset})
		if err != nil || len(rs) != 1 {
			t.Errorf("%s: %v %v", tc.charset, rs, err)
			continue
		}
		if v, _ := rs[0].Get("text"); v != tc.text {
			t.Errorf("%s: got %q, want %q", tc.charset, v, tc.text)
		}
	}
}

func TestJSONFlattening(t *testing.T) {
	t.Parallel()
	in := `{"q":"a\u00e9","n":1.50,"t":true,"z":null,"list":["x",2,null],"objs":[{"k":1}],"in":{"er":{"most":"v"},"e":{}},"q":"last"}`
	rs, err := collect(t, FromBytes("a.jsonl", []byte(in)), Options{})
	if err != nil || len(rs) != 1 || rs[0].Err != nil {
		t.Fatal(rs, err)
	}
	got := fmt.Sprintf("%q=%q", rs[0].Columns, rs[0].Values)
	want := fmt.Sprintf("%q=%q", []string{"q", "n", "t", "z", "list", "objs", "in.er.most"}, []string{"last", "1.50", "true", "", "x; 2", `[{"k":1}]`, "v"})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestJSONShapes(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"array":               `[{"a":"1"},{"a":"2"}]`,
		"array spread":        "[\n {\"a\":\n \"1\"}\n ,\n {\"a\":\"2\"}\n]\n",
		"objects":             "{\n\"a\":\"1\"}\n{\n\"a\":\"2\"}",
		"brackets in strings": `[{"a":"1","x":"]}\\\"{["},{"a":"2"}]`,
	} {
		rs, err := collect(t, FromBytes("a.json", []byte(in)), Options{})
		if err != nil || len(rs) != 2 || len(broken(rs)) > 0 {
			t.Errorf("%s: %v %v", name, rs, err)
			continue
		}
		if v, _ := rs[1].Get("a"); v != "2" {
			t.Errorf("%s: got %q", name, v)
		}
	}
	rs, err := collect(t, FromBytes("a.json", []byte("[]")), Options{})
	if err != nil || len(rs) != 0 {
		t.Errorf("empty array: %v %v", rs, err)
	}
}
