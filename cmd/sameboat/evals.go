package main

import "github.com/spf13/cobra"

// eval gives `sameboat eval …`.
func (a *app) eval() *cobra.Command {
	return &cobra.Command{Use: "eval", Short: a.printer.T("node.help.eval")}
}
