package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/search"
	"sameboat/knowledge"
)

// gcPercent is how much the memory of a server may grow between collections:
// less than the runtime's own 100, because the index alone is most of it and
// small machines run centers too. GOGC overrides it.
const gcPercent = 40

// serve gives `sameboat serve`.
func (a *app) serve() *cobra.Command {
	var listen, public string
	var sample bool
	var proxies []string
	cmd := &cobra.Command{Use: "serve", Short: a.printer.T("node.help.serve"), Args: arguments(cobra.NoArgs)}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8070", a.printer.T("node.help.listen"))
	cmd.Flags().StringVar(&public, "url", "", a.printer.T("node.help.url"))
	cmd.Flags().StringSliceVar(&proxies, "proxy", nil, a.printer.T("node.help.proxy"))
	cmd.Flags().BoolVar(&sample, "sample", false, a.printer.T("node.help.sample"))
	operate, mail := a.operating(cmd), a.mailing(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := errors.Join(checkURL(public), checkListen(listen)); err != nil {
			return err
		}
		ctx := cmd.Context()
		config := a.config()
		config.URL, config.Sample = public, sample
		var err error
		if config.Proxies, err = parseNetworks("--proxy", proxies); err != nil {
			return err
		}
		if err := errors.Join(operate(&config), mail(&config)); err != nil {
			return err
		}
		l, listenErr := net.Listen("tcp", listen)
		if listenErr == nil {
			defer l.Close() // closed already once it has served
			if public == "" {
				config.URL = "http://" + l.Addr().String() // feeds and citations need a whole address
			}
		}
		if listenErr != nil && !node.Served(a.data) {
			return listenTrouble(listen, listenErr) // before anything is made
		}
		n, err := a.open(ctx, config)
		if err != nil {
			return err // a folder that is in use says more than its port that is
		}
		if listenErr != nil {
			return errors.Join(listenTrouble(listen, listenErr), n.Close())
		}
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(gcPercent) // from here on: opening is quicker without
		}
		address := config.URL
		link, err := n.Identity.SetupLink(ctx)
		if err != nil {
			return errors.Join(err, n.Close())
		}
		a.tellRemarks()
		err = n.Serve(ctx, l, func() {
			a.tellServing(address, link)
		})
		return errors.Join(err, n.Close())
	}
	return cmd
}

// tellServing says where the pages are, and the link of the first administrator.
func (a *app) tellServing(address, link string) {
	if link != "" {
		link = address + "/setup/" + link
	}
	if a.json {
		// Whoever reads it went away; the server serves all the same.
		_ = a.writeJSON(struct {
			Address string `json:"address"`
			Folder  string `json:"folder"`
			Setup   string `json:"setup,omitempty"`
		}{address, a.data, link})
		return
	}
	fmt.Fprintln(a.out, a.printer.T("node.serving", i18n.Args{"address": address, "folder": a.data}))
	if link != "" {
		fmt.Fprintln(a.out, a.printer.T("node.setup", i18n.Args{"address": link}))
	}
}

// search gives `sameboat search QUERY`.
func (a *app) search() *cobra.Command {
	var qlang, lang string
	var limit int
	cmd := &cobra.Command{Use: "search QUERY", Short: a.printer.T("node.help.search"), Args: arguments(cobra.MinimumNArgs(1))}
	cmd.Flags().StringVar(&qlang, "qlang", "", a.printer.T("node.help.flag.qlang"))
	cmd.Flags().StringVar(&lang, "lang", "", a.printer.T("node.help.flag.reader"))
	cmd.Flags().IntVar(&limit, "limit", 10, a.printer.T("node.help.flag.limit"))
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		if err := errors.Join(checkTag("qlang", qlang), checkTag("lang", lang)); err != nil {
			return usageError{err}
		}
		if limit < 1 || limit > search.MaxHits {
			return usageError{errors.New("--limit: " + a.printer.T("search.query.limit", i18n.Args{"max": search.MaxHits}))}
		}
		if err := a.mustBeNode(); err != nil {
			return err
		}
		args := node.SearchArgs{Query: strings.Join(words, " "), QLang: facts.LangOf(qlang), Lang: facts.LangOf(lang), Limit: limit}
		if args.Lang == "" {
			args.Lang = facts.LangOf(languageOf(os.Getenv))
		}
		return a.call(cmd.Context(), "search", args, nil, func(m node.Message) error {
			if a.json {
				return a.writeJSON(m.Value)
			}
			var answer knowledge.Answer
			if err := json.Unmarshal(m.Value, &answer); err != nil {
				return err
			}
			a.showAnswer(answer)
			return nil
		})
	}
	return cmd
}

// showAnswer prints hits for a person to read.
func (a *app) showAnswer(answer knowledge.Answer) {
	fmt.Fprintln(a.out, a.printer.T("node.search.total", i18n.Args{"n": answer.Total, "lang": a.printer.LangName(answer.QLang)}))
	if answer.Instead != "" {
		fmt.Fprintln(a.out, a.printer.T("node.search.instead", i18n.Args{"lang": a.printer.LangName(answer.Instead)}))
	}
	if answer.Suggestion != "" {
		fmt.Fprintln(a.out, a.printer.T("node.search.meant", i18n.Args{"query": answer.Suggestion}))
	}
	for i, h := range answer.Hits {
		mark := ""
		if h.State != knowledge.Published {
			mark = " [" + a.printer.T("state."+h.State) + "]"
		}
		fmt.Fprintf(a.out, "\n%d. %s%s\n   %s · %s · %s\n   %s\n", i+1, h.Title, mark, a.printer.T("kind."+h.Kind), a.printer.LangName(h.Language), h.URL, h.Passage.Text)
	}
}

// rebuild gives `sameboat rebuild [VIEW…]`.
func (a *app) rebuild() *cobra.Command {
	return &cobra.Command{Use: "rebuild [VIEW…]", Short: a.printer.T("node.help.rebuild"), Args: among(node.Views()), RunE: func(cmd *cobra.Command, views []string) error {
		if err := a.mustBeNode(); err != nil {
			return err
		}
		p := a.progress()
		err := a.call(cmd.Context(), "rebuild", views, nil, func(m node.Message) error {
			var v node.RebuildMessage
			if err := json.Unmarshal(m.Value, &v); err != nil {
				return err
			}
			p.at(a.printer.T("node.rebuild.views"), a.printer.T("node.rebuild.views"), v.Done, v.Total)
			return nil
		})
		p.end()
		switch {
		case err != nil:
			return err
		case a.json:
			if len(views) == 0 {
				views = node.Views()
			}
			return a.writeJSON(map[string][]string{"rebuilt": views})
		}
		_, err = fmt.Fprintln(a.out, a.printer.T("node.rebuild.done"))
		return err
	}}
}

// version gives `sameboat version`.
func (a *app) version() *cobra.Command {
	return &cobra.Command{Use: "version", Short: a.printer.T("node.help.version"), Args: arguments(cobra.NoArgs), RunE: func(*cobra.Command, []string) error {
		version := "development"
		if info, ok := debug.ReadBuildInfo(); ok {
			for _, s := range info.Settings {
				if s.Key == "vcs.revision" {
					version = s.Value
				}
			}
		}
		if a.json {
			return a.writeJSON(map[string]string{"version": version})
		}
		_, err := fmt.Fprintln(a.out, "sameboat", version)
		return err
	}}
}

// listenTrouble tells an address that is taken or not ours, which is bad luck,
// from one that is none, which is a mistake in the arguments.
func listenTrouble(listen string, err error) error {
	var system syscall.Errno
	if errors.As(err, &system) {
		return fault.Wrap(fault.Away, "node.listening", err)
	}
	return misused("node.wrong.listen", i18n.Args{"value": listen})
}

// checkListen refuses what cannot be an address to listen on.
func checkListen(s string) error {
	_, port, err := net.SplitHostPort(s)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		return misused("node.wrong.listen", i18n.Args{"value": s})
	}
	return nil
}

// parseNetworks reads addresses and networks: 127.0.0.1, 10.0.0.0/8, ::1.
func parseNetworks(flag string, list []string) (out []netip.Prefix, err error) {
	for _, text := range list {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		if ip, ierr := netip.ParseAddr(strings.TrimSpace(text)); ierr == nil {
			p, err = netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, misused("node.wrong.network", i18n.Args{"flag": flag, "value": text})
		}
		out = append(out, p)
	}
	return out, nil
}

// checkURL refuses a public address that is none.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return misused("node.wrong.url", i18n.Args{"value": s})
	}
	return nil
}
