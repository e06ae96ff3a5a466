package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sameboat/kernel/i18n"
)

// usageError is a mistake in the arguments.
type usageError struct{ error }

// misuse is a mistake in the arguments that has words in every language.
type misuse struct {
	key  string
	args i18n.Args
}

// Error gives the key; wrongUsage gives the words.
func (m misuse) Error() string { return m.key }

// misused makes a usage error with a message.
func misused(key string, args i18n.Args) error { return usageError{misuse{key, args}} }

// wrongUsage gives what a person is told of a usage error, and its code.
func (a *app) wrongUsage(err usageError) (code, says string) {
	if m := (misuse{}); errors.As(err.error, &m) {
		return m.key, a.printer.T(m.key, m.args)
	}
	return "node.usage", err.Error()
}

// arguments says how many arguments a command takes, as a usage error.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case check(cmd, args) == nil:
			return nil
		case len(args) == 0:
			return misused("node.wrong.few", i18n.Args{"use": cmd.UseLine()})
		case cmd.HasSubCommands():
			return misused("node.wrong.command", i18n.Args{"value": args[0], "commands": strings.Join(commandNames(cmd), ", ")})
		}
		return misused("node.wrong.many", i18n.Args{"value": args[len(args)-1], "use": cmd.UseLine()})
	}
}

func commandNames(cmd *cobra.Command) (names []string) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// among takes only arguments that are in the list.
func among(list []string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		for _, arg := range args {
			if !slices.Contains(list, arg) {
				return misused("node.wrong.view", i18n.Args{"value": arg, "views": strings.Join(list, ", ")})
			}
		}
		return nil
	}
}

// flagTrouble says in our words what is wrong with a flag.
func flagTrouble(err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return misused("node.wrong.flag", i18n.Args{"flag": "-" + short})
		}
		return misused("node.wrong.flag", i18n.Args{"flag": "--" + unknown.GetSpecifiedName()})
	case errors.As(err, &bare):
		return misused("node.wrong.bare", i18n.Args{"flag": "--" + bare.GetFlag().Name})
	case errors.As(err, &value):
		return wrongValue(value.GetFlag(), value.GetValue())
	case errors.As(err, &syntax):
		return misused("node.wrong.flag", i18n.Args{"flag": syntax.GetSpecifiedFlag()})
	}
	return usageError{err}
}

// wrongValue says what kind of value a flag takes.
func wrongValue(f *pflag.Flag, value string) error {
	key := "node.wrong.value"
	switch f.Value.Type() {
	case "int":
		key = "node.wrong.number"
	case "bool":
		key = "node.wrong.boolean"
	}
	return misused(key, i18n.Args{"flag": "--" + f.Name, "value": value})
}
