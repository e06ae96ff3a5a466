// Package reading turns files from outside into records, documents,
// translations and glossary entries.
//
// It reads tables (CSV, TSV, JSONL, a JSON array, XLSX), documents (Markdown
// with front matter, HTML, DOCX, PDF) and translations (TMX, JSONL with a text
// map, line-aligned files, glossaries). It stores nothing, decides nothing
// about what a column means, and knows nothing of the house: whoever calls
// maps columns to fields and translates the codes of its errors.
//
// Its one invariant: whatever bytes come in, a reader ends, stays within its
// Limits, and every refusal is an *Error that names the place.
package reading
