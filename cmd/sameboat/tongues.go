package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sameboat/facts"
	"sameboat/kernel/i18n"
)

// The flag of the folder of language packs, and the variable that stands for it.
const (
	langDirFlag = "lang-dir"
	langDirVar  = "SAMEBOAT_LANG_DIR"
)

// maxRemarks is how many remarks on language packs a start tells in full.
const maxRemarks = 20

// langDir finds the folder of language packs before the flags are read, because
// the help of the flags is spoken in their languages already.
func langDir(args []string, getenv func(string) string) string {
	dir := getenv(langDirVar)
	for i, arg := range args {
		value, joined := strings.CutPrefix(arg, "--"+langDirFlag+"=")
		switch {
		case arg == "--":
			return dir
		case joined:
			dir = value
		case arg == "--"+langDirFlag && i+1 < len(args):
			dir = args[i+1]
		}
	}
	return dir
}

// withPacks adds the language packs of a folder, if one is named, to a catalog.
func withPacks(catalog *i18n.Catalog, dir string) (*i18n.Catalog, []i18n.Remark) {
	if dir == "" {
		return catalog, nil
	}
	packs, remarks := i18n.ReadPacks(os.DirFS(dir))
	catalog, more := catalog.With(packs)
	remarks = append(remarks, more...)
	for i := range remarks {
		if remarks[i].File == "" {
			remarks[i].File = dir
		}
	}
	return catalog, remarks
}

// remark gives one remark on a pack as a line.
func (a *app) remark(r i18n.Remark) string {
	args := i18n.Args{"file": r.File, "key": r.Key, "why": a.printer.Says(r)}
	if r.Key == "" {
		return a.printer.T("node.standing.remark", args)
	}
	return a.printer.T("node.standing.remark-key", args)
}

// tellRemarks tells an operator what is wrong with the packs, when a server starts.
func (a *app) tellRemarks() {
	for i, r := range a.remarks {
		if i == maxRemarks {
			fmt.Fprintln(a.err, a.printer.T("node.standing.more", i18n.Args{"n": len(a.remarks) - i}))
			return
		}
		fmt.Fprintln(a.err, a.remark(r))
	}
}

// languages gives `sameboat languages`.
func (a *app) languages() *cobra.Command {
	var export string
	cmd := &cobra.Command{Use: "languages", Short: a.printer.T("node.help.languages"), Args: arguments(cobra.NoArgs)}
	cmd.Flags().StringVar(&export, "export", "", a.printer.T("node.help.flag.export"))
	cmd.RunE = func(*cobra.Command, []string) error {
		if export != "" {
			return a.exportTexts(export)
		}
		if a.json {
			return a.writeJSON(a.standingsJSON())
		}
		for _, s := range a.catalog.Standings() {
			a.showStanding(s)
		}
		for _, r := range a.remarks {
			fmt.Fprintln(a.out, a.remark(r))
		}
		return nil
	}
	return cmd
}

// exportTexts writes the file that a translator fills in. A tag that names no
// language the pack could be named after would make a file nothing reads.
func (a *app) exportTexts(tag string) error {
	lang := facts.LangOf(tag)
	if lang == "" || string(lang) != tag && !strings.EqualFold(string(lang), tag) {
		return misused("node.wrong.lang", i18n.Args{"flag": "--export", "value": tag})
	}
	raw, err := a.catalog.Template(lang)
	if err != nil {
		return err
	}
	_, err = a.out.Write(raw)
	return err
}

func (a *app) showStanding(s i18n.Standing) {
	args := i18n.Args{"code": string(s.Lang), "name": i18n.Autonym(s.Lang), "keys": s.Keys, "present": s.Present, "fallback": a.printer.LangName(s.Fallback)}
	line := "node.standing.complete"
	if len(s.Missing) > 0 {
		line = "node.standing.partial"
	}
	fmt.Fprintln(a.out, a.printer.T(line, args))
	for _, part := range []struct {
		key  string
		keys []string
	}{{"node.standing.missing", s.Missing}, {"node.standing.stale", s.Stale}, {"node.standing.same", s.Same}} {
		if len(part.keys) == 0 {
			continue
		}
		fmt.Fprintln(a.out, "  "+a.printer.T(part.key, i18n.Args{"n": len(part.keys)}))
		if s.File == "" {
			continue // what the program's own languages share is meant
		}
		for _, key := range part.keys[:min(len(part.keys), maxRemarks)] {
			fmt.Fprintln(a.out, "    "+key)
		}
		if more := len(part.keys) - maxRemarks; more > 0 {
			fmt.Fprintln(a.out, "    … +"+a.printer.N(more))
		}
	}
}

// standingsJSON gives the report for programs, every key named.
func (a *app) standingsJSON() any {
	type remark struct {
		File    string `json:"file"`
		Key     string `json:"key,omitempty"`
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	type language struct {
		Lang      facts.Lang `json:"lang"`
		Name      string     `json:"name"`
		Direction string     `json:"direction"`
		File      string     `json:"file,omitempty"`
		Fallback  facts.Lang `json:"fallback,omitempty"`
		Keys      int        `json:"keys"`
		Present   int        `json:"present"`
		Missing   []string   `json:"missing"`
		Stale     []string   `json:"stale"`
		Same      []string   `json:"same"`
	}
	report := struct {
		Languages []language `json:"languages"`
		Remarks   []remark   `json:"remarks"`
	}{Remarks: []remark{}}
	list := func(keys []string) []string { return append([]string{}, keys...) }
	for _, s := range a.catalog.Standings() {
		report.Languages = append(report.Languages, language{s.Lang, i18n.Autonym(s.Lang), i18n.Dir(s.Lang), s.File, s.Fallback,
			s.Keys, s.Present, list(s.Missing), list(s.Stale), list(s.Same)})
	}
	for _, r := range a.remarks {
		report.Remarks = append(report.Remarks, remark{r.File, r.Key, r.Code, a.printer.Says(r)})
	}
	return report
}
