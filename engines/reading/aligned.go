package reading

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// alignedCheck counts the lines of every file before any is taken.
func alignedCheck(ctx context.Context, files []AlignedFile, opt Options) error {
	if len(files) < 2 {
		return &Error{Code: CodeNoTranslation}
	}
	opt.Progress = nil
	counts := make([]string, len(files))
	shortest, same := 0, true
	for i, f := range files {
		if err := f.Src.check(opt.Limits); err != nil {
			return inFile(err, f)
		}
		n, err := countLines(ctx, f.Src, opt)
		if err != nil {
			return inFile(err, f)
		}
		if i > 0 && n != shortest {
			same = false
		}
		if i == 0 || n < shortest {
			shortest = n
		}
		counts[i] = f.Src.Name + ": " + strconv.Itoa(n)
	}
	if !same {
		return &Error{Code: CodeLinesDiffer, Line: shortest + 1, Detail: map[string]string{"files": strings.Join(counts, ", ")}}
	}
	return nil
}

func countLines(ctx context.Context, src Source, opt Options) (int, error) {
	r, err := openLines(ctx, src, opt)
	if err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		if _, err := r.next(); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
		if n >= opt.Limits.Rows {
			return n, limitError(CodeTooManyRows, int64(opt.Limits.Rows))
		}
	}
}

// alignedLine reads the next line of each file; ok is false where fewer than
// two languages have text and none was too long.
func alignedLine(files []AlignedFile, readers []*lineReader) (t Translation, ok bool, err error) {
	t.Text = map[string]string{}
	for i, r := range readers {
		line, err := r.next()
		if err == io.EOF {
			return t, false, io.EOF
		}
		if err != nil {
			return t, false, inFile(err, files[i])
		}
		t.Line = line.n
		if line.long {
			t.Err = limitError(CodeRowTooLarge, r.limit)
			t.Err.Line = line.n
			t.Err.Detail["file"] = files[i].Src.Name
		}
		if s := strings.TrimSpace(string(line.text)); s != "" {
			t.Text[Tag(files[i].Lang)] = s
		}
	}
	if t.Err != nil {
		t.Text = nil
		return t, true, nil
	}
	t.ID = fmt.Sprint(t.Line)
	return t, len(t.Text) > 1, nil
}
