package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sameboat/cmd/sameboat/node"
	"sameboat/facts"
	"sameboat/kernel/fault"
	"sameboat/kernel/i18n"
	"sameboat/knowledge"
)

// imports gives `sameboat import KIND FILE…`.
func (a *app) imports() *cobra.Command {
	parent := &cobra.Command{Use: "import", Short: a.printer.T("node.help.import")}
	parent.AddCommand(a.importKind("resources", true), a.importKind("translations", false), a.importKind("glossary", false))
	return parent
}

func (a *app) importKind(kind string, resources bool) *cobra.Command {
	var args node.ImportArgs
	var mapping, titles, sets []string
	cmd := &cobra.Command{
		Use:   kind + " FILE…",
		Short: a.printer.T("node.help.import-" + kind),
		Args:  arguments(cobra.MinimumNArgs(1)),
	}
	flags := cmd.Flags()
	help := func(name string) string { return a.printer.T("node.help.flag." + name) }
	flags.StringVar(&args.Licence, "licence", "", help("licence"))
	flags.StringVar(&args.Charset, "charset", "", help("charset"))
	flags.StringVar(&args.Source, "source", "", help("source"))
	if resources {
		cmd.Long = cmd.Short + "\n\n" + a.fields()
		flags.StringSliceVar(&mapping, "map", nil, help("map"))
		flags.StringVar(&args.ID, "id", "", help("id"))
		flags.StringVar(&args.Kind, "kind", "", help("kind"))
		flags.StringVar(&args.Lang, "lang", "", help("lang"))
		flags.StringVar(&args.Issuer, "issuer", "", help("issuer"))
		flags.StringVar(&args.State, "state", "", help("state"))
		flags.StringSliceVar(&args.Bilingual, "bilingual", nil, help("bilingual"))
		flags.StringArrayVar(&titles, "title", nil, help("title"))
		flags.StringArrayVar(&sets, "set", nil, help("set"))
		flags.StringVar(&args.Sheet, "sheet", "", help("sheet"))
	}
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if err := fillArgs(&args, mapping, titles, sets); err != nil {
			return usageError{err}
		}
		if err := args.Options().Check(time.Now()); err != nil {
			return usageError{errors.New(a.tell(fault.Of(err)))}
		}
		files, err := a.gather(paths)
		if err != nil {
			return err
		}
		p := a.progress()
		var report *node.ReportMessage
		err = a.call(cmd.Context(), "import/"+kind, args, files, func(m node.Message) error {
			if m.Kind == "progress" {
				return p.show(m)
			}
			return json.Unmarshal(m.Value, &report)
		})
		p.end()
		if err != nil && (report == nil || report.Read == 0) {
			return err
		}
		// After an error the report says what went in before it.
		refused := a.report(report)
		if err != nil {
			return err
		}
		return refused
	}
	return cmd
}

// fields lists what --map can name, and which columns are known without it.
func (a *app) fields() string {
	var b strings.Builder
	b.WriteString(a.printer.T("node.help.fields"))
	for _, f := range knowledge.Fields() {
		fmt.Fprintf(&b, "\n  %-12s %s", f.Name, strings.Join(f.Columns, ", "))
	}
	return b.String()
}

// fillArgs reads the flags that hold pairs.
func fillArgs(args *node.ImportArgs, mapping, titles, sets []string) error {
	pairs := func(flag string, list []string, take func(key, value string) error) error {
		for _, item := range list {
			key, value, ok := strings.Cut(item, "=")
			if !ok {
				return fmt.Errorf("--%s %s: want NAME=VALUE", flag, item)
			}
			if err := take(strings.TrimSpace(key), strings.TrimSpace(value)); err != nil {
				return err
			}
		}
		return nil
	}
	args.Map, args.Titles = map[string]string{}, map[facts.Lang]string{}
	return errors.Join(
		pairs("map", mapping, func(column, field string) error { args.Map[column] = field; return nil }),
		pairs("title", titles, func(lang, title string) error {
			args.Titles[facts.LangOf(lang)] = title
			return checkTag("title", lang)
		}),
		pairs("set", sets, args.Set),
		checkTag("lang", args.Lang),
		checkTags("bilingual", args.Bilingual))
}

func checkTag(flag, tag string) error {
	if tag != "" && facts.LangOf(tag) == "" {
		return fmt.Errorf("--%s %s: no language tag", flag, tag)
	}
	return nil
}

func checkTags(flag string, tags []string) error {
	if len(tags) == 1 {
		return fmt.Errorf("--%s: want two languages, such as zh,en", flag)
	}
	for _, tag := range tags {
		if err := checkTag(flag, tag); err != nil {
			return err
		}
	}
	return nil
}

// taken are the extensions of files that a folder is searched for; a file that
// is named itself may have any.
var taken = []string{".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".xlsx", ".md", ".markdown", ".html", ".htm", ".docx", ".pdf", ".tmx"}

// takes reports whether a file found in a folder is one to import: by its
// extension, or because that is a language, as of line-aligned files.
func takes(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return slices.Contains(taken, ext) || ext != ".txt" && len(ext) == 3 && facts.LangOf(ext[1:]) != ""
}

// gather lists the files that the arguments name; folders are walked for the
// kinds of files that can be taken, hidden ones left out. Names are relative to
// what was named. A folder without any such file is told, and nothing at all to
// import is an error.
func (a *app) gather(paths []string) ([]knowledge.File, error) {
	var files []knowledge.File
	for _, path := range paths {
		before := len(files)
		whole, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		named := filepath.Base(whole) // "." and ".." have names too
		err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return fault.Wrap(fault.NotFound, "node.no-file", err).With(p, "node.no-file-name", nil)
			}
			if p != path && strings.HasPrefix(d.Name(), ".") {
				if d.IsDir() {
					return filepath.SkipDir
				}
				return nil
			}
			if d.IsDir() || p != path && !takes(p) {
				return nil
			}
			stat, err := os.Stat(p)
			if err != nil || !stat.Mode().IsRegular() {
				return err
			}
			within, err := filepath.Rel(path, p)
			if err != nil {
				return err
			}
			files = append(files, knowledge.File{Name: filepath.ToSlash(filepath.Join(named, within)), Size: stat.Size(),
				Open: func() (knowledge.Opened, error) { return os.Open(p) }})
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			fmt.Fprintln(a.err, a.printer.T("node.nothing-in", i18n.Args{"folder": path}))
		}
	}
	if len(files) == 0 {
		return nil, fault.New(fault.NotFound, "node.nothing", fault.Args{"endings": strings.Join(taken, " ")})
	}
	return files, nil
}

// report tells what became of an import, each refused row with its reason.
func (a *app) report(r *node.ReportMessage) error {
	if r == nil {
		return fault.New(fault.Internal, "fault.internal", nil)
	}
	if a.json {
		if err := a.reportJSON(r); err != nil {
			return err
		}
	} else {
		for _, note := range r.Notes {
			fmt.Fprintln(a.err, a.printer.T("node.import.note", i18n.Args{"what": a.tellRow(note)}))
		}
		for _, refusal := range r.Refusals {
			fmt.Fprintln(a.err, a.tellRow(refusal))
		}
		if r.Unlisted > 0 {
			fmt.Fprintln(a.err, a.printer.T("node.import.unlisted", i18n.Args{"n": r.Unlisted}))
		}
		fmt.Fprintln(a.out, a.printer.T("node.import.done", i18n.Args{"read": r.Read, "new": r.New, "changed": r.Changed, "same": r.Same, "refused": r.Refused}))
	}
	if r.Refused > 0 {
		return errRefused
	}
	return nil
}

// tellRow names rows or a file and what is the matter with them.
func (a *app) tellRow(r node.RefusalMessage) string {
	args := i18n.Args{"file": r.File, "line": r.Line, "why": a.tell(r.Fault.Fault())}
	if r.Record > 0 {
		args["line"] = r.Record
	}
	several := r.Times > 1
	if several {
		args["places"] = a.places(args["line"], r)
	}
	switch {
	case r.Line == 0:
		return a.printer.T("node.import.refused-file", args)
	case r.Record > 0 && several:
		return a.printer.T("node.import.refused-records", args)
	case r.Record > 0:
		return a.printer.T("node.import.refused-record", args)
	case several:
		return a.printer.T("node.import.refused-lines", args)
	}
	return a.printer.T("node.import.refused", args)
}

// places lists where rows with one message stand, and how many more there are.
func (a *app) places(first any, r node.RefusalMessage) string {
	list := []string{a.printer.Value(first)}
	for _, n := range r.More {
		list = append(list, a.printer.N(n))
	}
	if rest := r.Times - len(list); rest > 0 {
		return a.printer.T("node.import.places-more", i18n.Args{"places": strings.Join(list, ", "), "n": rest})
	}
	return a.printer.List(list)
}

func (a *app) reportJSON(r *node.ReportMessage) error {
	type refusal struct {
		File    string `json:"file"`
		Line    int    `json:"line,omitempty"`
		Record  int    `json:"record,omitempty"`
		Rows    int    `json:"rows,omitempty"` // with the same message
		More    []int  `json:"more,omitempty"` // lines or records of the next of them
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	out := struct {
		Read     int       `json:"read"`
		New      int       `json:"new"`
		Changed  int       `json:"changed"`
		Same     int       `json:"same"`
		Refused  int       `json:"refused"`
		Refusals []refusal `json:"refusals"`
		Unlisted int       `json:"unlisted,omitempty"`
		Notes    []refusal `json:"notes"`
	}{r.Read, r.New, r.Changed, r.Same, r.Refused, []refusal{}, r.Unlisted, []refusal{}}
	add := func(to *[]refusal, list []node.RefusalMessage) {
		for _, x := range list {
			*to = append(*to, refusal{x.File, x.Line, x.Record, x.Times, x.More, x.Fault.Key, a.tell(x.Fault.Fault())})
		}
	}
	add(&out.Refusals, r.Refusals)
	add(&out.Notes, r.Notes)
	return a.writeJSON(out)
}

func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
