package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/schollz/progressbar/v3"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/i18n"
)

// progress shows how far long work is: a bar on a terminal, a line a file
// elsewhere, so that a log stays readable.
type progress struct {
	w        io.Writer
	printer  *i18n.Printer
	terminal bool
	bar      *progressbar.ProgressBar
	file     string
	max      int64
}

func (a *app) progress() *progress {
	p := &progress{w: a.err, printer: a.printer}
	if f, ok := a.err.(*os.File); ok {
		stat, err := f.Stat()
		p.terminal = err == nil && stat.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show takes a progress message of an import.
func (p *progress) show(m node.Message) error {
	var v node.ProgressMessage
	if err := json.Unmarshal(m.Value, &v); err != nil {
		return err
	}
	p.at(v.File, p.printer.T("node.progress", i18n.Args{"file": v.File}), v.Bytes, v.Size)
	return nil
}

// at shows how far the work called what is; line says the same for a log.
func (p *progress) at(what, line string, done, total int64) {
	if !p.terminal {
		if what != p.file {
			p.file = what
			fmt.Fprintln(p.w, line)
		}
		return
	}
	if p.bar == nil || p.file != what || p.max != total {
		p.end()
		p.file, p.max = what, total
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(what),
			progressbar.OptionShowBytes(true), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
	}
	// A terminal that cannot be drawn on is no reason to stop the work.
	_ = p.bar.Set64(min(done, total))
}

func (p *progress) end() {
	if p.bar != nil {
		// As above.
		_ = p.bar.Finish()
		p.bar = nil
	}
}
