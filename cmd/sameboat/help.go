package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sameboat/kernel/i18n"
)

// speakHelp lets the frame of the help texts, which cobra has in English only,
// speak the language of the rest.
func (a *app) speakHelp(root *cobra.Command) {
	root.PersistentFlags().BoolP("help", "h", false, a.printer.T("node.help.help"))
	root.CompletionOptions.HiddenDefaultCmd = true
	root.InitDefaultHelpCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "help" {
			cmd.Short = a.printer.T("node.help.help")
		}
	}
	root.SetUsageFunc(func(cmd *cobra.Command) error { return a.usage(cmd.OutOrStderr(), cmd) })
}

// usage writes how a command is used.
func (a *app) usage(w io.Writer, cmd *cobra.Command) error {
	out := &strings.Builder{}
	fmt.Fprintf(out, "%s\n  %s\n", a.printer.T("node.help.usage"), cmd.UseLine())
	var commands [][2]string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			commands = append(commands, [2]string{sub.Name(), sub.Short})
		}
	}
	columns(out, a.printer.T("node.help.commands"), commands)
	columns(out, a.printer.T("node.help.flags"), a.flagLines(cmd.LocalFlags()))
	columns(out, a.printer.T("node.help.common"), a.flagLines(cmd.InheritedFlags()))
	_, err := io.WriteString(w, out.String())
	return err
}

// flagLines gives each flag with what it is for.
func (a *app) flagLines(flags *pflag.FlagSet) (lines [][2]string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		says := f.Usage
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && d != "0" {
			says = a.printer.T("node.help.default", i18n.Args{"what": says, "value": d})
		}
		lines = append(lines, [2]string{name, says})
	})
	return lines
}

// columns writes lines of two columns under a heading, if there are any.
func columns(out *strings.Builder, heading string, lines [][2]string) {
	if len(lines) == 0 {
		return
	}
	wide := 0
	for _, line := range lines {
		wide = max(wide, utf8.RuneCountInString(line[0]))
	}
	fmt.Fprintf(out, "\n%s\n", heading)
	for _, line := range lines {
		fmt.Fprintf(out, "  %-*s  %s\n", wide, line[0], line[1])
	}
}
