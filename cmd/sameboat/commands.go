package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
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
	cmd := &cobra.Command{Use: "serve", Short: a.printer.T("node.help.serve"), Args: arguments(cobra.NoArgs)}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8070", a.printer.T("node.help.listen"))
	cmd.Flags().StringVar(&public, "url", "", a.printer.T("node.help.url"))
	cmd.Flags().BoolVar(&sample, "sample", false, a.printer.T("node.help.sample"))
	operate := a.operating(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkURL(public); err != nil {
			return err
		}
		ctx := cmd.Context()
		config := a.config()
		config.URL, config.Sample = public, sample
		if err := operate(&config); err != nil {
			return err
		}
		l, listenErr := net.Listen("tcp", listen)
		if listenErr == nil {
			defer l.Close() // closed already once it has served
			if public == "" {
				config.URL = "http://" + l.Addr().String() // feeds and citations need a whole address
			}
		}
		n, err := a.open(ctx, config)
		if err != nil {
			return err // a folder that is in use says more than its port that is
		}
		if listenErr != nil {
			return errors.Join(listenTrouble(listenErr), n.Close())
		}
		if os.Getenv("GOGC") == "" {
			debug.SetGCPercent(gcPercent) // from here on: opening is quicker without
		}
		address := config.URL
		link, err := n.Identity.SetupLink(ctx)
		if err != nil {
			return errors.Join(err, n.Close())
		}
		err = n.Serve(ctx, l, func() {
			fmt.Fprintln(a.out, a.printer.T("node.serving", i18n.Args{"address": address, "folder": a.data}))
			if link != "" {
				fmt.Fprintln(a.out, a.printer.T("node.setup", i18n.Args{"address": address + "/setup/" + link}))
			}
		})
		return errors.Join(err, n.Close())
	}
	return cmd
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
		args := node.SearchArgs{Query: strings.Join(words, " "), QLang: facts.LangOf(qlang), Lang: facts.LangOf(lang), Limit: limit}
		if args.Lang == "" {
			args.Lang = a.printer.Lang()
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
	return &cobra.Command{Use: "rebuild [VIEW…]", Short: a.printer.T("node.help.rebuild"), RunE: func(cmd *cobra.Command, views []string) error {
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
		if err == nil {
			fmt.Fprintln(a.out, a.printer.T("node.rebuild.done"))
		}
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
		_, err := fmt.Fprintln(a.out, "sameboat", version)
		return err
	}}
}

// listenTrouble tells an address that is taken or not ours, which is bad luck,
// from one that is none, which is a mistake in the arguments.
func listenTrouble(err error) error {
	var system syscall.Errno
	if errors.As(err, &system) {
		return fault.Wrap(fault.Away, "node.listening", err)
	}
	return usageError{err}
}

// checkURL refuses a public address that is none.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return usageError{fmt.Errorf("--url %s: want https://NAME", s)}
	}
	return nil
}
