// Command bundle joins the sources of the face (kernel/web/assets/source) into
// the few small files that are embedded (kernel/web/assets/built), with esbuild's
// Go API. It needs no npm package: the face has no third-party script or style.
//
// Its one invariant: the same sources give the same bytes, so a test can hold the
// committed files to it.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	web := "kernel/web"
	if len(os.Args) > 1 {
		web = os.Args[1]
	}
	if err := build(filepath.Join(web, "assets/source"), filepath.Join(web, "assets/built")); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// build writes every built file into the folder to.
func build(from, to string) error {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{filepath.Join(from, "style.css"), filepath.Join(from, "app.js")},
		Outdir:            to,
		Bundle:            true,
		Write:             true,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		Charset:           api.CharsetUTF8,
		Format:            api.FormatIIFE,
		Target:            api.ES2020,
		LogLevel:          api.LogLevelSilent,
		// Old browsers keep the plain colours of the first block of tokens; nothing
		// else is lowered, since lowering logical properties would lose right-to-left.
		Supported: map[string]bool{"nesting": true, "inset-property": true, "is-pseudo-class": true, "color-functions": true, "modern-rgb-hsl": false},
	})
	var wrong []error
	for _, m := range append(result.Errors, result.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
		}
		wrong = append(wrong, errors.New(where+m.Text))
	}
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	mark, err := os.ReadFile(filepath.Join(from, "mark.svg"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "mark.svg"), mark, 0o644)
}
