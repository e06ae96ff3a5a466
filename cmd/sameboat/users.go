package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/i18n"
	"sameboat/kernel/identity"
)

// user gives `sameboat user …`: accounts of the operating organisation.
// Passwords come on standard input, never as an argument that others could see.
func (a *app) user() *cobra.Command {
	parent := &cobra.Command{Use: "user", Short: a.printer.T("node.help.user")}
	var args node.UserArgs
	var lang string
	one := func(name string, password bool, flags ...string) {
		cmd := &cobra.Command{Use: name, Short: a.printer.T("node.help.user-" + name), Args: arguments(cobra.NoArgs)}
		for _, flag := range flags {
			help := a.printer.T("node.help.flag.user-" + flag)
			switch flag {
			case "email":
				cmd.Flags().StringVar(&args.Email, flag, "", help)
			case "name":
				cmd.Flags().StringVar(&args.Name, flag, "", help)
			case "lang":
				cmd.Flags().StringVar(&lang, flag, "en", help)
			case "roles":
				cmd.Flags().StringVar(&args.Roles, flag, "reader", help)
			case "scopes":
				cmd.Flags().StringSliceVar(&args.Scopes, flag, []string{"read"}, help)
			case "days":
				cmd.Flags().IntVar(&args.Days, flag, 90, help)
			}
		}
		cmd.RunE = func(cmd *cobra.Command, _ []string) error {
			if err := checkUser(cmd, args, lang); err != nil {
				return err
			}
			args.Lang = facts.LangOf(lang)
			if password {
				line, err := bufio.NewReader(os.Stdin).ReadString('\n')
				if line = strings.TrimRight(line, "\r\n"); line == "" {
					return usageError{errors.Join(misuse{key: "node.user.stdin"}, err)}
				}
				args.Password = line
			}
			return a.callUser(cmd.Context(), name, args)
		}
		parent.AddCommand(cmd)
	}
	one("list", false)
	one("add", true, "email", "name", "lang", "roles")
	one("password", true, "email")
	one("token", false, "email", "name", "scopes", "days")
	return parent
}

// checkUser refuses flags that make no sense before a password is asked for.
func checkUser(cmd *cobra.Command, args node.UserArgs, lang string) error {
	has := func(flag string) bool { return cmd.Flags().Lookup(flag) != nil }
	wrong := func(flag, value string, can []string) error {
		return misused("node.wrong.one-of", i18n.Args{"flag": "--" + flag, "value": value, "list": strings.Join(can, ", ")})
	}
	if has("email") && args.Email == "" {
		return misused("node.wrong.needs", i18n.Args{"flags": "--email"})
	}
	if has("lang") && facts.LangOf(lang) == "" {
		return misused("node.wrong.lang", i18n.Args{"flag": "--lang", "value": lang})
	}
	if _, ok := identity.ParseRoles(args.Roles); has("roles") && !ok {
		return wrong("roles", args.Roles, (^identity.Roles(0)).Names())
	}
	if has("days") && args.Days < 1 {
		return misused("node.wrong.number", i18n.Args{"flag": "--days", "value": args.Days})
	}
	if has("scopes") {
		var can []string
		for _, verb := range identity.Verbs() {
			can = append(can, string(verb))
		}
		for _, scope := range args.Scopes {
			if !slices.Contains(can, scope) {
				return wrong("scopes", scope, can)
			}
		}
	}
	return nil
}

// callUser runs one of the commands and prints what came of it: accounts, or a
// token as it is.
func (a *app) callUser(ctx context.Context, name string, args node.UserArgs) error {
	accounts, token := []node.UserMessage{}, ""
	err := a.call(ctx, "user/"+name, args, nil, func(m node.Message) error {
		if json.Unmarshal(m.Value, &token) == nil {
			return nil
		}
		var u node.UserMessage
		if err := json.Unmarshal(m.Value, &u); err != nil {
			return err
		}
		accounts = append(accounts, u)
		return nil
	})
	switch {
	case err != nil:
		return err
	case a.json && name == "list":
		return a.writeJSON(accounts)
	case a.json && token != "":
		return a.writeJSON(map[string]string{"token": token})
	case a.json && len(accounts) == 1:
		return a.writeJSON(accounts[0])
	case a.json:
		return a.writeJSON(map[string]string{"email": args.Email})
	case token != "":
		_, err = fmt.Fprintln(a.out, token)
	}
	for _, u := range accounts {
		_, lineErr := fmt.Fprintf(a.out, "%s\t%s\t%s\t%s\n", u.ID, u.Email, u.Name, strings.Join(u.Roles, ","))
		err = errors.Join(err, lineErr)
	}
	return err
}
