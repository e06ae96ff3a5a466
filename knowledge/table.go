package knowledge

import (
	"context"
	"iter"
	"slices"

	"sameboat/engines/reading"
)

// table takes the rows of one table in. One line names the columns of all rows;
// in JSON every row names its own.
func (run *importRun) table(ctx context.Context, records iter.Seq2[reading.Record, error], format reading.Format) error {
	header := format != reading.FormatJSON && format != reading.FormatJSONL
	var cols columns
	var names []string
	for record, err := range records {
		if err != nil {
			run.refuse(run.file, place{line: lineOf(err)}, err)
			return nil
		}
		at := place{line: record.Line}
		if format == reading.FormatJSON { // the whole file may be one line
			at.record = record.Row
		}
		if record.Err != nil {
			run.Read++
			run.refuse(run.file, at, record.Err)
			continue
		}
		if cols == nil || !slices.Equal(names, record.Columns) {
			names = record.Columns
			said := run.o.Map
			if run.o.IDColumn != "" {
				said = withColumn(said, run.o.IDColumn, "id")
			}
			if cols, err = mapColumns(record.Columns, said); err != nil {
				run.Read++
				run.refuse(run.file, at, err)
				if header {
					return nil // every row has the same columns
				}
				names = nil
				continue
			}
		}
		if err := run.add(ctx, pending{draft: row{record, cols}.draft(run.o, run.l.now()), file: run.file, at: at}); err != nil {
			return err
		}
		run.tell(false)
	}
	return nil
}
