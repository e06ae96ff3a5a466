package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/doctor"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/store"
)

// errFindings ends an examination that found something bad.
var errFindings = errors.New("something is wrong")

// doctor gives `sameboat doctor`.
func (a *app) doctor() *cobra.Command {
	var least string
	cmd := &cobra.Command{Use: "doctor", Short: a.printer.T("node.help.doctor"), Args: arguments(cobra.NoArgs)}
	cmd.Flags().StringVar(&least, "least-free", "", a.printer.T("node.help.flag.least-free"))
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		config := a.config()
		var err error
		if config.LeastFree, err = parseSize(least); err != nil {
			return err
		}
		found, err := a.examine(cmd.Context(), config)
		if err != nil {
			return err
		}
		return a.tellFindings(found)
	}
	return cmd
}

func (a *app) examine(ctx context.Context, config node.Config) (found []doctor.Finding, err error) {
	p := a.progress()
	defer p.end()
	found, err = node.Examine(ctx, config, p.step)
	if f := fault.Of(err); f == nil || f.Key != store.KeyHeld {
		return found, err
	}
	err = a.callServer(ctx, "doctor", node.Call{Args: json.RawMessage("null"), Say: func(m node.Message) (err error) {
		if m.Kind == "progress" {
			return p.step(m)
		}
		return json.Unmarshal(m.Value, &found)
	}}, err)
	return found, err
}

// tellFindings prints what was found; what is bad makes the command fail.
func (a *app) tellFindings(found []doctor.Finding) error {
	bad := false
	var list []map[string]any
	for _, f := range found {
		bad = bad || f.State == doctor.Bad
		says, advice := a.printer.T(f.Key, i18n.Args(f.Args)), ""
		if f.Advice != "" {
			advice = a.printer.T(f.Advice, i18n.Args(f.Args))
		}
		list = append(list, map[string]any{"check": f.Check, "state": f.State, "key": f.Key, "args": f.Args, "says": says, "advice": advice, "cause": f.Cause})
		if a.json {
			continue
		}
		fmt.Fprintf(a.out, "%-5s %s\n", a.printer.T("doctor.state."+string(f.State)), says)
		if advice != "" {
			fmt.Fprintf(a.out, "      → %s\n", advice)
		}
		if f.Cause != "" {
			fmt.Fprintf(a.out, "      (%s)\n", f.Cause)
		}
	}
	if a.json {
		if err := a.writeJSON(map[string]any{"well": !bad, "findings": list}); err != nil {
			return err
		}
	}
	if bad {
		return errFindings
	}
	return nil
}

// parseSize reads bytes with a unit of thousands: 500MB, 2GB; "" is 0, and "off"
// is negative.
func parseSize(s string) (int64, error) {
	number, unit := strings.TrimSpace(strings.ToUpper(s)), int64(1)
	switch number {
	case "":
		return 0, nil
	case "OFF":
		return -1, nil
	}
	for suffix, n := range map[string]int64{"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12} {
		if rest, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = strings.TrimSpace(rest), n
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 || n > 1<<62/unit {
		return 0, usageError{fmt.Errorf("--least-free %s: want a size such as 500MB, 2GB or off", s)}
	}
	return n * unit, nil
}

// operating are the flags of serve that concern its operation.
func (a *app) operating(cmd *cobra.Command) func(*node.Config) error {
	var least, metrics string
	cmd.Flags().StringVar(&least, "least-free", "", a.printer.T("node.help.flag.least-free"))
	cmd.Flags().StringVar(&metrics, "metrics", "", a.printer.T("node.help.flag.metrics"))
	return func(c *node.Config) (err error) {
		c.Metrics = metrics
		c.LeastFree, err = parseSize(least)
		return err
	}
}
