package reading

import "time"

// Limits bound what one file may cost. A zero field takes the default that its
// comment names. Sizes are bytes and are counted as they are read, so a limit
// holds whatever a file claims about itself.
type Limits struct {
	Record   int64         // one record: 4 MiB
	File     int64         // the file as it lies: 512 MiB
	Unpacked int64         // all parts of a container together, unpacked: 1 GiB
	Part     int64         // one part of a container, unpacked: 256 MiB
	Parts    int           // number of parts in a container: 10,000
	Text     int64         // text of one document, before and after conversion: 32 MiB
	Rows     int           // records in a file: 5,000,000
	Columns  int           // columns of a record: 1,000
	Depth    int           // nesting of values: 64
	Time     time.Duration // a subprocess: 60 s
	Memory   int64         // a subprocess: 1 GiB
}

func (l Limits) withDefaults() Limits {
	size := func(p *int64, d int64) {
		if *p <= 0 {
			*p = d
		}
	}
	count := func(p *int, d int) {
		if *p <= 0 {
			*p = d
		}
	}
	size(&l.Record, 4<<20)
	size(&l.File, 512<<20)
	size(&l.Unpacked, 1<<30)
	size(&l.Part, 256<<20)
	count(&l.Parts, 10_000)
	size(&l.Text, 32<<20)
	count(&l.Rows, 5_000_000)
	count(&l.Columns, 1_000)
	count(&l.Depth, 64)
	if l.Time <= 0 {
		l.Time = time.Minute
	}
	size(&l.Memory, 1<<30)
	return l
}

// Options say what a file does not say itself. The zero value detects all it
// can and takes the default limits.
type Options struct {
	// Format overrides detection.
	Format Format
	// Charset names the text encoding: utf-8, utf-16, utf-16le, utf-16be,
	// windows-1251, windows-1252, windows-1256, gb18030, … Empty means UTF-8,
	// or UTF-16 when a byte order mark says so; HTML also names its own.
	Charset string
	// Comma is the separator of a CSV table; 0 detects tab, semicolon or comma.
	Comma rune
	// Ragged takes rows that are shorter than the header; missing fields are empty.
	Ragged bool
	// Lang is the language the caller expects of a document. A PDF whose letters
	// are of another script is refused as garbage, since broken fonts give such.
	Lang string
	// Sheet names the sheet of a workbook; empty means the first.
	Sheet string
	// Limits bound the cost.
	Limits Limits
	// Progress, if set, is told how many bytes of the file have been read:
	// about every 64 KiB and at the end. It is called on the reader's goroutine.
	Progress func(read int64)
}
