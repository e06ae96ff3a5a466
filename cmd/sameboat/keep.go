package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/kernel/keep"
	"sameboat/kernel/store"
)

// backup gives `sameboat backup FILE`.
func (a *app) backup() *cobra.Command {
	var to, identities []string
	var open, verify, erasures, key bool
	cmd := &cobra.Command{Use: "backup FILE", Short: a.printer.T("node.help.backup"), Args: arguments(cobra.ExactArgs(1))}
	flags := cmd.Flags()
	flags.StringSliceVar(&to, "recipient", nil, a.printer.T("node.help.flag.recipient"))
	flags.BoolVar(&open, "unencrypted", false, a.printer.T("node.help.flag.unencrypted"))
	flags.BoolVar(&verify, "verify", false, a.printer.T("node.help.flag.verify"))
	flags.StringSliceVar(&identities, "identity", nil, a.printer.T("node.help.flag.identity"))
	flags.BoolVar(&erasures, "erasures", false, a.printer.T("node.help.flag.list-erasures"))
	flags.BoolVar(&key, "new-key", false, a.printer.T("node.help.flag.new-key"))
	cmd.MarkFlagsMutuallyExclusive("recipient", "unencrypted", "verify", "erasures", "new-key")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, file := cmd.Context(), args[0]
		switch {
		case verify:
			return a.verifyBackup(ctx, file, identities)
		case erasures:
			return a.listErasures(ctx, file)
		case key:
			return a.newKey(file)
		}
		keys, err := readRecipients(to)
		if err != nil {
			return err
		}
		if len(keys) == 0 && !open {
			return usageError{errors.New(a.printer.T("node.backup.open"))}
		}
		return a.writeBackup(ctx, file, keys)
	}
	return cmd
}

func (a *app) writeBackup(ctx context.Context, file string, keys []string) error {
	var contents node.ContentsMessage
	out, err := a.receive(ctx, "backup", node.BackupArgs{To: keys}, file, func(raw json.RawMessage) error { return json.Unmarshal(raw, &contents) })
	if err != nil {
		return err
	}
	if a.json {
		return a.writeJSON(map[string]any{"file": file, "bytes": out.n, "sha256": out.hex(), "encrypted": len(keys) > 0, "holds": contents})
	}
	fmt.Fprintln(a.out, a.printer.T("node.backup.done", i18n.Args{"file": file, "size": megabytes(out.n), "sum": out.hex()}))
	return a.tellContents(contents)
}

func (a *app) listErasures(ctx context.Context, file string) error {
	count := 0
	_, err := a.receive(ctx, "backup/erasures", nil, file, func(raw json.RawMessage) error { return json.Unmarshal(raw, &count) })
	if err == nil {
		_, err = fmt.Fprintln(a.out, a.printer.T("node.backup.erasures", i18n.Args{"n": count, "file": file}))
	}
	return err
}

// newKey writes a secret key to a file and prints the public one.
func (a *app) newKey(file string) error {
	secret, public, err := keep.NewKey()
	if err != nil {
		return err
	}
	out, err := newFile(file)
	if err != nil {
		return err
	}
	defer out.drop()
	if _, err := fmt.Fprintf(out, "# public key: %s\n%s\n", public, secret); err != nil {
		return store.Trouble(err)
	}
	if err := out.keep(); err != nil {
		return err
	}
	fmt.Fprintln(a.err, a.printer.T("node.backup.key", i18n.Args{"file": file}))
	_, err = fmt.Fprintln(a.out, public)
	return err
}

// receive runs a command whose bytes become a file.
func (a *app) receive(ctx context.Context, name string, args any, file string, result func(json.RawMessage) error) (*newborn, error) {
	out, err := newFile(file)
	if err != nil {
		return nil, err
	}
	defer out.drop()
	p := a.progress()
	defer p.end()
	err = a.call(ctx, name, args, nil, func(m node.Message) error {
		switch m.Kind {
		case "bytes":
			var b []byte
			if err := json.Unmarshal(m.Value, &b); err != nil {
				return err
			}
			_, err := out.Write(b)
			return store.Trouble(err)
		case "progress":
			return p.step(m)
		}
		return result(m.Value)
	})
	if err != nil {
		return nil, err
	}
	return out, out.keep()
}

// step shows a step of a backup or a restore.
func (p *progress) step(m node.Message) error {
	var v node.StepMessage
	if err := json.Unmarshal(m.Value, &v); err != nil {
		return err
	}
	what := p.printer.T("node.step." + v.Step)
	p.at(what, what, v.Done, v.Total)
	return nil
}

func (a *app) verifyBackup(ctx context.Context, file string, identities []string) error {
	keys, err := readIdentities(identities)
	if err != nil {
		return err
	}
	in, err := openFile(file)
	if err != nil {
		return err
	}
	defer in.Close()
	sealed, n, err := keep.Sealed(in)
	if err != nil {
		return err
	}
	if sealed && len(keys) == 0 {
		fmt.Fprintln(a.err, a.printer.T("node.backup.sealed", i18n.Args{"n": n}))
		return fault.New(fault.Invalid, keep.KeySealed, nil)
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return store.Trouble(err)
	}
	p := a.progress()
	contents, err := node.VerifyBackup(ctx, in, keys, p.step)
	p.end()
	if err != nil {
		return err
	}
	if a.json {
		return a.writeJSON(map[string]any{"file": file, "encrypted": sealed, "recipients": n, "holds": contents})
	}
	fmt.Fprintln(a.out, a.printer.T("node.backup.whole", i18n.Args{"file": file}))
	return a.tellContents(contents)
}

// tellContents says what a backup holds. Files that were lost before it was
// made end the command like refused rows: done, but look.
func (a *app) tellContents(c node.ContentsMessage) error {
	fmt.Fprintln(a.out, a.printer.T("node.backup.holds", i18n.Args{"node": c.Node.String(), "made": c.Made.UTC().Format("2006-01-02 15:04:05 UTC"),
		"facts": int64(c.Last), "files": c.Blobs.Count, "size": megabytes(c.Blobs.Bytes), "database": c.Database}))
	for _, table := range slices.Sorted(maps.Keys(c.Rows)) {
		fmt.Fprintf(a.out, "  %s %d\n", table, c.Rows[table])
	}
	if c.Lost == 0 {
		return nil
	}
	fmt.Fprintln(a.err, a.printer.T("node.backup.lost", i18n.Args{"n": c.Lost}))
	for _, h := range c.Missing[:min(len(c.Missing), 20)] {
		fmt.Fprintln(a.err, "  "+string(h))
	}
	return errRefused
}

// restore gives `sameboat restore FILE`.
func (a *app) restore() *cobra.Command {
	var identities []string
	var erasures string
	cmd := &cobra.Command{Use: "restore FILE", Short: a.printer.T("node.help.restore"), Args: arguments(cobra.ExactArgs(1))}
	cmd.Flags().StringSliceVar(&identities, "identity", nil, a.printer.T("node.help.flag.identity"))
	cmd.Flags().StringVar(&erasures, "erasures", "", a.printer.T("node.help.flag.erasures"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		keys, err := readIdentities(identities)
		if err != nil {
			return err
		}
		in, err := openFile(args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		list := node.NoErasures()
		if erasures != "" {
			f, err := openFile(erasures)
			if err != nil {
				return err
			}
			defer f.Close()
			list = f
		}
		p := a.progress()
		done, err := node.Restore(cmd.Context(), a.config(), in, keys, list, p.step)
		p.end()
		if err != nil {
			return err
		}
		if a.json {
			return a.writeJSON(done)
		}
		fmt.Fprintln(a.out, a.printer.T("node.restore.done", i18n.Args{"folder": a.data}))
		if erasures != "" {
			fmt.Fprintln(a.out, a.printer.T("node.restore.erased", i18n.Args{"n": done.Erased, "unknown": done.Unknown}))
		}
		return a.tellContents(done.ContentsMessage)
	}
	return cmd
}

// readRecipients takes keys, or names of files that hold some.
func readRecipients(list []string) (keys []string, err error) {
	for _, s := range list {
		var r io.Reader = strings.NewReader(s)
		if !strings.HasPrefix(s, "age1") {
			f, err := openFile(s)
			if err != nil {
				return nil, err
			}
			defer f.Close()
			r = f
		}
		more, err := keep.Recipients(s, r)
		if err != nil {
			return nil, err
		}
		keys = append(keys, more...)
	}
	return keys, nil
}

func readIdentities(files []string) (keys []age.Identity, err error) {
	for _, name := range files {
		f, err := openFile(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		more, err := keep.Identities(name, f)
		if err != nil {
			return nil, err
		}
		keys = append(keys, more...)
	}
	return keys, nil
}

func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "node.no-file", err)
	}
	return f, nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
