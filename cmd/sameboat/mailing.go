package main

import (
	"errors"
	"net/mail"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/i18n"
	"sameboat/kernel/notify"
)

// mailing adds the flags of serve that say how mail and webhooks leave, and gives
// what puts them into a node's configuration.
func (a *app) mailing(cmd *cobra.Command) func(*node.Config) error {
	var m notify.Mail
	var passwordFile string
	var allow []string
	var hour int
	flags, help := cmd.Flags(), func(name string) string { return a.printer.T("node.help.flag." + name) }
	flags.StringVar(&m.Host, "mail-host", "", help("mail-host"))
	flags.IntVar(&m.Port, "mail-port", 0, help("mail-port"))
	flags.StringVar(&m.TLS, "mail-tls", "starttls", help("mail-tls"))
	flags.StringVar(&m.User, "mail-user", "", help("mail-user"))
	flags.StringVar(&passwordFile, "mail-password-file", "", help("mail-password-file"))
	flags.StringVar(&m.From, "mail-from", "", help("mail-from"))
	flags.StringVar(&m.FromName, "mail-name", "", help("mail-name"))
	flags.IntVar(&hour, "digest-hour", 6, help("digest-hour"))
	flags.StringSliceVar(&allow, "webhook-allow", nil, help("webhook-allow"))
	return func(c *node.Config) error {
		wrong := func(flag, value string) error {
			return misused("node.wrong.value", i18n.Args{"flag": "--" + flag, "value": value})
		}
		if m.Host != "" {
			if _, err := mail.ParseAddress(m.From); err != nil {
				return wrong("mail-from", m.From)
			}
		}
		if !slices.Contains([]string{"starttls", "tls", "try", "none"}, m.TLS) {
			return wrong("mail-tls", m.TLS)
		}
		if hour < 0 || hour > 23 {
			return wrong("digest-hour", strconv.Itoa(hour))
		}
		if passwordFile != "" {
			b, err := os.ReadFile(passwordFile)
			if err != nil {
				return errors.Join(wrong("mail-password-file", passwordFile), err)
			}
			m.Password = strings.TrimRight(string(b), "\r\n")
		}
		c.Mail, c.DigestHour, c.DigestDay = m, hour, time.Monday
		var err error
		c.Hooks.Allow, err = parseNetworks("--webhook-allow", allow)
		return err
	}
}
