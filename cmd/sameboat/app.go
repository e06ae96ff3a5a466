package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
)

// The exit codes of every command.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3 // done, but some rows were refused
)

// app is one run of the command line: where it writes, and the common flags.
type app struct {
	out, err io.Writer
	catalog  *i18n.Catalog
	remarks  []i18n.Remark // on the language packs
	printer  *i18n.Printer
	data     string
	database string
	json     bool
}

// errRefused ends a command that is done but has refused rows.
var errRefused = errors.New("rows were refused")

// Run runs one command line and gives its exit code.
func Run(ctx context.Context, args []string, out, errOut io.Writer) int {
	catalog, err := node.Catalog()
	if err != nil {
		fmt.Fprintln(errOut, err)
		return exitFailed
	}
	catalog, remarks := withPacks(catalog, langDir(args, os.Getenv))
	a := &app{out: out, err: errOut, catalog: catalog, remarks: remarks, printer: catalog.Printer(catalog.Negotiate("", "", languageOf(os.Getenv)))}
	root := a.root()
	root.SetArgs(args)
	err = root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFindings):
		return exitFailed
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.As(err, &usage):
		code, says := a.wrongUsage(usage)
		if a.json || slices.Contains(args, "--json") { // the flags may not have been read
			a.failJSON(code, says, nil)
		} else {
			fmt.Fprintln(errOut, a.printer.T("node.usage", i18n.Args{"why": says}))
		}
		return exitUsage
	}
	a.explain(err)
	return exitFailed
}

// languageOf reads the language of messages from the usual variables.
func languageOf(getenv func(string) string) string {
	for _, name := range []string{"SAMEBOAT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, _, _ := strings.Cut(getenv(name), "."); facts.LangOf(v) != "" {
			return string(facts.LangOf(v))
		}
	}
	return "en"
}

// explain tells a fault to whoever sits at the terminal: the message for
// people first, then the cause, because here the reader is the operator.
func (a *app) explain(err error) {
	f := fault.Of(err)
	if a.json {
		a.failJSON(f.Key, a.tell(f), f.Err)
		return
	}
	fmt.Fprintln(a.err, "sameboat:", a.tell(f))
	if f.Err != nil {
		fmt.Fprintln(a.err, "  ("+f.Err.Error()+")")
	}
}

// failJSON tells a failure to a program, where it looks for results.
func (a *app) failJSON(code, message string, cause error) {
	type failure struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Cause   string `json:"cause,omitempty"`
	}
	f := failure{Code: code, Message: message}
	if cause != nil {
		f.Cause = cause.Error()
	}
	if err := a.writeJSON(map[string]failure{"error": f}); err != nil {
		fmt.Fprintln(a.err, "sameboat:", message, err)
	}
}

// tell gives a fault in words, its fields included.
func (a *app) tell(f *fault.Fault) string {
	s := a.printer.T(f.Key, i18n.Args(f.Args))
	for _, field := range f.Fields {
		s += " " + field.Name + ": " + a.printer.T(field.Key, i18n.Args(field.Args))
	}
	return s
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "sameboat",
		Short:         a.printer.T("node.help.root"),
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	flags := root.PersistentFlags()
	flags.StringVar(&a.data, "data", "data", a.printer.T("node.help.data"))
	flags.StringVar(&a.database, "database", "", a.printer.T("node.help.database"))
	flags.String(langDirFlag, "", a.printer.T("node.help.lang-dir")) // read already by langDir
	flags.BoolVar(&a.json, "json", false, a.printer.T("node.help.json"))
	root.AddCommand(a.serve(), a.imports(), a.search(), a.eval(), a.rebuild(), a.user(), a.backup(), a.restore(), a.doctor(), a.languages(), a.version())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagTrouble(err) })
	for _, cmd := range append(root.Commands(), root) {
		if cmd.HasSubCommands() {
			// Without these, cobra takes an unknown subcommand for help asked for.
			cmd.Args, cmd.RunE = arguments(cobra.NoArgs), func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	a.speakHelp(root)
	bindEnvironment(root)
	return root
}

// bindEnvironment lets SAMEBOAT_DATA stand for --data and so on; the command
// line wins.
func bindEnvironment(root *cobra.Command) {
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		var bad error
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			v, ok := os.LookupEnv("SAMEBOAT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")))
			if f.Name == "lang" || f.Changed || !ok {
				return // SAMEBOAT_LANG is the language of messages
			}
			if err := f.Value.Set(v); err != nil {
				bad = wrongValue(f, v)
			}
		})
		return bad
	}
}

// open opens the node and says so when that made its folder: a mistyped --data
// would otherwise look like an empty library.
func (a *app) open(ctx context.Context, c node.Config) (*node.Node, error) {
	_, before := os.Stat(c.Data)
	n, err := node.Open(ctx, c)
	if _, after := os.Stat(c.Data); os.IsNotExist(before) && after == nil {
		fmt.Fprintln(a.err, a.printer.T("node.made-folder", i18n.Args{"folder": c.Data}))
	}
	return n, err
}

// mustBeNode refuses a folder that holds no node, for commands that only read
// what is there.
func (a *app) mustBeNode() error {
	if node.At(a.data) {
		return nil
	}
	return usageError{errors.New(a.printer.T("node.no-node", i18n.Args{"folder": a.data}))}
}

func (a *app) config() node.Config {
	return node.Config{Data: a.data, Database: a.database, Catalog: a.catalog, Log: slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
}
