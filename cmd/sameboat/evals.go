package main

import (
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"sameboat/engines/retrieval/eval"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// eval gives `sameboat eval search`: how well questions find what they should,
// on the caller's own texts, with the engine of the product and without
// touching any center.
func (a *app) eval() *cobra.Command {
	parent := &cobra.Command{Use: "eval", Short: a.printer.T("node.help.eval")}
	var files eval.Files
	cmd := &cobra.Command{Use: "search", Short: a.printer.T("node.help.eval-search"), Args: arguments(cobra.NoArgs)}
	flags := cmd.Flags()
	flags.StringVar(&files.Corpus, "corpus", "", a.printer.T("node.help.flag.corpus"))
	flags.StringVar(&files.Queries, "queries", "", a.printer.T("node.help.flag.queries"))
	flags.StringArrayVar(&files.Translations, "translations", nil, a.printer.T("node.help.flag.translations"))
	flags.StringArrayVar(&files.Glossaries, "glossary", nil, a.printer.T("node.help.flag.glossary"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if files.Corpus == "" || files.Queries == "" {
			return misused("node.wrong.needs", i18n.Args{"flags": "--corpus, --queries"})
		}
		report, err := eval.Run(cmd.Context(), files)
		switch {
		case errors.Is(err, eval.ErrInput):
			return fault.Wrap(fault.Invalid, "node.eval.input", err)
		case errors.Is(err, fs.ErrNotExist):
			return fault.Wrap(fault.NotFound, "node.no-file", err)
		case err != nil:
			return err
		case a.json:
			return a.writeJSON(report)
		}
		return report.WriteTable(a.out)
	}
	parent.AddCommand(cmd)
	return parent
}
