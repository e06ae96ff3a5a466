package reading

import (
	"bytes"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf8"
)

// Format names a file format.
type Format string

// The formats that Detect tells apart.
const (
	FormatUnknown  Format = "unknown"
	FormatText     Format = "text"
	FormatCSV      Format = "csv"
	FormatTSV      Format = "tsv"
	FormatJSONL    Format = "jsonl"
	FormatJSON     Format = "json"
	FormatXLSX     Format = "xlsx"
	FormatMarkdown Format = "markdown"
	FormatHTML     Format = "html"
	FormatDOCX     Format = "docx"
	FormatPDF      Format = "pdf"
	FormatTMX      Format = "tmx"
	FormatXML      Format = "xml"
	FormatZIP      Format = "zip"
	FormatOffice   Format = "office" // old binary office file, or one with a password
)

// Detect tells the format from the first bytes (8 KiB are plenty), and from
// the extension of the name only where the bytes leave it open.
func Detect(name string, head []byte) Format {
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, `\`, "/")))
	if f := bySignature(ext, head); f != "" {
		return f
	}
	text := strings.TrimLeft(asText(head), " \t\r\n\ufeff")
	if f := byMarkup(text); f != "" {
		return f
	}
	if f := byJSON(ext, text); f != "" {
		return f
	}
	switch ext {
	case ".csv":
		return FormatCSV
	case ".tsv", ".tab":
		return FormatTSV
	case ".jsonl", ".ndjson":
		return FormatJSONL
	case ".json":
		return FormatJSON
	case ".md", ".markdown":
		return FormatMarkdown
	case ".htm", ".html", ".xhtml":
		return FormatHTML
	case ".tmx":
		return FormatTMX
	case ".xml":
		return FormatXML
	}
	return byShape(text, head)
}

func bySignature(ext string, head []byte) Format {
	// A PDF may have up to 1,024 bytes of anything before its header.
	if bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && !bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return FormatPDF
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return FormatOffice
	}
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) && !bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return ""
	}
	word, xl := bytes.Contains(head, []byte("word/")), bytes.Contains(head, []byte("xl/"))
	switch {
	case word && !xl, ext == ".docx" && !xl:
		return FormatDOCX
	case xl && !word, ext == ".xlsx" && !word, ext == ".xlsm":
		return FormatXLSX
	}
	return FormatZIP
}

// asText gives the head as UTF-8 when it is UTF-16 with a mark, so that markup
// can be seen in it.
func asText(head []byte) string {
	if len(head) >= 2 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff) {
		enc, err := encodingOf("utf-16")
		if err == nil {
			if out, err := enc.NewDecoder().Bytes(head[:len(head)&^1]); err == nil {
				return string(out)
			}
		}
	}
	return string(head)
}

func byMarkup(text string) Format {
	if !strings.HasPrefix(text, "<") {
		return ""
	}
	low := strings.ToLower(text)
	switch {
	case strings.Contains(low, "<tmx"):
		return FormatTMX
	case strings.HasPrefix(low, "<!doctype html"), strings.Contains(low, "<html"), strings.Contains(low, "<body"), strings.Contains(low, "<head>"):
		return FormatHTML
	case strings.HasPrefix(low, "<?xml"):
		return FormatXML
	}
	for _, tag := range []string{"<p", "<div", "<h1", "<h2", "<ul", "<table", "<article", "<section", "<meta", "<title"} {
		if strings.HasPrefix(low, tag) {
			return FormatHTML
		}
	}
	return ""
}

// byJSON tells one object per line from a single JSON value. A first line that
// is a whole object means JSONL; where the line is longer than the head, or
// broken, the extension decides.
func byJSON(ext, text string) Format {
	switch {
	case strings.HasPrefix(text, "["):
		rest := strings.TrimLeft(text[1:], " \t\r\n")
		if rest == "" || strings.ContainsRune(`{]"[`, rune(rest[0])) {
			return FormatJSON
		}
		return ""
	case !strings.HasPrefix(text, "{"):
		return ""
	}
	inside := strings.TrimLeft(text[1:], " \t\r\n")
	if inside != "" && inside[0] != '"' && inside[0] != '}' {
		return ""
	}
	line, _, cut := strings.Cut(text, "\n")
	switch {
	case json.Valid([]byte(line)), ext == ".jsonl", ext == ".ndjson":
		return FormatJSONL
	case ext == ".json", cut && !strings.HasSuffix(strings.TrimSpace(line), "}"):
		return FormatJSON
	}
	return FormatJSONL
}

func byShape(text string, head []byte) Format {
	if len(head) == 0 || strings.ContainsRune(text, 0) || !utf8.ValidString(trimPartial(text)) {
		return FormatUnknown
	}
	line, _, _ := strings.Cut(text, "\n")
	switch {
	case strings.HasPrefix(text, "---\n"), strings.HasPrefix(text, "---\r\n"), strings.HasPrefix(text, "# "):
		return FormatMarkdown
	case strings.Contains(line, "\t"):
		return FormatTSV
	}
	return FormatText
}

// trimPartial drops a character that the end of the head cut in two.
func trimPartial(s string) string {
	for i := 1; i < utf8.UTFMax && i <= len(s); i++ {
		if utf8.RuneStart(s[len(s)-i]) {
			if !utf8.FullRuneInString(s[len(s)-i:]) {
				return s[:len(s)-i]
			}
			break
		}
	}
	return s
}
