package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
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
			args.Lang = facts.LangOf(lang)
			if password {
				line, err := bufio.NewReader(os.Stdin).ReadString('\n')
				if line = strings.TrimRight(line, "\r\n"); line == "" {
					return usageError{fmt.Errorf("%s (%w)", a.printer.T("node.user.stdin"), err)}
				}
				args.Password = line
			}
			return a.call(cmd.Context(), "user/"+name, args, nil, a.showUser)
		}
		parent.AddCommand(cmd)
	}
	one("list", false)
	one("add", true, "email", "name", "lang", "roles")
	one("password", true, "email")
	one("token", false, "email", "name", "scopes", "days")
	return parent
}

// showUser prints an account, or a token as it is.
func (a *app) showUser(m node.Message) error {
	var token string
	if json.Unmarshal(m.Value, &token) == nil {
		_, err := fmt.Fprintln(a.out, token)
		return err
	}
	if a.json {
		return a.writeJSON(m.Value)
	}
	var u node.UserMessage
	if err := json.Unmarshal(m.Value, &u); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.out, "%s\t%s\t%s\t%s\n", u.ID, u.Email, u.Name, strings.Join(u.Roles, ","))
	return err
}
